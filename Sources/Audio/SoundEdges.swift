/// Where a coded sound begins and ends, and begins again if it is repeated.
public enum SoundEdges {
    /// Samples over which a sound rises and falls: 5 ms, enough to make its edges inaudible.
    private static let ramp = Splice.length

    /// Takes the clicks out of a sound's edges: it rises from silence and falls back to it within 5 ms. One that was made to be
    /// repeated stays as it is: a whole number of frames whose end goes on into its beginning.
    public static func soften(_ codes: inout [UInt8], of codec: G711) {
        guard !isSeamless(codes, of: codec) else { return }
        let linear = codec.linearSamples
        for distance in 0..<min(ramp, codes.count / 2) {
            let share = (1 - Sine.cosine(atTurn: Double(distance) / Double(2 * ramp))) / 2
            for index in [distance, codes.count - 1 - distance] {
                codes[index] = codec.encode(rounding: share * Double(linear[Int(codes[index])]))
            }
        }
    }

    /// Whether the step from the last sample to the first is none greater than those around it.
    private static func isSeamless(_ codes: [UInt8], of codec: G711) -> Bool {
        guard codes.count % G711.samplesPerFrame == 0, let first = codes.first, let last = codes.last else {
            return false
        }
        let linear = codec.linearSamples
        func step(_ one: UInt8, _ next: UInt8) -> Int { abs(Int(linear[Int(one)]) - Int(linear[Int(next)])) }
        func greatestStep(_ part: ArraySlice<UInt8>) -> Int {
            zip(part, part.dropFirst()).map { step($0, $1) }.max() ?? 0
        }
        return step(last, first) <= max(greatestStep(codes.prefix(ramp)), greatestStep(codes.suffix(ramp)))
    }
}
