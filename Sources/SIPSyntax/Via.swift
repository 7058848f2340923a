/// One hop a message took (RFC 3261 §20.42). The top one of a request names its transaction and where the answer goes.
public struct Via: Sendable {
    let bytes: [UInt8]
    let parts: ViaParts

    init(_ bytes: [UInt8], _ parts: ViaParts) {
        self.bytes = bytes
        self.parts = parts
    }

    /// The transport as written, such as `UDP`.
    public var transport: SIPText { SIPText(bytes, parts.transport) }
    /// A name, an IPv4 address, or an IPv6 address in brackets.
    public var host: SIPText { SIPText(bytes, parts.host) }
    public var port: UInt16? { parts.port }
    /// The branch; `nil` if there is none, as before RFC 3261.
    public var branch: SIPText? { parts.branch.map { SIPText(bytes, $0) } }
    /// The `rport` parameter (RFC 3581 §3).
    public var rport: ResponsePort { parts.rport }
    /// The address the message came from, as the next hop saw it (RFC 3261 §18.2.1).
    public var received: SIPText? { parameters["received"] }
    public var parameters: SIPParameters { SIPParameters(bytes, parts.parameters) }
    /// The whole value as it was written.
    public var text: SIPText { SIPText(bytes, parts.whole) }

    /// Whether the branch is unique by itself: the magic cookie of RFC 3261 §8.1.1.7 with something behind it.
    public var hasUniqueBranch: Bool { parts.hasUniqueBranch }

    /// What `rport` says.
    public enum ResponsePort: Hashable, Sendable {
        case absent
        /// Without a value: the sender wants the answer at its source port.
        case requested
        /// The source port, as the next hop saw it.
        case seen(UInt16)
    }
}

/// Where the parts of a Via lie.
struct ViaParts: Sendable {
    let whole: ByteRange
    let transport: ByteRange
    let host: ByteRange
    let port: UInt16?
    let parameters: ByteRange
    private(set) var branch: ByteRange?
    private(set) var rport = Via.ResponsePort.absent
    private(set) var hasUniqueBranch = false
    /// False if something behind the host is malformed: what stands before still tells where an answer goes.
    let isWellFormed: Bool

    /// Takes one Via; `nil` if not even its host can be read.
    @inline(__always)
    init?(_ cursor: inout Cursor) {
        cursor.skipWhite()
        let start = cursor.position
        guard cursor.takeAll(.token) != nil, cursor.takeSeparator(ASCII.slash),
            cursor.takeAll(.token) != nil, cursor.takeSeparator(ASCII.slash),
            let transport = cursor.takeAll(.token), let white = cursor.next, ASCII.isWhite(white)
        else { return nil }
        cursor.skipWhite()
        guard let host = cursor.takeHost() else { return nil }
        self.transport = transport
        self.host = host
        let hasPort = cursor.takeSeparator(ASCII.colon)
        port = hasPort ? cursor.takePort() : nil
        let parametersStart = cursor.position
        var rest = ViaRest()
        if let parameters = cursor.takeParameters({ rest.take($1, $0) }),
            cursor.isAtEnd || cursor.next == ASCII.comma
        {
            self.parameters = parameters
            isWellFormed = rest.isWellFormed && hasPort == (port != nil)
        } else {
            parameters = ByteRange(parametersStart, cursor.position)
            isWellFormed = false
        }
        whole = ByteRange(start, parameters.end)
        branch = rest.branch
        rport = rest.rport
        hasUniqueBranch = rest.hasUniqueBranch
    }
}

/// The Via parameters that matter at once.
private struct ViaRest {
    var branch: ByteRange?
    var rport = Via.ResponsePort.absent
    var hasUniqueBranch = false
    var isWellFormed = true

    @inline(__always)
    mutating func take(_ parameter: ParameterRanges, _ cursor: Cursor) {
        if cursor.reads("branch", parameter.name) {
            guard let value = parameter.value else { return isWellFormed = false }
            branch = value
            hasUniqueBranch =
                value.count > 7 && cursor.reads("z9hG4bK", ByteRange(value.start, value.start + 7))
        } else if cursor.reads("rport", parameter.name) {
            readPort(parameter.value, cursor)
        }
    }

    @inline(__always)
    private mutating func readPort(_ value: ByteRange?, _ cursor: Cursor) {
        guard let value else { return rport = .requested }
        let digits = UnsafeRawBufferPointer(rebasing: cursor.bytes[value.start..<value.end])
        guard let port = ASCII.number(digits).flatMap(UInt16.init(exactly:)) else { return isWellFormed = false }
        rport = .seen(port)
    }
}
