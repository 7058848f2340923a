public import CallModel
import Crypto

/// Links to recordings that work without credentials until they expire.
///
/// A link holds the recording's file name, its expiry and an HMAC-SHA256 over both, keyed with a random key that only
/// this server knows.
public struct RecordingLinks: Sendable {
    /// How long a link may work, in seconds.
    static let validity = 60...86_400
    static let defaultValidity = 600
    static let path = "/recording/"

    private let base: @Sendable () -> String
    private let key: SymmetricKey

    /// - Parameters:
    ///   - base: what every link begins with, without a slash at the end.
    ///   - key: 32 random bytes.
    public init(base: @escaping @Sendable () -> String, key: [UInt8]) {
        self.base = base
        self.key = SymmetricKey(data: key)
    }

    /// The link to a recording's file that works until `expiry`, whole seconds.
    public func url(ofFile name: String, until expiry: WallTime) -> String {
        let seconds = expiry.milliseconds / 1000
        return "\(base())\(Self.path)\(name)?expires=\(seconds)&signature=\(code(name, seconds).hexText)"
    }

    /// The recording that a link names, if this server made the link and it has not expired.
    ///
    /// - Parameters:
    ///   - fileName: the path's last component.
    ///   - query: as sent.
    func recording(_ fileName: Substring, query: String, now: WallTime) throws(Refusal) -> RecordingID {
        let parameters = try Parameters(query: query)
        guard let signature = try parameters.text("signature"), let expires = try parameters.text("expires"),
            let seconds = Int64(expires),
            equalInConstantTime(signature.utf8, code(String(fileName), seconds).hexText.utf8)
        else { throw .http(403, "the link is not one of this server's") }
        guard now.milliseconds < seconds.multipliedReportingOverflow(by: 1000).partialValue else {
            throw .http(403, "the link has expired")
        }
        guard let id = RecordingID(fileName.prefix { $0 != "." }) else { throw .code(.recordingUnknown) }
        return id
    }

    private func code(_ fileName: String, _ seconds: Int64) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("\(fileName)\n\(seconds)".utf8), using: key))
    }
}
