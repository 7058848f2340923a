import CallModel
import CallSwitching
import CallTracing
import MediaControl
import SDP
import SIPSyntax
import SIPTransactions
import SIPUserAgent
import SansIO
import Testing

/// A switchboard on a stage: the clock, the trunks, the media and the store are played by the test.
///
/// Media opens and closes at once and the store commits at once, unless the test says otherwise.
final class Stage {
    static let trunk1 = Flow(remote: TransportAddress(ip: .v4(0x0A00_0001), port: 5060))
    static let trunk2 = Flow(remote: TransportAddress(ip: .v4(0x0A00_0002), port: 5060))
    static let scope = CallScope(mainAccount: account, app: AppID(rawValue: "app"), subaccount: nil)
    static let account = CertID(rawValue: "account")
    static let begin = WallTime(milliseconds: 1_800_000_000_000)

    /// What an outside party does with what it is asked.
    enum Conduct { case works, fails, hangs }

    private var switchboard: Switchboard
    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    var store = Conduct.works
    var mediaClosing = Conduct.works
    /// Ports that another program holds.
    var heldPorts: Set<UInt16> = []
    var mediaHangs = false

    private(set) var sent: [(message: SIPMessage, flow: Flow)] = []
    private(set) var media: [MediaCommand] = []
    private(set) var feedNumbers: [MediaLegID: UInt32] = [:]
    private(set) var writes: [StoreWrite] = []
    private(set) var notes: [CallNote] = []
    private(set) var serverNotes: [ServerNote] = []
    private(set) var failedRecordings: [RecordingNote] = []
    private var answers: [UInt64: [CommandAnswer]] = [:]
    private(set) var pendingCommits: [CommitTicket] = []
    private var lastTicket: UInt64 = 0
    private var seenInvites: Set<String> = []

    init(
        trunks: [TrunkSettings] = [Stage.trunk(1)], ports: ClosedRange<UInt16> = 10000...10099, maxCalls: Int = 100,
        extensions: [Extension] = [], security: [String: MediaSecurity] = [:], seed: UInt64 = 1
    ) {
        switchboard = Switchboard(
            settings: SwitchboardSettings(
                trunks: trunks, trunkAddresses: Set(trunks.map(\.flow.remote.ip)),
                phones: PhoneSettings(extensions: extensions, mediaAddresses: [.v4(0x0A00_0009)], security: security),
                listeners: [ListeningPoint("10.0.0.9:5060")],
                mediaPorts: ports, mediaBindAddress: .v4(0x0A00_0009), maxCalls: maxCalls),
            entropy: Entropy(seed: seed))
    }

    static func trunk(
        _ number: UInt32, callers: [String] = [], maxCalls: Int? = nil, pace: Int? = nil, nat: Bool = false
    ) -> TrunkSettings {
        let address = TransportAddress(ip: .v4(0x0A00_0000 + number), port: 5060)
        return TrunkSettings(
            name: TrunkName(rawValue: "trunk\(number)"), host: address.description, flow: Flow(remote: address),
            mediaAddress: .v4(0x0A00_0009), callerIDs: callers.compactMap { PhoneNumber($0) }, maxCalls: maxCalls,
            maxCallsPerSecond: pace, nat: nat)
    }

    static func request(
        from1: String? = nil, numbers: [String] = [], ring: Duration = .seconds(45), talk: Duration = .seconds(60),
        mediaTimeout: Duration = .seconds(60), account: CertID = Stage.account, sounds: CallSounds = .none,
        events: EventSelection = .none, notifiesOnCancel: Bool = false
    ) -> CallbackRequest {
        guard let to1 = PhoneNumber("13911110001"), let to2 = PhoneNumber("13911110002") else {
            preconditionFailure("digits are a phone number")
        }
        return CallbackRequest(
            account: account, mainAccount: Stage.account, app: AppID(rawValue: "app"), to1: .number(to1),
            to2: .number(to2), from1: from1.flatMap { PhoneNumber($0) },
            callerNumbers: numbers.compactMap { PhoneNumber($0) }, sounds: sounds, maxDialDuration1: ring,
            maxDialDuration2: ring,
            maxCallDuration: talk, mediaTimeout: mediaTimeout, events: events, notifiesOnCancel: notifiesOnCancel,
            eventTarget: EventTarget(url: "http://receiver/", signer: account, app: AppID(rawValue: "app")))
    }

    // MARK: What happens

    /// Tells the switchboard something, performs its effects, and tells it what these cause at once.
    func tell(_ input: SwitchboardInput) {
        var inputs = [input]
        while !inputs.isEmpty {
            for effect in switchboard.handle(inputs.removeFirst(), at: now) { inputs += perform(effect) }
        }
    }

    /// Time passes; everything due happens at its instant.
    func pass(_ duration: Duration) {
        let end = now + duration
        while let due = switchboard.deadline, due <= end {
            now = max(now, due)
            tell(.timePassed)
        }
        now = end
    }

    /// The clock moves on, but the switchboard is not told: a busy server looks late.
    func oversleep(_ duration: Duration) { now = now + duration }

    /// What a leg is fed has come to its end.
    func played(_ leg: MediaLegID) { tell(.media(.played(leg, feed: feedNumbers[leg] ?? 0))) }

    @discardableResult
    func place(_ request: CallbackRequest = Stage.request()) -> UInt64 {
        lastTicket += 1
        tell(
            .place(
                CommandTicket(number: lastTicket), Placement(request: request, replay: nil, wallTime: Stage.begin)))
        return lastTicket
    }

    @discardableResult
    func cancel(_ call: CallID, by scope: CallScope = Stage.scope) -> UInt64 {
        lastTicket += 1
        tell(.cancel(CommandTicket(number: lastTicket), call, by: scope))
        return lastTicket
    }

    func describe(_ call: CallID) -> CallRecord? {
        lastTicket += 1
        tell(.describe(CommandTicket(number: lastTicket), call))
        guard case .described(let record) = answers[lastTicket]?.first else { return nil }
        return record
    }

    func traced(_ call: CallID) -> CallTrace? {
        lastTicket += 1
        tell(.trace(CommandTicket(number: lastTicket), call))
        guard case .traced(let trace) = answers[lastTicket]?.first else { return nil }
        return trace
    }

    private func perform(_ effect: SwitchboardEffect) -> [SwitchboardInput] {
        switch effect {
        case .transmit(let datagram):
            guard let message = try? SIPMessage(parsing: datagram.bytes) else {
                Issue.record("sent what cannot be read")
                return []
            }
            sent.append((message, datagram.flow))
            return []
        case .media(let command):
            note(command)
            return report(on: command).map { [.media($0)] } ?? []
        case .store(let writes, let ticket):
            self.writes += writes
            guard let ticket else { return [] }
            return commit(ticket)
        case .answer(let ticket, let answer):
            answers[ticket.number, default: []].append(answer)
            return []
        case .server(let note):
            serverNotes.append(note)
            return []
        case .note(let note):
            notes.append(note)
            return []
        case .recordingFailed(let note):
            failedRecordings.append(note)
            return []
        case .registrationRefused: return []
        }
    }

    /// Without the number of a feed, which is kept apart.
    private func note(_ command: MediaCommand) {
        guard case .feed(let leg, let feed, let number) = command else { return media.append(command) }
        feedNumbers[leg] = number
        media.append(.feed(leg, feed))
    }

    private func report(on command: MediaCommand) -> MediaReport? {
        switch command {
        case .open(let leg, let endpoint):
            mediaHangs ? nil : heldPorts.contains(endpoint.port) ? .openFailed(leg) : .opened(leg)
        case .close(let leg):
            mediaClosing == .works ? .closed(leg, MediaSummary(packetsReceived: leg.number, packetsSent: 7)) : nil
        case .stopRecording(let id):
            mediaClosing == .works ? .recorded(id, RecordingSummary(samples: 16_000, bytes: 32_000)) : nil
        case .load, .describe, .feed, .watch, .detectTones, .record, .connectRecording: nil
        }
    }

    private func commit(_ ticket: CommitTicket) -> [SwitchboardInput] {
        switch store {
        case .works: return [.committed(ticket)]
        case .fails: return [.commitFailed(ticket)]
        case .hangs:
            pendingCommits.append(ticket)
            return []
        }
    }

    // MARK: What the trunks do

    /// A description with these payload types, of a phone at this port.
    static func description(_ payloadTypes: String = "8", port: Int = 40000, _ attributes: String...) -> [UInt8] {
        let lines = [
            "v=0", "o=- 1 1 IN IP4 10.0.0.1", "s=-", "c=IN IP4 10.0.0.1", "t=0 0",
            "m=audio \(port) RTP/AVP \(payloadTypes)",
        ]
        return Array((lines + attributes.map { "a=\($0)" }).joined(separator: "\r\n").utf8) + [13, 10]
    }

    func respond(
        _ status: Int, to request: SIPMessage, tag: String? = "far", headers: [String] = [], body: [UInt8] = [],
        from flow: Flow = Stage.trunk1
    ) {
        var lines = ["SIP/2.0 \(status) Phrase"]
        lines += request.headers.values(.via).map { "Via: \($0)" }
        lines.append("From: \(request.from.text)")
        lines.append("To: \(request.to.text)" + (tag != nil && request.to.tag == nil ? ";tag=\(tag ?? "")" : ""))
        lines += ["Call-ID: \(request.callID)", "CSeq: \(request.cseq.number) \(request.method)"]
        let hasContact = headers.contains { $0.hasPrefix("Contact:") }
        lines += (hasContact ? [] : ["Contact: <sip:far@\(flow.remote)>"]) + headers
        receive(lines, body, from: flow)
    }

    /// A request of the far end within the dialog of `invite`.
    func request(
        _ method: String, in invite: SIPMessage, sequence: Int = 1, tag: String = "far", headers: [String] = [],
        body: [UInt8] = [], from flow: Flow = Stage.trunk1
    ) {
        var lines = ["\(method) sip:duocall@10.0.0.9:5060 SIP/2.0"]
        lines.append("Via: SIP/2.0/UDP \(flow.remote);branch=z9hG4bK\(tag)\(method)\(sequence)\(invite.callID)")
        lines += ["Max-Forwards: 70", "From: \(invite.to.text);tag=\(tag)", "To: \(invite.from.text)"]
        lines += ["Call-ID: \(invite.callID)", "CSeq: \(sequence) \(method)", "Contact: <sip:far@\(flow.remote)>"]
        receive(lines + headers, body, from: flow)
    }

    private func receive(_ lines: [String], _ body: [UInt8], from flow: Flow) {
        var lines = lines
        if !body.isEmpty { lines.append("Content-Type: application/sdp") }
        lines.append("Content-Length: \(body.count)")
        tell(.received(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body, from: flow))
    }

    // MARK: What is to be seen

    /// The oldest INVITE that the test has not taken note of, repetitions aside.
    func invite(_ location: SourceLocation = #_sourceLocation) throws -> SIPMessage {
        try #require(
            sent.first { seenInvites.insert($0.message.freshInvite).inserted && $0.message.isInvite }?.message,
            sourceLocation: location)
    }

    /// Whether an INVITE went out that the test has not taken note of.
    var hasNewInvite: Bool {
        sent.contains { $0.message.isInvite && !seenInvites.contains($0.message.freshInvite) }
    }

    /// Requests with this method within the call of `invite`, each once.
    func requests(_ method: SIPMethod, in invite: SIPMessage) -> [SIPMessage] {
        var branches: Set<String> = []
        return sent.map(\.message).filter {
            $0.status == nil && $0.method == method && $0.callID == invite.callID
                && branches.insert($0.topVia.branch?.description ?? "").inserted
        }
    }

    /// The statuses of our responses to requests with this method in the call of `invite`.
    func statuses(_ method: SIPMethod, in invite: SIPMessage) -> [Int] {
        sent.map(\.message).filter { $0.method == method && $0.callID == invite.callID }
            .compactMap { $0.status.map { Int($0.code) } }
    }

    var call: CallID? {
        for case .accepted(let record, _) in writes.reversed() { return record.id }
        return nil
    }

    /// The final record with its events; of several the last.
    var ended: (record: CallRecord, events: [CallEvent])? {
        for case .ended(let record, let events) in writes.reversed() { return (record, events) }
        return nil
    }

    /// Everything that was told, in order.
    var told: [CallEvent] {
        writes.flatMap { write -> [CallEvent] in
            switch write {
            case .told(_, _, let events), .ended(_, let events): events
            default: []
            }
        }
    }

    var endings: Int {
        writes.count { write in
            if case .ended = write { true } else { false }
        }
    }

    /// The states and parties of the legs' writes, in order.
    var progress: [(party: Party, state: CallState, leg: LegRecord)] {
        writes.compactMap { write in
            guard case .progressed(_, let state, _, let party, let leg) = write else { return nil }
            return (party, state, leg)
        }
    }

    func answers(to ticket: UInt64) -> [CommandAnswer]? { answers[ticket] }

    var occupancy: SwitchboardOccupancy { switchboard.occupancy }
    var signalling: UserAgentCounts { switchboard.signalling }
    var counts: SwitchboardCounts { switchboard.counts }
    var deadline: Instant? { switchboard.deadline }

    func forgetMedia() { media = [] }
    func forgetSent() { sent = [] }

    // MARK: Whole passages

    /// A call of which party 1 rings and answers; its INVITE and party 2's.
    func toParty2(_ request: CallbackRequest = Stage.request(), speaking: [UInt8] = Stage.description()) throws -> (
        first: SIPMessage, second: SIPMessage
    ) {
        place(request)
        let first = try invite()
        respond(180, to: first)
        respond(200, to: first, body: speaking)
        return (first, try invite())
    }

    /// A call whose parties talk.
    func connected(_ request: CallbackRequest = Stage.request()) throws -> (first: SIPMessage, second: SIPMessage) {
        let legs = try toParty2(request)
        respond(180, to: legs.second)
        respond(200, to: legs.second, body: Stage.description())
        return legs
    }

    /// The far ends answer the BYEs and CANCELs that wait for it.
    func answerReleases(of invites: SIPMessage...) {
        for invite in invites {
            for bye in requests(.bye, in: invite) { respond(200, to: bye) }
            for cancel in requests(.cancel, in: invite) {
                respond(200, to: cancel)
                respond(487, to: invite)
            }
        }
    }

    /// Nothing is left of any call.
    var isAtRest: Bool {
        let now = occupancy
        return now.calls == 0 && now.sessions == 0 && now.mediaPorts == 0 && now.trunkCalls.allSatisfy { $0.calls == 0 }
    }
}

extension SIPMessage {
    fileprivate var isInvite: Bool { status == nil && method == .invite && to.tag == nil }
    /// Names an INVITE; a repetition has the same.
    fileprivate var freshInvite: String { isInvite ? "\(callID) \(cseq.number)" : "" }
}

extension MediaCommand {
    /// What a leg's description came to.
    var described: RemoteMedia? {
        if case .describe(_, let remote) = self { remote } else { nil }
    }
}
