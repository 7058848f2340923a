extension SIPMessage {
    /// For how many seconds the content or a registration holds, 0...2³² − 1; `nil` if the message does not say
    /// (RFC 3261 §20.19).
    public var expires: UInt32? {
        get throws(MalformedHeader) { try seconds(.expires) }
    }

    /// The shortest registration a 423 would grant, in seconds (RFC 3261 §20.23).
    public var minExpires: UInt32? {
        get throws(MalformedHeader) { try seconds(.minExpires) }
    }

    private func seconds(_ name: HeaderName) throws(MalformedHeader) -> UInt32? {
        guard let value = headers[name] else { return nil }
        guard let seconds = value.number.flatMap(UInt32.init(exactly:)) else { throw MalformedHeader(name: name) }
        return seconds
    }
}
