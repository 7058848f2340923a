import CallModel

/// Reads the parameters of `POST call/duo_callback`.
struct CallbackParameters {
    static let maxUserData = 128

    private let parameters: Parameters
    private let grant: AuthenticatedRequest
    private let country: String
    private let voiceFiles: CurrentVoiceFiles

    /// - Parameter voiceFiles: what the names of voice files mean now.
    init(_ parameters: Parameters, grant: AuthenticatedRequest, country: String, voiceFiles: CurrentVoiceFiles) {
        self.parameters = parameters
        self.grant = grant
        self.country = country
        self.voiceFiles = voiceFiles
    }

    /// The request, in the contract's order of refusals up to the caller number.
    func request() throws(Refusal) -> CallbackRequest {
        let body = try checkedBody()
        guard body.to1.comparable(country: country) != body.to2.comparable(country: country) else {
            throw .code(.sameNumber)
        }
        try checkDestination(body.to1)
        try checkDestination(body.to2)
        var request = body
        request.from1 = try owned(body.from1)
        request.from2 = try owned(body.from2)
        return request
    }

    /// Everything that is 000001 when it is wrong.
    private func checkedBody() throws(Refusal) -> CallbackRequest {
        let app = grant.app.app
        let to1 = try destination("to1")
        let to2 = try destination("to2")
        let from1 = try number("from1")
        let from2 = try number("from2")
        let ringing = try seconds("max_dial_duration", 1...300) ?? .seconds(45)
        let ringing1 = try seconds("max_dial_duration1", 1...300) ?? ringing
        let ringing2 = try seconds("max_dial_duration2", 1...300) ?? ringing
        let talking = try parameters.required("max_call_duration", seconds("max_call_duration", 1...21_600))
        let (voiceFiles, scope) = (voiceFiles, grant.scope)
        let sounds = try SoundParameters.sounds(parameters, callLimit: talking) {
            voiceFiles.file(named: $0, in: scope)
        }
        let events = EventParameters(parameters: parameters)
        let wanted = try events.events()
        let receiver = try events.callbackURL()
        let notifiesOnCancel = try parameters.boolean("notify_on_cancel") ?? false
        let userData = try userData("user_data")
        let userData1 = try self.userData("user_data1")
        let userData2 = try self.userData("user_data2")
        let mediaTimeout = try mediaTimeout()
        try UnavailableParameters.refuse(UnavailableParameters.ofCallback, in: parameters)
        return CallbackRequest(
            account: grant.caller.account.id, mainAccount: grant.caller.mainAccount, app: app.id, to1: to1, to2: to2,
            from1: from1, from2: from2, callerNumbers: app.numbers,
            mayCallExtensions: app.allowExtensions, mayCallURIs: app.allowSIP, sounds: sounds,
            maxDialDuration1: ringing1, maxDialDuration2: ringing2, maxCallDuration: talking,
            mediaTimeout: mediaTimeout, userData: userData,
            userData1: userData1, userData2: userData2, events: wanted, notifiesOnCancel: notifiesOnCancel,
            destinations: app.destinations, eventTarget: eventTarget(receiver))
    }

    private func userData(_ name: String) throws(Refusal) -> String? {
        try parameters.text(name, atMost: Self.maxUserData)
    }

    private func seconds(_ name: String, _ range: ClosedRange<Int>) throws(Refusal) -> Duration? {
        try parameters.integer(name, in: range).map { .seconds($0) }
    }

    private func mediaTimeout() throws(Refusal) -> Duration {
        guard let given = parameters.given("media_timeout") else { return .seconds(60) }
        guard let seconds = given.wholeNumber, seconds == 0 || (5...3600).contains(seconds) else {
            throw .parameter("media_timeout must be 0 or a whole number from 5 to 3600")
        }
        return .seconds(seconds)
    }

    private func number(_ name: String) throws(Refusal) -> PhoneNumber? {
        guard let text = try parameters.text(name) else { return nil }
        guard let number = PhoneNumber(text) else { throw Self.notANumber(name) }
        return number
    }

    private static func notANumber(_ name: String) -> Refusal {
        .parameter("\(name) must be a phone number: an optional + and 3 to 20 digits")
    }

    private func destination(_ name: String) throws(Refusal) -> Destination {
        let text = try parameters.required(name, parameters.text(name))
        if let number = PhoneNumber(text) { return .number(number) }
        guard text.prefix(4).lowercased() == "sip:" else { throw Self.notANumber(name) }
        let app = grant.app.app
        guard app.allowSIP || app.allowExtensions else {
            throw .parameter("\(name) must not be a sip: URI in this app")
        }
        guard let destination = Destination(sipURI: text) else {
            throw .parameter("\(name) must be a sip: URI of the form sip:user@host")
        }
        return destination
    }

    /// A caller number must be one of the app's; it is shown as the app has it.
    private func owned(_ number: PhoneNumber?) throws(Refusal) -> PhoneNumber? {
        guard let number else { return nil }
        let wanted = number.normalised(country: country)
        let own = grant.app.app.numbers.first { $0.normalised(country: country) == wanted }
        guard let own else { throw .code(.callerNumber) }
        return own
    }

    /// A user's name in a `sip:` URI is no telephone number; it goes to a registered phone or a configured trunk alone.
    private func checkDestination(_ destination: Destination) throws(Refusal) {
        guard let number = destination.number else { return }
        let policy = DestinationPolicy(country: country, besides: grant.app.app.destinations)
        guard policy.allows(number) else { throw .code(.destination) }
    }

    /// The call's own receiver, signed with the placing account's key; a sub-account's own, signed with its key; else the
    /// app's, signed with the main account's.
    private func eventTarget(_ ofCall: String?) -> EventTarget? {
        let app = grant.app.app
        if let ofCall { return EventTarget(url: ofCall, signer: grant.caller.account.id, app: app.id) }
        if let url = grant.caller.account.callbackURL, grant.caller.account.parent != nil {
            return EventTarget(url: url, signer: grant.caller.account.id, app: app.id)
        }
        return app.callbackURL.map { EventTarget(url: $0, signer: grant.caller.mainAccount, app: app.id) }
    }
}
