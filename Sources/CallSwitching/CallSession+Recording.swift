import CallModel
import MediaControl
import SansIO

/// A call's recording, from its first sample until its file is whole.
enum Tape {
    /// How long the file of a call that is over may take to become whole.
    static let patience: Duration = .seconds(600)

    case none
    case running(Recording)
    case stopping(Recording, until: Instant)
    case over

    var deadline: Instant? {
        switch self {
        case .none, .running, .over: nil
        case .stopping(_, let until): until
        }
    }

    /// Whether its file is still written.
    var isOpen: Bool {
        switch self {
        case .none, .over: false
        case .running, .stopping: true
        }
    }
}

extension CallSession {
    /// Sample 0 is now.
    func startRecording(at now: Instant, _ exchange: inout Exchange) {
        guard let order = record.request.sounds.recording else {
            preconditionFailure("only what was asked for is recorded")
        }
        let began = wallTime(at: now)
        let recording = Recording(
            id: RecordingID(at: began, using: &exchange.entropy), call: id, request: record.request, began: began,
            channels: order.channels, format: order.format)
        tape = .running(recording)
        record.recordFile = recording.fileName
        exchange.assign(recording.mediaID, to: self)
        exchange.perform(.store([.recordingBegan(recording)], nil))
        exchange.perform(
            .media(
                .record(
                    MediaRecording(
                        id: recording.mediaID, first: legs.first.media, second: legs.second.media,
                        channels: recording.channels.mediaChannels, format: recording.format.mediaFormat))))
        connectRecording(&exchange)
    }

    /// From the connection on party 2 is recorded for itself.
    func connectRecording(_ exchange: inout Exchange) {
        guard case .running(let recording) = tape, record.connectTime != nil else { return }
        exchange.perform(.media(.connectRecording(recording.mediaID)))
    }

    /// The end is decided.
    func stopRecording(at now: Instant, _ exchange: inout Exchange) {
        guard case .running(let recording) = tape else { return }
        tape = .stopping(recording, until: now + Tape.patience)
        exchange.perform(.media(.stopRecording(recording.mediaID)))
    }

    /// The file is whole, or broke off because of a fault.
    func recordingReported(
        _ summary: RecordingSummary, fault: RecordingFault?, at now: Instant, _ exchange: inout Exchange
    ) {
        switch tape {
        case .none, .over: break
        case .running(let recording), .stopping(let recording, _):
            recorded(recording, summary, failure: fault.map { .media($0) }, at: now, &exchange)
        }
    }

    func tapeTimedOut(at now: Instant, _ exchange: inout Exchange) {
        guard case .stopping(let recording, let until) = tape, until <= now else { return }
        recorded(recording, RecordingSummary(), failure: .overdue, at: now, &exchange)
    }

    private func recorded(
        _ recording: Recording, _ summary: RecordingSummary, failure: RecordingNote.Reason?, at now: Instant,
        _ exchange: inout Exchange
    ) {
        tape = .over
        exchange.forget(recording.mediaID)
        let samples = Int64(clamping: summary.samples)
        let bytes = Int64(clamping: summary.bytes)
        if samples == 0 { record.recordFile = nil }
        let file = RecordedFile(name: recording.fileName, samples: samples, bytes: bytes)
        if let failure {
            exchange.perform(.recordingFailed(RecordingNote(call: id, file: file.name, reason: failure)))
            exchange.perform(.store([.recordingFailed(recording.id, samples: samples, bytes: bytes)], nil))
            announce(.recordFail(file), at: now, &exchange)
        } else {
            exchange.perform(.store([.recordingEnded(recording.id, samples: samples, bytes: bytes)], nil))
            announce(.recordEnd(file), at: now, &exchange)
        }
        recordingIsOver(at: now, &exchange)
    }
}

extension Recording {
    /// Its name in the packet loop.
    var mediaID: MediaRecordingID { MediaRecordingID(high: id.high, low: id.low) }
}

extension RecordingChannels {
    fileprivate var mediaChannels: MediaRecording.Channels {
        switch self {
        case .mixed: .mixed
        case .dual: .dual
        }
    }
}

extension RecordingFormat {
    fileprivate var mediaFormat: MediaRecording.Format {
        switch self {
        case .pcm: .pcm
        case .aLaw: .alaw
        case .muLaw: .mulaw
        case .mp3: .mp3
        }
    }
}
