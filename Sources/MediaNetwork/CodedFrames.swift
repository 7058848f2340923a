internal import Audio

/// Something to play, as frames of both codecs in plain memory. Whoever made it frees it.
struct CodedFrames: Sendable {
    // Written once, before anyone else knows of it.
    nonisolated(unsafe) let alaw: UnsafePointer<UInt8>
    nonisolated(unsafe) let mulaw: UnsafePointer<UInt8>
    /// At least 1.
    let count: Int

    func frame(_ index: Int, in codec: G711) -> UnsafePointer<UInt8> {
        switch codec {
        case .pcma: alaw + index * G711.samplesPerFrame
        case .pcmu: mulaw + index * G711.samplesPerFrame
        }
    }
}
