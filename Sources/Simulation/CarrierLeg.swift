import SIPSyntax
import SIPTransactions
import SansIO

/// What a simulated party wants: a datagram sent, to be woken, or to complain about what it received.
enum LegStep {
    case send([UInt8])
    case wake(after: Duration, Alarm)
    case complain(String)
    case note(Occurrence)
}

/// Why a party is woken.
enum Alarm: Hashable {
    case provisional(Int)
    case outcome
    case secondFork
    /// The final response, or one of several forks' 200, is sent again.
    case repeatFinal(fork: Int, interval: Duration)
    /// A reliable provisional response is sent again.
    case repeatReliable(sequence: Int, interval: Duration)
    case hangUp
    case reinvite
    /// A request of the party's own is sent again.
    case repeatRequest(CarrierRequest, interval: Duration)
}

enum CarrierRequest: Hashable {
    case bye
    case reinvite
}

/// A party at a carrier: the server's end of one INVITE, and of the dialogs that come of it.
///
/// It speaks SIP with the syntax room at most and checks order, CSeq, tags, branches and routes by itself.
final class CarrierLeg {
    let behaviour: Behaviour
    /// The last one, if the first was challenged.
    var invite: SIPMessage
    let address: TransportAddress
    let transport: Transport
    let tag: String
    private var writer = SIPWriter()
    private var sentProvisional = false
    private var lastProvisional: [UInt8]?
    var final: Final?
    private var isCancelled = false
    /// The branch of the INVITE that was challenged.
    var challengedBranch: String?
    /// Reliable provisional responses without their PRACK, by RSeq.
    var unacknowledged: [Int: [UInt8]] = [:]
    var reliableSequence = 0
    private(set) var own: [CarrierRequest: OwnRequest] = [:]
    private var ownSequence: UInt64 = 100
    /// Branches of the other side's BYEs, by fork.
    private(set) var byeBranches: [Int: Set<String>] = [:]

    struct Final {
        let status: Int
        var forks: [Int: [UInt8]]
        var acknowledged: Set<Int> = []
        var age: Duration = .zero
    }

    struct OwnRequest {
        let bytes: [UInt8]
        let branch: String
        let sequence: UInt64
        var age: Duration = .zero
        var isDone = false
    }

    init(
        invite: SIPMessage, behaviour: Behaviour, address: TransportAddress, number: UInt64, transport: Transport
    ) {
        self.invite = invite
        self.behaviour = behaviour
        self.address = address
        self.transport = transport
        tag = "sim\(number)"
    }

    /// Whether the INVITE is still without a final response after provisional ones: the phone rings.
    var isRinging: Bool { sentProvisional && final == nil }
    /// Whether some fork is connected and has neither sent nor received a BYE.
    var isTalking: Bool {
        acknowledgedForks.contains { byeBranches[$0] == nil && ($0 != 0 || own[.bye] == nil) }
    }
    var acknowledgedForks: Set<Int> { final.map { $0.status == 200 ? $0.acknowledged : [] } ?? [] }

    func begin() -> [LegStep] {
        if behaviour.challenges, challengedBranch == nil { return challenge() }
        switch behaviour.outcome {
        case .silence: return [.wake(after: behaviour.delay + .seconds(5), .outcome)]
        case .nothing: return []
        case .answer, .answerWithoutDescription, .refuse, .ringForEver: break
        }
        var steps: [LegStep] = behaviour.sendsTrying ? [provisional(100)] : []
        for index in behaviour.provisionals.indices {
            steps.append(.wake(after: .milliseconds(50 + 500 * index), .provisional(behaviour.provisionals[index])))
        }
        if behaviour.outcome != .ringForEver { steps.append(.wake(after: behaviour.delay, .outcome)) }
        return steps
    }

    func receive(_ message: SIPMessage) -> [LegStep] {
        if message.status != nil { return receiveResponse(message) }
        return switch message.method {
        case .invite: receiveInvite(message)
        case .ack: receiveAck(message)
        case .cancel: receiveCancel(message)
        case .bye: receiveBye(message)
        case .prack: receivePrack(message)
        case .update: receiveRefresh(message)
        default: [.complain("unexpected \(message.method)")]
        }
    }

    func wake(_ alarm: Alarm) -> [LegStep] {
        switch alarm {
        case .provisional(let status): final == nil ? ring(status) : []
        case .outcome: final == nil ? conclude() : []
        case .secondFork: answer(fork: 1)
        case .repeatFinal(let fork, let interval): repeatFinal(fork, interval)
        case .repeatReliable(let sequence, let interval): repeatReliable(sequence, interval)
        case .hangUp: request(.bye)
        case .reinvite: request(.reinvite)
        case .repeatRequest(let kind, let interval): repeatRequest(kind, interval)
        }
    }

    // MARK: INVITE and its responses

    private func receiveInvite(_ message: SIPMessage) -> [LegStep] {
        guard message.topVia.branch == invite.topVia.branch else { return receiveAnother(message) }
        if let final { return final.forks.sorted { $0.key < $1.key }.map { .send($0.value) } }
        return lastProvisional.map { [.send($0)] } ?? []
    }

    /// RFC 3262 §3: the next reliable one waits for the PRACK of the first alone.
    private func ring(_ status: Int) -> [LegStep] {
        guard behaviour.isReliable else { return [provisional(status)] }
        if !unacknowledged.isEmpty { return [.wake(after: .milliseconds(500), .provisional(status))] }
        let interval = Duration.milliseconds(500)
        return [
            provisional(status),
            .wake(after: interval, .repeatReliable(sequence: reliableSequence, interval: interval)),
        ]
    }

    private func provisional(_ status: Int) -> LegStep {
        let withBody = status == 183 && behaviour.earlyDescription
        let isReliable = behaviour.isReliable && status != 100
        if isReliable { reliableSequence += 1 }
        let bytes = respond(
            to: invite, status, tag: status == 100 ? nil : forkTag(0), body: withBody ? description : [],
            headers: isReliable ? [(.require, "100rel"), (.rseq, String(reliableSequence))] : [])
        sentProvisional = true
        lastProvisional = bytes
        if isReliable { unacknowledged[reliableSequence] = bytes }
        return .send(bytes)
    }

    private func conclude() -> [LegStep] {
        switch behaviour.outcome {
        case .answer, .answerWithoutDescription, .silence:
            answer(fork: 0) + (behaviour.forks ? [.wake(after: .milliseconds(20), .secondFork)] : [])
        case .refuse(let status, let q850): refuse(status, q850: q850)
        case .ringForEver, .nothing: []
        }
    }

    private func answer(fork: Int) -> [LegStep] {
        let body = behaviour.outcome == .answerWithoutDescription ? [] : description
        let bytes = respond(
            to: invite, 200, tag: forkTag(fork), body: body, headers: behaviour.wantsRefreshes ? Self.timer : [])
        var answer = final ?? Final(status: 200, forks: [:])
        guard answer.status == 200 else { return [] }
        answer.forks[fork] = bytes
        final = answer
        let occurrences: [LegStep] = fork > 0 ? [.note(.fork)] : isCancelled ? [.note(.answerCrossedCancel)] : []
        return occurrences + [
            .send(bytes), .wake(after: .milliseconds(500), .repeatFinal(fork: fork, interval: .milliseconds(500))),
        ]
    }

    private func refuse(_ status: Int, q850: Int?) -> [LegStep] {
        let bytes = respond(to: invite, status, tag: forkTag(0), body: [], q850: q850)
        final = Final(status: status, forks: [0: bytes])
        return [.send(bytes), .wake(after: .milliseconds(500), .repeatFinal(fork: 0, interval: .milliseconds(500)))]
    }

    /// RFC 3261 §13.3.1.4 and §17.2.1: a final response is repeated until its ACK, for 64*T1; over a stream a 2xx alone.
    private func repeatFinal(_ fork: Int, _ interval: Duration) -> [LegStep] {
        guard var answer = final, answer.status == 200 || !transport.isReliable, !answer.acknowledged.contains(fork),
            let bytes = answer.forks[fork]
        else { return [] }
        answer.age += interval
        final = answer
        if answer.age >= .seconds(32) { return [] }
        let next = min(interval * 2, .seconds(4))
        return [.send(bytes), .wake(after: next, .repeatFinal(fork: fork, interval: next))]
    }

    private func receiveAck(_ ack: SIPMessage) -> [LegStep] {
        if ack.topVia.branch?.description == challengedBranch, ack.topVia.branch != invite.topVia.branch { return [] }
        guard var answer = final else { return [.complain("ACK before a final response")] }
        guard ack.cseq.number == invite.cseq.number else { return [.complain("ACK with another CSeq")] }
        let sameBranch = ack.topVia.branch == invite.topVia.branch
        guard answer.status == 200 else {
            answer.acknowledged.insert(0)
            final = answer
            return sameBranch ? [] : [.complain("the ACK of a refusal has another branch (RFC 3261 §17.1.1.3)")]
        }
        guard let fork = fork(of: ack.to.tag) else { return [.complain("ACK with an unknown To tag")] }
        var steps = checkRoute(ack)
        if sameBranch { steps.append(.complain("the ACK of a 2xx has the INVITE's branch (RFC 3261 §13.2.2.4)")) }
        guard answer.acknowledged.insert(fork).inserted else { return steps }
        final = answer
        if fork == 0, let after = behaviour.hangsUpAfter { steps.append(.wake(after: after, .hangUp)) }
        if fork == 0, let after = behaviour.reinvitesAfter { steps.append(.wake(after: after, .reinvite)) }
        return steps
    }

    private func receiveCancel(_ cancel: SIPMessage) -> [LegStep] {
        var steps: [LegStep] = []
        if cancel.topVia.branch != invite.topVia.branch || cancel.cseq.number != invite.cseq.number
            || cancel.requestURI?.text != invite.requestURI?.text || cancel.to.tag != nil
        {
            steps.append(.complain("CANCEL does not match its INVITE (RFC 3261 §9.1)"))
        }
        if !sentProvisional, final == nil { steps.append(.complain("CANCEL before a provisional (RFC 3261 §9.1)")) }
        steps.append(.send(respond(to: cancel, 200, tag: forkTag(0), body: [])))
        guard final == nil else { return steps }
        isCancelled = true
        switch behaviour.onCancel {
        case .terminate: return steps + refuse(487, q850: nil)
        case .answerAllTheSame: return steps + answer(fork: 0)
        }
    }

    // MARK: In the dialog

    private func receiveBye(_ bye: SIPMessage) -> [LegStep] {
        guard let fork = fork(of: bye.to.tag), bye.from.tag == invite.from.tag else {
            return [.complain("BYE with unknown tags"), .send(respond(to: bye, 481, tag: nil, body: []))]
        }
        var steps = checkRoute(bye)
        if bye.cseq.number <= invite.cseq.number { steps.append(.complain("BYE without a greater CSeq")) }
        if bye.topVia.branch == invite.topVia.branch { steps.append(.complain("BYE with the INVITE's branch")) }
        byeBranches[fork, default: []].insert(bye.topVia.branch?.description ?? "")
        if let mine = own[.bye], !mine.isDone { steps.append(.note(.byeGlare)) }
        return steps + [.send(respond(to: bye, 200, tag: nil, body: []))]
    }

    /// RFC 3261 §12.2.1.1 with a loose router: the request goes to our Contact, by our Record-Route.
    func checkRoute(_ request: SIPMessage) -> [LegStep] {
        var steps: [LegStep] = []
        if request.requestURI?.text.description != contact {
            steps.append(.complain("\(request.method) goes to another target"))
        }
        let routes = (try? request.routes.map(\.uri.description)) ?? []
        let expected = behaviour.recordsRoute ? ["sip:\(address);lr"] : []
        if routes != expected { steps.append(.complain("\(request.method) has the routes \(routes)")) }
        return steps
    }

    private func request(_ kind: CarrierRequest) -> [LegStep] {
        guard own[kind] == nil, byeBranches[0] == nil, own[.bye] == nil else { return [] }
        ownSequence += 1
        let branch = "z9hG4bK-\(tag)-\(ownSequence)"
        let bytes = write(kind, sequence: ownSequence, branch: branch)
        own[kind] = OwnRequest(bytes: bytes, branch: branch, sequence: ownSequence)
        return [
            .send(bytes), .wake(after: .milliseconds(500), .repeatRequest(kind, interval: .milliseconds(500))),
        ]
    }

    private func repeatRequest(_ kind: CarrierRequest, _ interval: Duration) -> [LegStep] {
        guard !transport.isReliable, var request = own[kind], !request.isDone else { return [] }
        request.age += interval
        own[kind] = request
        if request.age >= .seconds(32) { return [] }
        let next = min(interval * 2, .seconds(4))
        return [.send(request.bytes), .wake(after: next, .repeatRequest(kind, interval: next))]
    }

    private func receiveResponse(_ response: SIPMessage) -> [LegStep] {
        guard let kind = own.first(where: { $0.value.branch == response.topVia.branch?.description })?.key,
            let status = response.status, var request = own[kind]
        else { return [.complain("a response to no request of ours")] }
        guard status.isFinal else { return [] }
        request.isDone = true
        own[kind] = request
        guard kind == .reinvite else { return [] }
        return [.send(writeAck(of: request, to: response))] + (status.isSuccess ? [.note(.reinvited)] : [])
    }
}

// MARK: - Writing

extension CarrierLeg {
    private var contact: String { "sip:\(tag)@\(address)" + (transport.isReliable ? ";transport=tcp" : "") }
    func forkTag(_ fork: Int) -> String { "\(tag)-\(fork)" }

    func fork(of tag: SIPText?) -> Int? {
        (0...1).first { forkTag($0) == tag?.description }
    }

    private var description: [UInt8] {
        Array(
            """
            v=0\r\no=- 1 1 IN IP4 \(address.ip)\r\ns=-\r\nc=IN IP4 \(address.ip)\r\nt=0 0\r\n\
            m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n
            """.utf8)
    }

    func respond(
        to request: SIPMessage, _ status: Int, tag: String?, body: [UInt8], q850: Int? = nil,
        headers: [(HeaderName, String)] = []
    ) -> [UInt8] {
        guard let status = SIPStatus(status) else { preconditionFailure("a status is within 100...699") }
        writer.begin(answering: request, status, tag: tag, from: ViaSource(address: "10.0.0.9", port: 5060))
        if request.method == .invite {
            if behaviour.recordsRoute { writer.header(.recordRoute, "<sip:\(address);lr>") }
            writer.header(.contact, "<\(contact)>")
        }
        if let q850 { writer.header(.reason, "Q.850;cause=\(q850)") }
        for header in headers { writer.header(header.0, header.1) }
        return body.isEmpty ? writer.finish() : writer.finish("application/sdp", body: body)
    }

    private func write(_ kind: CarrierRequest, sequence: UInt64, branch: String) -> [UInt8] {
        begin(kind == .bye ? .bye : .invite, branch: branch, sequence: sequence)
        guard kind == .reinvite else { return writer.finish() }
        writer.header(.contact, "<\(contact)>")
        return writer.finish("application/sdp", body: description)
    }

    private func writeAck(of request: OwnRequest, to response: SIPMessage) -> [UInt8] {
        let isSuccess = response.status?.isSuccess ?? false
        begin(.ack, branch: isSuccess ? request.branch + "-ack" : request.branch, sequence: request.sequence)
        return writer.finish()
    }

    private func begin(_ method: SIPMethod, branch: String, sequence: UInt64) {
        guard let target = invite.contact?.uri else { preconditionFailure("every INVITE has a Contact") }
        writer.begin(method, target)
        writer.header(.via, "SIP/2.0/\(transport.viaName) \(address);branch=\(branch)")
        writer.header(.maxForwards, "70")
        writer.header(.from, "\(invite.to.text);tag=\(forkTag(0))")
        writer.header(.to, invite.from.text)
        writer.header(.callID, invite.callID)
        writer.header(.cseq, "\(sequence) \(method)")
    }
}
