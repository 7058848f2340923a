import Testing

@testable import SIPSyntax

@Suite struct BodyTests {
    private func text(_ bytes: ArraySlice<UInt8>?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test func contentLengthCutsTheDatagram() throws {
        let message = try MessageFixture.invite("Content-Length: 3", body: "abcdef").parsed()
        #expect(text(message.body) == "abc")
        #expect(text(try MessageFixture.invite("l:0", body: "abcdef").parsed().body)?.isEmpty == true)
    }

    @Test func withoutContentLengthTheBodyReachesToTheEnd() throws {
        #expect(text(try MessageFixture.invite(body: "abcdef").parsed().body) == "abcdef")
        #expect(try MessageFixture.invite().parsed().body.isEmpty)
    }

    @Test func aBodyShorterThanContentLengthIsRefused() throws {
        #expect(try MessageFixture.invite("Content-Length: 6", body: "abcdef").parsed().body.count == 6)
        #expect(MessageFixture.invite("Content-Length: 7", body: "abcdef").failure == .refused(.bodyTooShort))
        let response = MessageFixture.invite("Content-Length: 7", body: "abcdef").starting("SIP/2.0 200 OK")
        #expect(response.failure == .unreadable(.bodyTooShort))
    }

    @Test(arguments: ["-1", "1x", "", "99999999999999999999", "+1", "1 1"])
    func aMalformedContentLengthIsRefused(_ value: String) {
        #expect(MessageFixture.invite("Content-Length: " + value).failure == .refused(.malformed(.contentLength)))
    }

    @Test func headersThatDoNotEndAreRefused() {
        let bytes = MessageFixture().bytes
        #expect(MessageFixture.failure(of: Array(bytes.dropLast(2))) == .refused(.unfinishedHeaders))
        #expect(MessageFixture.failure(of: Array(bytes.dropLast(4))) == .refused(.unfinishedHeaders))
    }

    @Test func aPlainSessionDescriptionIsFound() throws {
        let message = try MessageFixture.invite("Content-Type: Application/SDP", body: "v=0\r\n").parsed()
        #expect(text(try message.sessionDescription) == "v=0\r\n")
        #expect(try MessageFixture.invite("Content-Type: text/plain", body: "v=0").parsed().sessionDescription == nil)
        #expect(try MessageFixture.invite(body: "v=0").parsed().sessionDescription == nil)
        #expect(try MessageFixture.invite("Content-Type: application/sdp").parsed().sessionDescription == nil)
    }

    /// A body as a carrier sends it, with a preamble, padding behind a boundary and an epilogue (RFC 2046 §5.1.1).
    @Test func aSessionDescriptionIsFoundAmongParts() throws {
        let body = [
            "preamble", "--bo und  ", "Content-Type: application/isup;base=itu-t92+", "Content-Disposition: signal", "",
            "\u{1}\u{2}--bo und", "--bo und", "c: application/sdp", "Content-Disposition: session;handling=required",
            "",
            "v=0", "s=-", "", "--bo und--", "epilogue", "--bo und", "",
        ].joined(separator: "\r\n")
        let message = try MessageFixture.invite("Content-Type: multipart/mixed; boundary=\"bo und\"", body: body)
            .parsed()
        #expect(text(try message.sessionDescription) == "v=0\r\ns=-\r\n")
        #expect(
            try message.bodyParts.map { try $0.contentType?.description } == ["application/isup", "application/sdp"])
        #expect(text(try message.bodyParts[0].content) == "\u{1}\u{2}--bo und")
    }

    @Test(arguments: [
        "Content-Disposition: early-session", "Content-Transfer-Encoding: base64", "Content-Encoding: gzip",
    ])
    func partsThatAreSomethingElseArePassedOver(_ line: String) throws {
        let body =
            "--b\r\nContent-Type: application/sdp\r\n\(line)\r\n\r\nno\r\n"
            + "--b\r\nContent-Type: application/sdp\r\n\r\nyes\r\n--b--"
        let message = try MessageFixture.invite("Content-Type: multipart/alternative;boundary=b", body: body).parsed()
        #expect(text(try message.sessionDescription) == "yes")
    }

    @Test func aPartMayBeEmptyOrWithoutHeaders() throws {
        let body = "--b\r\n\r\nplain\r\n--b\r\n--b\r\nX: 1\r\n\r\n--b--"
        let parts = try MessageFixture.invite("Content-Type: multipart/mixed;boundary=b", body: body).parsed().bodyParts
        #expect(parts.map { text($0.content) } == ["plain", "", ""])
        #expect(try parts[0].contentType == nil)
        #expect(parts[2].headers.values(named: "x") == ["1"])
    }

    @Test(arguments: [
        "", "none", "--b", "--b\r\n", "--b\r\n\r\nx", "--b\r\n\r\nx\r\n--c--", "--b\r\nno colon\r\n\r\nx\r\n--b--",
        "--b--", "--bx\r\n\r\n",
    ])
    func aMalformedMultipartBodyIsAnError(_ body: String) throws {
        let message = try MessageFixture.invite("Content-Type: multipart/mixed;boundary=b", body: body + " ").parsed()
        #expect(throws: MalformedBody()) { try message.bodyParts }
    }

    @Test func aBoundaryHasOneToSeventyCharacters() throws {
        for (length, isGood) in [(0, false), (1, true), (70, true), (71, false)] {
            let boundary = String(repeating: "b", count: length)
            let body = "--\(boundary)\r\n\r\nx\r\n--\(boundary)--"
            let message = try MessageFixture.invite(
                "Content-Type: multipart/mixed;boundary=\"\(boundary)\"", body: body
            ).parsed()
            if isGood {
                #expect(try message.bodyParts.count == 1)
            } else {
                #expect(throws: MalformedBody()) { try message.bodyParts }
            }
        }
        #expect(throws: MalformedBody()) {
            try MessageFixture.invite("c: multipart/mixed", body: "--b").parsed().bodyParts
        }
    }
}
