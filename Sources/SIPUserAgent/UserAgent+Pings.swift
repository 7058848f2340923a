import SIPSyntax
public import SIPTransactions
public import SansIO

/// One question to a server whether it is there.
public struct PingID: Hashable, Sendable {
    public let number: UInt64
}

/// What came of a ping.
public enum PingOutcome: Hashable, Sendable {
    /// Any final response: something that speaks SIP is there.
    case answered
    case silent
    /// ICMP, or no connection.
    case unreachable
}

extension UserAgent {
    /// Asks a server with OPTIONS outside any dialog whether it is there (RFC 3261 §11); `pinged` follows.
    ///
    /// - Parameter host: the server in the request's URI, with its port where one was configured.
    /// - Precondition: `host` is the host part of a SIP URI.
    public mutating func ping(
        _ host: String, over flow: Flow, at now: Instant
    ) -> (ping: PingID, actions: [UserAgentAction]) {
        let tag = newToken()
        let branch = entropy.next()
        let own = identity.points[Int(flow.listener)].host
        writer.begin(.options, "sip:\(host)")
        writer.header(.via, via(branch, on: flow))
        writer.header(.maxForwards, 70)
        writer.header(.from, "<sip:\(identity.user.map { $0 + "@" } ?? "")\(own)>;tag=\(tag.text)")
        writer.header(.to, "<sip:\(host)>")
        writer.header(.callID, tag.text)
        writer.header(.cseq, "1 OPTIONS")
        writer.header(.contact, contacts[Int(flow.listener)])
        writer.header(.accept, "application/sdp")
        writer.header(.userAgent, identity.product)
        pings.insert(tag.number)
        let datagram = transactions.start(
            writer.finish(), method: .options, branch: branch, to: flow, owner: tag.number, at: now)
        return (PingID(number: tag.number), [.transmit(datagram)])
    }

    /// Tells the outcome of a ping; `false` if the transaction's owner is none.
    mutating func endPing(_ owner: UInt64, _ outcome: PingOutcome, into actions: inout [UserAgentAction]) -> Bool {
        guard pings.remove(owner) != nil else { return false }
        actions.append(.pinged(PingID(number: owner), outcome))
        return true
    }
}
