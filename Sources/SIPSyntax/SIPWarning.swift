/// More about why a request was refused, for people who look for the cause (RFC 3261 §20.43).
public struct SIPWarning: Hashable, Sendable {
    /// 300…399.
    public let code: Int
    public let text: String

    public init(code: Int, text: String) {
        precondition((300...399).contains(code), "not a warning of SIP: \(code)")
        self.code = code
        self.text = text
    }
}

extension SIPWarning: CustomStringConvertible {
    /// The header value, for `SIPWriter`, by our pseudonym: an address may be hidden.
    public var description: String { "\(code) duocall \(SIPText.quoted(text))" }
}
