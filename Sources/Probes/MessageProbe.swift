import CallModel
import CallTracing
import SIPSyntax
import SIPTransactions
import SansIO

/// Reads a message, all of its headers, writes it again and its answer, and traces it.
enum MessageProbe {
    private static let capabilities = SIPCapabilities(
        methods: [.invite, .ack, .cancel, .bye, .options], extensions: ["timer"], contentTypes: ["application/sdp"])
    private static let source = ViaSource(address: "192.0.2.1", port: 5060)

    static func run(_ bytes: [UInt8]) {
        trace(bytes)
        do throws(SIPParseError) {
            let message = try SIPMessage(parsing: bytes)
            readAll(message)
            if message.isRequest { answer(message) }
        } catch {
            guard case .refused(let request) = error else { return }
            var writer = SIPWriter()
            writer.begin(refusing: request, tag: "t", from: source)
            expectHead(writer.finish(), "a refusal")
        }
    }

    private static func readAll(_ message: SIPMessage) {
        _ = (message.topVia.branch, message.from.displayName, message.to.tag, message.callID, message.cseq)
        _ = (message.contact?.description, message.maxForwards, message.q850Cause, message.phrase?.unfolded)
        _ = try? message.vias.map { ($0.text.description, $0.received, Array($0.parameters)).0 }
        _ = try? (message.routes.count, message.recordRoutes.count)
        _ = try? message.contacts.map { ($0.displayName, $0.uri.unescapedUser, Array($0.parameters)).0 }
        _ = try? (message.require, message.supported, message.unsupported, message.proxyRequire, message.allow)
        _ = try? (message.accept, message.contentType, message.expires, message.minExpires)
        _ = try? (message.retryAfter, message.reasons)
        _ = try? (message.bodyParts.map(\.content.count), message.sessionDescription)
        _ = message.judgement(by: capabilities)
        for (name, value) in message.headers { _ = (message.headers.values(named: name.description), value.unfolded) }
        if let uri = message.requestURI {
            precondition(uri.isEquivalent(to: uri), "a URI is equivalent to itself")
            precondition(SIPURI(uri.description)?.text == uri.text, "a URI reads as it was written")
        }
    }

    /// Our answer can be read, and is of the same transaction.
    private static func answer(_ request: SIPMessage) {
        var writer = SIPWriter()
        writer.begin(answering: request, .ok, tag: "t", from: source)
        let bytes = writer.finish()
        guard bytes.count <= SIPLimits.messageBytes else { return }
        guard let answer = try? SIPMessage(parsing: bytes) else { preconditionFailure("our answer cannot be read") }
        precondition(answer.cseq == request.cseq && answer.callID == request.callID, "the answer is another's")
        precondition(answer.topVia.branch == request.topVia.branch, "the answer is of another transaction")
        precondition(answer.to.tag != nil, "an answer has a tag")
    }

    private static func expectHead(_ bytes: [UInt8], _ what: String) {
        precondition(bytes.starts(with: "SIP/2.0 ".utf8), "\(what) has a status line")
    }

    /// Whatever is noted of a call can be shown.
    private static func trace(_ bytes: [UInt8]) {
        let now = Instant(nanoseconds: 1)
        let flow = Flow(remote: TransportAddress(ip: .v4(1), port: 5060))
        let call = CallID(high: 1, low: 2)
        var book = TraceBook(limits: TraceLimits())
        book.begin(sipCallID, of: .first, of: call, wallTime: WallTime(milliseconds: 1), at: now)
        book.note(bytes, .received, flow, at: now)
        guard let trace = book.trace(of: call, at: now) else { preconditionFailure("a call that began is traced") }
        _ = (trace.text, trace.capture(listeners: [flow.remote]))
    }

    /// The Call-ID of messages in the corpus that belong to a call of ours.
    static let sipCallID = WireToken(shard: 0, number: 0xA11_CE).text + "00"
}
