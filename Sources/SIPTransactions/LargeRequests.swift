public import SansIO

/// What becomes of requests to UDP destinations that are too large for it (RFC 3261 §18.1.1).
public struct LargeRequests: Sendable {
    /// Longer requests go by TCP.
    public static let largestOverUDP = 1_300
    /// How long a connection may take before the request goes by UDP after all.
    static let patience: Duration = .seconds(1)
    /// How long a destination that does not take TCP is remembered, and how many of them.
    static let memory: Duration = .seconds(600)
    static let memoryLimit = 1_024

    private let choice: Choice
    private var refusing: [TransportAddress: Instant] = [:]

    private enum Choice: Hashable, Sendable {
        case udpAlone
        case tcp(except: Set<TransportAddress>)
    }

    /// They go by UDP like all others.
    public static let byUDP = LargeRequests(choice: .udpAlone)

    /// They go by TCP, but not to destinations that were configured to be spoken to by UDP.
    public static func byTCP(except fixed: Set<TransportAddress> = []) -> LargeRequests {
        LargeRequests(choice: .tcp(except: fixed))
    }

    private init(choice: Choice) { self.choice = choice }

    /// The flow that a request of so many bytes takes instead of `flow`; `nil`: that one.
    func flow(insteadOf flow: Flow, bytes: Int, at now: Instant) -> Flow? {
        guard case .tcp(let fixed) = choice, flow.transport == .udp, bytes > Self.largestOverUDP,
            !fixed.contains(flow.remote), refusing[flow.remote].map({ $0 <= now }) ?? true
        else { return nil }
        return Flow(listener: flow.listener, transport: .tcp, remote: flow.remote)
    }

    /// A destination did not take TCP.
    mutating func refused(by remote: TransportAddress, at now: Instant) {
        if refusing.count >= Self.memoryLimit { refusing = refusing.filter { $0.value > now } }
        guard refusing.count < Self.memoryLimit || refusing[remote] != nil else { return }
        refusing[remote] = now + Self.memory
    }
}

/// A request of ours as it goes out: over its flow or, too large for that, over another one, with the way back.
struct OutgoingRequest {
    var bytes: [UInt8]
    private(set) var flow: Flow
    /// The UDP flow to take when the stream comes to nothing.
    private(set) var fallback: Flow?
    /// Whether it went out once more because its connection broke.
    private var isSecondTry = false

    init(_ bytes: [UInt8], to flow: Flow) {
        self.bytes = bytes
        self.flow = flow
    }

    /// The way out, with little patience where there is another.
    var datagram: Datagram {
        Datagram(bytes: bytes, flow: flow, patience: fallback == nil ? nil : LargeRequests.patience)
    }

    /// Whether it may go out once more, on another connection; `false` from the second time on.
    mutating func tryAgain() -> Bool {
        defer { isSecondTry = true }
        return !isSecondTry
    }

    /// It does not go out once more.
    mutating func stay() { isSecondTry = true }

    mutating func take(_ stream: Flow?) {
        guard let stream else { return }
        fallback = flow
        flow = stream
        setTransport(.tcp)
    }

    /// Takes the UDP flow after all; `false` when there is none.
    mutating func fallBack() -> Bool {
        guard let fallback else { return false }
        flow = fallback
        self.fallback = nil
        setTransport(.udp)
        return true
    }

    /// Writes the transport into the top Via. We wrote the request: the Via follows its first line, and both names
    /// are of one length.
    private mutating func setTransport(_ transport: Transport) {
        guard let lineEnd = bytes.firstIndex(of: 10) else { preconditionFailure("a request has a first line") }
        let name = lineEnd + 1 + OutgoingRequest.viaStart.count
        precondition(bytes[lineEnd + 1..<name].elementsEqual(OutgoingRequest.viaStart))
        bytes.replaceSubrange(name..<name + 3, with: transport.viaName.utf8)
    }

    private static let viaStart = Array("Via: SIP/2.0/".utf8)
}
