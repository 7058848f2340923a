internal import Audio
internal import LinuxIO
internal import MediaControl
internal import SansIO

extension MediaLoop {
    mutating func perform(_ order: Order, at now: Instant) {
        switch order {
        case .open(let id, let endpoint, let ports): open(id, endpoint, ports.take(), at: now)
        case .perform(let command): perform(command, at: now)
        }
    }

    /// Commands for legs that are not open are ignored: their opening failed, which was reported.
    private mutating func perform(_ command: MediaCommand, at now: Instant) {
        switch command {
        case .record(let recording): return record(recording, at: now)
        case .connectRecording(let id): return connectRecording(id)
        case .stopRecording(let id): return stopRecording(id, at: now)
        case .open, .describe, .feed, .watch, .load, .detectTones, .close: break
        }
        guard let leg = command.leg, let slot = table.slot(of: leg) else { return }
        switch command {
        case .open, .record, .connectRecording, .stopRecording: break
        case .describe(_, let remote): describe(slot, remote)
        case .feed(_, let feed, let number):
            table.legs[slot].feedNumber = number
            change(slot, to: resolve(feed, for: slot))
        case .watch(_, let watch):
            table.legs[slot].watch = ReceptionWatch(watch, at: now)
            table.look(slot, at: now)
        case .load(_, let voice): _ = voices.hold(voice, for: slot)
        case .detectTones(_, let detects): table.legs[slot].listenForTones(detects)
        case .close: close(slot, at: now)
        }
    }

    private mutating func open(
        _ id: MediaLegID, _ endpoint: MediaEndpoint, _ sockets: consuming PortPair.Sockets, at now: Instant
    ) {
        let slot = table.insert(Leg(id, endpoint: endpoint, sockets, at: now))
        if table.count == 1 { schedule.restart(at: now) }
        let generation = table.generation(of: slot)
        parts.poller.watch(
            table.legs[slot].rtp.descriptor, token: Token.leg(slot: slot, generation: generation, .rtp).bits)
        parts.poller.watch(
            table.legs[slot].rtcp.descriptor, token: Token.leg(slot: slot, generation: generation, .rtcp).bits)
    }

    private mutating func describe(_ slot: Int, _ media: RemoteMedia) {
        let leg = table.legs + slot
        let agreement = Leg.Agreement(media)
        if leg.pointee.agreement.mayReceive != agreement.mayReceive { leg.pointee.stream.cut() }
        leg.pointee.agreement = agreement
        leg.pointee.cipher.apply(media.protection, ssrc: leg.pointee.stream.ssrc)
        leg.pointee.lastCode = agreement.payloads.sends.codec.silence
        leg.pointee.latch = Latch(described: media.rtp, policy: media.latching)
        leg.pointee.rtcpDestination = media.rtcp
        hearEverybody(slot)
    }

    private mutating func change(_ slot: Int, to feed: Leg.Feed) {
        if table.isPlayedTo(slot) { schedule.stopPlaying(slot) }
        table.feed(slot, from: feed)
        if table.isPlayedTo(slot) { schedule.startPlaying(slot) }
    }

    private mutating func resolve(_ feed: MediaFeed, for slot: Int) -> Leg.Feed {
        switch feed {
        case .nothing: return .nothing
        case .silence: return .silence
        case .tone(let cadence): return .frames(setting.tones.frames(of: cadence), next: 0, repeats: true)
        case .signal(let cadence): return .frames(setting.tones.frames(ofSignal: cadence), next: 0, repeats: false)
        case .voice(let voice, let repeats): return play(voice, repeats: repeats, to: slot)
        case .leg(let id):
            precondition(id.number / 2 == table.legs[slot].id.number / 2, "legs of different calls")
            return table.slot(of: id).map { .leg($0) } ?? .nothing
        }
    }

    private mutating func play(_ voice: MediaVoiceID, repeats: Bool, to slot: Int) -> Leg.Feed {
        switch voices.hold(voice, for: slot) {
        case .ready(let frames): return .frames(frames, next: 0, repeats: repeats)
        case .coming: return .awaiting(voice, repeats: repeats)
        case .failed:
            reports.append(.playFailed(table.legs[slot].id, feed: table.legs[slot].feedNumber))
            return .silence
        }
    }

    /// A voice file has come, or will not: the silence of those who wait for it is over, or goes on.
    mutating func playAwaited(_ voice: MediaVoiceID) {
        for slot in voices.slots(holding: voice) {
            guard case .awaiting(voice, let repeats) = table.legs[slot].feed else { continue }
            table.legs[slot].feed = play(voice, repeats: repeats, to: slot)
        }
    }

    mutating func close(_ slot: Int, at now: Instant) {
        let id = table.legs[slot].id
        sendReport(slot, isGoodbye: true, at: now)
        reports.append(.closed(id, table.legs[slot].summary))
        remove(slot)
        endRecording(with: id, at: now)
    }

    private mutating func remove(_ slot: Int) {
        if table.isPlayedTo(slot) { schedule.stopPlaying(slot) }
        voices.releaseAll(of: slot)
        table.remove(slot)
        parts.leaveLeg()
    }
}
