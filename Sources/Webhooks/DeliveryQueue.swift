import CallModel

/// Which entries of the outbox are in memory, and which is delivered next: the pure half of the dispatcher.
///
/// The store holds everything; memory holds few entries per receiver, only such as are due, and never two of one call.
/// What does not fit is fetched when there is room, so that a slow receiver costs the others nothing.
struct DeliveryQueue: Sendable {
    struct Limits: Sendable {
        /// Entries in memory, in all and per receiver.
        var held = 8_192
        var heldPerReceiver = 128
        /// Attempts at a time, in all and per origin.
        var running = 512
        var runningPerOrigin = 16
        /// Receivers whose URLs are not read anew for every event.
        var known = 256
    }

    /// One attempt to make.
    struct Delivery: Sendable {
        var entry: OutboxEntry
        var receiver: Result<Receiver, DeliveryFailure>

        /// Attempts at receivers with equal origins share a limit.
        var origin: String {
            switch receiver {
            case .success(let receiver): receiver.origin
            case .failure: ""
            }
        }
    }

    private struct Owed {
        var receiver: Result<Receiver, DeliveryFailure>
        var loaded: [OutboxEntry] = []
        /// The store may hold more that is due.
        var hasMore = false
        /// When something that is not due yet will be.
        var nextDue: WallTime?
        /// In memory: loaded, under way, or not yet recorded.
        var held: Set<Int64> = []
        /// The store may hold events that wait for an earlier one of their call.
        var hasLater = false
        /// Whether the receiver stands in one of the lines.
        var isInLine = false
        /// Its entries are being fetched.
        var isFetching = false
        /// Recorded while they are, whose answer may still show them as they were.
        var recordedMeanwhile: Set<Int64> = []

        var isIdle: Bool { held.isEmpty && !wantsFetch && !isFetching && !isInLine }

        var wantsFetch: Bool { hasMore || nextDue != nil }

        /// Returns whether it was not in memory yet.
        mutating func load(_ entry: OutboxEntry) -> Bool {
            guard held.insert(entry.number).inserted else { return false }
            loaded.append(entry)
            return true
        }

        /// Returns what was recorded since the fetch began.
        mutating func endFetch() -> Set<Int64> {
            isFetching = false
            defer { recordedMeanwhile = [] }
            return recordedMeanwhile
        }

        /// Takes note that an entry is recorded. Returns whether it was in memory.
        mutating func record(_ number: Int64, retry: WallTime?) -> Bool {
            add(due: retry)
            if retry == nil, hasLater { hasMore = true }
            if isFetching { recordedMeanwhile.insert(number) }
            return held.remove(number) != nil
        }

        /// Loads a new entry where it can be sent now and fits; otherwise it is fetched later. Returns whether it did.
        mutating func takeFresh(_ entry: OutboxEntry, at now: WallTime, share: Int) -> Bool {
            if entry.attempts > 0, entry.due > now {
                add(due: entry.due)
                return false
            }
            // An event after a call's first may have to wait for one that is not in memory; the store knows.
            if entry.event.sequence > 1 { hasLater = true }
            guard entry.event.sequence == 1, !hasMore, held.count < share else {
                hasMore = true
                return false
            }
            return load(entry)
        }

        mutating func add(due time: WallTime?) { nextDue = [nextDue, time].compactMap(\.self).min() }
    }

    let limits: Limits
    private var owed: [String: Owed] = [:]
    /// Receivers for which the store holds something, due or not.
    private var wanting: Set<String> = []
    /// Receivers with loaded entries, in the order of their turns.
    private var line: [String] = []
    /// Receivers whose origin has no free place.
    private var blocked: [String: [String]] = [:]
    private var running: [String: Int] = [:]
    private(set) var runningCount = 0
    private(set) var heldCount = 0

    /// - Parameters:
    ///   - summary: what the outbox holds at the start.
    ///   - more: receivers that the outbox may hold more for than the summary tells.
    init(_ summary: OutboxSummary, more: Set<String> = [], limits: Limits = Limits()) {
        self.limits = limits
        for (url, due) in summary.receivers {
            change(url) { owed in
                owed.nextDue = due
                owed.hasLater = true
            }
        }
        for url in more { change(url) { $0.hasMore = true } }
    }

    /// Receivers in memory.
    var knownCount: Int { owed.count }

    private mutating func change<Value>(_ url: String, _ body: (inout Owed) -> Value) -> Value {
        // In place: a copy would copy what the receiver holds.
        let (value, wantsFetch, isIdle) = Self.change(
            &owed[url, default: Owed(receiver: Self.receiver(url))], body)
        if isIdle, owed.count > limits.known { owed[url] = nil }
        if wantsFetch { wanting.insert(url) } else { wanting.remove(url) }
        return value
    }

    private static func change<Value>(
        _ owed: inout Owed, _ body: (inout Owed) -> Value
    ) -> (Value, wantsFetch: Bool, isIdle: Bool) {
        let value = body(&owed)
        return (value, owed.wantsFetch, owed.isIdle)
    }

    private static func receiver(_ url: String) -> Result<Receiver, DeliveryFailure> {
        do { return .success(try Receiver(url: url)) } catch { return .failure(error) }
    }

    // MARK: What the store holds

    /// Takes entries that are new in the outbox, in order, before anything is recorded of them.
    mutating func addFresh(_ entries: [OutboxEntry], at now: WallTime) {
        let share = limits.heldPerReceiver
        for entry in entries {
            let hasRoom = heldCount < limits.held
            let isLoaded = change(entry.target.url) { $0.takeFresh(entry, at: now, share: hasRoom ? share : 0) }
            if isLoaded { heldCount += 1 }
            lineUp(entry.target.url)
        }
    }

    /// The receivers whose due entries should be fetched now, and how many at most. Each is to be answered by `addDue`
    /// or `fetchFailed`.
    mutating func fetches(at now: WallTime) -> [(url: String, limit: Int)] {
        let urls = wanting.filter { url in canFetch(url) && isDue(url, at: now) }
        for url in urls {
            // What is told of the receiver from now on may be newer than the store's answer.
            change(url) { owed in
                owed.isFetching = true
                owed.hasMore = false
                owed.nextDue = nil
            }
        }
        return urls.map { ($0, limits.heldPerReceiver) }
    }

    private func canFetch(_ url: String) -> Bool {
        guard heldCount < limits.held, let owed = owed[url] else { return false }
        return !owed.isFetching && owed.loaded.isEmpty && owed.held.count <= limits.heldPerReceiver / 2
    }

    private func isDue(_ url: String, at now: WallTime) -> Bool {
        guard let owed = owed[url] else { return false }
        return owed.hasMore || owed.nextDue.map { $0 <= now } ?? false
    }

    /// Takes what the store answered to a fetch.
    mutating func addDue(_ due: DueEntries, of url: String, limit: Int) {
        let room = limits.held - heldCount
        let heldPerReceiver = limits.heldPerReceiver
        heldCount += change(url) { owed in
            let recorded = owed.endFetch()
            owed.hasMore = owed.hasMore || due.entries.count >= limit
            owed.add(due: due.next)
            var added = 0
            for entry in due.entries where !owed.held.contains(entry.number) && !recorded.contains(entry.number) {
                guard added < room, owed.held.count < heldPerReceiver else {
                    owed.hasMore = true
                    break
                }
                if owed.load(entry) { added += 1 }
            }
            return added
        }
        lineUp(url)
    }

    /// The store could not answer a fetch: it is to be asked again.
    mutating func fetchFailed(_ url: String) {
        change(url) { owed in
            _ = owed.endFetch()
            owed.hasMore = true
        }
    }

    /// When something that waits in the store will be due, where there is room for it.
    var nextDue: WallTime? {
        wanting.lazy.filter { canFetch($0) }.compactMap { owed[$0]?.nextDue }.min()
    }

    // MARK: Attempts

    private mutating func lineUp(_ url: String) {
        guard let receiver = owed[url], !receiver.isInLine, !receiver.loaded.isEmpty else { return }
        owed[url]?.isInLine = true
        line.append(url)
    }

    /// The next attempt to make, if one can be made; the receivers take turns.
    mutating func next() -> Delivery? {
        while runningCount < limits.running, !line.isEmpty {
            let url = line.removeFirst()
            guard var receiver = owed[url], !receiver.loaded.isEmpty else { continue }
            let delivery = Delivery(entry: receiver.loaded[0], receiver: receiver.receiver)
            guard running[delivery.origin, default: 0] < limits.runningPerOrigin else {
                blocked[delivery.origin, default: []].append(url)
                continue
            }
            receiver.loaded.removeFirst()
            receiver.isInLine = false
            owed[url] = receiver
            running[delivery.origin, default: 0] += 1
            runningCount += 1
            lineUp(url)
            return delivery
        }
        return nil
    }

    /// An attempt is over; what came of it is yet to be recorded.
    mutating func attemptEnded(_ delivery: Delivery) {
        runningCount -= 1
        let origin = delivery.origin
        running[origin] = running[origin].flatMap { $0 > 1 ? $0 - 1 : nil }
        guard var waiting = blocked[origin] else { return }
        line.append(waiting.removeFirst())
        blocked[origin] = waiting.isEmpty ? nil : waiting
    }

    /// What came of an attempt is recorded in the store.
    /// - Parameter retry: when the event is due again, if it is.
    mutating func recorded(_ entry: OutboxEntry, retry: WallTime?) {
        if change(entry.target.url, { $0.record(entry.number, retry: retry) }) { heldCount -= 1 }
    }

    /// Whether somebody has to look: for the next attempt, or for what waits in the store.
    var wantsLook: Bool { !line.isEmpty || !wanting.isEmpty }
}
