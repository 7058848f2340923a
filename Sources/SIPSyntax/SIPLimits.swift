/// The bounds of what is read as SIP. Whatever exceeds one is refused or dropped, never cut.
public enum SIPLimits {
    /// The longest message in bytes: the greatest UDP payload, and what 16-bit offsets can address.
    public static let messageBytes = 65_535
    /// The most header lines of one message.
    public static let headers = 128
    /// The longest header name in bytes.
    public static let headerNameBytes = 255
    /// The longest header value in bytes, folds included.
    public static let headerValueBytes = 8_192
    /// The longest URI in bytes.
    public static let uriBytes = 4_096
    /// The longest method in bytes.
    public static let methodBytes = 64
    /// The most values read from one list, over all lines of a header.
    public static let listValues = 100
    /// The most parts read from one multipart body.
    public static let bodyParts = 16
    /// How deep multipart bodies may be nested; the outermost counts.
    public static let bodyDepth = 3
}
