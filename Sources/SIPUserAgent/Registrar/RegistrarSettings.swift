public import SIPTransactions

/// A phone that may register, with what it proves itself by.
public struct Extension: Hashable, Sendable, CustomStringConvertible {
    /// Its user part, as `1001`.
    public var user: String
    public var password: String

    public init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    /// Without the password.
    public var description: String { user }
}

/// How phones register, and the bounds of what a registrar keeps and answers.
public struct RegistrarSettings: Sendable {
    public var extensions: [Extension]
    /// What challenges name; part of what a phone's password is hashed with.
    public var realm: String
    /// Bindings of one extension; one more replaces the oldest.
    public var bindingsPerExtension: Int
    /// The shortest registration granted; a shorter wish is refused with 423.
    public var shortest: Duration
    /// The longest registration granted. A phone that registered over a connection is lost in a restart, so this is also how
    /// long such a one may be unreachable after it.
    public var longest: Duration
    /// The longest registration granted to a phone behind address translation over UDP: its refreshes keep the way open.
    public var longestBehindTranslation: Duration
    /// How long a nonce is good for.
    public var nonceAge: Duration
    public var rates: RegistrarRates

    public init(
        extensions: [Extension], realm: String = "duocall", bindingsPerExtension: Int = 8,
        shortest: Duration = .seconds(30), longest: Duration = .seconds(300),
        longestBehindTranslation: Duration = .seconds(60), nonceAge: Duration = .seconds(300),
        rates: RegistrarRates = RegistrarRates()
    ) {
        self.extensions = extensions
        self.realm = realm
        self.bindingsPerExtension = bindingsPerExtension
        self.shortest = shortest
        self.longest = longest
        self.longestBehindTranslation = longestBehindTranslation
        self.nonceAge = nonceAge
        self.rates = rates
    }
}

/// How many REGISTERs that prove nothing are answered: so many at once, and so many a second after that.
public struct RegistrarRates: Hashable, Sendable {
    public var burstPerSource: Int
    public var perSource: Int
    public var burst: Int
    public var inAll: Int

    /// A building's phones behind one address come back together after a power cut; 5,000 are through within 1 min.
    public init(burstPerSource: Int = 200, perSource: Int = 100, burst: Int = 1_000, inAll: Int = 500) {
        self.burstPerSource = burstPerSource
        self.perSource = perSource
        self.burst = burst
        self.inAll = inAll
    }
}

/// Where a registered phone is.
public struct RegisteredContact: Hashable, Sendable {
    /// Its contact, without angle brackets.
    public let uri: String
    /// What its REGISTER came over; calls go there, as translation may hide the contact's own address.
    public let flow: Flow

    public init(uri: String, flow: Flow) {
        self.uri = uri
        self.flow = flow
    }
}

/// A registered phone, and how long its registration holds each time.
public struct RegisteredPhone: Hashable, Sendable {
    public let contact: RegisteredContact
    public let validity: Duration

    public init(contact: RegisteredContact, validity: Duration) {
        self.contact = contact
        self.validity = validity
    }
}

/// How a registrar has answered, and what it holds.
public struct RegistrarCounts: Hashable, Sendable {
    public var bindings = 0
    public var accepted: UInt64 = 0
    /// Every 401.
    public var challenged: UInt64 = 0
    /// Wrong credentials; challenged again.
    public var rejected: UInt64 = 0
    /// No answer: beyond the rates.
    public var limited: UInt64 = 0
    /// How often a source was blocked.
    public var blocks: UInt64 = 0
}
