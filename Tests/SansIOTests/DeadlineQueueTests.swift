import SansIO
import Testing

@Suite struct DeadlineQueueTests {
    private func instant(_ nanoseconds: Int64) -> Instant { Instant(nanoseconds: nanoseconds) }

    @Test func `an empty queue waits for nothing`() {
        var queue = DeadlineQueue<String>()
        #expect(queue.next == nil)
        #expect(queue.popDue(at: instant(.max)) == nil)
        #expect(queue.count == 0)
    }

    @Test func `owners come out in the order of their deadlines, not before them`() {
        var queue = DeadlineQueue<String>()
        queue.set(instant(30), for: "c")
        queue.set(instant(10), for: "a")
        queue.set(instant(20), for: "b")
        #expect(queue.next == instant(10))
        #expect(queue.popDue(at: instant(9)) == nil)
        #expect(queue.popDue(at: instant(20)) == "a")
        #expect(queue.popDue(at: instant(20)) == "b")
        #expect(queue.popDue(at: instant(20)) == nil)
        #expect(queue.count == 1)
        #expect(queue.next == instant(30))
    }

    @Test func `an owner has one deadline, the last that was set`() {
        var queue = DeadlineQueue<String>()
        queue.set(instant(10), for: "a")
        queue.set(instant(50), for: "a")
        #expect(queue.count == 1)
        #expect(queue.next == instant(50))
        queue.set(instant(5), for: "a")
        #expect(queue.popDue(at: instant(100)) == "a")
        #expect(queue.popDue(at: instant(100)) == nil)
        #expect(queue.count == 0)
    }

    @Test func `a deadline may be taken away and set again`() {
        var queue = DeadlineQueue<String>()
        queue.set(instant(10), for: "a")
        queue.set(nil, for: "a")
        queue.set(nil, for: "b")
        #expect(queue.next == nil)
        #expect(queue.count == 0)
        queue.set(instant(10), for: "a")
        #expect(queue.popDue(at: instant(10)) == "a")
        #expect(queue.popDue(at: instant(10)) == nil, "the entry of the first time must not count again")
    }

    @Test func `a deadline set back and forth comes out once`() {
        var queue = DeadlineQueue<Int>()
        for round in 0..<1000 { queue.set(instant(round.isMultiple(of: 2) ? 10 : 20), for: 1) }
        #expect(queue.count == 1)
        #expect(queue.popDue(at: instant(10)) == nil)
        #expect(queue.popDue(at: instant(20)) == 1)
        #expect(queue.popDue(at: instant(20)) == nil)
        #expect(queue.next == nil)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `the queue behaves as a plain dictionary would`(seed: UInt64) {
        var entropy = Entropy(seed: seed)
        var queue = DeadlineQueue<Int>()
        var model: [Int: Instant] = [:]
        for _ in 0..<2000 {
            let owner = Int.random(in: 0..<30, using: &entropy)
            let time = instant(.random(in: 0..<100, using: &entropy))
            switch Int.random(in: 0..<8, using: &entropy) {
            case 0:
                queue.set(nil, for: owner)
                model[owner] = nil
            case 1:
                let expected = model.values.min().flatMap { $0 <= time ? $0 : nil }
                let popped = queue.popDue(at: time)
                #expect(popped.flatMap { model[$0] } == expected)
                if let popped { model[popped] = nil }
            default:
                queue.set(time, for: owner)
                model[owner] = time
            }
            #expect(queue.count == model.count)
            #expect(queue.next == model.values.min())
        }
    }
}
