import CallFlow
import CallModel

/// What a flow has done so far, and what it may still do.
struct Ledger: Hashable {
    private let sounds: CallSounds
    private var dialled: Set<Party> = []
    private var released: Set<Party> = []
    private var feeds: [Party: LegFeed] = [.first: .nothing, .second: .nothing]
    private var watches: [Party: LegWatch] = [.first: .nothing, .second: .nothing]
    private var listened: Set<Party> = []
    private var confirmed: Set<Party> = []
    private var isRecording = false
    private var isWarned = false
    private(set) var isConnected = false
    /// Party 1 hears that party 2 failed.
    private(set) var isNotifying = false
    private(set) var isDecided = false
    private(set) var isFinished = false

    init(_ sounds: CallSounds) { self.sounds = sounds }

    var isBegun: Bool { !dialled.isEmpty || isDecided }

    /// Books an action; the answer names the rule it breaks.
    mutating func enter(_ action: FlowAction) -> String? {
        if isFinished { return "an action after the end" }
        switch action {
        case .dial(let party): return dial(party)
        case .release(let party, _): return release(party)
        case .feed(let party, let feed): return self.feed(party, feed)
        case .watch(let party, let watch): return self.watch(party, watch)
        case .listen(let party, let listens): return listen(party, listens)
        case .confirmed(let party, let isConfirmed): return confirm(party, isConfirmed)
        case .startRecording: return record()
        case .connected: return connect()
        case .missed:
            let isFirst = !isNotifying && !isDecided && sounds.busyVoice != nil
            return isFirst && dialled.contains(.second) ? nil : "missed out of turn"
        case .countdown:
            defer { isWarned = true }
            return isConnected && !isDecided && !isWarned && sounds.countdown != nil ? nil : "warned out of turn"
        case .mediaAlert: return isConnected && !isDecided ? nil : "alerted out of turn"
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
        guard isDecided || (isNotifying && party == .second), dialled.contains(party) else {
            return "released out of turn"
        }
        return released.insert(party).inserted ? nil : "released twice"
    }

    private mutating func feed(_ party: Party, _ feed: LegFeed) -> String? {
        guard !isDecided, !isNotifying, dialled.contains(party) else { return "fed out of turn" }
        let same = feeds.updateValue(feed, forKey: party) == feed
        if let busyVoice = sounds.busyVoice, feed == .sound(.voice(busyVoice)) { isNotifying = true }
        switch feed {
        case .sound: return nil
        case .nothing, .silence, .ringBack, .loop, .other: return same ? "fed the same again" : nil
        }
    }

    private mutating func watch(_ party: Party, _ watch: LegWatch) -> String? {
        guard !isDecided, dialled.contains(party) else { return "watched out of turn" }
        let wasWatched = watches.updateValue(watch, forKey: party)
        return wasWatched == watch ? "watched the same again" : nil
    }

    private mutating func listen(_ party: Party, _ listens: Bool) -> String? {
        guard !isDecided, !isConnected, sounds.confirmation(of: party) != nil else { return "listened out of turn" }
        if listens { return listened.insert(party).inserted ? nil : "listened the same again" }
        return listened.remove(party) == nil ? "listened the same again" : nil
    }

    private mutating func confirm(_ party: Party, _ isConfirmed: Bool) -> String? {
        guard !isDecided, confirmed.insert(party).inserted else { return "confirmed out of turn" }
        return listened.contains(party) == isConfirmed ? "confirmed unheard" : nil
    }

    private mutating func record() -> String? {
        defer { isRecording = true }
        guard !isRecording, !isDecided, let order = sounds.recording else { return "recorded out of turn" }
        switch order.start {
        case .connection: return isConnected ? nil : "recorded before the connection"
        case .dialling1: return dialled.contains(.first) ? nil : "recorded before the dialling"
        case .dialling2: return dialled.contains(.second) ? nil : "recorded before the dialling"
        }
    }

    private mutating func connect() -> String? {
        defer { isConnected = true }
        guard !isConnected, !isDecided, !isNotifying else { return "connected out of turn" }
        let mustConfirm = Party.allCases.filter { sounds.confirmation(of: $0) != nil }
        guard confirmed == Set(mustConfirm), listened.isEmpty else { return "connected unconfirmed" }
        return feeds.values.allSatisfy { $0 == .other } ? nil : "connected without each other's media"
    }

    private mutating func decide(_ ending: CallEnding) -> String? {
        defer { isDecided = true }
        if isDecided { return "decided twice" }
        if !isConnected, ending.duration != 0 { return "billed unconnected" }
        switch ending.reason {
        case .hangup(let party):
            // Party 2 may hang up in its greeting.
            let isGreeted = party == .second && (sounds.greeting2 != nil || sounds.confirmation2 != nil)
            return ending.hangupBy == party && (isConnected || isGreeted) ? nil : "hung up by another"
        case .callerLeft: return ending.hangupBy == .first && !isConnected ? nil : "hung up by another"
        case .maxCallDuration, .apiCancel, .mediaTimeout:
            return isConnected && ending.hangupBy == nil ? nil : "not connected"
        case .cancelled(let party):
            let isAnswered = feeds[.first] != .nothing
            return !isConnected && ending.hangupBy == nil && isAnswered == (party == .second) ? nil : "wrong cancel"
        case .failed, .playError, .platformRestart, .fault: return ending.hangupBy == nil ? nil : "hung up by somebody"
        }
    }
}
