import CallModel
import SDP
import SIPTransactions
import SIPUserAgent
import SansIO

/// One way to reach a destination, and the caller number shown there.
struct Line: Hashable {
    /// By its place in the configuration; `nil` for a phone: neither calls nor pace are limited there.
    let trunk: Int?
    /// Whether the phone's media is encrypted; of a trunk's, the trunk says it.
    let phoneSecurity: MediaSecurity
    /// A registered phone's contact, where its extension was found when the call was placed.
    let phoneURI: String?
    /// The trunk's server, or where the phone registered.
    let flow: Flow
    /// `nil`: the trunk takes any number and the app has none.
    let caller: PhoneNumber?

    init(phone: RegisteredContact, security: MediaSecurity, caller: PhoneNumber?) {
        trunk = nil
        phoneSecurity = security
        phoneURI = phone.uri
        flow = phone.flow
        self.caller = caller
    }

    init(trunk: Int, flow: Flow, caller: PhoneNumber?) {
        self.trunk = trunk
        phoneSecurity = .off
        phoneURI = nil
        self.flow = flow
        self.caller = caller
    }

    /// The trunk's server; `nil` for a phone, which is where it registered or nowhere.
    var server: TrunkServers.Key? { trunk.map { TrunkServers.Key(trunk: $0, flow: flow) } }
}

/// The trunks, what they carry now, and who may use them.
struct TrunkTable {
    let trunks: [TrunkSettings]
    private let country: String
    /// Each trunk's caller numbers, normalised.
    private let accepted: [Set<NormalisedNumber>]
    private var callsInUse: [Int]
    private var pace: [CallPace?]
    /// Until when each server asked for peace.
    private var rests: [TrunkServers.Key: Instant] = [:]
    var servers: TrunkServers
    private let addresses: Set<IPAddress>

    /// - Parameter addresses: trusted as the trunks' own are.
    init(trunks: [TrunkSettings], addresses: Set<IPAddress> = [], country: String) {
        self.addresses = addresses
        self.trunks = trunks
        self.country = country
        accepted = trunks.map { Set($0.callerIDs.map { $0.normalised(country: country) }) }
        servers = TrunkServers(trunks)
        callsInUse = trunks.map { _ in 0 }
        pace = trunks.map { $0.maxCallsPerSecond.map(CallPace.init(perSecond:)) }
    }

    /// The lines towards `party`, best first: the longest matching prefix, the order of configuration, the servers'
    /// priorities. Servers that are down come last, so that they cost no call any waiting.
    func lines(
        for party: Party, of request: CallbackRequest, at now: Instant, using entropy: inout Entropy
    ) -> [Line] {
        guard request.mayCallThroughTrunks(party) else { return [] }
        let dialled = request.destination(of: party).dialled
        let matches = trunks.indices.compactMap { index in
            Self.matchLength(of: trunks[index].prefixes, with: dialled).map { (index: index, length: $0) }
        }
        let lines = matches.sorted { ($1.length, $0.index) < ($0.length, $1.index) }.flatMap { match in
            servers.inTurn(of: match.index, using: &entropy).compactMap { flow in
                line(
                    on: match.index, by: flow, asked: request.callerNumber(for: party),
                    numbers: request.callerNumbers)
            }
        }
        guard let firstDown = lines.firstIndex(where: { !isUsable($0, at: now) }) else { return lines }
        let rest = lines[firstDown...]
        return Array(lines[..<firstDown]) + rest.filter { isUsable($0, at: now) }
            + rest.filter { !isUsable($0, at: now) }
    }

    /// Whether an address is one of a trunk's: of its servers now, or of those found at the start.
    func isTrunk(_ ip: IPAddress) -> Bool { addresses.contains(ip) || servers.addresses.contains(ip) }

    /// Whether the line's server is up, as far as is known.
    func isUsable(_ line: Line, at now: Instant) -> Bool {
        line.server.map { servers.isUsable($0, at: now) } ?? true
    }

    /// Every server as it stands, in the order of the trunks.
    var serverNotes: [ServerNote] { servers.all.map { note($0) } }

    func note(_ change: ServerChange) -> ServerNote {
        ServerNote(trunk: trunks[change.trunk].name, flow: change.flow, isUp: change.isUp)
    }

    /// Takes note of how the line's server behaved.
    mutating func note(_ sign: TargetHealth.Sign, of line: Line, at now: Instant) {
        if let server = line.server { servers.note(sign, of: server, at: now) }
    }

    /// How many digits of `dialled` the best prefix matches; `*` matches none of them, but it matches.
    private static func matchLength(of prefixes: [String], with dialled: String) -> Int? {
        prefixes.compactMap { prefix in
            if prefix == "*" { return 0 }
            return dialled.hasPrefix(prefix) ? prefix.utf8.count : nil
        }.max()
    }

    private func line(on trunk: Int, by flow: Flow, asked: PhoneNumber?, numbers: [PhoneNumber]) -> Line? {
        let accepted = accepted[trunk]
        func accepts(_ number: PhoneNumber) -> Bool {
            accepted.isEmpty || accepted.contains(number.normalised(country: country))
        }
        if let asked { return accepts(asked) ? Line(trunk: trunk, flow: flow, caller: asked) : nil }
        if numbers.isEmpty { return Line(trunk: trunk, flow: flow, caller: trunks[trunk].callerIDs.first) }
        return numbers.first(where: accepts).map { Line(trunk: trunk, flow: flow, caller: $0) }
    }

    /// Whether the trunk has room for one more call, `beside` others that are about to come.
    func hasRoom(on line: Line, beside others: Int = 0) -> Bool {
        guard let trunk = line.trunk, let limit = trunks[trunk].maxCalls else { return true }
        return callsInUse[trunk] + others < limit
    }

    /// Whether a call may begin on the line now.
    func isFree(_ line: Line, at now: Instant) -> Bool {
        hasRoom(on: line) && nextTurn(on: line, at: now) <= now
    }

    /// The longest rest that a trunk is granted.
    static let longestRest: Duration = .seconds(600)

    /// Gives the trunk no calls for as long as its 503 asked (RFC 3261 §21.5.4).
    mutating func rest(_ line: Line, for pause: Duration, at now: Instant) {
        if let server = line.server { rests[server] = now + min(pause, Self.longestRest) }
    }

    func isResting(_ line: Line, at now: Instant) -> Bool {
        line.server.flatMap { rests[$0] }.map { now < $0 } ?? false
    }

    mutating func occupy(_ line: Line) {
        if let trunk = line.trunk { callsInUse[trunk] += 1 }
    }

    mutating func vacate(_ line: Line) { vacateLine(of: line.trunk) }

    /// One of a trunk's lines; `nil`: a phone's.
    mutating func vacateLine(of trunk: Int?) {
        guard let trunk else { return }
        precondition(callsInUse[trunk] > 0, "a line is vacated once")
        callsInUse[trunk] -= 1
    }

    /// Calls on the trunk now.
    func calls(on trunk: Int) -> Int { callsInUse[trunk] }

    /// When the next INVITE may go to the trunk: `now`, or later where its pace is used up.
    func nextTurn(on line: Line, at now: Instant) -> Instant {
        line.trunk.flatMap { pace[$0]?.nextTurn(at: now) } ?? now
    }

    /// Counts an INVITE to the trunk.
    mutating func takeTurn(on line: Line, at now: Instant) {
        if let trunk = line.trunk { pace[trunk]?.takeTurn(at: now) }
    }
}

/// At most so many turns within any one second, remembered as a ring of the last ones.
struct CallPace {
    private var turns: [Instant?]
    private var oldest = 0

    init(perSecond: Int) {
        precondition(perSecond > 0, "a pace allows at least one call a second")
        turns = Array(repeating: nil, count: perSecond)
    }

    func nextTurn(at now: Instant) -> Instant {
        guard let turn = turns[oldest] else { return now }
        return max(now, turn + .seconds(1))
    }

    mutating func takeTurn(at now: Instant) {
        turns[oldest] = now
        oldest = (oldest + 1) % turns.count
    }
}
