import Foundation
import SIPNetwork
import SIPTransactions
import SansIO

/// The forms single values take. Each returns `nil` for a text of another form.
enum Scalars {
    static func address(_ text: String) -> TransportAddress? { address(text, defaultPort: nil) }

    static func address(_ text: some StringProtocol, defaultPort: UInt16?) -> TransportAddress? {
        guard let (host, port) = hostAndPort(text), let port = port ?? defaultPort, let ip = IPAddress(host) else {
            return nil
        }
        return TransportAddress(ip: ip, port: port)
    }

    static func nameServer(_ text: String) -> TransportAddress? { address(text, defaultPort: 53) }

    static func listener(_ text: String) -> ListenAddress? {
        for transport in Transport.allCases where text.hasPrefix(transport.name + "://") {
            return address(text.dropFirst(transport.name.utf8.count + 3), defaultPort: transport.defaultPort)
                .map { ListenAddress($0, over: transport) }
        }
        return nil
    }

    /// Host, port and transport, where they are named, of `sip:host[:port][;transport=…]`; a `sips:` URI names TLS.
    static func trunkURI(_ text: String) -> (host: String, port: UInt16?, transport: Transport?)? {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        guard let colon = parts[0].firstIndex(of: ":") else { return nil }
        let scheme = parts[0][..<colon].lowercased()
        guard ["sip", "sips"].contains(scheme) else { return nil }
        var transport: Transport? = scheme == "sips" ? .tls : nil
        for parameter in parts.dropFirst() {
            let pair = parameter.lowercased().split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, pair[0] == "transport", let named = Transport(name: pair[1]),
                scheme == "sip" || named == .tls
            else { return nil }
            transport = named
        }
        let authority = parts[0][parts[0].index(after: colon)...]
        guard let (host, port) = hostAndPort(authority) else { return nil }
        return (host, port, transport)
    }

    static func ports(_ text: String) -> ClosedRange<UInt16>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0.trimmed) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 1024, last >= first, last - first >= 3
        else { return nil }
        return first...last
    }

    static func url(_ text: String) -> String? {
        guard let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme?.lowercased()),
            parts.host?.isEmpty == false, parts.user == nil, parts.password == nil
        else { return nil }
        return text
    }

    /// An address, or a block of them as `10.0.0.0/8`.
    static func block(_ text: String) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let ip = IPAddress(parts[0]) else { return nil }
        if parts.count == 1 { return text }
        let longest =
            switch ip {
            case .v4: 32
            case .v6: 128
            }
        guard let length = Int(parts[1]), (0...longest).contains(length) else { return nil }
        return text
    }

    static func country(_ text: String) -> String? { (1...3).contains(text.utf8.count) ? digits(text) : nil }

    static func timeZone(_ text: String) -> String? { TimeZone(identifier: text) == nil ? nil : text }

    static func name(_ text: String) -> String? {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return allowed && (1...64).contains(text.utf8.count) ? text : nil
    }

    static func prefix(_ text: String) -> String? { text == "*" ? text : destination(text) }

    static func destination(_ text: String) -> String? {
        let significant = text.hasPrefix("+") ? text.dropFirst() : text[...]
        return digits(significant) == nil ? nil : text
    }

    /// What a number may begin with once it is rewritten; an empty text too.
    static func dialled(_ text: String) -> String? {
        if text.isEmpty { return text }
        let keys = text.hasPrefix("+") ? text.dropFirst() : text[...]
        let isDialled = keys.utf8.allSatisfy { "0123456789*#".utf8.contains($0) }
        return isDialled && (1...20).contains(text.utf8.count) ? text : nil
    }

    static func codec(_ text: String) -> String? {
        let name = text.uppercased()
        return ["PCMA", "PCMU"].contains(name) ? name : nil
    }

    private static func digits(_ text: some StringProtocol) -> String? {
        let all = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return all && (1...20).contains(text.utf8.count) ? String(text) : nil
    }

    private static func hostAndPort(_ text: some StringProtocol) -> (host: String, port: UInt16?)? {
        let text = String(text)
        let hostEnd: String.Index
        if text.hasPrefix("[") {
            guard let bracket = text.firstIndex(of: "]") else { return nil }
            hostEnd = text.index(after: bracket)
        } else {
            hostEnd = text.firstIndex(of: ":") ?? text.endIndex
        }
        let host = String(text[..<hostEnd])
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "@") }) else {
            return nil
        }
        if hostEnd == text.endIndex { return (host, nil) }
        let rest = text[hostEnd...]
        guard rest.first == ":", rest.dropFirst().utf8.allSatisfy({ (48...57).contains($0) }),
            let port = UInt16(rest.dropFirst())
        else { return nil }
        return (host, port)
    }
}
