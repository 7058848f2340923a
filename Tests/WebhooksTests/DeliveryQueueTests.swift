import CallModel
import Testing

@testable import Webhooks

@Suite struct DeliveryQueueTests {
    private let now = WallTime(milliseconds: Sample.start)
    private let one = "http://one.example/"
    private let two = "http://two.example/"

    private func queue(
        held: Int = 100, heldPerReceiver: Int = 4, running: Int = 10, runningPerOrigin: Int = 2
    ) -> DeliveryQueue {
        DeliveryQueue(
            OutboxSummary(receivers: [:]),
            limits: DeliveryQueue.Limits(
                held: held, heldPerReceiver: heldPerReceiver, running: running, runningPerOrigin: runningPerOrigin))
    }

    private func numbers(_ queue: inout DeliveryQueue) -> [Int64] {
        var numbers: [Int64] = []
        while let delivery = queue.next() { numbers.append(delivery.entry.number) }
        return numbers
    }

    private func delivery(_ entry: OutboxEntry) throws -> DeliveryQueue.Delivery {
        DeliveryQueue.Delivery(entry: entry, receiver: .success(try Receiver(url: entry.target.url)))
    }

    @Test("Receivers take turns, each within its limit; a place that becomes free is used")
    func turns() throws {
        var queue = queue()
        let entries = (1...3).map { Sample.entry($0, url: one) } + (4...6).map { Sample.entry($0, url: two) }
        queue.addFresh(entries, at: now)
        #expect(numbers(&queue) == [1, 4, 2, 5])
        #expect(queue.runningCount == 4)
        queue.attemptEnded(try delivery(entries[3]))
        #expect(numbers(&queue) == [6])
        queue.attemptEnded(try delivery(entries[0]))
        #expect(numbers(&queue) == [3])
        #expect(numbers(&queue) == [])
    }

    @Test("No more attempts run than the limit in all")
    func running() throws {
        var queue = queue(running: 3, runningPerOrigin: 3)
        let entries = (1...4).map { Sample.entry($0, url: "http://host\($0).example/") }
        queue.addFresh(entries, at: now)
        #expect(numbers(&queue) == [1, 2, 3])
        queue.attemptEnded(try delivery(entries[1]))
        #expect(numbers(&queue) == [4])
    }

    @Test("What does not fit a receiver's share stays in the store and is fetched when there is room")
    func share() throws {
        var queue = queue(runningPerOrigin: 10)
        let entries = (1...6).map { Sample.entry($0, url: one) }
        queue.addFresh(entries, at: now)
        #expect(queue.heldCount == 4)
        #expect(queue.fetches(at: now).isEmpty)
        #expect(numbers(&queue) == [1, 2, 3, 4])
        for entry in entries[..<2] {
            queue.attemptEnded(try delivery(entry))
            #expect(queue.fetches(at: now).isEmpty)
            queue.recorded(entry, retry: nil)
        }
        let fetches = queue.fetches(at: now)
        #expect(fetches.map(\.url) == [one])
        #expect(fetches.map(\.limit) == [4])
        #expect(queue.fetches(at: now).isEmpty, "one fetch at a time")
        queue.addDue(DueEntries(entries: Array(entries[2...]), next: nil), of: one, limit: 4)
        #expect(numbers(&queue) == [5, 6], "3 and 4 are under way")
    }

    @Test("A full memory takes nothing more, and what it left out is fetched later")
    func memory() throws {
        var queue = queue(held: 2)
        let entries = (1...3).map { Sample.entry($0, url: "http://host\($0).example/") }
        queue.addFresh(entries, at: now)
        #expect(queue.heldCount == 2)
        #expect(numbers(&queue) == [1, 2])
        #expect(queue.fetches(at: now).isEmpty)
        queue.attemptEnded(try delivery(entries[0]))
        queue.recorded(entries[0], retry: nil)
        #expect(queue.fetches(at: now).map(\.url) == ["http://host3.example/"])
    }

    @Test("A failed event leaves memory and is fetched when it is due")
    func retry() throws {
        var queue = queue()
        var entry = Sample.entry(1, url: one)
        queue.addFresh([entry], at: now)
        #expect(numbers(&queue) == [1])
        queue.attemptEnded(try delivery(entry))
        let later = WallTime(milliseconds: Sample.start + 1_000)
        #expect(queue.nextDue == nil)
        queue.recorded(entry, retry: later)
        #expect(queue.heldCount == 0)
        #expect(queue.nextDue == later)
        #expect(queue.fetches(at: now).isEmpty)
        #expect(queue.fetches(at: later).map(\.url) == [one])
        entry.attempts = 1
        queue.addDue(DueEntries(entries: [entry], next: nil), of: one, limit: 4)
        #expect(numbers(&queue) == [1])
    }

    @Test("What is recorded while the store is asked is not lost with its older answer")
    func race() throws {
        var queue = queue()
        let entries = (1...2).map { Sample.entry($0, url: one) }
        queue.addFresh([entries[0]], at: now)
        #expect(numbers(&queue) == [1])
        queue.addFresh([Sample.entry(2, url: one, sequence: 2)], at: now)
        #expect(queue.fetches(at: now).count == 1)
        let retry = WallTime(milliseconds: Sample.start + 1_000)
        queue.attemptEnded(try delivery(entries[0]))
        queue.recorded(entries[0], retry: retry)
        queue.addDue(DueEntries(entries: [], next: nil), of: one, limit: 4)
        #expect(queue.nextDue == retry)
    }

    @Test("What was recorded while the store was asked is not taken from its older answer")
    func staleAnswer() throws {
        var queue = queue()
        let entry = Sample.entry(1, url: one)
        queue.addFresh([entry], at: now)
        #expect(numbers(&queue) == [1])
        queue.addFresh([Sample.entry(2, url: one, sequence: 2)], at: now)
        #expect(queue.fetches(at: now).count == 1)
        queue.attemptEnded(try delivery(entry))
        queue.recorded(entry, retry: nil)
        queue.addDue(DueEntries(entries: [entry], next: nil), of: one, limit: 4)
        #expect(numbers(&queue) == [])
    }

    @Test("What came from memory while the store was asked is not taken from its answer, too")
    func overlap() {
        var queue = queue()
        queue.addFresh([Sample.entry(1, url: one, sequence: 2)], at: now)
        #expect(queue.fetches(at: now).count == 1)
        queue.addFresh([Sample.entry(2, url: one)], at: now)
        queue.addDue(
            DueEntries(entries: [Sample.entry(1, url: one), Sample.entry(2, url: one)], next: nil), of: one, limit: 4)
        #expect(numbers(&queue) == [2, 1])
    }

    @Test("Nobody has to look while all that is owed is under way")
    func quiet() throws {
        var queue = queue()
        let entry = Sample.entry(1, url: one)
        #expect(!queue.wantsLook)
        queue.addFresh([entry], at: now)
        #expect(queue.wantsLook)
        #expect(numbers(&queue) == [1])
        #expect(!queue.wantsLook)
        queue.attemptEnded(try delivery(entry))
        #expect(!queue.wantsLook)
        queue.recorded(entry, retry: now)
        #expect(queue.wantsLook)
    }

    @Test("What was committed while the summary was read is fetched")
    func early() {
        var queue = DeliveryQueue(OutboxSummary(receivers: [:]), more: [one])
        #expect(queue.fetches(at: now).map(\.url) == [one])
    }

    @Test("A later event of a call is left to the store, which knows whether an earlier one is owed")
    func sequence() {
        var queue = queue()
        queue.addFresh([Sample.entry(1, url: one, sequence: 2)], at: now)
        #expect(numbers(&queue) == [])
        #expect(queue.fetches(at: now).map(\.url) == [one])
    }

    @Test("A fetch that failed is made again")
    func fetchFailed() {
        var queue = queue()
        queue.addFresh([Sample.entry(1, url: one, sequence: 2)], at: now)
        #expect(queue.fetches(at: now).count == 1)
        queue.fetchFailed(one)
        #expect(queue.fetches(at: now).count == 1)
    }

    @Test("Receivers that are owed nothing are forgotten beyond the limit")
    func known() throws {
        var limits = DeliveryQueue.Limits()
        limits.known = 2
        var queue = DeliveryQueue(OutboxSummary(receivers: [:]), limits: limits)
        for number in Int64(1)...5 {
            let entry = Sample.entry(number, url: "http://host\(number).example/")
            queue.addFresh([entry], at: now)
            #expect(numbers(&queue) == [number])
            queue.attemptEnded(try delivery(entry))
            queue.recorded(entry, retry: nil)
            #expect(queue.knownCount <= 2)
        }
    }

    @Test("After a start what is due is fetched, and the rest when it is due")
    func start() {
        let later = WallTime(milliseconds: Sample.start + 5)
        var queue = DeliveryQueue(OutboxSummary(receivers: [one: now, two: later]))
        #expect(queue.fetches(at: now).map(\.url) == [one])
        #expect(queue.nextDue == later)
        #expect(queue.fetches(at: later).map(\.url) == [two])
    }
}
