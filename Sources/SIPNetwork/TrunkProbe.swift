internal import LinuxIO
internal import SIPSyntax
public import SIPTransactions
public import SansIO

/// Asks a trunk with OPTIONS whether it is there (RFC 3261 §11). Blocks; for the command line only.
public final class TrunkProbe {
    /// What the trunk said.
    public enum Outcome: Hashable, Sendable {
        /// Any final response: something that speaks SIP is there.
        case answered(status: Int, phrase: String, after: Duration)
        /// ICMP, or no route.
        case unreachable
        /// No connection came about, in words.
        case notConnected(String)
        case silent
    }

    /// How long an answer is waited for.
    public static let limit: Duration = .seconds(5)
    /// The first retransmission; each later one after twice the time (RFC 3261 §17.1.2.2).
    private static let firstRetransmission: Duration = .milliseconds(500)

    private let sockets: SignallingSockets
    private let poller: Poller
    private let destination: Flow
    private let request: [UInt8]
    private let callID: String

    /// - Parameters:
    ///   - host: the trunk in the request's URI, with its port where one was configured.
    ///   - peer: whom to expect over TLS.
    ///   - token: unique text for branch, tag and Call-ID.
    public init(
        host: String, at remote: TransportAddress, over transport: Transport = .udp, as peer: TLSPeer? = nil,
        _ identity: TLSIdentity? = nil, token: String
    ) throws {
        guard let uri = SIPURI("sip:\(host)") else {
            throw LocationError(host: host, reason: "not a host in a SIP URI")
        }
        let local = try Route.localAddress(towards: remote.ip)
        sockets = try SignallingSockets(
            listen: [ListenAddress(TransportAddress(ip: local, port: 0))], identity: identity)
        if let peer { sockets.expect([remote: peer]) }
        poller = try Poller()
        try sockets.watch(by: poller)
        destination = Flow(transport: transport, remote: remote)
        callID = token
        request = Self.options(to: uri, from: sockets.addresses[0], over: transport, token: token)
    }

    private static func options(
        to uri: SIPURI, from local: TransportAddress, over transport: Transport, token: String
    ) -> [UInt8] {
        var writer = SIPWriter()
        writer.begin(.options, uri)
        writer.header(.via, "SIP/2.0/\(transport.viaName) \(local);branch=z9hG4bK\(token);rport")
        writer.header(.maxForwards, 70)
        writer.header(.from, "<sip:duocall@\(local)>;tag=\(token)")
        writer.header(.to, "<\(uri)>")
        writer.header(.callID, token)
        writer.header(.cseq, "1 OPTIONS")
        writer.header(.contact, "<sip:duocall@\(local)>")
        writer.header(.accept, "application/sdp")
        return writer.finish()
    }

    /// Sends until there is an answer; over a stream once.
    public func run() throws -> Outcome {
        let start = MonotonicClock.now()
        var interval = Self.firstRetransmission
        var due = start
        while true {
            let now = MonotonicClock.now()
            guard now < start + Self.limit else { return .silent }
            var arrivals: [SignallingSockets.Arrival] = []
            if now >= due {
                try sockets.send(Datagram(bytes: request, flow: destination), arrivals: &arrivals)
                due = destination.transport.isReliable ? start + Self.limit : now + interval
                interval *= 2
            }
            for index in 0..<poller.wait(min(due, start + Self.limit) - now) {
                try sockets.receive(at: Int(poller.event(at: index).token), limit: 16, into: &arrivals)
            }
            for arrival in arrivals {
                if let outcome = outcome(of: arrival, since: start) { return outcome }
            }
        }
    }

    private func outcome(of arrival: SignallingSockets.Arrival, since start: Instant) -> Outcome? {
        switch arrival {
        case .undelivered, .broken: return .unreachable
        case .notConnected(_, let reason): return .notConnected(reason)
        case .datagram(let bytes, _):
            // What cannot be parsed is as good as nothing here.
            guard let message = try? SIPMessage(parsing: bytes), let status = message.status, status.isFinal,
                message.callID.description == callID
            else { return nil }
            return .answered(
                status: Int(status.code), phrase: message.phrase?.description ?? "",
                after: MonotonicClock.now() - start)
        }
    }
}
