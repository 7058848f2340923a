internal import MediaControl
internal import SansIO

/// The legs of one thread in one piece of memory that never moves.
///
/// A slot's generation changes with each leg in it, so that an event for an earlier one is recognised.
struct LegTable: ~Copyable {
    /// No slot.
    static let none: Int32 = -1

    let capacity: Int
    /// Initialised where `isOpen`.
    let legs: UnsafeMutablePointer<Leg>
    /// Initialised before `end`.
    private let marks: UnsafeMutablePointer<Mark>
    private var slots: [MediaLegID: Int] = [:]
    private var free: [Int] = []

    /// What a turn of a slot looks at, apart from the leg so that a turn with nothing to do costs next to nothing.
    private struct Mark {
        var generation: UInt32 = 0
        var isOpen = false
        var isPlayedTo = false
        var nextLook = Instant(nanoseconds: 0)
    }

    /// Slots from here on were never used.
    private(set) var end = 0

    init(capacity: Int) {
        self.capacity = capacity
        legs = .allocate(capacity: capacity)
        marks = .allocate(capacity: capacity)
    }

    deinit {
        for slot in 0..<end where isOpen(slot) { (legs + slot).deinitialize(count: 1) }
        legs.deallocate()
        marks.deallocate()
    }

    var count: Int { slots.count }

    func slot(of id: MediaLegID) -> Int? { slots[id] }
    func isOpen(_ slot: Int) -> Bool { marks[slot].isOpen }
    /// Whether we make the packets that the slot's leg is sent.
    func isPlayedTo(_ slot: Int) -> Bool { marks[slot].isPlayedTo }
    func generation(of slot: Int) -> UInt32 { marks[slot].generation }

    /// Whether it is time to look at what the slot's leg waits for.
    func isLookDue(_ slot: Int, at now: Instant) -> Bool { marks[slot].nextLook <= now }
    func look(_ slot: Int, at instant: Instant) { marks[slot].nextLook = instant }

    /// Whether an event that was registered for this slot and generation is for the leg that is there now.
    func isCurrent(_ slot: Int, generation: UInt32) -> Bool {
        slot < end && marks[slot].isOpen && marks[slot].generation == generation
    }

    /// Takes the leg in. The table must not be full, nor have a leg of that name.
    mutating func insert(_ leg: consuming Leg) -> Int {
        let slot = free.popLast() ?? extend()
        let replaced = slots.updateValue(slot, forKey: leg.id)
        precondition(replaced == nil, "a leg opened twice")
        (legs + slot).initialize(to: leg)
        marks[slot].isOpen = true
        return slot
    }

    /// Removes a leg and closes its sockets. Those fed from it are fed nothing from now on.
    mutating func remove(_ slot: Int) {
        feed(slot, from: .nothing)
        while legs[slot].firstListener != LegTable.none { feed(Int(legs[slot].firstListener), from: .nothing) }
        slots[legs[slot].id] = nil
        (legs + slot).deinitialize(count: 1)
        marks[slot] = Mark(generation: marks[slot].generation &+ 1)
        free.append(slot)
    }

    /// Changes what a leg is fed, and the chains of listeners with it.
    mutating func feed(_ slot: Int, from feed: Leg.Feed) {
        if case .leg(let source) = legs[slot].feed { unchain(slot, from: source) }
        legs[slot].feed = feed
        marks[slot].isPlayedTo = feed.isPlayed
        legs[slot].stream.cut()
        if case .leg(let source) = feed {
            legs[slot].nextListener = legs[source].firstListener
            legs[source].firstListener = Int32(slot)
        }
    }

    private func unchain(_ slot: Int, from source: Int) {
        let next = legs[slot].nextListener
        legs[slot].nextListener = LegTable.none
        guard legs[source].firstListener != Int32(slot) else {
            legs[source].firstListener = next
            return
        }
        var before = Int(legs[source].firstListener)
        while legs[before].nextListener != Int32(slot) { before = Int(legs[before].nextListener) }
        legs[before].nextListener = next
    }

    private mutating func extend() -> Int {
        precondition(end < capacity)
        (marks + end).initialize(to: Mark())
        end += 1
        return end - 1
    }
}
