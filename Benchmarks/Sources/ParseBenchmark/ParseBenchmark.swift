internal import CountedMalloc
internal import Measuring
internal import SIPSyntax

/// Reads an INVITE of about 1 kB again and again, and all that a receiver needs of it.
@main
struct ParseBenchmark {
    private static let rounds = 301
    private static let parsesPerRound = 2_000

    static func main() throws {
        let bytes = invite
        let parsing = try measure { try parse(bytes) }
        let using = try measure { try essentials(of: bytes) }
        let size = "\(bytes.count) B INVITE with its essentials"
        Figure("parse of a \(size)", parsing.median / 1000, "µs", decimals: 2, target: .under(0.8)).print()
        Figure("the same in the quickest of \(rounds) rounds", parsing.quickest / 1000, "µs", decimals: 2).print()
        Figure("parse, then each essential looked at and hashed", using.median / 1000, "µs", decimals: 2).print()
        let before = counted_malloc_calls()
        let use = try parse(bytes)
        precondition(use != 0, "the compiler must not leave the work out")
        Figure("allocations of a parse", Double(counted_malloc_calls() - before), "", target: .atMost(2)).print()
    }

    /// Nanoseconds of one execution.
    private static func measure(_ body: () throws -> Int) throws -> (median: Double, quickest: Double) {
        var use = 0
        var results: [Double] = []
        for _ in 0..<rounds {
            let start = threadProcessorNanoseconds()
            for _ in 0..<parsesPerRound { use &+= try body() }
            results.append((threadProcessorNanoseconds() - start) / Double(parsesPerRound))
        }
        precondition(use != 0, "the compiler must not leave the work out")
        results.sort()
        return (results[rounds / 2], results[0])
    }

    /// Reading them is part of the parse: a message without its essentials is refused.
    @inline(never)
    private static func parse(_ bytes: [UInt8]) throws(SIPParseError) -> Int {
        let message = try SIPMessage(parsing: bytes)
        return Int(message.cseq.number) &+ Int(message.maxForwards ?? 0)
    }

    /// Request-URI, top Via with branch and rport, tags, Call-ID, CSeq, Contact, Max-Forwards, Content-Length (which
    /// bounds the body) and a hash that finds the transaction.
    @inline(never)
    private static func essentials(of bytes: [UInt8]) throws(SIPParseError) -> Int {
        let message = try SIPMessage(parsing: bytes)
        let via = message.topVia
        var use = message.requestURI?.host.count ?? 0
        use &+= via.branch?.count ?? 0
        use &+= via.rport == .absent ? 0 : 1
        use &+= (message.from.tag?.count ?? 0) &+ (message.to.tag?.count ?? 0)
        use &+= message.callID.count &+ Int(message.cseq.number)
        use &+= message.contact?.uri.host.count ?? 0
        use &+= Int(message.maxForwards ?? 0) &+ message.body.count
        return use &+ (via.branch?.hashValue ?? 0)
    }

    private static var invite: [UInt8] {
        let header = """
            INVITE sip:+8613800138000@trunk.example.com:5060;user=phone;transport=udp SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bK-524287-1---7a3c1f0e9b5d2c48
            Via: SIP/2.0/UDP 198.51.100.7:5080;received=198.51.100.7;branch=z9hG4bKnashds8776a
            Record-Route: <sip:198.51.100.7:5080;lr;ftag=a73kszlfl>
            Max-Forwards: 69
            From: "Switch" <sip:+861080001000@192.0.2.10:5060>;tag=a73kszlfl-9b5d2c48
            To: <sip:+8613800138000@trunk.example.com:5060>
            Call-ID: f81d4fae-7dec-11d0-a765-00a0c91e6bf6@192.0.2.10
            CSeq: 314159 INVITE
            Contact: <sip:switch-1@192.0.2.10:5060;transport=udp>
            Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO
            Supported: 100rel, timer, replaces
            User-Agent: Switch/4.2
            P-Asserted-Identity: <sip:+861080001000@192.0.2.10>
            X-Carrier-Trace: 0123456789abcdef
            Content-Type: application/sdp
            """
        let body = """
            v=0
            o=switch 3890842807 3890842807 IN IP4 192.0.2.10
            s=-
            c=IN IP4 192.0.2.10
            t=0 0
            m=audio 40000 RTP/AVP 8 0 101
            a=rtpmap:8 PCMA/8000
            a=rtpmap:0 PCMU/8000
            a=rtpmap:101 telephone-event/8000
            a=sendrecv
            """
        let content = lines(body)
        return lines(header) + Array("Content-Length: \(content.count)\r\n\r\n".utf8) + content
    }

    private static func lines(_ text: String) -> [UInt8] {
        text.split(separator: "\n").flatMap { Array($0.utf8) + [13, 10] }
    }
}
