/// What a request asks for. Methods are compared with their case (RFC 3261 §7.1).
public enum SIPMethod: Hashable, Sendable {
    case invite, ack, bye, cancel, options, register
    case prack, update, info, refer, subscribe, notify, message, publish
    /// A method this room has no name for; never one of those above.
    case other(String)

    /// The method named `name`; `nil` if that is not a token (RFC 3261 §25.1) or longer than
    /// `SIPLimits.methodBytes`.
    public init?(_ name: some StringProtocol) {
        let bytes = Array(name.utf8.prefix(SIPLimits.methodBytes + 1))
        guard let method = bytes.withUnsafeBytes(SIPMethod.init(reading:)) else { return nil }
        self = method
    }

    /// Reads a method from its bytes, all of them.
    init?(reading bytes: UnsafeRawBufferPointer) {
        if let known = SIPMethod.known(bytes) {
            self = known
            return
        }
        guard (1...SIPLimits.methodBytes).contains(bytes.count), bytes.allSatisfy(CharacterSet.token.contains)
        else { return nil }
        self = .other(String(decoding: bytes, as: UTF8.self))
    }

    /// The method that a message names at `text`, which the scanner has seen to be one.
    init(_ text: SIPText) {
        guard let method = text.withBytes(SIPMethod.init(reading:)) else { preconditionFailure("not a method") }
        self = method
    }

    private static func known(_ bytes: UnsafeRawBufferPointer) -> SIPMethod? {
        func reads(_ name: StaticString) -> Bool { ASCII.equal(bytes, name) }
        switch bytes.count {
        case 3: return reads("ACK") ? .ack : reads("BYE") ? .bye : nil
        case 4: return reads("INFO") ? .info : nil
        case 5: return reads("PRACK") ? .prack : reads("REFER") ? .refer : nil
        case 6:
            if reads("INVITE") { return .invite }
            if reads("CANCEL") { return .cancel }
            return reads("UPDATE") ? .update : reads("NOTIFY") ? .notify : nil
        case 7: return reads("OPTIONS") ? .options : reads("MESSAGE") ? .message : reads("PUBLISH") ? .publish : nil
        case 8: return reads("REGISTER") ? .register : nil
        case 9: return reads("SUBSCRIBE") ? .subscribe : nil
        default: return nil
        }
    }
}

extension SIPMethod: CustomStringConvertible {
    /// The method as messages spell it.
    public var description: String {
        switch self {
        case .invite: "INVITE"
        case .ack: "ACK"
        case .bye: "BYE"
        case .cancel: "CANCEL"
        case .options: "OPTIONS"
        case .register: "REGISTER"
        case .prack: "PRACK"
        case .update: "UPDATE"
        case .info: "INFO"
        case .refer: "REFER"
        case .subscribe: "SUBSCRIBE"
        case .notify: "NOTIFY"
        case .message: "MESSAGE"
        case .publish: "PUBLISH"
        case .other(let name): name
        }
    }
}
