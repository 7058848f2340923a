import SansIO

/// Where a description says to send (its `c=` line, RFC 8866 §5.7).
enum Connection: Hashable {
    case address(IPAddress)
    /// A name, a multicast group, another network: legal perhaps, but nothing that we can send to.
    case unusable

    /// Reads `IN IP4 192.0.2.1` or `IN IP6 2001:db8::1`.
    init(_ value: ArraySlice<UInt8>) {
        var rest = value
        guard rest.takeField()?.reads("IN") == true, let family = rest.takeField(), let text = rest.takeField(),
            let ip = IPAddress(String(decoding: text, as: UTF8.self)), Connection.isUnicast(ip)
        else {
            self = .unusable
            return
        }
        switch ip {
        case .v4: self = family.reads("IP4") ? .address(ip) : .unusable
        case .v6: self = family.reads("IP6") ? .address(ip) : .unusable
        }
    }

    private static func isUnicast(_ ip: IPAddress) -> Bool {
        switch ip {
        case .v4(let bits): bits >> 28 < 0xE
        case .v6(let high, _): high >> 56 != 0xFF
        }
    }
}
