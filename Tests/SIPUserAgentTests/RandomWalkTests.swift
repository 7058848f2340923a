import SIPSyntax
import SIPTransactions
import SansIO
import Testing

@testable import SIPUserAgent

/// A far end without sense: whatever it does, in whatever order, the rules below hold.
struct RandomWalk {
    struct Call {
        let invite: SIPMessage
        var events: [SessionEvent] = []
        var firstSuccess: Instant?
        var sequence = 0
        /// Branches of our BYEs, by dialog.
        var byes: [String: Set<String>] = [:]
        /// Dialogs whose BYE we answered.
        var left: Set<String> = []
    }

    var party: Party
    var dice: Entropy
    var calls: [SessionID: Call] = [:]
    var order: [SessionID] = []
    var offers: [OfferID] = []
    var ours: [SIPMessage] = []

    init(seed: UInt64) {
        party = Party(seed: seed)
        dice = Entropy(seed: seed &+ 1_000)
    }

    mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &dice) }

    mutating func take(_ actions: [UserAgentAction]) throws {
        for action in actions {
            switch action {
            case .transmit(let datagram):
                let message = try SIPMessage(parsing: datagram.bytes)
                if message.isRequest, message.method != .ack, message.method != .invite { ours.append(message) }
                if message.isRequest, message.method == .bye { note(bye: message) }
            case .session(let id, let event): told(event, of: id)
            case .pinged, .phonesRegistered, .registrationRefused: break
            }
        }
    }

    mutating func told(_ event: SessionEvent, of id: SessionID) {
        #expect(calls[id]?.events.contains(.released) == false, "\(event) after the end")
        switch event {
        case .offered(let offer, _), .offerRequested(let offer): offers.append(offer)
        default: break
        }
        calls[id]?.events.append(event)
    }

    mutating func note(bye: SIPMessage) {
        guard let id = calls.first(where: { $0.value.invite.callID == bye.callID })?.key else { return }
        let tag = bye.to.tag?.description ?? ""
        let branch = bye.topVia.branch?.description ?? ""
        let isNew = calls[id]?.byes[tag, default: []].insert(branch).inserted == true
        #expect(!isNew || calls[id]?.left.contains(tag) == false, "a BYE after theirs was answered")
        #expect(calls[id]?.byes[tag]?.count == 1, "one BYE for each dialog")
    }

    mutating func step() throws {
        guard let id = order.isEmpty ? nil : order[roll(order.count)], let call = calls[id] else { return try begin() }
        switch roll(11) {
        case 0: try begin()
        case 1, 2, 3: try respond(to: call.invite, of: id)
        case 4: try take(party.agent.hangUp(id, reason: .q850(16), at: party.now))
        case 5: try request(["BYE", "INVITE", "UPDATE", "INFO", "ACK", "CANCEL"][roll(6)], of: id)
        case 6: try request("INVITE", of: id)
        case 7: try answerOffer()
        case 8: try take(party.pass(.milliseconds(roll(12_000))))
        case 9: try answerOurs()
        default: if roll(10) == 0 { try take(party.agent.transportFailed(Party.trunk, at: party.now)) }
        }
    }

    mutating func begin() throws {
        let (id, invite) = try party.invite()
        calls[id] = Call(invite: invite)
        order.append(id)
    }

    mutating func respond(to invite: SIPMessage, of id: SessionID) throws {
        let status = [100, 180, 183, 200, 200, 200, 302, 486, 487, 503][roll(10)]
        let tag = ["a", "b", "c"][roll(3)]
        let actions = party.respond(status, to: invite, tag: status == 100 ? nil : tag, headers: [Party.contact])
        if status == 200, mustAcknowledge(id) {
            let acks = try allSent(actions).filter {
                $0.message.method == .ack && $0.message.to.tag?.description == tag
            }
            #expect(acks.count == 1, "each 2xx deserves its ACK")
        }
        if status == 200, calls[id]?.firstSuccess == nil { calls[id]?.firstSuccess = party.now }
        try take(actions)
    }

    /// Whether the INVITE's transaction still knows 2xx.
    func mustAcknowledge(_ id: SessionID) -> Bool {
        guard let call = calls[id] else { return false }
        let hasFailed = call.events.contains { event in
            if case .failed = event { true } else { false }
        }
        return !hasFailed && call.firstSuccess.map { party.now - $0 < .seconds(32) } ?? true
    }

    mutating func request(_ method: String, of id: SessionID) throws {
        guard let call = calls[id] else { return }
        calls[id]?.sequence += 1
        let tag = ["a", "b", "c"][roll(3)]
        let text = Party.request(
            method, in: call.invite, sequence: call.sequence + 1, tag: tag, branch: "z9hG4bK\(dice.next())",
            body: roll(2) == 0 ? Party.offer : [])
        let actions = party.receive(text)
        try take(actions)
        guard method == "BYE", try allSent(actions).contains(where: { $0.message.status == .ok }) else { return }
        calls[id]?.left.insert(tag)
    }

    mutating func answerOffer() throws {
        guard let offer = offers.popLast() else { return }
        let answer: OfferAnswer = roll(2) == 0 ? .accept(body: Party.answer) : .reject(status: 488)
        try take(party.agent.answerOffer(offer, answer, at: party.now))
    }

    mutating func answerOurs() throws {
        guard !ours.isEmpty else { return }
        try take(party.respond([100, 200, 481][roll(3)], to: ours[roll(ours.count)]))
    }

    mutating func finish() throws {
        for id in order { try take(party.agent.hangUp(id, reason: nil, at: party.now)) }
        try take(party.pass(.seconds(800)))
        #expect(party.agent.counts.sessions == 0)
        #expect(party.agent.counts.transactions.living == 0)
        #expect(party.agent.deadline == nil)
        for call in calls.values {
            #expect(call.events.last == .released)
            let outcomes = call.events.filter { event in
                switch event {
                case .answered, .failed, .lateAnswer: true
                default: false
                }
            }
            #expect(outcomes.count == 1)
            #expect(call.events.filter { $0 == .unacknowledged || isHangUp($0) }.count <= 2)
        }
    }

    private func isHangUp(_ event: SessionEvent) -> Bool {
        if case .hungUp = event { true } else { false }
    }
}

@Suite struct RandomWalkTests {
    @Test(arguments: 0..<250 as Range<UInt64>)
    func `whatever the far end does, each session ends once and leaves nothing`(seed: UInt64) throws {
        var walk = RandomWalk(seed: seed)
        for _ in 0..<80 { try walk.step() }
        try walk.finish()
    }
}
