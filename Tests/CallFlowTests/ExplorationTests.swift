import CallFlow
import CallModel
import SansIO
import Testing

/// Every state that can be reached on a grid of times, with every input at every one of them.
@Suite struct ExplorationTests {
    @Test(arguments: [Duration.seconds(2), nil])
    func `every input in every reachable state keeps the rules`(mediaTimeout: Duration?) {
        var exploration = Exploration(mediaTimeout: mediaTimeout)
        exploration.run()
        #expect(exploration.violations.isEmpty)
        #expect(exploration.visited.count > 1000)
        #expect(exploration.callStates == Self.callStates)
        #expect(exploration.reasons == Self.reasons(mediaTimeout: mediaTimeout))
    }

    @Test(arguments: Self.sounding)
    func `so it does with everything that can be heard`(name: String, sounds: CallSounds) {
        var exploration = Exploration(mediaTimeout: nil, sounds: sounds)
        exploration.run()
        #expect(exploration.violations.isEmpty)
        #expect(exploration.visited.count > 300, "\(name)")
        #expect(exploration.callStates.isSuperset(of: Self.callStates))
        let reasons = Self.reasons(mediaTimeout: nil)
            .union(sounds.mayFail ? [.playError] : [])
            .union(Party.allCases.filter { sounds.confirmation(of: $0) != nil }.map { .failed($0, .confirmFailed) })
        #expect(exploration.reasons == reasons)
    }

    private static let tone = PreparedVoice.sample("tone", .seconds(1))

    private static let sounding: [(String, CallSounds)] =
        RingToneMode.allCases.map { mode in
            ("ring tone \(mode)", CallSounds(ringTone: RingTone(mode: mode, voice: tone)))
        } + [
            (
                "prompts for party 1",
                CallSounds(
                    confirmation1: confirmation,
                    recording: RecordingOrder(
                        start: .dialling2, hint: RecordingHint(sound: .voice(tone), audience: .first)))
            ),
            (
                "prompts for party 2",
                CallSounds(confirmation2: confirmation, busyVoice: .sample("busy", .seconds(1)))
            ),
            ("greetings", CallSounds(greeting1: tone, greeting2: .sample("welcome", .seconds(1)))),
            (
                "over the conversation",
                CallSounds(
                    countdown: Countdown(time: .seconds(1), sound: .voice(tone), audience: .both),
                    recording: RecordingOrder(
                        start: .connection, hint: RecordingHint(sound: .voice(tone), audience: .both)))
            ),
            (
                "recorded from the start",
                CallSounds(
                    recording: RecordingOrder(
                        start: .dialling1, hint: RecordingHint(sound: .voice(tone), audience: .second)))
            ),
        ]

    private static let confirmation = Confirmation(key: .one, timeout: .seconds(1), prompt: .voice(tone))

    private static let callStates: Set<CallState> = [
        .dialling1, .ringing1, .dialling2, .ringing2, .talking, .ended,
    ]

    private static func reasons(mediaTimeout: Duration?) -> Set<EndReason> {
        var reasons: Set<EndReason> = [
            .hangup(.first), .hangup(.second), .maxCallDuration, .apiCancel, .cancelled(.first), .cancelled(.second),
            .callerLeft, .platformRestart,
        ]
        if mediaTimeout != nil { reasons.insert(.mediaTimeout) }
        for party in Party.allCases {
            for failure in [LegFailure.busy, .noAnswer, .trunkTimeout, .congestion, .rejected, .fault] {
                reasons.insert(.failed(party, failure))
            }
        }
        return reasons
    }
}

extension CallSounds {
    /// Whether anything in it may end the call by failing.
    fileprivate var mayFail: Bool {
        ringTone != nil || greeting1 != nil || greeting2 != nil || confirmation1 != nil || confirmation2 != nil
            || recording?.hint != nil
    }
}

/// Breadth first over (flow, time, what it has done so far).
struct Exploration {
    struct Node: Hashable {
        var flow: CallbackFlow
        var now: Instant
        var ledger: Ledger
    }

    private(set) var visited: Set<Node> = []
    private(set) var violations: Set<String> = []
    private(set) var reasons: Set<EndReason> = []
    private var frontier: [Node]
    /// How calls were decided: one of a kind is followed on, since nothing is left but its release.
    private var decisions: Set<Decision> = []

    private struct Decision: Hashable {
        let input: FlowInput
        let ledger: Ledger
    }

    /// One step of the grid; the limits are multiples of it, so that inputs meet them exactly.
    private static let step = Duration.seconds(1)
    private let inputs: [FlowInput]

    /// With sounds, holds are left out: they say nothing about them, and every state comes in four versions.
    init(mediaTimeout: Duration?, sounds: CallSounds = .none) {
        let plan = CallPlan(
            maxDialDuration1: .seconds(1), maxDialDuration2: .seconds(sounds == .none ? 2 : 1),
            maxCallDuration: .seconds(3), mediaTimeout: mediaTimeout, sounds: sounds)
        inputs = sounds == .none ? Self.inputs + Self.holds : Self.inputs
        let start = Node(flow: CallbackFlow(plan: plan), now: Instant(nanoseconds: 0), ledger: Ledger(sounds))
        frontier = [start]
        visited = [start]
        checkStanding(start)
    }

    var callStates: Set<CallState> { Set(visited.map(\.flow.callState)) }

    mutating func run() {
        while !frontier.isEmpty {
            let nodes = frontier
            frontier = []
            for node in nodes { visit(node) }
        }
    }

    private mutating func visit(_ node: Node) {
        for input in inputs { follow(node, input, at: node.now) }
        guard let deadline = node.flow.deadline else { return }
        // The release, and a leg that waits for its turn, have nothing but their ends to wait for: no need to walk there.
        let waits = node.ledger.isDecided || deadline - node.now > .seconds(10)
        if !waits, node.now + Self.step < deadline {
            follow(node, .timeOut, at: node.now + Self.step)
        }
        checkPatience(of: node, at: deadline - .nanoseconds(1))
        follow(node, .timeOut, at: deadline)
        follow(node, .cancel, at: deadline + .milliseconds(1))
    }

    private mutating func follow(_ node: Node, _ input: FlowInput, at now: Instant) {
        guard now >= node.now else { return }
        var next = node
        next.now = now
        let actions = next.flow.handle(input, at: now)
        // Most inputs mean nothing in most states.
        if actions.isEmpty, now == node.now, next.flow == node.flow { return }
        for action in actions {
            if let violation = next.ledger.enter(action) { violations.insert("\(violation): \(input) in \(node)") }
            if case .decided(let ending) = action { reasons.insert(ending.reason) }
        }
        guard !visited.contains(next) else { return }
        checkStanding(next)
        if next.ledger.isDecided, !node.ledger.isDecided {
            guard decisions.insert(Decision(input: input, ledger: next.ledger)).inserted else { return }
        }
        visited.insert(next)
        frontier.append(next)
    }

    private mutating func checkPatience(of node: Node, at now: Instant) {
        guard now >= node.now else { return }
        var flow = node.flow
        if !flow.handle(.timeOut, at: now).isEmpty || flow != node.flow {
            violations.insert("an early time-out had an effect: \(node)")
        }
    }

    private mutating func checkStanding(_ node: Node) {
        let isIdle = !node.ledger.isBegun || node.ledger.isFinished
        if (node.flow.deadline == nil) != isIdle { violations.insert("waits without a deadline: \(node)") }
        if let deadline = node.flow.deadline, deadline <= node.now { violations.insert("deadline not met: \(node)") }
        let isFixed = node.ledger.isDecided || node.ledger.isNotifying
        if node.flow.canBeCancelled == isFixed { violations.insert("cancel misjudged: \(node)") }
        if (node.flow.callState == .ended) != node.ledger.isDecided { violations.insert("ended misjudged: \(node)") }
        if (node.flow.callState == .talking) != (node.ledger.isConnected && !node.ledger.isDecided) {
            violations.insert("talking misjudged: \(node)")
        }
        if !node.ledger.isFinished, node.ledger.isBegun { checkEnd(of: node) }
    }

    /// Left alone, a call is finished after a few deadlines.
    private mutating func checkEnd(of node: Node) {
        var left = node
        for _ in 0..<12 {
            guard let deadline = left.flow.deadline else { break }
            for action in left.flow.handle(.timeOut, at: deadline) { _ = left.ledger.enter(action) }
        }
        if !left.ledger.isFinished { violations.insert("does not end by itself: \(node)") }
    }

    private static let inputs: [FlowInput] =
        [.start, .cancel, .hangUpAll, .timeOut]
        + Party.allCases.flatMap { party -> [FlowInput] in
            [
                .invited(party), .trying(party), .redialled(party), .ringing(party), .progressed(party),
                .progressed(party, described: true), .answered(party), .failed(party, .busy), .hungUp(party),
                .released(party), .mediaFlowing(party), .mediaQuiet(party), .mediaIdle(party), .played(party),
                .playFailed(party), .pressed(party, .one), .pressed(party, .two),
            ]
        }

    private static let holds: [FlowInput] = Party.allCases.flatMap { [.held($0, true), .held($0, false)] }
}
