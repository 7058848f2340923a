import CallModel
import Testing

@testable import Storage

@Suite struct CommitQueueTests {
    private func submission(_ writes: StoreWrite...) -> CommitQueue.Submission {
        CommitQueue.Submission(writes: writes, completion: { _ in })
    }

    private let accepted = StoreWrite.accepted(Sample.call(1), replay: nil)
    private let ended = StoreWrite.ended(Sample.ended(1), events: [])

    @Test("At its limit the queue refuses new calls and cancels, and takes what tells of running calls")
    func limit() {
        var queue = CommitQueue(limit: 2)
        #expect(queue.add(submission(accepted)) == nil)
        #expect(queue.add(submission(accepted)) == nil)
        #expect(queue.add(submission(accepted)) == .queueFull(limit: 2))
        #expect(queue.add(submission(.cancelled(Sample.id(1), .apiCancel))) == .queueFull(limit: 2))
        #expect(queue.add(submission(ended)) == nil)
        #expect(queue.waiting.count == 3)
        _ = queue.take(upTo: 2)
        #expect(queue.add(submission(accepted)) == nil)
    }

    @Test("A batch ends before the write limit, but one large submission is a batch")
    func take() {
        var queue = CommitQueue(limit: 10)
        for count in [1, 1, 5, 1] {
            _ = queue.add(CommitQueue.Submission(writes: Array(repeating: ended, count: count), completion: { _ in }))
        }
        #expect(queue.take(upTo: 2).map(\.writes.count) == [1, 1])
        #expect(queue.take(upTo: 2).map(\.writes.count) == [5])
        #expect(queue.take(upTo: 2).map(\.writes.count) == [1])
        #expect(queue.take(upTo: 2).isEmpty)
    }

    @Test("An outage keeps what outlives it, before what came later, and fails the rest")
    func outage() {
        var queue = CommitQueue(limit: 10)
        _ = queue.add(submission(.delivered(outbox: 2)))
        _ = queue.add(submission(accepted))
        let failed = queue.storeFailed("full", during: [submission(accepted), submission(.delivered(outbox: 1))])
        #expect(failed.map(\.writes) == [[accepted], [accepted]])
        #expect(queue.waiting.map(\.writes) == [[.delivered(outbox: 1)], [.delivered(outbox: 2)]])
        #expect(queue.health == .failing("full"))
        #expect(queue.add(submission(accepted)) == .unavailable("full"))
        #expect(queue.add(submission(ended)) == nil)
        queue.storeWorked()
        #expect(queue.add(submission(accepted)) == nil)
    }

    @Test("A stopped queue takes nothing")
    func stop() {
        var queue = CommitQueue(limit: 10)
        queue.stop()
        #expect(queue.add(submission(ended)) == .stopped)
    }
}
