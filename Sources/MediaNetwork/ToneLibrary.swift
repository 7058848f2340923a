internal import Audio
internal import Synchronization

/// A tone's frames in plain memory, which belongs to the `ToneLibrary`.
struct ToneFrames: Sendable {
    // Written once, before anyone else knows of it.
    nonisolated(unsafe) let alaw: UnsafePointer<UInt8>
    nonisolated(unsafe) let mulaw: UnsafePointer<UInt8>
    let count: Int

    func frame(_ index: Int, in codec: G711) -> UnsafePointer<UInt8> {
        switch codec {
        case .pcma: alaw + index * G711.samplesPerFrame
        case .pcmu: mulaw + index * G711.samplesPerFrame
        }
    }
}

/// The tones rendered so far, for all threads of an engine.
final class ToneLibrary: Sendable {
    /// Tones come from the configuration, not from outside: more of them are a mistake of ours.
    static let limit = 64

    private let tones = Mutex<[ToneCadence: ToneFrames]>([:])

    deinit {
        tones.withLock { tones in
            for frames in tones.values {
                frames.alaw.deallocate()
                frames.mulaw.deallocate()
            }
        }
    }

    /// The frames of a tone. The first time they are rendered, which takes some milliseconds.
    func frames(of cadence: ToneCadence) -> ToneFrames {
        tones.withLock { tones in
            if let known = tones[cadence] { return known }
            precondition(tones.count < ToneLibrary.limit, "too many different tones")
            let alaw = RenderedTone(cadence, codec: .pcma)
            let mulaw = RenderedTone(cadence, codec: .pcmu)
            let frames = ToneFrames(alaw: copy(alaw.codes), mulaw: copy(mulaw.codes), count: alaw.frameCount)
            tones[cadence] = frames
            return frames
        }
    }

    private func copy(_ codes: [UInt8]) -> UnsafePointer<UInt8> {
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: codes.count)
        memory.initialize(from: codes, count: codes.count)
        return UnsafePointer(memory)
    }
}
