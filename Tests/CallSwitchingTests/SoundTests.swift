import Audio
import CallModel
import CallSwitching
import MediaControl
import SIPSyntax
import SansIO
import Testing

/// What the media is told of sounds, keys and recordings, in the moment of their cause.
@Suite struct SoundTests {
    private static func voice(_ number: UInt64) -> PreparedVoice {
        PreparedVoice(name: "\(number)", id: VoiceFileID(high: 7, low: number), length: .seconds(2))
    }

    private static func feed(_ party: UInt64, _ voice: UInt64, repeats: Bool = false) -> MediaCommand {
        .feed(MediaLegID(number: 1 + party), .voice(MediaVoiceID(high: 7, low: voice), repeats: repeats))
    }

    private let leg1 = MediaLegID(number: 2)
    private let leg2 = MediaLegID(number: 3)

    @Test func `every file is made ready on the legs that may hear it, before anybody is dialled`() {
        let stage = Stage()
        stage.place(
            Stage.request(
                sounds: CallSounds(
                    ringTone: RingTone(mode: .whileDialling, voice: Self.voice(1)), greeting1: Self.voice(2),
                    greeting2: Self.voice(3),
                    countdown: Countdown(time: .seconds(5), sound: .voice(Self.voice(2)), audience: .both),
                    busyVoice: Self.voice(4))))
        let loaded = Set(
            stage.media.compactMap { command -> [UInt64]? in
                if case .load(let leg, let voice) = command { [leg.number, voice.low] } else { nil }
            })
        #expect(loaded == [[2, 1], [2, 2], [2, 4], [3, 3], [3, 2]])
    }

    @Test func `a file that is not there is 010005, after the lines were found`() {
        var sounds = CallSounds.none
        sounds.unknownNames = ["nowhere.wav"]
        let stage = Stage()
        #expect(stage.answers(to: stage.place(Stage.request(sounds: sounds))) == [.refused(.voiceFile)])
        #expect(stage.isAtRest)
        let lineless = Stage(trunks: [Stage.trunk(1, maxCalls: 1)])
        #expect(lineless.answers(to: lineless.place(Stage.request(sounds: sounds))) == [.refused(.noLine)])
    }

    @Test func `a ring tone begins with the 180 and ends with the answer`() throws {
        let stage = Stage()
        let tone = RingTone(mode: .whileRinging, voice: Self.voice(1))
        let (_, second) = try stage.toParty2(Stage.request(sounds: CallSounds(ringTone: tone)))
        stage.forgetMedia()
        stage.respond(180, to: second)
        #expect(stage.media == [Self.feed(1, 1, repeats: true)])
        stage.forgetMedia()
        stage.respond(200, to: second, body: Stage.description())
        #expect(stage.media.contains(.feed(leg1, .leg(leg2))) && stage.media.contains(.feed(leg2, .leg(leg1))))
    }

    @Test func `a 183 with a description and then RTP is ringing too, a 183 alone is not`() throws {
        let stage = Stage()
        let tone = RingTone(mode: .whileRinging, voice: Self.voice(1))
        let (_, second) = try stage.toParty2(Stage.request(sounds: CallSounds(ringTone: tone)))
        stage.forgetMedia()
        stage.respond(183, to: second)
        stage.tell(.media(.flowing(leg2)))
        stage.tell(.media(.quiet(leg2)))
        #expect(!stage.media.contains(Self.feed(1, 1, repeats: true)))
        stage.respond(183, to: second, body: Stage.description())
        stage.tell(.media(.flowing(leg2)))
        #expect(stage.media.last == Self.feed(1, 1, repeats: true))
    }

    @Test func `party 2 is dialled when party 1's greeting has been played`() throws {
        let stage = Stage()
        stage.place(Stage.request(sounds: CallSounds(greeting1: Self.voice(1))))
        let first = try stage.invite()
        stage.respond(200, to: first, body: Stage.description())
        #expect(stage.media.last == Self.feed(1, 1))
        #expect(!stage.hasNewInvite)
        stage.pass(.seconds(2))
        stage.played(leg1)
        #expect(stage.hasNewInvite)
    }

    @Test func `what became of an earlier sound is not taken for what became of the one now`() throws {
        let stage = Stage()
        let key = try #require(TelephoneKey("5"))
        let confirmation = Confirmation(key: key, timeout: .seconds(5), prompt: .voice(Self.voice(1)))
        stage.place(
            Stage.request(
                sounds: CallSounds(
                    ringTone: RingTone(mode: .beforeDialling, voice: Self.voice(2)), confirmation1: confirmation)))
        stage.respond(200, to: try stage.invite(), body: Stage.description())
        let prompt = try #require(stage.feedNumbers[leg1])
        stage.pass(.seconds(1))
        stage.tell(.media(.digit(leg1, event: 5)))
        #expect(stage.media.last == Self.feed(1, 2))
        stage.pass(.milliseconds(1_200))
        stage.tell(.media(.played(leg1, feed: prompt)))
        stage.tell(.media(.playFailed(leg1, feed: prompt)))
        #expect(!stage.hasNewInvite && stage.ended == nil)
        stage.played(leg1)
        #expect(stage.hasNewInvite)
    }

    @Test func `the key connects, by telephone-event or tone`() throws {
        let stage = Stage()
        let key = try #require(TelephoneKey("5"))
        let confirmation = Confirmation(key: key, timeout: .seconds(5), prompt: .beep)
        let (_, second) = try stage.toParty2(Stage.request(sounds: CallSounds(confirmation2: confirmation)))
        stage.forgetMedia()
        stage.respond(200, to: second, body: Stage.description())
        #expect(stage.media.contains(.detectTones(leg2, true)))
        guard case .feed(leg2, .signal(let beep), _) = stage.media.last else {
            Issue.record("no beep: \(stage.media)")
            return
        }
        #expect(beep.on == Sound.beepLength)
        stage.tell(.media(.digit(leg2, event: 4)))
        #expect(stage.call.flatMap(stage.describe)?.connectTime == nil)
        stage.tell(.media(.digit(leg2, event: 5)))
        #expect(stage.call.flatMap(stage.describe)?.connectTime != nil)
        #expect(stage.media.contains(.detectTones(leg2, false)))
    }

    @Test func `party 1 hears the busy voice, and party 2 is released before it`() throws {
        let stage = Stage()
        let request = Stage.request(ring: .seconds(5), sounds: CallSounds(busyVoice: Self.voice(1)))
        let (first, second) = try stage.toParty2(request)
        stage.respond(180, to: second)
        stage.forgetMedia()
        stage.pass(.seconds(5))
        #expect(stage.media.contains(Self.feed(1, 1)))
        #expect(stage.requests(.cancel, in: second).count == 1 && stage.requests(.bye, in: first).isEmpty)
        stage.answerReleases(of: second)
        stage.pass(.seconds(2))
        stage.played(leg1)
        #expect(stage.requests(.bye, in: first).count == 1)
        #expect(stage.ended?.record.ending?.reason == .failed(.second, .noAnswer))
        stage.answerReleases(of: first)
        #expect(stage.isAtRest)
    }

    @Test func `waiting for a trunk's turn does not count as ringing`() throws {
        let stage = Stage(trunks: [Stage.trunk(1, pace: 1)])
        stage.place(Stage.request(ring: .seconds(2)))
        let first = try stage.invite()
        stage.respond(200, to: first, body: Stage.description())
        stage.pass(.seconds(1))
        let second = try stage.invite()
        stage.respond(180, to: second)
        stage.pass(.milliseconds(1_999))
        #expect(stage.ended == nil)
        stage.pass(.milliseconds(1))
        #expect(stage.ended?.record.ending?.reason == .failed(.second, .noAnswer))
    }
}

@Suite struct RecordingTests {
    private static func request(
        _ start: RecordingStart = .connection, events: EventSelection = .none
    ) -> CallbackRequest {
        let order = RecordingOrder(start: start, channels: .mixed, format: .mp3)
        return Stage.request(sounds: CallSounds(recording: order), events: events)
    }

    private func recording(_ stage: Stage) throws -> Recording {
        let began = stage.writes.compactMap { write -> Recording? in
            if case .recordingBegan(let recording) = write { recording } else { nil }
        }
        #expect(began.count == 1)
        return try #require(began.first)
    }

    @Test func `a recording is written down, connected, stopped with the call and named in its event`() throws {
        let stage = Stage()
        let (first, _) = try stage.connected(Self.request())
        let recording = try recording(stage)
        let id = MediaRecordingID(high: recording.id.high, low: recording.id.low)
        let command = MediaRecording(
            id: id, first: MediaLegID(number: 2), second: MediaLegID(number: 3), channels: .mixed, format: .mp3)
        #expect(stage.media.suffix(2) == [.record(command), .connectRecording(id)])
        stage.request("BYE", in: first)
        #expect(stage.media.contains(.stopRecording(id)))
        #expect(stage.writes.contains(.recordingEnded(recording.id, samples: 16_000, bytes: 32_000)))
        #expect(stage.ended?.record.recordFile == recording.fileName)
        #expect(stage.ended?.events.count == 1)
    }

    @Test func `one that starts with the dialling is connected later`() throws {
        let stage = Stage()
        let (_, second) = try stage.toParty2(Self.request(.dialling1))
        let id = try recording(stage).id
        let connect = MediaCommand.connectRecording(MediaRecordingID(high: id.high, low: id.low))
        #expect(!stage.media.contains(connect))
        stage.respond(200, to: second, body: Stage.description())
        #expect(stage.media.contains(connect))
    }

    @Test func `one that breaks off ends nothing but itself`() throws {
        let stage = Stage()
        let (first, _) = try stage.connected(Self.request(events: .all))
        let recording = try recording(stage)
        let id = MediaRecordingID(high: recording.id.high, low: recording.id.low)
        stage.tell(.media(.recordFailed(id, RecordingSummary(), .file("write: full"))))
        let note = RecordingNote(call: recording.call, file: recording.fileName, reason: .media(.file("write: full")))
        #expect(stage.failedRecordings == [note])
        #expect(stage.writes.contains(.recordingFailed(recording.id, samples: 0, bytes: 0)))
        #expect(stage.ended == nil)
        stage.request("BYE", in: first)
        #expect(!stage.media.contains(.stopRecording(id)))
        #expect(stage.ended?.record.recordFile == nil)
        #expect(stage.told.map(\.name).count { $0 == .recordFail } == 1)
    }

    @Test func `a file that becomes whole after the call is told after its end`() throws {
        let stage = Stage()
        stage.mediaClosing = .hangs
        let (first, second) = try stage.connected(Self.request(events: .all))
        let recording = try recording(stage)
        stage.request("BYE", in: first)
        stage.answerReleases(of: second)
        #expect(stage.ended == nil)
        stage.pass(.seconds(2))
        #expect(stage.ended?.record.recordFile == recording.fileName)
        #expect(stage.occupancy.calls == 1, "its recording is awaited")
        let id = MediaRecordingID(high: recording.id.high, low: recording.id.low)
        stage.tell(.media(.recorded(id, RecordingSummary(samples: 8000, bytes: 9000))))
        #expect(stage.told.suffix(2).map(\.name) == [.end, .recordEnd])
        #expect(stage.told.map(\.sequence) == Array(1...stage.told.count))
        #expect(stage.isAtRest)
    }

    @Test func `a file that never becomes whole is given up`() throws {
        let stage = Stage()
        stage.mediaClosing = .hangs
        let (first, second) = try stage.connected(Self.request())
        stage.request("BYE", in: first)
        stage.answerReleases(of: second)
        stage.pass(.seconds(599))
        #expect(!stage.isAtRest)
        stage.pass(.seconds(1))
        #expect(stage.isAtRest)
        #expect(stage.writes.contains(.recordingFailed(try recording(stage).id, samples: 0, bytes: 0)))
        #expect(stage.failedRecordings.map(\.reason) == [.overdue])
    }
}

@Suite struct EventTests {
    @Test func `everything is told in order where it was asked for`() throws {
        let stage = Stage()
        let (first, _) = try stage.connected(Stage.request(events: .all))
        stage.request("BYE", in: first)
        let call = try #require(stage.call)
        #expect(
            stage.told.map(\.name) == [.dial, .ring, .answer, .dial, .ring, .answer, .connected, .hangup, .end])
        #expect(stage.told.map(\.sequence) == Array(1...9))
        #expect(stage.told.allSatisfy { $0.call == call })
    }

    @Test func `what was not asked for is not told`() throws {
        let none = Stage()
        none.request("BYE", in: try none.connected().first)
        #expect(none.told.map(\.name) == [.end])
        let some = Stage()
        let request = Stage.request(events: EventSelection([.connected]))
        some.request("BYE", in: try some.connected(request).first)
        #expect(some.told.map(\.name) == [.connected, .end])
        #expect(some.told.map(\.sequence) == [1, 2])
    }

    @Test func `a party that fails is told before the end, whoever found it`() throws {
        let refused = Stage()
        refused.respond(486, to: try refused.toParty2(Stage.request(events: .all)).second)
        #expect(refused.told.suffix(2).map(\.name) == [.fail, .end])
        let silent = Stage()
        silent.respond(180, to: try silent.toParty2(Stage.request(ring: .seconds(5), events: .all)).second)
        silent.pass(.seconds(5))
        #expect(silent.told.suffix(2).map(\.name) == [.fail, .end])
    }

    @Test func `an application without a receiver is told nothing`() throws {
        let stage = Stage()
        var request = Stage.request(events: .all)
        request.eventTarget = nil
        stage.request("BYE", in: try stage.connected(request).first)
        #expect(stage.told.map(\.name) == [.end])
    }

    @Test(arguments: [false, true])
    func `a cancelled call has its end told where that was asked for`(isWanted: Bool) throws {
        let stage = Stage()
        _ = try stage.connected(Stage.request(notifiesOnCancel: isWanted))
        stage.cancel(try #require(stage.call))
        #expect(stage.ended?.events.count == (isWanted ? 1 : 0))
    }

    @Test func `one dead direction is told`() throws {
        let stage = Stage()
        _ = try stage.connected(Stage.request(talk: .seconds(600), events: .all))
        stage.pass(.seconds(60))
        stage.tell(.media(.idle(MediaLegID(number: 3))))
        #expect(stage.told.last?.kind.progress == .mediaAlert(.second))
    }

    @Test func `quality reaches the live record and the last one`() throws {
        let stage = Stage()
        let (first, _) = try stage.connected(Stage.request(talk: .seconds(600)))
        let quality = MediaQuality(
            jitter: .milliseconds(3), roundTrip: .milliseconds(20), fractionLost: 0.02, meanOpinionScore: 4.1)
        stage.tell(.media(.measured(MediaLegID(number: 2), MediaSummary(packetsReceived: 9, quality: quality))))
        let live = stage.call.flatMap(stage.describe)?.leg1.media
        #expect(live?.packetsReceived == 9)
        #expect(
            live?.quality
                == HearingQuality(
                    loss: 0.02, jitter: .milliseconds(3), roundTrip: .milliseconds(20), meanOpinionScore: 4.1))
        stage.request("BYE", in: first)
        #expect(stage.ended?.record.leg1.media?.packetsReceived == 2)
    }
}

@Suite struct QualityCountTests {
    @Test func `each ended leg is counted once, for its trunk`() throws {
        let stage = Stage()
        stage.mediaClosing = .hangs
        let (first, _) = try stage.connected()
        stage.request("BYE", in: first)
        let quality = MediaQuality(
            jitter: .milliseconds(3), roundTrip: .milliseconds(20), fractionLost: 0.02, meanOpinionScore: 4.15)
        let reported = ReportedReception(fractionLost: 0, jitter: .milliseconds(200))
        stage.tell(.media(.measured(MediaLegID(number: 2), MediaSummary(quality: quality))))
        stage.tell(.media(.closed(MediaLegID(number: 2), MediaSummary(quality: quality, reported: reported))))
        stage.tell(.media(.closed(MediaLegID(number: 3), MediaSummary())))
        #expect(stage.counts.quality.keys.map(\.rawValue) == ["trunk1"])
        let counts = try #require(stage.counts.quality[TrunkName(rawValue: "trunk1")])
        #expect(counts.lossReceived.counts == [0, 0, 0, 0, 1, 0, 0, 0, 0] && counts.lossReceived.sum == 0.02)
        #expect(counts.lossSent.counts == [1, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(counts.jitterReceived.counts == [0, 0, 1, 0, 0, 0, 0, 0, 0])
        #expect(counts.jitterSent.counts.last == 1 && counts.jitterSent.sum == 0.2)
        #expect(counts.roundTrip.counts == [0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(counts.meanOpinionScore.counts.firstIndex(of: 1) == 7)
    }
}

extension CallEvent {
    fileprivate var name: EventName { kind.progress?.name ?? .end }
}

extension CallEvent.Kind {
    fileprivate var progress: CallProgress? {
        if case .progress(let progress, _) = self { progress } else { nil }
    }
}
