internal import MediaCodecs

/// What the recorder's thread codes samples in: one for all recordings.
final class RecordingMemory {
    /// Samples that are coded at a time.
    static let portion = 2048

    let left = UnsafeMutablePointer<UInt8>.allocate(capacity: RecordingMemory.portion)
    let right = UnsafeMutablePointer<UInt8>.allocate(capacity: RecordingMemory.portion)
    let linearLeft = UnsafeMutablePointer<Int16>.allocate(capacity: RecordingMemory.portion)
    let linearRight = UnsafeMutablePointer<Int16>.allocate(capacity: RecordingMemory.portion)
    /// Room for two channels of linear samples, and for what MP3 makes of them.
    let output = UnsafeMutableRawPointer.allocate(
        byteCount: max(4 * RecordingMemory.portion, MP3Encoder.room(for: RecordingMemory.portion)), alignment: 16)

    deinit {
        left.deallocate()
        right.deallocate()
        linearLeft.deallocate()
        linearRight.deallocate()
        output.deallocate()
    }
}
