import Testing

@testable import SIPSyntax

@Suite struct StreamFramerTests {
    static func options(_ number: Int, body: String = "", length: String? = nil) -> [UInt8] {
        Array(
            ("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK\(number)\r\nFrom: <sip:a@b>;tag=1\r\n"
                + "To: <sip:a@b>\r\nCall-ID: \(number)\r\nCSeq: 1 OPTIONS\r\n"
                + (length ?? "Content-Length: \(body.utf8.count)\r\n") + "\r\n" + body).utf8)
    }

    func pieces(of chunks: [[UInt8]]) throws -> [StreamFramer.Piece] {
        var framer = StreamFramer()
        var pieces: [StreamFramer.Piece] = []
        for chunk in chunks {
            chunk.withUnsafeBytes { framer.append($0) }
            while let piece = try framer.next() { pieces.append(piece) }
        }
        #expect(!framer.isInsideMessage)
        return pieces
    }

    static let stream: [[UInt8]] = [
        options(1, body: "v=0\r\n\r\n"), options(2), options(3, body: "abc", length: "l:3\r\n"),
        options(4, body: "xy", length: "CONTENT-LENGTH\t :\r\n 2\r\n"),
    ]

    @Test(arguments: [1, 2, 3, 7, 64, 1_000, 10_000])
    func `messages are found however the stream is cut`(size: Int) throws {
        let bytes = Self.stream.flatMap { $0 }
        let chunks = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        #expect(try pieces(of: chunks) == Self.stream.map { .message($0) })
    }

    @Test(arguments: [1, 2, 3, 4, 100])
    func `two empty lines are a ping, and a single one is nothing`(size: Int) throws {
        let bytes =
            Array("\r\n\r\n".utf8) + Self.options(1) + Array("\r\n".utf8) + Self.options(2, body: "b")
            + Array("\r\n\r\n".utf8)
        let chunks = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        #expect(
            try pieces(of: chunks) == [.ping, .message(Self.options(1)), .message(Self.options(2, body: "b")), .ping])
    }

    @Test(arguments: [
        (Array("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".utf8), StreamFramer.Flaw.notSIP),
        ([0x16, 0x03, 0x01, 0x02], .notSIP), (Array("\rx".utf8), .notSIP),
        (options(1, length: ""), .unknownLength), (options(1, length: "Content-Length: x\r\n"), .unknownLength),
        (options(1, length: "Content-Length: 1\r\nl: 2\r\n"), .unknownLength),
        (options(1, length: "Content-Length: 65536\r\n"), .messageTooLong),
        (options(1, length: "Content-Length: 99999999999999999999\r\n"), .unknownLength),
        (options(1, length: "Content-Length: 65500\r\n"), .messageTooLong),
        (Array("OPTIONS sip:a@b SIP/2.0\r\nX: ".utf8) + Array(repeating: 0x61, count: 65_536), .messageTooLong),
    ])
    func `what is no stream of messages is told`(bytes: [UInt8], flaw: StreamFramer.Flaw) {
        #expect(throws: flaw) { try pieces(of: [bytes]) }
    }

    @Test func `the longest message passes`() throws {
        let head = Self.options(1, length: "Content-Length: 65000\r\n").count
        let body = String(repeating: "b", count: SIPLimits.messageBytes - head)
        let longest = Self.options(1, body: body)
        #expect(longest.count == SIPLimits.messageBytes)
        #expect(try pieces(of: [longest, Self.options(2)]) == [.message(longest), .message(Self.options(2))])
    }

    @Test func `a message that has begun is told apart from rest`() throws {
        var framer = StreamFramer()
        Self.options(1).dropLast().withUnsafeBytes { framer.append($0) }
        #expect(try framer.next() == nil)
        #expect(framer.isInsideMessage)
    }
}
