internal import MediaControl

/// The legs of one thread in one piece of memory that never moves.
///
/// A slot's generation changes with each leg in it, so that an event for an earlier one is recognised.
struct LegTable: ~Copyable {
    /// No slot.
    static let none: Int32 = -1

    let capacity: Int
    /// Initialised where `isOpen`.
    let legs: UnsafeMutablePointer<Leg>
    private let open: UnsafeMutablePointer<Bool>
    private let generations: UnsafeMutablePointer<UInt32>
    private var slots: [MediaLegID: Int] = [:]
    private var free: [Int] = []
    /// Slots from here on were never used.
    private(set) var end = 0

    init(capacity: Int) {
        self.capacity = capacity
        legs = .allocate(capacity: capacity)
        open = .allocate(capacity: capacity)
        generations = .allocate(capacity: capacity)
    }

    deinit {
        for slot in 0..<end where open[slot] { (legs + slot).deinitialize(count: 1) }
        legs.deallocate()
        open.deallocate()
        generations.deallocate()
    }

    var count: Int { slots.count }
    var isFull: Bool { slots.count == capacity }

    func slot(of id: MediaLegID) -> Int? { slots[id] }
    func isOpen(_ slot: Int) -> Bool { open[slot] }
    func generation(of slot: Int) -> UInt32 { generations[slot] }

    /// Whether an event that was registered for this slot and generation is for the leg that is there now.
    func isCurrent(_ slot: Int, generation: UInt32) -> Bool {
        slot < end && open[slot] && generations[slot] == generation
    }

    /// Takes the leg in. The table must not be full, nor have a leg of that name.
    mutating func insert(_ leg: consuming Leg) -> Int {
        let slot = free.popLast() ?? extend()
        let replaced = slots.updateValue(slot, forKey: leg.id)
        precondition(replaced == nil, "a leg opened twice")
        (legs + slot).initialize(to: leg)
        open[slot] = true
        return slot
    }

    /// Removes a leg and closes its sockets. Those fed from it are fed nothing from now on.
    mutating func remove(_ slot: Int) {
        feed(slot, from: .nothing)
        while legs[slot].firstListener != LegTable.none { feed(Int(legs[slot].firstListener), from: .nothing) }
        slots[legs[slot].id] = nil
        (legs + slot).deinitialize(count: 1)
        open[slot] = false
        generations[slot] &+= 1
        free.append(slot)
    }

    /// Changes what a leg is fed, and the chains of listeners with it.
    mutating func feed(_ slot: Int, from feed: Leg.Feed) {
        if case .leg(let source) = legs[slot].feed { unchain(slot, from: source) }
        legs[slot].feed = feed
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
        open[end] = false
        generations[end] = 0
        end += 1
        return end - 1
    }
}
