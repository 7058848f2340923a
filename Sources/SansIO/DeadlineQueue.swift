import HeapModule

/// The deadlines of many machines, earliest first.
///
/// Each owner has at most one deadline; setting it anew replaces the old one. Replaced entries stay
/// in the heap until they surface, which is cheaper than finding them.
public struct DeadlineQueue<Owner: Hashable & Sendable>: Sendable {
    private struct Entry: Comparable, Sendable {
        let instant: Instant
        let owner: Owner

        static func < (earlier: Entry, later: Entry) -> Bool { earlier.instant < later.instant }
        static func == (one: Entry, other: Entry) -> Bool { one.instant == other.instant }
    }

    private var heap = Heap<Entry>()
    private var current: [Owner: Instant] = [:]

    public init() {}

    /// How many owners wait.
    public var count: Int { current.count }

    /// The earliest deadline of all.
    public var next: Instant? {
        mutating get {
            discardReplaced()
            return heap.min?.instant
        }
    }

    /// Sets the deadline of `owner`; `nil` takes it away.
    public mutating func set(_ deadline: Instant?, for owner: Owner) {
        guard current[owner] != deadline else { return }
        current[owner] = deadline
        guard let deadline else { return }
        heap.insert(Entry(instant: deadline, owner: owner))
        if heap.count > 64 + 4 * current.count { rebuild() }
    }

    /// Takes out and returns one owner whose deadline is not later than `now`.
    public mutating func popDue(at now: Instant) -> Owner? {
        discardReplaced()
        guard let entry = heap.min, entry.instant <= now else { return nil }
        heap.removeMin()
        current[entry.owner] = nil
        return entry.owner
    }

    private mutating func discardReplaced() {
        while let entry = heap.min, current[entry.owner] != entry.instant { heap.removeMin() }
    }

    /// Keeps the heap within a small multiple of the owners, however often they change their minds.
    private mutating func rebuild() {
        heap = Heap(current.map { Entry(instant: $0.value, owner: $0.key) })
    }
}
