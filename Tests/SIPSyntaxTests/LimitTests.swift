import Testing

@testable import SIPSyntax

@Suite struct LimitTests {
    @Test func aMessageMayHaveJustSoManyBytes() throws {
        let head = MessageFixture().bytes
        let longest = head + [UInt8](repeating: 0x41, count: SIPLimits.messageBytes - head.count)
        #expect(try SIPMessage(parsing: longest).body.count == SIPLimits.messageBytes - head.count)
        #expect(MessageFixture.failure(of: longest + [0x41]) == .unreadable(.messageTooLong))
    }

    @Test func aMessageMayHaveJustSoManyHeaders() throws {
        var fixture = MessageFixture()
        while fixture.lines.count < SIPLimits.headers { fixture.lines.append("X-\(fixture.lines.count): 1") }
        #expect(try fixture.parsed().headers.count == SIPLimits.headers)
        #expect(try fixture.parsed().headers.values(named: "x-127") == ["1"])
        fixture.lines.append("X: 1")
        #expect(fixture.failure == .refused(.tooManyHeaders))
        #expect(fixture.refusal?.code == 513)
    }

    @Test func aHeaderNameMayHaveJustSoManyBytes() throws {
        let name = String(repeating: "n", count: SIPLimits.headerNameBytes)
        #expect(try MessageFixture().with(name + ": 1").parsed().headers.values(named: name) == ["1"])
        #expect(MessageFixture().with(name + "n: 1").failure == .refused(.headerTooLong))
    }

    @Test func aHeaderValueMayHaveJustSoManyBytes() throws {
        let value = String(repeating: "v", count: SIPLimits.headerValueBytes)
        #expect(
            try MessageFixture().with("X: " + value).parsed().headers.values(named: "x").first?.count
                == value.utf8.count)
        #expect(MessageFixture().with("X: v" + value).failure == .refused(.headerTooLong))
    }

    @Test func aListMayHaveJustSoManyValues() throws {
        let routes = [String](repeating: "<sip:p;lr>", count: SIPLimits.listValues / 2).joined(separator: ",")
        var fixture = MessageFixture()
        fixture.lines += ["Route: " + routes, "Route: " + routes]
        #expect(try fixture.parsed().routes.count == SIPLimits.listValues)
        fixture.lines.append("Route: <sip:p>")
        #expect(throws: MalformedHeader(name: .route)) { try fixture.parsed().routes }
    }

    @Test func aBodyMayHaveJustSoManyParts() throws {
        let part = "--b\r\nX: 1\r\n\r\n1\r\n"
        let parts = String(repeating: part, count: SIPLimits.bodyParts)
        func message(_ body: String) throws -> SIPMessage {
            try MessageFixture.invite("Content-Type: multipart/mixed;boundary=b", body: body).parsed()
        }
        #expect(try message(parts + "--b--").bodyParts.count == SIPLimits.bodyParts)
        #expect(throws: MalformedBody()) { try message(parts + part + "--b--").bodyParts }
    }

    @Test func bodiesMayBeNestedJustSoDeep() throws {
        func nested(_ depth: Int) -> String {
            guard depth > 0 else { return "Content-Type: application/sdp\r\n\r\nv=0\r\n" }
            let type = "Content-Type: multipart/mixed;boundary=b\(depth)\r\n\r\n"
            return type + "--b\(depth)\r\n" + nested(depth - 1) + "\r\n--b\(depth)--\r\n"
        }
        func message(_ depth: Int) throws -> SIPMessage {
            let text = nested(depth).split(separator: "\r\n", maxSplits: 1)
            return try MessageFixture.invite(String(text[0]), body: String(text[1].dropFirst())).parsed()
        }
        #expect(try message(SIPLimits.bodyDepth).sessionDescription?.elementsEqual("v=0\r\n".utf8) == true)
        #expect(throws: MalformedBody()) { try message(SIPLimits.bodyDepth + 1).bodyParts }
    }
}
