public import SansIO

/// Somebody who wanted to register and was not let, for the log.
public struct RegistrationRefusal: Hashable, Sendable {
    /// Why it was not let.
    public enum Reason: Hashable, Sendable {
        case wrongPassword
        /// No extension of that name.
        case unknownUser
        /// The password was right, but the registration was for another extension.
        case otherUser
        /// More questions than the rates allow.
        case tooMany
        /// The source is blocked for a while.
        case blocked
    }

    public let reason: Reason
    public let source: TransportAddress
    /// Who it claimed to be, as far as it said so: the first characters of whatever it sent.
    public let user: String?
    /// How many others were refused since the last one that was told.
    public let untold: Int
}

/// Tells one refusal in a while, so that neither a phone with an old password nor a flood fills the log.
struct RefusalWatch {
    static let pause: Duration = .seconds(10)
    private static let longestUser = 64

    private var due = Instant(nanoseconds: 0)
    private var untold = 0
    private var news: RegistrationRefusal?

    mutating func note(
        _ reason: RegistrationRefusal.Reason, of user: String?, at source: TransportAddress, now: Instant
    ) {
        guard now >= due else { return untold += 1 }
        news = RegistrationRefusal(
            reason: reason, source: source, user: user.map { String($0.prefix(Self.longestUser)) }, untold: untold)
        untold = 0
        due = now + Self.pause
    }

    /// What is to be told, once.
    mutating func take() -> RegistrationRefusal? {
        defer { news = nil }
        return news
    }
}
