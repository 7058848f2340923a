/// What the recorder's thread codes samples in: one for all recordings.
final class RecordingMemory {
    /// Samples that are coded at a time.
    static let portion = 2048

    let left = UnsafeMutablePointer<UInt8>.allocate(capacity: RecordingMemory.portion)
    let right = UnsafeMutablePointer<UInt8>.allocate(capacity: RecordingMemory.portion)
    let linearLeft = UnsafeMutablePointer<Int16>.allocate(capacity: RecordingMemory.portion)
    let linearRight = UnsafeMutablePointer<Int16>.allocate(capacity: RecordingMemory.portion)
    /// Room for two channels of linear samples.
    let output = UnsafeMutableRawPointer.allocate(byteCount: 4 * RecordingMemory.portion, alignment: 16)

    deinit {
        left.deallocate()
        right.deallocate()
        linearLeft.deallocate()
        linearRight.deallocate()
        output.deallocate()
    }
}
