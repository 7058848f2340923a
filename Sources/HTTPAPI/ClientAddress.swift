/// Whom a request comes from.
struct ClientAddress: Sendable {
    /// A longer `X-Forwarded-For` names nobody.
    static let maxForwards = 32

    /// The client as the proxies name it; `nil` when they name none that can be read.
    let client: NetworkAddress?
    /// Nobody stands between the client and this machine's loopback.
    let isLoopback: Bool

    /// - Parameter forwarded: the `X-Forwarded-For` header, which counts only as far as trusted proxies wrote it.
    init(peer: NetworkAddress?, forwarded: String?, trustedProxies: [AddressBlock]) {
        guard let peer, trustedProxies.contain(peer), let forwarded else {
            client = peer
            isLoopback = peer?.isLoopback ?? false
            return
        }
        client = Self.client(behind: peer, forwarded: forwarded, trustedProxies: trustedProxies)
        isLoopback = peer.isLoopback && (client?.isLoopback ?? false)
    }

    /// From the right: each trusted hop vouches for the entry before its own.
    private static func client(
        behind peer: NetworkAddress, forwarded: String, trustedProxies: [AddressBlock]
    ) -> NetworkAddress? {
        let entries = forwarded.split(separator: ",", maxSplits: maxForwards, omittingEmptySubsequences: false)
        guard entries.count <= maxForwards else { return nil }
        var client = peer
        for entry in entries.reversed() {
            guard trustedProxies.contain(client) else { return client }
            guard let hop = address(in: entry) else { return nil }
            client = hop
        }
        return client
    }

    /// An address alone, `v4:port`, `[v6]` or `[v6]:port`.
    private static func address(in entry: Substring) -> NetworkAddress? {
        let text = entry.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed()
        let trimmed = String(text)
        if trimmed.hasPrefix("["), let end = trimmed.firstIndex(of: "]") {
            return NetworkAddress(trimmed[trimmed.index(after: trimmed.startIndex)..<end])
        }
        let parts = trimmed.split(separator: ":", omittingEmptySubsequences: false)
        return NetworkAddress(parts.count == 2 ? String(parts[0]) : trimmed)
    }
}
