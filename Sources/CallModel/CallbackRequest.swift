/// An accepted form of `POST call/duo_callback`: parsed once, checked, and free of HTTP.
public struct CallbackRequest: Hashable, Sendable, Codable {
    /// The account that placed the call: a main account or a sub-account.
    public var account: CertID
    /// The main account above it (or itself).
    public var mainAccount: CertID
    public var app: AppID
    public var to1: Destination
    public var to2: Destination
    /// The caller number the client asked for; `nil` lets the platform pick one of `callerNumbers`.
    public var from1: PhoneNumber?
    public var from2: PhoneNumber?
    /// The app's caller numbers, in order of preference. Empty: the trunk's own identity is shown.
    public var callerNumbers: [PhoneNumber]
    /// Whether a destination may be an extension, called where its phones are registered. This and the next matter until
    /// the lines are chosen; the store does not keep them.
    public var mayCallExtensions: Bool
    /// Whether a `sip:` URI may be called through a trunk.
    public var mayCallURIs: Bool
    @Shared public var sounds: CallSounds
    /// The longest ringing of party 1's leg, from its first INVITE to its 200, failover included: 1–300 s.
    public var maxDialDuration1: Duration
    public var maxDialDuration2: Duration
    /// The longest conversation, from the connection: 1–21600 s.
    public var maxCallDuration: Duration
    /// Both parties' media silent for so long while connected ends the call: 0 (never) or 5–3600 s.
    public var mediaTimeout: Duration
    public var userData: String?
    /// Kept with party 1's leg.
    public var userData1: String?
    public var userData2: String?
    /// The events that are wanted beside the end; any of them makes the end's event tell more.
    public var events: EventSelection
    /// Whether the end's event follows an API cancel too.
    public var notifiesOnCancel: Bool
    /// The app's `destinations`, for where its calls are redirected to. Not stored: a restart redirects none.
    public var destinations: [String]
    /// Where this call's events go; `nil` when the app has no receiver.
    public var eventTarget: EventTarget?

    public init(
        account: CertID, mainAccount: CertID, app: AppID, to1: Destination, to2: Destination,
        from1: PhoneNumber? = nil, from2: PhoneNumber? = nil, callerNumbers: [PhoneNumber] = [],
        mayCallExtensions: Bool = false, mayCallURIs: Bool = true,
        sounds: CallSounds = .none, maxDialDuration1: Duration = .seconds(45),
        maxDialDuration2: Duration = .seconds(45),
        maxCallDuration: Duration, mediaTimeout: Duration = .seconds(60), userData: String? = nil,
        userData1: String? = nil, userData2: String? = nil, events: EventSelection = .none,
        notifiesOnCancel: Bool = false, destinations: [String] = [], eventTarget: EventTarget? = nil
    ) {
        self.account = account
        self.mainAccount = mainAccount
        self.app = app
        self.to1 = to1
        self.to2 = to2
        self.from1 = from1
        self.from2 = from2
        self.callerNumbers = callerNumbers
        self.mayCallExtensions = mayCallExtensions
        self.mayCallURIs = mayCallURIs
        _sounds = sounds.shared
        self.maxDialDuration1 = maxDialDuration1
        self.maxDialDuration2 = maxDialDuration2
        self.maxCallDuration = maxCallDuration
        self.mediaTimeout = mediaTimeout
        self.userData = userData
        self.userData1 = userData1
        self.userData2 = userData2
        self.events = events
        self.notifiesOnCancel = notifiesOnCancel
        self.destinations = destinations
        self.eventTarget = eventTarget
    }

    /// Where `party` is called.
    public func destination(of party: Party) -> Destination { party == .first ? to1 : to2 }

    /// The caller number asked for on `party`'s leg.
    public func callerNumber(for party: Party) -> PhoneNumber? { party == .first ? from1 : from2 }

    /// How long `party` may ring.
    public func maxDialDuration(of party: Party) -> Duration { party == .first ? maxDialDuration1 : maxDialDuration2 }

    /// What the client keeps with `party`'s leg.
    public func userData(of party: Party) -> String? { party == .first ? userData1 : userData2 }

    /// The account in `subaccount_id`; `nil` for the main account.
    public var subaccount: CertID? { account == mainAccount ? nil : account }
}

/// Where events go, and whose key signs them.
public struct EventTarget: Hashable, Sendable, Codable {
    public var url: String
    /// The account whose secret key signs, named in the `CertID` header.
    public var signer: CertID
    public var app: AppID

    public init(url: String, signer: CertID, app: AppID) {
        self.url = url
        self.signer = signer
        self.app = app
    }
}
