/// Why a request or response was sent: a cause in the words of some protocol (RFC 3326 §2).
public struct ReasonHeader: Hashable, Sendable {
    /// Such as `SIP` or `Q.850`, in any case.
    public let protocolName: String
    /// A SIP status or a Q.850 cause.
    public let cause: UInt16?
    public let text: String?

    public init(protocolName: String, cause: UInt16?, text: String? = nil) {
        self.protocolName = protocolName
        self.cause = cause
        self.text = text
    }

    /// An ITU-T Q.850 cause, 1...127.
    public static func q850(_ cause: UInt8, text: String? = nil) -> ReasonHeader {
        ReasonHeader(protocolName: "Q.850", cause: UInt16(cause), text: text)
    }

    /// The Q.850 cause; `nil` if this is another protocol's reason.
    public var q850Cause: UInt8? {
        guard SIPText(protocolName).spells("Q.850") else { return nil }
        return cause.flatMap(UInt8.init(exactly:))
    }
}

extension ReasonHeader: CustomStringConvertible {
    /// The header value, for `SIPWriter`.
    public var description: String {
        let causeText = cause.map { ";cause=\($0)" } ?? ""
        let textText = text.map { ";text=\(SIPText.quoted($0))" } ?? ""
        return protocolName + causeText + textText
    }
}

extension SIPMessage {
    /// All reasons given.
    public var reasons: [ReasonHeader] {
        get throws(MalformedHeader) {
            try list(.reason) { cursor, bytes in
                cursor.skipWhite()
                guard let name = cursor.takeAll(.token), let parameters = cursor.takeParameters({ _, _ in })
                else { return nil }
                return ReasonHeader(SIPText(bytes, name), SIPParameters(bytes, parameters))
            }
        }
    }

    /// The first Q.850 cause; `nil` if there is none or the header is malformed.
    public var q850Cause: UInt8? {
        do {
            return try reasons.lazy.compactMap(\.q850Cause).first
        } catch {
            // A reason only explains; what it explains counts without it.
            return nil
        }
    }
}

extension ReasonHeader {
    fileprivate init(_ name: SIPText, _ parameters: SIPParameters) {
        self.init(
            protocolName: name.description,
            cause: parameters["cause"]?.number.flatMap(UInt16.init(exactly:)),
            text: parameters["text"]?.unquoted)
    }
}

extension SIPText {
    /// `text` as a quoted string (RFC 3261 §25.1); control characters become spaces.
    public static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: quoted += " "
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
