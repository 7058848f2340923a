public import CallModel
public import SDP
import SIPSyntax
import SIPTransactions
public import SIPUserAgent
public import SansIO

/// How calls to registered phones are made.
public struct PhoneSettings: Sendable {
    /// The phones that may register.
    public var extensions: [Extension]
    /// Our own address in session descriptions, for each listener.
    public var mediaAddresses: [IPAddress]
    /// The users whose phones' media is not plain, where they registered over TLS.
    public var security: [String: MediaSecurity]

    public init(
        extensions: [Extension] = [], mediaAddresses: [IPAddress] = [], security: [String: MediaSecurity] = [:]
    ) {
        precondition(extensions.isEmpty || !mediaAddresses.isEmpty, "phones are called over a listener")
        self.extensions = extensions
        self.mediaAddresses = mediaAddresses
        self.security = security
    }

    /// How `user`'s media is to be sent to a phone over `transport`; keys go over TLS alone. `nil`: the phone may not be
    /// called there.
    func security(of user: String, over transport: Transport) -> MediaSecurity? {
        let wanted = security[user] ?? .off
        switch (wanted, transport) {
        case (_, .tls), (.off, _): return wanted
        case (.optional, .udp), (.optional, .tcp): return .off
        case (.required, .udp), (.required, .tcp): return nil
        }
    }
}

extension TrunkName {
    /// In records, what stands for the trunk of a leg that went to a registered phone.
    public static let extensions = TrunkName(rawValue: "extensions")
}

extension Exchange {
    /// The lines towards `party`, best first: its extension's phones where it has some and the app may call them, then
    /// trunks.
    mutating func lines(for party: Party, of request: CallbackRequest, at now: Instant) -> [Line] {
        let trunkLines = trunks.lines(for: party, of: request, at: now, using: &entropy)
        let phoneLines = phoneLines(for: party, of: request, at: now)
        return phoneLines.isEmpty ? trunkLines : phoneLines + trunkLines
    }

    private func phoneLines(for party: Party, of request: CallbackRequest, at now: Instant) -> [Line] {
        guard request.mayCallExtensions else { return [] }
        let caller = request.callerNumber(for: party) ?? request.callerNumbers.first
        let user = request.destination(of: party).dialled
        return agent.contacts(of: user, at: now).compactMap { contact in
            settings.phones.security(of: user, over: contact.flow.transport).map {
                Line(phone: contact, security: $0, caller: caller)
            }
        }
    }

    /// The trunk at the end of a line, at the server that the line goes to. A phone counts as one: its media may come from anywhere, as it may be behind
    /// address translation, and what is sent in the dialog follows the flow that it registered over.
    func trunk(of line: Line) -> TrunkSettings {
        if let index = line.trunk { return trunks.trunks[index].called(by: line.flow) }
        return TrunkSettings(
            name: .extensions, host: settings.listeners[Int(line.flow.listener)].host, flow: line.flow,
            mediaAddress: settings.phones.mediaAddresses[Int(line.flow.listener)], nat: true,
            security: line.phoneSecurity)
    }
}

extension PhoneBinding {
    init(_ phone: RegisteredPhone) {
        let flow = phone.contact.flow
        self.init(
            contact: phone.contact.uri, listener: Int(flow.listener), source: flow.remote.description,
            validity: phone.validity)
    }
}

extension RegisteredPhone {
    /// `nil` where the listener is another now, or what was stored makes no sense.
    init?(_ binding: PhoneBinding, at listeners: [ListeningPoint]) {
        guard let listener = UInt8(exactly: binding.listener), binding.listener < listeners.count,
            listeners[binding.listener].transport == .udp, let source = TransportAddress(binding.source),
            SIPURI(binding.contact) != nil
        else { return nil }
        self.init(
            contact: RegisteredContact(uri: binding.contact, flow: Flow(listener: listener, remote: source)),
            validity: binding.validity)
    }
}

extension CallbackRequest {
    /// Whether `party` may be reached through a trunk: a `sip:` URI only where the app allows them.
    func mayCallThroughTrunks(_ party: Party) -> Bool {
        switch destination(of: party) {
        case .number: true
        case .sip: mayCallURIs
        }
    }
}
