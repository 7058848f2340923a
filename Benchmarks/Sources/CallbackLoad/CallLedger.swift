internal import Measuring

/// What became of each call, by its number.
struct CallLedger {
    struct Entry {
        var postedAt: Int64 = 0
        var firstAnsweredAt: Int64 = 0
        var isAccepted = false
        /// Bit 0 for the first party, bit 1 for the second.
        var invited: UInt8 = 0
        var acknowledged: UInt8 = 0
        var challenged: UInt8 = 0
        var events = 0
        var endedWell = false

        /// Both parties' 200 were acknowledged.
        var isConnected: Bool { acknowledged == 3 }
    }

    var entries: [Entry]
    /// From here on calls count for the durations.
    let firstMeasured: Int
    var acceptance = Samples()
    var secondInvite = Samples()
    /// What went otherwise than on a good day, by its name.
    var oddities: [String: Int] = [:]
    var refusals: [String: Int] = [:]

    private(set) var connectedCount = 0
    private(set) var deliveredCount = 0

    init(calls: Int, firstMeasured: Int) {
        entries = [Entry](repeating: Entry(), count: calls)
        self.firstMeasured = firstMeasured
    }

    mutating func note(_ oddity: String) { oddities[oddity, default: 0] += 1 }

    mutating func accepted(_ call: Int, at now: Int64) {
        entries[call].isAccepted = true
        if call >= firstMeasured { acceptance.record(nanoseconds: now - entries[call].postedAt) }
    }

    /// Whether this is the first INVITE to that party.
    mutating func invited(_ leg: Leg, at now: Int64) -> Bool {
        guard entries[leg.call].invited & leg.bit == 0 else { return false }
        entries[leg.call].invited |= leg.bit
        if leg.isSecond, leg.call >= firstMeasured {
            secondInvite.record(nanoseconds: now - entries[leg.call].firstAnsweredAt)
        }
        return true
    }

    /// Whether that party's INVITE was taken.
    func isInvited(_ leg: Leg) -> Bool { entries[leg.call].invited & leg.bit != 0 }

    /// The party's INVITE came without the proof that it needs.
    mutating func challenged(_ leg: Leg) {
        if entries[leg.call].challenged & leg.bit != 0 { note("INVITE challenged again") }
        entries[leg.call].challenged |= leg.bit
    }

    /// Whether both parties are connected by this, for the first time.
    mutating func acknowledged(_ leg: Leg) -> Bool {
        let before = entries[leg.call].isConnected
        entries[leg.call].acknowledged |= leg.bit
        guard !before, entries[leg.call].isConnected else { return false }
        connectedCount += 1
        return true
    }

    mutating func eventArrived(_ call: Int, endedWell: Bool) {
        if entries[call].events == 0 { deliveredCount += 1 }
        entries[call].events += 1
        if entries[call].events > 1 { note("event delivered again") }
        entries[call].endedWell = endedWell
        if !endedWell { note("event tells of a failure") }
    }
}

/// One party of one call.
struct Leg: Hashable {
    let call: Int
    let isSecond: Bool

    var bit: UInt8 { isSecond ? 2 : 1 }
}
