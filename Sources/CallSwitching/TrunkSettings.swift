public import Audio
public import CallModel
public import SDP
public import SIPTransactions
public import SansIO

/// A trunk as the switchboard sees it: configured, resolved, and bound to one of our listeners.
public struct TrunkSettings: Sendable {
    public var name: TrunkName
    /// The host part of request URIs, with its port where one was configured.
    public var host: String
    /// Where requests go, and by which listener, until its servers are found anew.
    public var flow: Flow
    /// All its servers; calls share them by priority and weight.
    public var targets: [TrunkTarget]
    /// How often each server is asked whether it is there; `nil`: never.
    public var ping: Duration?
    /// Our own address in session descriptions.
    public var mediaAddress: IPAddress
    /// The one of the other family, for servers that are reached by that; `nil`: none is.
    public var otherMediaAddress: IPAddress?
    /// The digits a destination begins with, as given; `*` takes all.
    public var prefixes: [String]
    /// Caller numbers that the trunk accepts; empty: any.
    public var callerIDs: [PhoneNumber]
    /// The most calls at a time; `nil`: no limit.
    public var maxCalls: Int?
    /// The most INVITEs in any one second; `nil`: no limit.
    public var maxCallsPerSecond: Int?
    /// In order of preference.
    public var codecs: [G711]
    /// Whether media may come from any address (the trunk is behind network address translation).
    public var nat: Bool
    /// By what it knows us; `nil`: by our address.
    public var account: TrunkAccount?
    public var identity: CallerIdentity
    /// How it wants numbers dialled; the first rule for a number counts.
    public var rewriting: [RewriteRule]
    /// Whether its 3xx are followed, on itself.
    public var followsRedirects: Bool
    /// Whether its media is encrypted. Keys go out in the session descriptions: whoever reads the signalling has them.
    public var security: MediaSecurity

    public init(
        name: TrunkName, host: String, flow: Flow, targets: [TrunkTarget]? = nil, ping: Duration? = nil,
        mediaAddress: IPAddress, otherMediaAddress: IPAddress? = nil,
        prefixes: [String] = ["*"], callerIDs: [PhoneNumber] = [], maxCalls: Int? = nil,
        maxCallsPerSecond: Int? = nil, codecs: [G711] = [.pcma, .pcmu], nat: Bool = false,
        account: TrunkAccount? = nil, identity: CallerIdentity = .none, rewriting: [RewriteRule] = [],
        followsRedirects: Bool = false, security: MediaSecurity = .off
    ) {
        self.name = name
        self.host = host
        self.flow = flow
        self.targets = targets ?? [TrunkTarget([flow])]
        self.ping = ping
        self.mediaAddress = mediaAddress
        self.otherMediaAddress = otherMediaAddress
        self.prefixes = prefixes
        self.callerIDs = callerIDs
        self.maxCalls = maxCalls
        self.maxCallsPerSecond = maxCallsPerSecond
        self.codecs = codecs
        self.nat = nat
        self.account = account
        self.identity = identity
        self.rewriting = rewriting
        self.followsRedirects = followsRedirects
        self.security = security
    }

    /// The trunk as one of its servers is called.
    func called(by flow: Flow) -> TrunkSettings {
        var trunk = self
        trunk.flow = flow
        if !flow.remote.ip.isSameFamily(as: mediaAddress) {
            trunk.mediaAddress = otherMediaAddress ?? mediaAddress
        }
        return trunk
    }
}
