import CallSwitching
import SIPSyntax
import SIPTransactions
import SansIO

/// How much each trunk carries, counted from the messages alone and never more than it really is.
struct TrunkLedger {
    private struct Trunk {
        var calls: Set<String> = []
        /// When the last INVITEs began.
        var invites: [Instant] = []
    }

    private let settings: [TransportAddress: TrunkSettings]
    private var trunks: [TransportAddress: Trunk] = [:]
    private var known: Set<String> = []
    private(set) var violations: [Violation] = []

    init(_ trunks: [TrunkSettings]) {
        settings = Dictionary(
            uniqueKeysWithValues: trunks.flatMap { trunk in trunk.targets.flatMap(\.flows).map { ($0.remote, trunk) } })
    }

    /// The switchboard sent a message to a trunk.
    mutating func sent(_ message: SIPMessage, to address: TransportAddress, at now: Instant) {
        guard message.status == nil else { return }
        let call = message.callID.description
        switch message.method {
        case .invite: if known.insert(call).inserted { begin(call, at: address, now) }
        case .bye, .cancel: trunks[address]?.calls.remove(call)
        default: break
        }
    }

    /// The switchboard received a message from a trunk.
    mutating func received(_ message: SIPMessage, from address: TransportAddress) {
        let isRefusal = message.method == .invite && message.status.map { $0.isFailure } ?? false
        if isRefusal || (message.status == nil && message.method == .bye) {
            trunks[address]?.calls.remove(message.callID.description)
        }
    }

    /// The network refused this trunk, or a crash cut its calls off: from now on they are not counted.
    mutating func forget(_ address: TransportAddress) { trunks[address]?.calls = [] }
    mutating func forgetAll() {
        for address in trunks.keys { forget(address) }
    }

    private mutating func begin(_ call: String, at address: TransportAddress, _ now: Instant) {
        guard let limits = settings[address] else { return }
        var trunk = trunks[address] ?? Trunk()
        trunk.calls.insert(call)
        trunk.invites = trunk.invites.filter { $0 + .seconds(1) > now } + [now]
        trunks[address] = trunk
        if let most = limits.maxCalls, trunk.calls.count > most {
            violations.append(Violation(.trunkLimits, "\(trunk.calls.count) calls at \(limits.name)"))
        }
        if let most = limits.maxCallsPerSecond, trunk.invites.count > most {
            violations.append(Violation(.trunkLimits, "\(trunk.invites.count) INVITEs in a second at \(limits.name)"))
        }
    }
}
