import SIPSyntax
import SIPTransactions
import SansIO

extension Registrar {
    /// Deals with the REGISTER of somebody who has proved to be `user`.
    mutating func register(_ request: ReceivedRequest, as user: String, at now: Instant) -> RegistrarAnswer {
        if case .refuse(let refusal) = request.message.judgement(by: .ofRegistrar) {
            return RegistrarAnswer(refusal.status, refusal.headers.map { ($0.name, $0.value) })
        }
        guard request.message.to.uri.unescapedUser == user else {
            refusals.note(.otherUser, of: user, at: request.source.remote, now: now)
            return RegistrarAnswer(.forbidden)
        }
        do throws(RegistrationFlaw) {
            let wishes = try self.wishes(in: request, at: now)
            var current = Array(bindings.contacts(of: user, at: now).reversed())
            for wish in wishes { try apply(wish, to: &current) }
            bindings.replace(user, with: current.suffix(settings.bindingsPerExtension))
        } catch {
            return error.answer(shortest: settings.shortest)
        }
        tally.accepted += 1
        return RegistrarAnswer(.ok, contactLines(of: user, at: now))
    }

    private func contactLines(of user: String, at now: Instant) -> [(HeaderName, String)] {
        bindings.contacts(of: user, at: now).map { binding in
            let left = max(1, (binding.until - now).components.seconds)
            return (.contact, "<\(binding.contact.uri)>;expires=\(left)")
        }
    }

    /// What a REGISTER wants of one contact, or of all.
    private enum Wish {
        case bind(Binding, SIPURI)
        case remove(SIPURI, callID: String, sequence: UInt32)
        case removeAll(callID: String, sequence: UInt32)
    }

    private func wishes(in request: ReceivedRequest, at now: Instant) throws(RegistrationFlaw) -> [Wish] {
        let message = request.message
        let expires = message.headers[.expires]?.number
        if message.headers[.contact]?.spells("*") ?? false {
            guard expires == 0 else { throw .malformed }
            return [.removeAll(callID: message.callID.description, sequence: message.cseq.number)]
        }
        let contacts: [NameAddress]
        do { contacts = try message.contacts } catch { throw .malformed }
        guard contacts.count <= settings.bindingsPerExtension else { throw .malformed }
        var wishes: [Wish] = []
        for contact in contacts { wishes.append(try wish(contact, expires, request, at: now)) }
        return wishes
    }

    private func wish(
        _ contact: NameAddress, _ expires: UInt64?, _ request: ReceivedRequest, at now: Instant
    ) throws(RegistrationFlaw) -> Wish {
        guard contact.uri.scheme != .other else { throw .malformed }
        let longest = request.isTranslated ? settings.longestBehindTranslation : settings.longest
        // Who names no number of seconds, or none that can be read, leaves it to us (RFC 3261 §10.2.1.1).
        let wanted = contact.parameters["expires"]?.number ?? expires ?? UInt64(longest.components.seconds)
        let (callID, sequence) = (request.message.callID.description, request.message.cseq.number)
        if wanted == 0 { return .remove(contact.uri, callID: callID, sequence: sequence) }
        guard wanted >= UInt64(settings.shortest.components.seconds) else { throw .tooBrief }
        let granted = min(.seconds(Int64(clamping: wanted)), longest)
        let registered = RegisteredContact(uri: contact.uri.description, flow: request.source)
        return .bind(
            Binding(contact: registered, callID: callID, sequence: sequence, granted: granted, until: now + granted),
            contact.uri)
    }

    private func apply(_ wish: Wish, to current: inout [Binding]) throws(RegistrationFlaw) {
        switch wish {
        case .removeAll(let callID, let sequence):
            for index in current.indices.reversed() {
                guard try current[index].isOlder(than: sequence, of: callID) else { continue }
                current.remove(at: index)
            }
        case .remove(let uri, let callID, let sequence):
            guard let index = current.firstIndex(where: { $0.isFor(uri) }) else { return }
            guard try current[index].isOlder(than: sequence, of: callID) else { return }
            current.remove(at: index)
        case .bind(let binding, let uri):
            if let index = current.firstIndex(where: { $0.isFor(uri) }) {
                guard try current[index].isOlder(than: binding.sequence, of: binding.callID) else { return }
                current.remove(at: index)
            }
            current.append(binding)
        }
    }
}

extension SIPCapabilities {
    fileprivate static let ofRegistrar = SIPCapabilities(methods: [.register], extensions: [], contentTypes: [])
}

/// Why a REGISTER changes nothing.
private enum RegistrationFlaw: Error {
    case malformed
    case tooBrief
    /// A later REGISTER of the same phone was dealt with before.
    case overtaken

    func answer(shortest: Duration) -> RegistrarAnswer {
        switch self {
        case .malformed: RegistrarAnswer(.badRequest)
        case .tooBrief: RegistrarAnswer(.intervalTooBrief, [(.minExpires, String(shortest.components.seconds))])
        case .overtaken: RegistrarAnswer(.serverInternalError)
        }
    }
}

extension Binding {
    /// Whether a REGISTER with these comes after the one that made this; `false` if it is the same one again
    /// (RFC 3261 §10.3).
    fileprivate func isOlder(than sequence: UInt32, of callID: String) throws(RegistrationFlaw) -> Bool {
        guard callID == self.callID else { return true }
        guard sequence >= self.sequence else { throw .overtaken }
        return sequence > self.sequence
    }
}

extension ReceivedRequest {
    /// Whether the sender knows itself by another address than we see, and nothing but its own packets keeps the way open.
    fileprivate var isTranslated: Bool {
        let via = message.topVia
        guard !source.transport.isReliable, let known = IPAddress(via.host.description) else { return false }
        return known != source.remote.ip || (via.port ?? 5060) != source.remote.port
    }
}
