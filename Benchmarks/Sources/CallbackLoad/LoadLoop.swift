internal import LinuxIO
internal import Measuring
internal import SansIO

/// The whole load in one thread: places calls at an even pace, is the carrier, and hears the events.
final class LoadLoop {
    private enum Ear: UInt64 {
        // The carrier's tokens are its sockets' own, so that it comes first.
        case carrier, clock, events, event, api
    }

    let carrier: SIPCarrier
    let receiver: EventReceiver
    var ledger: CallLedger
    private let poller: Poller
    private let clock: AlarmClock
    private var api: APIClient?
    private var placed = 0
    /// How late calls were placed.
    private(set) var lag = Samples()

    /// - Parameter identity: what the carrier speaks TLS with; `nil`: UDP.
    init(calls: Int, firstMeasured: Int, identity: String? = nil) throws {
        let carrier = try SIPCarrier(identity: identity)
        let poller = try Poller()
        let clock = try AlarmClock()
        let descriptors = Watch()
        receiver = try EventReceiver { try descriptors.add($0, Self.token(.event, $1)) }
        try poller.add(clock.descriptor, token: Self.token(.clock, 0))
        try carrier.watch(by: poller)
        try poller.add(receiver.listener.descriptor, token: Self.token(.events, 0))
        ledger = CallLedger(calls: calls, firstMeasured: firstMeasured)
        clock.ring(at: MonotonicClock.now(), every: .milliseconds(1))
        (self.carrier, watch) = (carrier, descriptors)
        self.poller = poller
        self.clock = clock
    }

    private let watch: Watch

    /// Descriptors that turned up while the poller's events were being handled.
    private final class Watch {
        var added: [(Int32, UInt64)] = []

        func add(_ descriptor: Int32, _ token: UInt64) throws { added.append((descriptor, token)) }
    }

    func call(_ server: ServerProcess, _ account: Account) {
        api = APIClient(port: server.httpPort, account: account) { [watch] in
            try watch.add($0, Self.token(.api, $1))
        }
    }

    /// Places the calls up to number `end` at `rate` a second.
    func place(upTo end: Int, rate: Int) throws {
        let (first, start) = (placed, MonotonicClock.now().nanoseconds)
        while placed < end {
            try turn()
            let now = MonotonicClock.now().nanoseconds
            while placed < end {
                let due = start + Int64(placed - first) * 1_000_000_000 / Int64(rate)
                guard due <= now else { break }
                lag.record(nanoseconds: now - due)
                try api?.place(placed, &ledger)
                placed += 1
            }
            try watchNew()
        }
    }

    /// Goes on without new calls until `isOver`, or until the time has passed.
    func goOn(atMost limit: Duration, until isOver: (LoadLoop) -> Bool = { _ in false }) throws {
        let end = MonotonicClock.now() + limit
        while !isOver(self), MonotonicClock.now() < end { try turn() }
    }

    private func turn() throws {
        let count = poller.wait()
        for index in 0..<count {
            let token = poller.event(at: index).token
            let place = Int(token & 0xFFFF_FFFF)
            switch Ear(rawValue: token >> 32) {
            case .clock:
                _ = clock.acknowledge()
                carrier.passTime(MonotonicClock.now().nanoseconds, &ledger)
            case .carrier: try carrier.receive(at: place, into: &ledger)
            case .events: try receiver.accept()
            case .event: receiver.receive(at: place, &ledger)
            case .api: api?.receive(at: place, &ledger)
            case nil: preconditionFailure("a token of nobody")
            }
        }
        try watchNew()
    }

    private func watchNew() throws {
        for (descriptor, token) in watch.added { try poller.add(descriptor, token: token) }
        watch.added.removeAll(keepingCapacity: true)
    }

    private static func token(_ ear: Ear, _ place: Int) -> UInt64 { ear.rawValue << 32 | UInt64(place) }
}
