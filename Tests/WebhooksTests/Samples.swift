import CallModel
import Foundation
import Synchronization

@testable import Webhooks

/// Values that the tests of this target deliver.
enum Sample {
    static let main = CertID(rawValue: "9053053bc1dc6e766e8b64bbbacfa84b")
    static let sub = CertID(rawValue: "5ab1")
    static let app = AppID(rawValue: "4028b834234224480155de541c7b0000")
    static let start: Int64 = 1_790_000_000_000

    static let tenants = TenantDirectory(
        accounts: [
            Account(id: main, secretKey: "main key"), Account(id: sub, secretKey: "sub key", parent: main),
        ],
        apps: [App(id: app, account: main)])

    static func id(_ number: UInt64) -> CallID { CallID(high: 1, low: number) }

    static func record(_ number: UInt64, url: String, signer: CertID = main) -> CallRecord {
        let request = CallbackRequest(
            account: signer, mainAccount: main, app: app, to1: .number(PhoneNumber("13900000001")!),
            to2: .number(PhoneNumber("13900000002")!), maxCallDuration: .seconds(60), userData: "甲 \"b\"\n",
            eventTarget: EventTarget(url: url, signer: signer, app: app))
        return CallRecord(id: id(number), request: request, beginTime: WallTime(milliseconds: start))
    }

    static func ended(
        _ number: UInt64, url: String = "http://127.0.0.1/", signer: CertID = main,
        ending: CallEnding = CallEnding(reason: .hangup(.second), hangupBy: .second, duration: 12)
    ) -> CallRecord {
        var record = record(number, url: url, signer: signer)
        record.state = .ended
        record.leg1.answerTime = WallTime(milliseconds: start + 1)
        record.leg2.answerTime = WallTime(milliseconds: start + 2)
        record.endTime = WallTime(milliseconds: start + 3)
        record.ending = ending
        return record
    }

    static func end(of record: CallRecord, sequence: Int = 1) -> CallEvent {
        CallEvent(
            id: CallID(high: UInt64(sequence), low: record.id.low), call: record.id, sequence: sequence,
            time: WallTime(milliseconds: start + 3), kind: .end(record))
    }

    /// What commits a call that is over, with as many events.
    static func over(_ number: UInt64, url: String, signer: CertID = main, events: Int = 1) -> [StoreWrite] {
        let over = ended(number, url: url, signer: signer)
        return [
            .accepted(record(number, url: url, signer: signer), replay: nil),
            .ended(over, events: (1...events).map { end(of: over, sequence: $0) }),
        ]
    }

    static func entry(_ number: Int64, url: String, attempts: Int = 0, due: Int64 = start, sequence: Int = 1)
        -> OutboxEntry
    {
        let record = ended(UInt64(number), url: url)
        return OutboxEntry(
            number: number, event: end(of: record, sequence: sequence), target: record.request.eventTarget!,
            attempts: attempts, due: WallTime(milliseconds: due))
    }
}

/// A clock that jumps ahead whenever somebody sleeps.
final class JumpingClock: Sendable {
    private let milliseconds = Mutex(Sample.start)

    var now: WallTime { WallTime(milliseconds: milliseconds.withLock { $0 }) }

    /// Milliseconds since the clock began.
    var elapsed: Int64 { now.milliseconds - Sample.start }

    func sleep(_ duration: Duration) throws {
        try Task.checkCancellation()
        let (seconds, attoseconds) = duration.components
        milliseconds.withLock { $0 += seconds * 1_000 + attoseconds / 1_000_000_000_000_000 }
    }
}

/// Collects values from any thread and hands them out in order.
final class Inbox<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let input: AsyncStream<Value>.Continuation
    private let seen = Mutex<[Value]>([])

    init() { (stream, input) = AsyncStream.makeStream() }

    func add(_ value: Value) {
        seen.withLock { $0.append(value) }
        input.yield(value)
    }

    /// Everything that came so far.
    var all: [Value] { seen.withLock { $0 } }

    /// The next values; one consumer.
    func next(_ count: Int) async -> [Value] {
        var values: [Value] = []
        for await value in stream {
            values.append(value)
            if values.count == count { break }
        }
        return values
    }
}
