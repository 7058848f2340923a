import AsyncHTTPClient
import Foundation
import NIOHTTP1
import SansIO

/// A callback URL, read once: how to reach it and what is signed of it.
///
/// Everything is taken from the client's own reading of the URL, so that the host that is checked is the host that it
/// connects to.
struct Receiver: Sendable {
    /// Without headers and body; each delivery adds its own.
    let template: HTTPClient.Request
    /// As sent, without the query.
    let path: String
    /// The host as the client names it: a name, an IPv4 address, or an IPv6 address in brackets.
    var host: String { template.host }
    var port: Int { template.port }
    /// Deliveries to one of these share a limit.
    let origin: String

    init(url text: String) throws(DeliveryFailure) {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased() else {
            throw .badURL("not readable")
        }
        guard scheme == "http" || scheme == "https" else { throw .badURL("scheme is neither http nor https") }
        guard url.user == nil, url.password == nil, !text.authority.contains("@") else {
            throw .badURL("it holds user information")
        }
        do { template = try HTTPClient.Request(url: url, method: .POST) } catch { throw .badURL("not readable") }
        guard Self.isHost(template.host) else { throw .badURL("not a host: \(template.host)") }
        let encoded = URLComponents(url: url, resolvingAgainstBaseURL: true)?.percentEncodedPath ?? ""
        path = encoded.isEmpty ? "/" : encoded
        origin = "\(scheme)://\(template.host.lowercased()):\(template.port)"
    }

    /// Letters, digits, `-`, `.`, `_`; or an IPv6 address in brackets without a zone.
    private static func isHost(_ text: String) -> Bool {
        if text.hasPrefix("[") { return IPAddress(text) != nil }
        return (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// The address, where the URL names one in the form that every reader takes for that address. Anything else, odd
    /// spellings of numbers included, is looked up.
    var literalAddress: IPAddress? {
        guard let address = IPAddress(host) else { return nil }
        let text = address.description
        return host == text || host == "[\(text)]" ? address : nil
    }
}

extension String {
    /// What stands between `//` and the next `/`, `?` or `#`.
    fileprivate var authority: Substring {
        guard let slashes = firstRange(of: "//") else { return "" }
        return self[slashes.upperBound...].prefix { !"/?#".contains($0) }
    }
}
