extension SIPMessage {
    /// The number of a provisional response that wants a PRACK, at least 1 (RFC 3262 §7.1); `nil` where it wants none,
    /// or the number cannot be read.
    public var reliableSequence: UInt32? {
        guard let value = headers[.rseq]?.number.flatMap({ UInt32(exactly: $0) }), value > 0, needs("100rel")
        else { return nil }
        return value
    }

    /// Whether the message requires an extension; not where its Require cannot be read.
    public func needs(_ tag: StaticString) -> Bool {
        do {
            return try hasToken(.require) { $0.spells(tag) }
        } catch {
            // A header that cannot be read requires nothing.
            return false
        }
    }

    /// Whether the sender has an extension; not where its Supported cannot be read.
    public func supports(_ tag: StaticString) -> Bool {
        do {
            return try hasToken(.supported) { $0.spells(tag) }
        } catch {
            // A header that cannot be read promises nothing.
            return false
        }
    }

    /// Whether the sender serves a method; not where it does not say.
    public func allows(_ method: SIPMethod) -> Bool {
        do {
            return try hasToken(.allow) { $0.slice.elementsEqual(method.description.utf8) }
        } catch {
            // A header that cannot be read promises nothing.
            return false
        }
    }
}
