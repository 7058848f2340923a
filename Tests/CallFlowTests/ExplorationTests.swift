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
        #expect(Set(exploration.visited.map(\.flow.callState)) == Self.reachableCallStates)
        let missing = Self.reachableReasons(mediaTimeout: mediaTimeout).subtracting(exploration.reasons)
        #expect(missing.isEmpty)
        #expect(exploration.reasons.isSubset(of: Self.reachableReasons(mediaTimeout: mediaTimeout)))
    }

    private static let reachableCallStates: Set<CallState> = [
        .dialling1, .ringing1, .dialling2, .ringing2, .talking, .ended,
    ]

    private static func reachableReasons(mediaTimeout: Duration?) -> Set<EndReason> {
        var reasons: Set<EndReason> = [
            .hangup(.first), .hangup(.second), .maxCallDuration, .apiCancel, .cancelled(.first), .cancelled(.second),
            .callerLeft, .platformRestart,
        ]
        if mediaTimeout != nil { reasons.insert(.mediaTimeout) }
        for party in Party.allCases {
            for failure in [LegFailure.busy, .noAnswer, .trunkTimeout, .rejected, .fault] {
                reasons.insert(.failed(party, failure))
            }
        }
        return reasons
    }
}

/// Breadth first over (flow, time, what it has done so far).
struct Exploration {
    struct Node: Hashable {
        var flow: CallbackFlow
        var now: Instant
        var ledger = Ledger()
    }

    private(set) var visited: Set<Node> = []
    private(set) var violations: Set<String> = []
    private(set) var reasons: Set<EndReason> = []
    private var frontier: [Node]
    private let plan: CallPlan

    /// One step of the grid; the limits are multiples of it, so that inputs meet them exactly.
    private static let step = Duration.seconds(1)

    init(mediaTimeout: Duration?) {
        plan = CallPlan(
            maxDialDuration1: .seconds(1), maxDialDuration2: .seconds(2), maxCallDuration: .seconds(3),
            mediaTimeout: mediaTimeout)
        frontier = [Node(flow: CallbackFlow(plan: plan), now: Instant(nanoseconds: 0))]
        visited = Set(frontier)
    }

    mutating func run() {
        while !frontier.isEmpty {
            let nodes = frontier
            frontier = []
            for node in nodes { visit(node) }
        }
    }

    private mutating func visit(_ node: Node) {
        checkStanding(node)
        for input in Self.inputs { follow(node, input, at: node.now) }
        guard let deadline = node.flow.deadline else { return }
        // The release has nothing but its end to wait for: no need to walk there.
        if !node.ledger.isDecided, node.now + Self.step < deadline {
            follow(node, .timeOut, at: node.now + Self.step)
        }
        follow(node, .timeOut, at: deadline - .nanoseconds(1))
        follow(node, .timeOut, at: deadline)
        follow(node, .cancel, at: deadline + .milliseconds(1))
    }

    private mutating func follow(_ node: Node, _ input: FlowInput, at now: Instant) {
        guard now >= node.now else { return }
        var next = node
        next.now = now
        let actions = next.flow.handle(input, at: now)
        for action in actions {
            if let violation = next.ledger.enter(action) { violations.insert("\(violation): \(input) in \(node)") }
            if case .decided(let ending) = action { reasons.insert(ending.reason) }
        }
        checkStanding(next)
        if input == .timeOut, now < node.flow.deadline ?? now, next.flow != node.flow {
            violations.insert("an early time-out had an effect: \(node)")
        }
        if visited.insert(next).inserted { frontier.append(next) }
    }

    private mutating func checkStanding(_ node: Node) {
        let isIdle = !node.ledger.isBegun || node.ledger.isFinished
        if (node.flow.deadline == nil) != isIdle { violations.insert("waits without a deadline: \(node)") }
        if let deadline = node.flow.deadline, deadline <= node.now { violations.insert("deadline not met: \(node)") }
        if node.flow.canBeCancelled == node.ledger.isDecided { violations.insert("cancel misjudged: \(node)") }
        if (node.flow.callState == .ended) != node.ledger.isDecided { violations.insert("ended misjudged: \(node)") }
        if (node.flow.callState == .talking) != (node.ledger.isConnected && !node.ledger.isDecided) {
            violations.insert("talking misjudged: \(node)")
        }
        if !node.ledger.isFinished, node.ledger.isBegun { checkEnd(of: node) }
    }

    /// Left alone, a call is finished after a few deadlines.
    private mutating func checkEnd(of node: Node) {
        var left = node
        for _ in 0..<4 {
            guard let deadline = left.flow.deadline else { break }
            for action in left.flow.handle(.timeOut, at: deadline) { _ = left.ledger.enter(action) }
        }
        if !left.ledger.isFinished { violations.insert("does not end by itself: \(node)") }
    }

    private static let inputs: [FlowInput] =
        [.start, .cancel, .hangUpAll, .timeOut]
        + Party.allCases.flatMap { party -> [FlowInput] in
            [
                .trying(party), .redialled(party), .ringing(party), .progressed(party), .answered(party),
                .failed(party, .busy), .hungUp(party), .released(party), .mediaFlowing(party), .mediaQuiet(party),
                .mediaIdle(party), .held(party, true), .held(party, false),
            ]
        }
}
