import SIPSyntax
import SIPTransactions
public import SansIO

extension UserAgent {
    /// Whether this account's registration is in force; `nil` where none was asked for.
    public func isRegistered(_ account: AccountID, at now: Instant) -> Bool? {
        registrants.first { $0.settings.account == account }?.machine.isRegistered(at: now)
    }

    /// How many registrations are not taken back.
    public var registrations: Int { registrants.count { !$0.machine.hasEnded } }

    /// Takes all registrations back (RFC 3261 §10.2.2).
    public mutating func unregister(at now: Instant) -> [UserAgentAction] {
        var actions: [UserAgentAction] = []
        for registrant in registrants { advance(registrant, .stop, at: now, into: &actions) }
        return actions
    }

    mutating func advance(
        _ registrant: Registrant, _ input: RegistrationMachine.Input, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        switch registrant.machine.handle(input, at: now) {
        case .none: break
        case .register(let seconds): register(registrant, for: seconds, at: now, into: &actions)
        case .unregister: register(registrant, for: 0, at: now, into: &actions)
        }
        deadlines.set(registrant.machine.deadline, for: registrant.number)
    }

    private mutating func register(
        _ registrant: Registrant, for seconds: UInt32, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        let settings = registrant.settings
        let branch = entropy.next()
        registrant.sequence += 1
        registrant.branch = branch
        registrant.challenges = ChallengeHistory()
        let proofs = proofs(of: settings.account, .register, uri: settings.registrar, body: [])
        writer.begin(.register, settings.registrar)
        writer.header(.via, via(branch, on: settings.flow))
        writer.header(.maxForwards, 70)
        writer.header(.from, "<\(settings.address)>;tag=\(registrant.tag)")
        writer.header(.to, "<\(settings.address)>")
        writer.header(.callID, registrant.callID)
        writer.header(.cseq, "\(registrant.sequence) REGISTER")
        writer.header(.contact, contacts[Int(settings.flow.listener)])
        writer.header(.expires, UInt64(seconds))
        writer.header(.supported, "path")
        writer.header(.allow, allowedMethods)
        writer.header(.userAgent, identity.product)
        for proof in proofs { writer.header(proof.0, proof.1) }
        start(writer.finish(), of: registrant, branch, at: now, into: &actions)
    }

    private mutating func start(
        _ request: [UInt8], of registrant: Registrant, _ branch: UInt64, at now: Instant,
        into actions: inout [UserAgentAction]
    ) {
        actions.append(
            .transmit(
                transactions.start(
                    request, method: .register, branch: branch, to: registrant.settings.flow,
                    owner: registrant.number, at: now)))
    }

    /// The final response to a REGISTER of ours.
    mutating func receiveFinal(
        _ response: SIPMessage, _ status: SIPStatus, for registrant: Registrant, _ id: ClientTransactionID,
        at now: Instant, into actions: inout [UserAgentAction]
    ) {
        let request = transactions.takeRequest(of: id)
        guard registrant.branch == id.branch else { return }
        if let request, learn(from: response, status, for: registrant.settings.account, &registrant.challenges) {
            return registerAgain(registrant, request, at: now, into: &actions)
        }
        registrant.branch = nil
        advance(registrant, outcome(response, status, for: registrant), at: now, into: &actions)
    }

    private mutating func registerAgain(
        _ registrant: Registrant, _ sent: Datagram, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        let branch = entropy.next()
        registrant.sequence += 1
        registrant.branch = branch
        let edit = RequestEdit(branch: branch, sequence: registrant.sequence, via: via(branch, on: sent.flow))
        let bytes = write(again: parsed(sent.bytes), edit, as: registrant.settings.account).bytes
        start(bytes, of: registrant, branch, at: now, into: &actions)
    }

    private mutating func outcome(
        _ response: SIPMessage, _ status: SIPStatus, for registrant: Registrant
    ) -> RegistrationMachine.Input {
        if status.isSuccess {
            noteAcceptance(response, for: registrant.settings.account)
            registrant.serviceRoutes = response.serviceRouteValues
            let contact = contacts[Int(registrant.settings.flow.listener)]
            return .granted(.seconds(Int64(response.lifetime(of: contact) ?? registrant.settings.seconds)))
        }
        if status == .intervalTooBrief, let least = response.leastInterval { return .tooBrief(least) }
        registrant.serviceRoutes = []
        // What is refused will hardly be granted soon, and a wrong password must not lock the account.
        let isRefusal = (400..<500).contains(status.code) && status != .requestTimeout
        let asked = response.pause.map { Duration.seconds($0) }
        let pause = isRefusal ? RegistrationMachine.longestPause : asked
        return .failed(pause: pause, dice: entropy.next())
    }

    /// A REGISTER of ours got no final response.
    mutating func registrationFailed(
        _ registrant: Registrant, _ id: ClientTransactionID, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        guard registrant.branch == id.branch else { return }
        registrant.branch = nil
        advance(registrant, .failed(pause: nil, dice: entropy.next()), at: now, into: &actions)
    }
}

extension SIPMessage {
    /// For how many seconds the registrar binds `contact`, of all that it lists; `nil` if it does not say
    /// (RFC 3261 §10.2.4).
    fileprivate func lifetime(of contact: String) -> UInt32? {
        let ours = NameAddress(contact)?.uri
        do {
            let listed = try contacts.first { listed in ours.map { listed.uri.isEquivalent(to: $0) } ?? false }
            let granted = listed?.parameters["expires"]?.number.flatMap { UInt32(exactly: $0) }
            return try granted ?? expires
        } catch {
            // A list that cannot be read says nothing.
            return nil
        }
    }

    fileprivate var leastInterval: UInt32? {
        do {
            return try minExpires
        } catch {
            // A malformed minimum is none.
            return nil
        }
    }

    /// Those of loose routers; a strict one cannot be on this way (RFC 3608 §5).
    fileprivate var serviceRouteValues: [String] {
        do {
            return try serviceRoutes.filter(\.uri.isLooseRouter).map { $0.text.unfolded }
        } catch {
            // A way that cannot be read is no way.
            return []
        }
    }
}
