@testable import SIPSyntax

/// A small request whose lines can be replaced or added.
struct MessageFixture {
    var startLine = "OPTIONS sip:b@example.com SIP/2.0"
    var lines = [
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1", "From: <sip:a@example.com>;tag=1", "To: <sip:b@example.com>",
        "Call-ID: c@192.0.2.1", "CSeq: 1 OPTIONS", "Max-Forwards: 70",
    ]
    var body = ""

    static func invite(_ more: String..., body: String = "") -> MessageFixture {
        var fixture = MessageFixture(body: body)
        fixture.startLine = "INVITE sip:b@example.com SIP/2.0"
        fixture.lines[4] = "CSeq: 1 INVITE"
        fixture.lines += more
        return fixture
    }

    /// The request with `line` in place of the one of the same name, or behind all others.
    func with(_ line: String) -> MessageFixture {
        var copy = self
        let name = line.prefix { $0 != ":" }
        if let index = lines.firstIndex(where: { $0.hasPrefix(name + ":") }) {
            copy.lines[index] = line
        } else {
            copy.lines.append(line)
        }
        return copy
    }

    func without(_ name: String) -> MessageFixture {
        var copy = self
        copy.lines.removeAll { $0.hasPrefix(name + ":") }
        return copy
    }

    func starting(_ line: String) -> MessageFixture {
        var copy = self
        copy.startLine = line
        return copy
    }

    var bytes: [UInt8] { Array((([startLine] + lines).joined(separator: "\r\n") + "\r\n\r\n" + body).utf8) }

    func parsed() throws -> SIPMessage { try SIPMessage(parsing: bytes) }

    /// The flaw that keeps it from being read, and whether it can be answered.
    var failure: Failure? { MessageFixture.failure(of: bytes) }

    enum Failure: Equatable {
        case unreadable(SIPFlaw)
        case refused(SIPFlaw)
    }

    /// The status by which it is refused.
    var refusal: SIPStatus? {
        do throws(SIPParseError) {
            _ = try SIPMessage(parsing: bytes)
            return nil
        } catch {
            guard case .refused(let request) = error else { return nil }
            return request.status
        }
    }

    static func failure(of bytes: [UInt8]) -> Failure? {
        do throws(SIPParseError) {
            _ = try SIPMessage(parsing: bytes)
            return nil
        } catch {
            return switch error {
            case .unreadable(let flaw): .unreadable(flaw)
            case .refused(let request): .refused(request.flaw)
            }
        }
    }
}
