import SIPSyntax

/// The ACK for a final response 300–699 (RFC 3261 §17.1.1.3): the INVITE's start line URI, top Via, From,
/// Call-ID, CSeq number and Route, and the response's To.
///
/// - Parameter request: the INVITE as it was sent; we wrote it, so it can be read.
func failureAcknowledgement(request: [UInt8], response: SIPMessage) -> [UInt8] {
    guard let invite = try? SIPMessage(parsing: request), let uri = invite.requestURI else {
        preconditionFailure("an INVITE of ours is well formed")
    }
    var writer = SIPWriter(reserving: 512)
    writer.begin(.ack, uri)
    writer.header(.via, invite.topVia.text)
    writer.header(.maxForwards, 70)
    writer.copy(.route, of: invite)
    writer.header(.from, invite.from.text)
    writer.header(.to, response.to.text)
    writer.header(.callID, invite.callID)
    writer.header(.cseq, "\(invite.cseq.number) ACK")
    return writer.finish()
}
