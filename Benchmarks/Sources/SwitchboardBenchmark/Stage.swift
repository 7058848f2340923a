internal import CallModel
internal import CallSwitching
internal import CallTracing
internal import CountedMalloc
internal import MediaControl
internal import Measuring
internal import SIPTransactions
internal import SansIO

/// A switchboard between a client, a store and a carrier that do at once what they are asked. What they do is not
/// measured: all calls of a round take each step together, and the time is taken while the switchboard has its turn.
struct Stage: ~Copyable {
    /// What the switchboard took so far.
    struct Cost {
        var nanoseconds = 0.0
        var allocations = 0
    }

    private(set) var cost = Cost()
    private var switchboard: Switchboard
    private var carrier = Carrier(at: Flow(remote: TransportAddress(ip: .v4(0x0A00_0001), port: 5060)))
    private var now = Instant(nanoseconds: 1_000_000_000)
    private var placed = 0
    private var effects: [SwitchboardEffect] = []

    init(tracing: Bool = true) {
        let trunk = carrier.flow
        switchboard = Switchboard(
            settings: SwitchboardSettings(
                trunks: [
                    TrunkSettings(
                        name: TrunkName(rawValue: "carrier"), host: trunk.remote.description, flow: trunk,
                        mediaAddress: .v4(0x0A00_0009))
                ],
                trunkAddresses: [trunk.remote.ip], listeners: [ListeningPoint("10.0.0.9:5060")],
                mediaBindAddress: .v4(0x0A00_0009),
                traces: tracing ? TraceLimits() : TraceLimits(bytesInAll: 0)),
            entropy: Entropy(seed: 1))
    }

    /// Whole callbacks, and a minute in which their transactions come to their ends.
    mutating func lead(_ calls: Int) {
        connect(calls)
        hangUp()
        let end = now + .seconds(60)
        while let due = switchboard.deadline, due <= end {
            now = max(now, due)
            play([.timePassed])
        }
        now = end
    }

    /// Callbacks up to the second ACK.
    mutating func connect(_ calls: Int) {
        play((0..<calls).map { _ in placement() })
        precondition(switchboard.occupancy.calls == carrier.talking, "every call is connected")
    }

    /// The second party of each connected call hangs up.
    mutating func hangUp() {
        play(carrier.hangUp())
        precondition(switchboard.occupancy.calls == 0, "every call ends")
    }

    private mutating func placement() -> SwitchboardInput {
        placed += 1
        let account = CertID(rawValue: "0123456789abcdef")
        let digits = String(10_000_000 + placed % 10_000_000)
        guard let to1 = PhoneNumber("138" + digits), let to2 = PhoneNumber("139" + digits),
            let caller = PhoneNumber("075589877675")
        else { preconditionFailure("digits are a phone number") }
        let app = AppID(rawValue: "benchmark")
        let request = CallbackRequest(
            account: account, mainAccount: account, app: app, to1: .number(to1), to2: .number(to2),
            callerNumbers: [caller], maxCallDuration: .seconds(3600), mediaTimeout: .zero,
            eventTarget: EventTarget(url: "http://receiver.example/events", signer: account, app: app))
        return .place(
            CommandTicket(number: UInt64(placed)),
            Placement(request: request, replay: nil, wallTime: WallTime(milliseconds: 1_800_000_000_000)))
    }

    /// Tells the switchboard this, and whatever its effects cause.
    private mutating func play(_ inputs: [SwitchboardInput]) {
        var inputs = inputs
        while !inputs.isEmpty {
            var next: [SwitchboardInput] = []
            tell(inputs)
            for effect in effects { react(to: effect, &next) }
            effects.removeAll(keepingCapacity: true)
            now = now + .milliseconds(20)
            inputs = next
        }
    }

    private mutating func tell(_ inputs: [SwitchboardInput]) {
        effects.reserveCapacity(16 * inputs.count)
        let (allocations, start) = (counted_malloc_calls(), threadProcessorNanoseconds())
        for input in inputs { effects += switchboard.handle(input, at: now) }
        cost.nanoseconds += threadProcessorNanoseconds() - start
        cost.allocations += Int(counted_malloc_calls() - allocations)
    }

    private mutating func react(to effect: SwitchboardEffect, _ inputs: inout [SwitchboardInput]) {
        switch effect {
        case .transmit(let datagram): inputs += carrier.receive(datagram)
        case .media(.open(let leg, _)): inputs.append(.media(.opened(leg)))
        case .media(.close(let leg)): inputs.append(.media(.closed(leg, MediaSummary())))
        case .store(_, let ticket?): inputs.append(.committed(ticket))
        case .media, .store, .answer, .note, .server, .recordingFailed, .registrationRefused: break
        }
    }
}
