/// Where one sound follows another in coded speech.
public enum Splice {
    /// Samples over which the new sound comes into its own: 5 ms.
    static let length = 40
    /// A sound that ends this near to zero has ended by itself, in 16-bit linear steps.
    static let quiet: Int16 = 64

    /// Takes the step out of a seam: the new sound begins at the value where the old one was cut off, and comes into its own
    /// within 5 ms. After a sound that had died away it stays as it is.
    public static func smooth(_ codes: UnsafeMutableRawBufferPointer, of codec: G711, after last: UInt8) {
        let linear = codec.linearSamples
        let end = linear[Int(last)]
        guard abs(Int(end)) > Int(quiet), let first = codes.first else { return }
        let step = Int(end) - Int(linear[Int(first)])
        for index in 0..<min(length, codes.count) {
            let rest = step * (length - index) / length
            codes[index] = codec.encode(Int16(clamping: Int(linear[Int(codes[index])]) + rest))
        }
    }
}
