extension SIPMessage {
    /// The extensions without which the request must not be served (RFC 3261 §20.32).
    public var require: [SIPText] {
        get throws(MalformedHeader) { try tokens(.require) }
    }

    /// The extensions a proxy needs to serve the request (RFC 3261 §20.29).
    public var proxyRequire: [SIPText] {
        get throws(MalformedHeader) { try tokens(.proxyRequire) }
    }

    /// The extensions the sender has (RFC 3261 §20.37).
    public var supported: [SIPText] {
        get throws(MalformedHeader) { try tokens(.supported) }
    }

    /// The extensions a 420 says are missing (RFC 3261 §20.40).
    public var unsupported: [SIPText] {
        get throws(MalformedHeader) { try tokens(.unsupported) }
    }

    /// The methods the sender has; `nil` if it does not say (RFC 3261 §20.5).
    public var allow: [SIPMethod]? {
        get throws(MalformedHeader) {
            guard headers[.allow] != nil else { return nil }
            return try tokens(.allow).compactMap { SIPMethod($0.description) }
        }
    }

    /// The tokens of a comma-separated header over all its lines; an empty line counts as no token.
    func tokens(_ name: HeaderName) throws(MalformedHeader) -> [SIPText] {
        try list(name, mayBeEmpty: true) { cursor, bytes in
            cursor.skipWhite()
            return cursor.takeAll(.token).map { SIPText(bytes, $0) }
        }
    }

    /// Whether one of these tokens is the one looked for.
    func hasToken(_ name: HeaderName, where isWanted: (SIPText) -> Bool) throws(MalformedHeader) -> Bool {
        var isThere = false
        try visit(name, mayBeEmpty: true) { cursor, bytes in
            cursor.skipWhite()
            guard let token = cursor.takeAll(.token) else { return false }
            isThere = isThere || isWanted(SIPText(bytes, token))
            return true
        }
        return isThere
    }
}
