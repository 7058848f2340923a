internal import CallSwitching
internal import SIPSyntax
internal import SIPTransactions

/// The far end of all calls: it answers each INVITE with 100, 180 and 200 at once, and its second parties hang up.
struct Carrier {
    private static let answer = Array(
        """
        v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 101\r\n\
        a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n
        """.utf8)

    let flow: Flow
    private var writer = SIPWriter()
    /// The INVITEs of second parties that talk.
    private var second: [SIPMessage] = []

    init(at flow: Flow) { self.flow = flow }

    /// How many second parties talk.
    var talking: Int { second.count }

    /// What comes back for a message.
    mutating func receive(_ datagram: Datagram) -> [SwitchboardInput] {
        guard let message = try? SIPMessage(parsing: datagram.bytes) else {
            preconditionFailure("the switchboard sends what can be read")
        }
        guard message.status == nil else { return [] }
        let answers: [[UInt8]]
        switch message.method {
        case .invite:
            // The user is 138 and digits for the first party, 139 for the second.
            if message.requestURI?.unescapedUser?.hasPrefix("139") ?? false { second.append(message) }
            answers = [
                response(to: message, .trying), response(to: message, .ringing),
                response(to: message, .ok, body: Self.answer),
            ]
        case .ack: answers = []
        default: answers = [response(to: message, .ok)]
        }
        return answers.map { .received($0, from: flow) }
    }

    /// The BYEs of all who talk.
    mutating func hangUp() -> [SwitchboardInput] {
        defer { second = [] }
        return second.map { .received(bye(of: $0), from: flow) }
    }

    private mutating func response(to request: SIPMessage, _ status: SIPStatus, body: [UInt8] = []) -> [UInt8] {
        let tag = "as5d1c7f2b"
        writer.begin(
            answering: request, status, tag: status == .trying ? nil : tag,
            from: ViaSource(address: "10.0.0.9", port: 5060))
        if request.method == .invite, status != .trying { writer.header(.contact, "<sip:carrier@10.0.0.1:5060>") }
        writer.header(.allow, "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO")
        return body.isEmpty ? writer.finish() : writer.finish("application/sdp", body: body)
    }

    private mutating func bye(of invite: SIPMessage) -> [UInt8] {
        guard let target = invite.contact?.uri else { preconditionFailure("every INVITE has a Contact") }
        writer.begin(.bye, target)
        writer.header(.via, "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK\(invite.callID);rport")
        writer.header(.maxForwards, 70)
        writer.header(.from, "\(invite.to.text);tag=as5d1c7f2b")
        writer.header(.to, invite.from.text)
        writer.header(.callID, invite.callID)
        writer.header(.cseq, "1 BYE")
        return writer.finish()
    }
}
