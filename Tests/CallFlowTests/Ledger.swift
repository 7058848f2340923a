import CallFlow
import CallModel

/// What a flow has done so far, and what it may still do.
struct Ledger: Hashable {
    private var dialled: Set<Party> = []
    private var released: Set<Party> = []
    private var feeds: [Party: LegFeed] = [.first: .nothing, .second: .nothing]
    private var watches: [Party: LegWatch] = [.first: .nothing, .second: .nothing]
    private(set) var isConnected = false
    private(set) var isDecided = false
    private(set) var isFinished = false

    var isBegun: Bool { !dialled.isEmpty || isDecided }

    /// Books an action; the answer names the rule it breaks.
    mutating func enter(_ action: FlowAction) -> String? {
        if isFinished { return "an action after the end" }
        switch action {
        case .dial(let party): return dial(party)
        case .release(let party, _): return release(party)
        case .feed(let party, let feed): return self.feed(party, feed)
        case .watch(let party, let watch): return self.watch(party, watch)
        case .connected: return connect()
        case .decided(let ending): return decide(ending)
        case .finished:
            isFinished = true
            return isDecided ? nil : "finished undecided"
        }
    }

    private mutating func dial(_ party: Party) -> String? {
        let isFree = !isDecided && (party == .first || dialled.contains(.first))
        return dialled.insert(party).inserted && isFree ? nil : "dialled out of turn"
    }

    private mutating func release(_ party: Party) -> String? {
        guard isDecided, dialled.contains(party) else { return "released out of turn" }
        return released.insert(party).inserted ? nil : "released twice"
    }

    private mutating func feed(_ party: Party, _ feed: LegFeed) -> String? {
        guard !isDecided, dialled.contains(.second) else { return "fed out of turn" }
        guard feeds.updateValue(feed, forKey: party) != feed else { return "fed the same again" }
        return isConnected || (party == .second && feed != .other) ? "fed out of turn" : nil
    }

    private mutating func watch(_ party: Party, _ watch: LegWatch) -> String? {
        guard !isDecided, dialled.contains(party) else { return "watched out of turn" }
        let wasWatched = watches.updateValue(watch, forKey: party)
        return wasWatched == watch ? "watched the same again" : nil
    }

    private mutating func connect() -> String? {
        defer { isConnected = true }
        guard !isConnected, !isDecided else { return "connected out of turn" }
        return feeds.values.allSatisfy { $0 == .other } ? nil : "connected without each other's media"
    }

    private mutating func decide(_ ending: CallEnding) -> String? {
        defer { isDecided = true }
        if isDecided { return "decided twice" }
        if !isConnected, ending.duration != 0 { return "billed unconnected" }
        let hangup: EndReason? = ending.hangupBy.map { isConnected ? .hangup($0) : .callerLeft }
        switch ending.reason {
        case .hangup, .callerLeft: return ending.reason == hangup ? nil : "hung up by another"
        case .maxCallDuration, .apiCancel, .mediaTimeout: return isConnected && hangup == nil ? nil : "not connected"
        case .cancelled(let party):
            return !isConnected && hangup == nil && dialled.contains(.second) == (party == .second)
                ? nil : "wrong cancel"
        case .failed, .platformRestart, .fault: return hangup == nil ? nil : "hung up by somebody"
        }
    }
}
