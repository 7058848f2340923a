import CallModel
import Foundation
import NIOHTTP1
import SansIO
import Storage
import Testing

@testable import Webhooks

@Suite(.timeLimit(.minutes(2))) struct DeliveryTests {
    @Test("An event arrives signed, with the headers of the contract, and leaves the outbox")
    func delivery() async throws {
        let receiver = try await TestReceiver()
        let office = Office()
        try await office.open {
            try office.commit(Sample.over(1, url: receiver.url("/events?token=x"), signer: Sample.sub))
            let post = try #require(await receiver.posts.next(1).first)
            #expect(post.head.method == .POST)
            #expect(post.head.uri == "/events?token=x")
            #expect(post.header("Content-Type") == "application/json;charset=utf-8")
            #expect(post.header("AppID") == Sample.app.rawValue)
            #expect(post.header("CertID") == Sample.sub.rawValue)
            #expect(post.header("Timestamp") == "20260921141320")
            #expect(
                post.header("Signature")
                    == EventSignature.sign(
                        body: post.body, path: "/events", timestamp: "20260921141320", app: Sample.app.rawValue,
                        secretKey: "sub key"))
            let url = receiver.url("/events?token=x")
            let event = Sample.end(of: Sample.ended(1, url: url, signer: Sample.sub))
            #expect(post.body == EventBody.bytes(of: event, attempt: 1, url: \.fileName))
            #expect(await office.recorded.next(1) == [.delivered(outbox: 1)])
        }
        #expect(try office.store.outbox(after: 0, limit: 1).isEmpty)
        #expect(office.dispatcher.counts == WebhookCounts(delivered: 1, receivers: 1))
        try await receiver.close()
    }

    @Test("A failing receiver is tried again by the schedule, and in the end the event joins the dead letters")
    func schedule() async throws {
        let (clock, times) = (JumpingClock(), Inbox<Int64>())
        let receiver = try await TestReceiver { _, _ in
            times.add(clock.elapsed)
            return .status(503)
        }
        let office = Office(clock: clock)
        try await office.open {
            try office.commit(Sample.over(1, url: receiver.url()))
            _ = await office.recorded.next(9)
        }
        let waits = zip(times.all, times.all.dropFirst()).map { $1 - $0 }
        #expect(Array(waits.prefix(3)) == [1_000, 5_000, 30_000])
        for (wait, nominal) in zip(waits.dropFirst(3), [120, 600, 1_800, 7_200, 21_600] as [Int64]) {
            #expect((nominal * 800...nominal * 1_200).contains(wait))
        }
        let bodies = try receiver.posts.all.map { post in
            try #require(try JSONSerialization.jsonObject(with: Data(post.body)) as? [String: Any])
        }
        #expect(bodies.map { $0["attempt"] as? Int } == Array(1...9))
        #expect(Set(bodies.map { $0["event_id"] as? String }).count == 1)
        let dead = try office.store.deadLetters(limit: 9)
        #expect(dead.map(\.attempts) == [9])
        #expect(dead.first?.lastError == "status 503")
        #expect(try office.store.outbox(after: 0, limit: 1).isEmpty)
        #expect(office.dispatcher.counts == WebhookCounts(failedAttempts: 9, deadLettered: 1, receivers: 1))
        try await receiver.close()
    }

    @Test("A receiver that comes back gets the event, and is asked no more")
    func recovery() async throws {
        let receiver = try await TestReceiver { count, _ in [.hangUp, .status(204), .status(200)][min(count, 3) - 1] }
        let office = Office()
        try await office.open {
            try office.commit(Sample.over(1, url: receiver.url()))
            _ = await office.recorded.next(3)
        }
        #expect(office.recorded.all.last == .delivered(outbox: 1))
        #expect(receiver.posts.all.count == 3)
        try await receiver.close()
    }

    @Test("Redirects are not followed")
    func redirect() async throws {
        let other = try await TestReceiver()
        let target = other.url()
        let receiver = try await TestReceiver { _, _ in .status(307, headers: ["Location": target]) }
        let office = Office()
        try await office.open {
            try office.commit(Sample.over(1, url: receiver.url()))
            guard case .attemptFailed(_, 1, _, let error)? = await office.recorded.next(1).first else {
                Issue.record("not a failed attempt")
                return
            }
            #expect(error == "status 307")
        }
        #expect(other.posts.all.isEmpty)
        try await receiver.close()
        try await other.close()
    }

    @Test("No answer in time is a failure")
    func timeout() async throws {
        let receiver = try await TestReceiver { _, _ in .silence }
        let office = Office(timeout: .milliseconds(50))
        try await office.open {
            try office.commit(Sample.over(1, url: receiver.url()))
            guard case .attemptFailed(_, 1, _, let error)? = await office.recorded.next(1).first else {
                Issue.record("not a failed attempt")
                return
            }
            #expect(error == "time-out")
        }
        try await receiver.close()
    }

    @Test("An answer's status counts; of its body no more than the limit is awaited", arguments: [200, 500])
    func longAnswer(status: Int) async throws {
        let receiver = try await TestReceiver { _, _ in .endless(status: status) }
        let office = Office()
        try await office.open {
            try office.commit(Sample.over(1, url: receiver.url()))
            let write = await office.recorded.next(1).first
            if status == 200 {
                #expect(write == .delivered(outbox: 1))
            } else {
                guard case .attemptFailed(_, _, _, "status 500") = write else {
                    Issue.record("\(String(describing: write))")
                    return
                }
            }
        }
        try await receiver.close()
    }

    @Test("An answer of exactly the limit leaves the connection in use")
    func keepAlive() async throws {
        let receiver = try await TestReceiver { _, _ in .status(200, body: Answer.bodyLimit) }
        let office = Office()
        try await office.open {
            for number in UInt64(1)...5 {
                try office.commit(Sample.over(number, url: receiver.url()))
                _ = await office.recorded.next(1)
            }
        }
        #expect(receiver.connections.all.count == 1)
        try await receiver.close()
    }

    @Test("The events of a call arrive in order, the next only after the one before was taken")
    func order() async throws {
        let receiver = try await TestReceiver { count, _ in count <= 2 ? .status(500) : .status(200) }
        let office = Office()
        try await office.open {
            try office.commit(Sample.over(1, url: receiver.url(), events: 2))
            _ = await office.recorded.next(4)
        }
        let sequences = try receiver.posts.all.map { post in
            (try JSONSerialization.jsonObject(with: Data(post.body)) as? [String: Any])?["seq"] as? Int
        }
        #expect(sequences == [1, 1, 1, 2])
        try await receiver.close()
    }

    @Test("A link to a recording works from each attempt on for as long as was asked")
    func links() async throws {
        let (clock, times) = (JumpingClock(), Inbox<Int64>())
        let receiver = try await TestReceiver { count, _ in
            times.add(clock.now.milliseconds)
            return count <= 4 ? .status(500) : .status(200)
        }
        let office = Office(clock: clock)
        let over = Sample.ended(1, url: receiver.url())
        let link = OwedLink(recording: RecordingID(high: 5, low: 6), fileName: "r.wav", validity: .seconds(600))
        let event = CallEvent(
            id: CallID(high: 1, low: 1), call: over.id, sequence: 1, time: WallTime(milliseconds: Sample.start),
            kind: .recordingLink(link, of: over))
        try await office.open {
            try office.commit([
                .accepted(Sample.record(1, url: receiver.url()), replay: nil), .ended(over, events: [event]),
            ])
            _ = await office.recorded.next(5)
        }
        let urls = try receiver.posts.all.map { post in
            (try JSONSerialization.jsonObject(with: Data(post.body)) as? [String: Any])?["url"] as? String
        }
        #expect(times.all.count == 5 && Set(times.all).count == 5)
        #expect(urls == times.all.map { "r.wav?expires=\($0 + 600_000)" })
        try await receiver.close()
    }

    @Test("A silent receiver does not hold up another, however much it is owed")
    func isolation() async throws {
        let silent = try await TestReceiver { _, _ in .silence }
        let lively = try await TestReceiver()
        let office = Office(
            limits: DeliveryQueue.Limits(held: 64, heldPerReceiver: 8, running: 16, runningPerOrigin: 4))
        try await office.open {
            for number in UInt64(1)...50 { try office.commit(Sample.over(number, url: silent.url())) }
            for number in UInt64(51)...100 { try office.commit(Sample.over(number, url: lively.url())) }
            let delivered = await office.recorded.next(50)
            #expect(Set(delivered).subtracting((51...100).map { StoreWrite.delivered(outbox: $0) }).isEmpty)
            #expect(Set(delivered).count == 50)
        }
        #expect(silent.posts.all.count == 4)
        try await silent.close()
        try await lively.close()
    }

    @Test("What was not delivered before a restart is delivered after it, as the same event")
    func restart() async throws {
        let down = try await TestReceiver { _, _ in .status(500) }
        let before = Office()
        try await before.open {
            try before.commit(Sample.over(1, url: down.url()))
            _ = await before.recorded.next(2)
        }
        let attempts = try #require(try before.store.outbox(after: 0, limit: 1).first).attempts
        try await down.close()

        let after = Office(store: before.store)
        try after.clock.sleep(.seconds(3_600))
        try await after.open {
            guard case .attemptFailed(1, attempts + 1, _, _)? = await after.recorded.next(1).first else {
                Issue.record("the attempt after the restart is not the next one")
                return
            }
        }
    }

    @Test("A flood arrives whole and once")
    func flood() async throws {
        let receiver = try await TestReceiver()
        let office = Office()
        try await office.open {
            for number in UInt64(1)...500 { try office.commit(Sample.over(number, url: receiver.url())) }
            _ = await office.recorded.next(500)
        }
        let ids = try receiver.posts.all.map { post in
            (try JSONSerialization.jsonObject(with: Data(post.body)) as? [String: Any])?["id"] as? String
        }
        #expect(ids.count == 500)
        #expect(Set(ids).count == 500)
        #expect(office.dispatcher.counts.delivered == 500)
        try await receiver.close()
    }
}
