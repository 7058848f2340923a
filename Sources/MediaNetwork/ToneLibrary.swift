internal import Audio
internal import Synchronization

/// The tones rendered so far, for all threads of an engine.
final class ToneLibrary: Sendable {
    /// Tones come from the configuration, not from outside: more of them are a mistake of ours.
    static let limit = 64

    private enum Tone: Hashable {
        case repeated(ToneCadence)
        case once(ToneCadence)
    }

    private let tones = Mutex<[Tone: CodedFrames]>([:])

    deinit {
        tones.withLock { tones in
            for frames in tones.values {
                frames.alaw.deallocate()
                frames.mulaw.deallocate()
            }
        }
    }

    /// The frames of a tone that repeats. The first time they are rendered, which takes some milliseconds.
    func frames(of cadence: ToneCadence) -> CodedFrames {
        frames(of: .repeated(cadence)) { RenderedTone(cadence, codec: $0) }
    }

    /// The frames of one run of a tone's cadence, rendered likewise.
    func frames(ofSignal cadence: ToneCadence) -> CodedFrames {
        frames(of: .once(cadence)) { RenderedTone(onceThrough: cadence, codec: $0) }
    }

    private func frames(of tone: Tone, rendering: (G711) -> RenderedTone) -> CodedFrames {
        tones.withLock { tones in
            if let known = tones[tone] { return known }
            precondition(tones.count < ToneLibrary.limit, "too many different tones")
            let alaw = rendering(.pcma)
            let mulaw = rendering(.pcmu)
            let frames = CodedFrames(alaw: copy(alaw.codes), mulaw: copy(mulaw.codes), count: alaw.frameCount)
            tones[tone] = frames
            return frames
        }
    }

    private func copy(_ codes: [UInt8]) -> UnsafePointer<UInt8> {
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: codes.count)
        memory.initialize(from: codes, count: codes.count)
        return UnsafePointer(memory)
    }
}
