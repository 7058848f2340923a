import TestMaterials
import Testing

@testable import SIPSyntax

/// Messages changed at random, the same way in each run: nothing may trap, and what is accepted must survive being
/// written and read again.
@Suite struct MutationTests {
    private static let sources = TortureCase.all.map(\.file) + ["invitation", "multipart", "response"]

    private static func source(_ name: String) throws -> [UInt8] {
        switch name {
        case "invitation": return wire(invitation)
        case "multipart":
            let body = "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b--\r\n"
            return MessageFixture.invite("Content-Type: multipart/mixed;boundary=b", body: body).bytes
        case "response":
            let lines = [
                "Reason: Q.850;cause=17;text=\"busy\"", "Retry-After: 5 (soon);duration=9", "Allow: INVITE, BYE",
            ]
            return lines.reduce(MessageFixture().starting("SIP/2.0 486 Busy Here")) { $0.with($1) }.bytes
        default: return try TortureCase.bytes(name)
        }
    }

    @Test(arguments: sources) func noChangeOfBytesTrapsOrIsMisread(_ name: String) throws {
        let bytes = try MutationTests.source(name)
        var chance = SplitMix(seed: UInt64(MutationTests.sources.firstIndex(of: name) ?? 0))
        for _ in 0..<200 {
            let changed = chance.mutate(bytes)
            switch Result(catching: { () throws(SIPParseError) in try SIPMessage(parsing: changed) }) {
            case .success(let message):
                MutationTests.readAll(message)
                try MutationTests.expectRoundTrip(message)
            case .failure(.refused(let request)): MutationTests.expectReadableRefusal(request)
            case .failure(.unreadable): break
            }
        }
    }

    /// Asks for everything there is; errors are fine, traps are not.
    private static func readAll(_ message: SIPMessage) {
        _ = try? message.vias.map { ($0.text.description, $0.received, Array($0.parameters)).0 }
        _ = try? (message.routes.count, message.recordRoutes.count)
        _ = try? message.contacts.map { ($0.displayName, $0.uri.unescapedUser, $0.description) }
        _ = try? (message.require, message.supported, message.unsupported, message.proxyRequire, message.allow)
        _ = try? (message.accept, message.contentType, message.expires, message.minExpires)
        _ = try? (message.retryAfter, message.reasons)
        _ = try? (message.bodyParts.map(\.content.count), message.sessionDescription)
        _ = (message.q850Cause, message.from.displayName, message.to.displayName, message.maxForwards)
        _ = message.judgement(by: tortureServer)
        for (name, value) in message.headers { _ = (message.headers.values(named: name.description), value.unfolded) }
        if let uri = message.requestURI { #expect(uri.isEquivalent(to: uri)) }
    }

    private static func expectRoundTrip(_ message: SIPMessage) throws {
        let again = try SIPMessage(parsing: rewritten(message))
        #expect(again.method == message.method)
        #expect(again.status == message.status)
        #expect(again.requestURI?.text == message.requestURI?.text)
        #expect(again.topVia.text == message.topVia.text)
        #expect(again.from.text == message.from.text)
        #expect(again.to.text == message.to.text)
        #expect(again.callID == message.callID)
        #expect(again.cseq == message.cseq)
        #expect(again.contact?.text == message.contact?.text)
        #expect(again.maxForwards == message.maxForwards)
        #expect(again.body.elementsEqual(message.body))
        let lines = message.headers.filter { !$0.name.spells("Content-Length") && !$0.name.spells("l") }
        #expect(again.headers.count == lines.count + 1)
        #expect(zip(again.headers, lines).allSatisfy { $0.name == $1.name && $0.value == $1.value })
    }

    /// The message as our writer writes it.
    private static func rewritten(_ message: SIPMessage) -> [UInt8] {
        var writer = SIPWriter()
        switch message.startLine {
        case .request(let method, let uri): writer.begin(method, uri)
        case .response(let status, let phrase):
            writer.begin(status, phrase: phrase.description)
        }
        for (name, value) in message.headers where !name.spells("Content-Length") && !name.spells("l") {
            writer.append(name)
            writer.append(": ")
            writer.append(value)
            writer.appendLineEnd()
        }
        return writer.finish(body: message.body)
    }

    private static func expectReadableRefusal(_ request: BrokenRequest) {
        var writer = SIPWriter()
        writer.begin(refusing: request, tag: "t", from: ViaSource(address: "192.0.2.1", port: 5060))
        let answer = writer.finish()
        #expect(answer.starts(with: "SIP/2.0 \(request.status) ".utf8))
    }
}

extension SplitMix {
    /// Changes up to four places.
    fileprivate mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var changed = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) where !changed.isEmpty {
            let place = Int.random(in: 0..<changed.count, using: &self)
            switch Int.random(in: 0..<6, using: &self) {
            case 0: changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 1: changed[place] = UInt8.random(in: 0...255, using: &self)
            case 2: changed.insert(SplitMix.delimiters.randomElement(using: &self) ?? 0, at: place)
            case 3: changed.remove(at: place)
            case 4: changed.removeLast(Int.random(in: 0...min(40, changed.count), using: &self))
            default:
                let end = min(changed.count, place + Int.random(in: 1...60, using: &self))
                changed.insert(contentsOf: changed[place..<end], at: Int.random(in: 0...changed.count, using: &self))
            }
        }
        return changed
    }

    private static let delimiters = Array("\r\n \t:;,<>\"\\@%=?/[]-0\u{0}".utf8)
}
