import CallModel
import SIPTransactions
import SansIO
import Testing

@testable import CallTracing

/// A book with a few calls written into it.
final class Chronicle {
    static let peer = Flow(remote: TransportAddress(ip: .v4(0x0A00_0001), port: 5060))
    var book: TraceBook
    var now = Instant(nanoseconds: 5_000_000_000)

    init(_ limits: TraceLimits = TraceLimits()) {
        book = TraceBook(limits: limits)
    }

    static func call(_ number: UInt64) -> CallID { CallID(high: 0, low: number) }

    static func sipCallID(_ number: UInt64) -> String { WireToken(shard: 3, number: number).text + "5f" }

    func begin(_ number: UInt64, _ party: Party = .first) {
        let leg = 2 * number + UInt64(party.rawValue)
        book.begin(
            Self.sipCallID(leg), of: party, of: Self.call(number), wallTime: WallTime(milliseconds: 1_800_000_000_123),
            at: now)
    }

    func note(
        _ line: String, _ number: UInt64, _ party: Party = .first, _ direction: TracedMessage.Direction = .sent,
        headers: [String] = [], body: String = ""
    ) {
        let leg = 2 * number + UInt64(party.rawValue)
        let method = line.hasPrefix("SIP/") ? "INVITE" : String(line.prefix { $0 != " " })
        let head =
            [
                line, "Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKx", "From: <sip:a@b>;tag=1", "To: <sip:c@d>",
                "Call-ID: \(Self.sipCallID(leg))", "CSeq: 1 \(method)",
            ] + headers + ["Content-Length: \(body.utf8.count)"]
        let text = head.joined(separator: "\r\n") + "\r\n\r\n" + body
        book.note(Array(text.utf8), direction, Self.peer, at: now)
        now = now + .milliseconds(1)
    }

    func trace(_ number: UInt64) -> CallTrace? { book.trace(of: Self.call(number), at: now) }
}

@Suite struct TraceBookTests {
    @Test func `a call's messages are found, and only its own`() throws {
        let chronicle = Chronicle()
        chronicle.begin(1)
        chronicle.begin(2)
        chronicle.note("INVITE sip:x SIP/2.0", 1)
        chronicle.note("INVITE sip:y SIP/2.0", 2)
        chronicle.begin(1, .second)
        chronicle.note("SIP/2.0 200 OK", 1, .first, .received)
        chronicle.note("INVITE sip:z SIP/2.0", 1, .second)
        chronicle.note("INVITE sip:stranger SIP/2.0", 77)
        let trace = try #require(chronicle.trace(1))
        #expect(trace.messages.map(\.label) == ["INVITE", "200 OK", "INVITE"])
        #expect(trace.messages.map(\.party) == [.first, .first, .second])
        #expect(trace.messages.map(\.direction) == [.sent, .received, .sent])
        #expect(chronicle.trace(2)?.messages.count == 1)
        #expect(chronicle.trace(3) == nil)
    }

    @Test(arguments: ["Call-ID: ", "i:", "CALL-ID : ", "I\t:  ", "call-id:\t"])
    func `the Call-ID is found however it is written`(name: String) {
        let text = "BYE sip:x SIP/2.0\r\nVia: x\r\n\(name)\(Chronicle.sipCallID(0xABCDEF))\r\n\r\n"
        #expect(Array(text.utf8).ownCallNumber == 0xABCDEF)
    }

    @Test(arguments: [
        "", "\n", "BYE", "BYE x\r\nCall-ID: 03", "BYE x\r\nCall-ID: somebody-else@example.org.somewhere\r\n\r\n",
        "BYE x\r\nCall-IDs: 0300000000000000015f\r\n\r\n", "BYE x\r\n\r\nCall-ID: 0300000000000000015f\r\n\r\n",
        "BYE x\r\nI", "BYE x\r\nCall-ID", "BYE x\r\nfoo: bar\r\nCall-ID: ",
    ])
    func `what bears no Call-ID of ours is passed over`(text: String) {
        #expect(Array(text.utf8).ownCallNumber == nil)
    }

    @Test func `a long call keeps its beginning and its end`() throws {
        let chronicle = Chronicle(TraceLimits(messagesPerCall: 8))
        chronicle.begin(1)
        for number in 1...20 { chronicle.note("INFO sip:\(number) SIP/2.0", 1) }
        let trace = try #require(chronicle.trace(1))
        let numbers = trace.messages.compactMap {
            String(decoding: $0.bytes, as: UTF8.self).firstMatch(of: /sip:(\d+)/)?.1
        }
        #expect(numbers == ["1", "2", "3", "4", "5", "6", "19", "20"])
        #expect(trace.omitted == 12)
    }

    @Test func `a call of great messages keeps within its bytes`() throws {
        let chronicle = Chronicle(TraceLimits(bytesPerCall: 3_000))
        chronicle.begin(1)
        for _ in 1...10 { chronicle.note("INFO sip:a SIP/2.0", 1, body: String(repeating: "x", count: 800)) }
        #expect(try #require(chronicle.trace(1)).messages.count == 3)
        #expect(chronicle.book.byteCount <= 3_000)
    }

    @Test func `for want of room the call that ended first goes first, then the oldest`() {
        let chronicle = Chronicle(TraceLimits(bytesInAll: 4_000))
        func fill(_ number: UInt64) {
            chronicle.begin(number)
            chronicle.note("INFO sip:a SIP/2.0", number, body: String(repeating: "x", count: 800))
        }
        for number: UInt64 in 1...4 { fill(number) }
        chronicle.book.finish(Chronicle.call(3), at: chronicle.now)
        chronicle.now = chronicle.now + .seconds(1)
        chronicle.book.finish(Chronicle.call(2), at: chronicle.now)
        fill(5)
        #expect((1...5).map { chronicle.trace($0) != nil } == [true, true, false, true, true])
        fill(6)
        #expect((1...6).map { chronicle.trace($0) != nil } == [true, false, false, true, true, true])
        fill(7)
        #expect((1...7).map { chronicle.trace($0) != nil } == [false, false, false, true, true, true, true])
        #expect(chronicle.book.byteCount <= 4_000)
    }

    @Test func `a trace outlives its call for a while, late messages included`() {
        let chronicle = Chronicle(TraceLimits(keptFor: .seconds(60)))
        chronicle.begin(1)
        chronicle.note("BYE sip:a SIP/2.0", 1)
        chronicle.book.finish(Chronicle.call(1), at: chronicle.now)
        chronicle.note("SIP/2.0 200 OK", 1, .first, .received)
        chronicle.now = chronicle.now + .seconds(59)
        #expect(chronicle.trace(1)?.messages.count == 2)
        chronicle.now = chronicle.now + .seconds(2)
        #expect(chronicle.trace(1) == nil)
        #expect(chronicle.book.byteCount == 0)
    }

    @Test func `without room nothing is kept`() {
        let chronicle = Chronicle(TraceLimits(bytesInAll: 0))
        chronicle.begin(1)
        chronicle.note("BYE sip:a SIP/2.0", 1)
        #expect(chronicle.trace(1) == nil)
    }
}
