import Audio
import CallFlow
import CallModel
import MediaControl
import SDP
import SIPSyntax
import SIPTransactions
import SIPUserAgent
import SansIO

extension CallSession {
    /// How long party 2 may be silent while it rings before ring-back counts as missing.
    private static let earlyQuiet: Duration = .milliseconds(200)

    /// What is reported of a party's reception from now on.
    func watch(_ party: Party, _ watch: LegWatch, _ exchange: inout Exchange) {
        let reports: MediaWatch =
            switch watch {
            case .nothing: .nothing
            case .early: .activity(quietAfter: Self.earlyQuiet)
            case .connected:
                record.request.mediaTimeout > .zero ? .liveness(idleAfter: record.request.mediaTimeout) : .nothing
            }
        exchange.perform(.media(.watch(legs[party].media, reports)))
    }

    /// Whether keys are looked for in a party's sound too.
    func listen(_ party: Party, _ listens: Bool, _ exchange: inout Exchange) {
        exchange.perform(.media(.detectTones(legs[party].media, listens)))
    }

    /// A report of the packet loop about a party's media.
    func mediaReported(_ report: MediaReport, _ party: Party, at now: Instant, _ exchange: inout Exchange) {
        switch report {
        case .opened: mediaOpened(party, at: now, &exchange)
        case .openFailed: mediaOpenFailed(party, at: now, &exchange)
        case .flowing: tellWhileRunning(.mediaFlowing(party), at: now, &exchange)
        case .quiet: tellWhileRunning(.mediaQuiet(party), at: now, &exchange)
        case .idle: tellWhileRunning(.mediaIdle(party), at: now, &exchange)
        case .played(_, let feed): tell(.played(party), of: feed, party, at: now, &exchange)
        case .playFailed(_, let feed): tell(.playFailed(party), of: feed, party, at: now, &exchange)
        case .digit(_, let event): pressed(event, party, at: now, &exchange)
        case .measured(_, let summary): record[party].media = MediaCounts(summary)
        case .closed(_, let summary): mediaClosed(party, summary, at: now, &exchange)
        case .recorded(_, let summary): recordingReported(summary, fault: nil, at: now, &exchange)
        case .recordFailed(_, let summary, let fault): recordingReported(summary, fault: fault, at: now, &exchange)
        }
    }

    /// A key, told by the party's media or by SIP INFO.
    func pressed(_ event: UInt8, _ party: Party, at now: Instant, _ exchange: inout Exchange) {
        guard let key = TelephoneKey(event: event) else { return }
        tellWhileRunning(.pressed(party, key), at: now, &exchange)
    }

    /// What became of a feed; nothing if the party is fed something else by now.
    private func tell(
        _ input: FlowInput, of feed: UInt32, _ party: Party, at now: Instant, _ exchange: inout Exchange
    ) {
        guard feed == legs[party].feedNumber else { return }
        tellWhileRunning(input, at: now, &exchange)
    }

    private func tellWhileRunning(_ input: FlowInput, at now: Instant, _ exchange: inout Exchange) {
        guard case .running = phase else { return }
        tell(input, at: now, &exchange)
    }

    /// What a leg is, as long as no description came: early media may come before one.
    func describeUnanswered(
        _ description: OurMedia, by trunk: TrunkSettings, _ party: Party, _ exchange: inout Exchange
    ) {
        let latching = LatchPolicy(anySource: trunk.nat, signallingPeer: trunk.flow.remote.ip)
        legs[party].remoteDescription = []
        legs[party].remoteTag = ""
        legs[party].latching = latching
        exchange.perform(
            .media(
                .describe(
                    legs[party].media,
                    RemoteMedia(
                        unanswered: description.offeredCodecs, events: description.offeredEvents, latching: latching,
                        protection: description.offersKeys ? .awaitsKeys : .plain))))
    }

    /// A provisional response's description holds until another comes; an unusable one is passed over: `false`.
    func describeEarly(_ body: [UInt8], _ tag: String, _ party: Party, _ exchange: inout Exchange) -> Bool {
        guard case .dialling(let attempt) = legs[party].state else { return false }
        if isInForce(body, tag, party) { return true }
        guard let agreed = try? legs[party].description?.judge(answer: body) else { return false }
        legs[party].remoteTag = tag
        describe(agreed, as: body, attempt.line, signallingPeer: nil, party, &exchange)
        return true
    }

    /// Whether the leg is described so already, by the same far end: a repeated description changes nothing.
    private func isInForce(_ body: [UInt8], _ tag: String, _ party: Party) -> Bool {
        legs[party].remoteDescription == body && legs[party].remoteTag == tag
    }

    /// The description of the 2xx is the answer; `false` if it cannot be used.
    func describeFinal(
        _ answer: SessionAnswer, _ line: Line, _ party: Party, _ exchange: inout Exchange
    ) -> Bool {
        guard let agreed = try? legs[party].description?.judge(answer: answer.body) else { return false }
        record[party].codec = agreed.sends.codec.rawValue
        legs[party].isHeld = agreed.isHeld
        legs[party].isMute = !agreed.maySend
        if !isInForce(answer.body, answer.dialog.remoteTag, party) {
            legs[party].remoteTag = answer.dialog.remoteTag
            describe(agreed, as: answer.body, line, signallingPeer: answer.source.remote.ip, party, &exchange)
        }
        return true
    }

    private func describe(
        _ agreed: AgreedMedia, as body: [UInt8], _ line: Line, signallingPeer: IPAddress?, _ party: Party,
        _ exchange: inout Exchange
    ) {
        let trunk = exchange.trunk(of: line)
        legs[party].remoteDescription = body
        legs[party].latching = LatchPolicy(
            anySource: trunk.nat, signallingPeer: signallingPeer ?? trunk.flow.remote.ip)
        apply(agreed, party, &exchange)
    }

    private func apply(_ agreed: AgreedMedia, _ party: Party, _ exchange: inout Exchange) {
        guard let latching = legs[party].latching else { preconditionFailure("a described leg has its policy") }
        exchange.perform(.media(.describe(legs[party].media, RemoteMedia(agreed, latching: latching))))
    }

    /// A re-INVITE or UPDATE with an offer: answered from our own media; a refusal leaves the session untouched.
    func offered(_ offer: OfferID, _ body: [UInt8], _ party: Party, at now: Instant, _ exchange: inout Exchange) {
        guard var description = legs[party].description else { preconditionFailure("a dialled leg has a description") }
        do {
            let (answer, agreed) = try description.answer(offer: body, using: &exchange.entropy)
            legs[party].description = description
            legs[party].localDescription = answer
            exchange.accept(exchange.agent.answerOffer(offer, .accept(body: answer), at: now))
            redescribe(agreed, as: body, party, at: now, &exchange)
        } catch {
            let warning = SIPWarning(code: error.warning.code, text: error.warning.text)
            exchange.accept(
                exchange.agent.answerOffer(offer, .reject(status: error.status, warning: warning), at: now))
        }
    }

    /// A re-INVITE without a body gets our full offer.
    func offerRequested(_ offer: OfferID, _ party: Party, at now: Instant, _ exchange: inout Exchange) {
        guard var description = legs[party].description else { preconditionFailure("a dialled leg has a description") }
        let body = description.offer(using: &exchange.entropy)
        legs[party].description = description
        legs[party].localDescription = body
        // Our keys are new, so that even the answer in force would change something.
        if description.offersKeys { legs[party].remoteDescription = [] }
        exchange.accept(exchange.agent.answerOffer(offer, .accept(body: body), at: now))
    }

    /// The answer in the ACK to our full offer; without a usable one the leg cannot go on.
    func offerAnswered(_ body: [UInt8], _ party: Party, at now: Instant, _ exchange: inout Exchange) {
        guard body != legs[party].remoteDescription else { return }
        guard let agreed = try? legs[party].description?.judge(answer: body) else {
            release(party, cause: .incompatibleDestination, at: now, &exchange)
            return tell(.failed(party, .incompatible), at: now, &exchange)
        }
        redescribe(agreed, as: body, party, at: now, &exchange)
    }

    private func redescribe(
        _ agreed: AgreedMedia, as body: [UInt8], _ party: Party, at now: Instant, _ exchange: inout Exchange
    ) {
        legs[party].remoteDescription = body
        record[party].codec = agreed.sends.codec.rawValue
        apply(agreed, party, &exchange)
        if legs[party].isMute == agreed.maySend {
            legs[party].isMute.toggle()
            if legs[party.other].hearsOther { feed(party.other, .other, &exchange) }
        }
        guard legs[party].isHeld != agreed.isHeld else { return }
        legs[party].isHeld = agreed.isHeld
        tellWhileRunning(.held(party, agreed.isHeld), at: now, &exchange)
    }
}

extension MediaCounts {
    init(_ summary: MediaSummary) {
        self.init(
            packetsReceived: summary.packetsReceived, packetsSent: summary.packetsSent,
            packetsLost: summary.packetsLost, quality: summary.quality.map(HearingQuality.init))
    }
}

extension HearingQuality {
    fileprivate init(_ quality: MediaQuality) {
        self.init(
            loss: quality.fractionLost, jitter: quality.jitter, roundTrip: quality.roundTrip,
            meanOpinionScore: quality.meanOpinionScore)
    }
}

extension AgreedMedia {
    /// Whether the far end's description is other than `sendrecv`.
    fileprivate var isHeld: Bool { !(maySend && mayReceive) }
}

extension RemoteMedia {
    /// Before the far end has described itself: it may send whatever we offered, from its trunk; it is sent nothing.
    fileprivate init(
        unanswered offered: [PayloadMapping], events: UInt8, latching: LatchPolicy, protection: MediaProtection
    ) {
        let nowhere = TransportAddress(ip: .v4(0), port: 0)
        self.init(
            rtp: nowhere, rtcp: nowhere, latching: latching, sends: offered[0], accepts: offered,
            acceptsEventsAs: events, mayReceive: false, protection: protection)
    }

    fileprivate init(_ agreed: AgreedMedia, latching: LatchPolicy) {
        self.init(
            rtp: agreed.rtp, rtcp: agreed.rtcp, latching: latching, sends: agreed.sends, accepts: agreed.accepts,
            sendsEventsAs: agreed.sendsEventsAs, acceptsEventsAs: agreed.acceptsEventsAs,
            mayReceive: agreed.mayReceive, maySend: agreed.maySend,
            protection: agreed.keys.map(MediaProtection.srtp) ?? .plain)
    }
}
