extension SIPURI {
    /// Makes a `sip` URI of its parts.
    /// - Parameters:
    ///   - user: unescaped; what may not stand in a user part is escaped.
    ///   - host: a name or an address; IPv6 with or without brackets.
    ///   - parameters: each as `name` or `name=value`.
    /// - Returns: `nil` if the host or a parameter cannot stand in a URI.
    public init?(user: String?, host: String, port: UInt16? = nil, parameters: [String] = []) {
        let isBareIPv6 = host.utf8.contains(ASCII.colon) && host.utf8.first != ASCII.openBracket
        var text = "sip:"
        if let user { text += SIPURI.escaped(user) + "@" }
        text += isBareIPv6 ? "[\(host)]" : host
        if let port { text += ":\(port)" }
        for parameter in parameters { text += ";" + parameter }
        self.init(text)
    }

    /// A user part as it is written: what may not stand in one is escaped.
    public static func escaped(_ user: String) -> String {
        func stays(_ byte: UInt8) -> Bool { byte != ASCII.percent && CharacterSet.user.contains(byte) }
        // Nearly all users are digits.
        if user.utf8.allSatisfy(stays) { return user }
        let hexadecimal = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in user.utf8 {
            if stays(byte) {
                bytes.append(byte)
            } else {
                bytes += [ASCII.percent, hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension NameAddress {
    /// Makes an address of its parts.
    /// - Parameters:
    ///   - displayName: any text; it is quoted.
    ///   - tag: a token.
    /// - Returns: `nil` if the tag cannot be a tag or the whole is longer than `SIPLimits.headerValueBytes`.
    public init?(displayName: String? = nil, uri: SIPURI, tag: String? = nil) {
        let name = displayName.map { SIPText.quoted($0) + " " } ?? ""
        if let tag, !tag.utf8.allSatisfy(CharacterSet.token.contains) { return nil }
        self.init(name + "<\(uri)>" + (tag.map { ";tag=\($0)" } ?? ""))
    }
}
