public import HeapModule

/// The deadlines of many machines, earliest first.
///
/// Each owner has at most one deadline; setting it anew replaces the old one. Replaced entries stay
/// in the heap until they surface, which is cheaper than finding them. Everything is inlinable: other
/// modules' owners deserve specialised code, as each event sets some deadline.
public struct DeadlineQueue<Owner: Hashable & Sendable>: Sendable {
    @usableFromInline struct Entry: Comparable, Sendable {
        @usableFromInline let instant: Instant
        /// Of equal deadlines the one set first comes first, so that runs can be repeated.
        @usableFromInline let order: UInt64
        @usableFromInline let owner: Owner

        @inlinable init(instant: Instant, order: UInt64, owner: Owner) {
            self.instant = instant
            self.order = order
            self.owner = owner
        }

        @inlinable static func < (earlier: Entry, later: Entry) -> Bool {
            (earlier.instant, earlier.order) < (later.instant, later.order)
        }
        @inlinable static func == (one: Entry, other: Entry) -> Bool { one.order == other.order }
    }

    @usableFromInline var heap = Heap<Entry>()
    @usableFromInline var current: [Owner: Entry] = [:]
    @usableFromInline var nextOrder: UInt64 = 0

    @inlinable public init() {}

    /// How many owners wait.
    @inlinable public var count: Int { current.count }

    /// The earliest deadline of all.
    public var next: Instant? {
        @inlinable mutating get {
            discardReplaced()
            return heap.min?.instant
        }
    }

    /// Sets the deadline of `owner`; `nil` takes it away.
    @inlinable public mutating func set(_ deadline: Instant?, for owner: Owner) {
        guard current[owner]?.instant != deadline else { return }
        guard let deadline else {
            current[owner] = nil
            return
        }
        let entry = Entry(instant: deadline, order: nextOrder, owner: owner)
        nextOrder += 1
        current[owner] = entry
        heap.insert(entry)
        if heap.count > 64 + 2 * current.count { rebuild() }
    }

    /// Takes out and returns one owner whose deadline is not later than `now`.
    @inlinable public mutating func popDue(at now: Instant) -> Owner? {
        discardReplaced()
        guard let entry = heap.min, entry.instant <= now else { return nil }
        heap.removeMin()
        current[entry.owner] = nil
        return entry.owner
    }

    @inlinable mutating func discardReplaced() {
        while let entry = heap.min, current[entry.owner] != entry { heap.removeMin() }
    }

    /// Keeps the heap within a small multiple of the owners, however often they change their minds.
    @inlinable mutating func rebuild() {
        heap = Heap(current.values)
    }
}
