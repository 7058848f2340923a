/// A seeded stream of unpredictable numbers (the ChaCha20 block function, RFC 8439 §2.3), kept as a value.
///
/// Tags, branches, Call-IDs and SSRCs are drawn from it. The server seeds it once from the
/// operating system; the simulator seeds it with a number, so that one seed repeats a whole run.
public struct Entropy: RandomNumberGenerator, Sendable {
    private var state: [UInt32]
    private var block = [UInt32](repeating: 0, count: 16)
    private var position = 16

    /// - Parameter seed: 32 bytes as four words. Whoever knows them can foretell every number.
    public init(seed: (UInt64, UInt64, UInt64, UInt64)) {
        state = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]
        for word in [seed.0, seed.1, seed.2, seed.3] {
            state.append(UInt32(truncatingIfNeeded: word))
            state.append(UInt32(truncatingIfNeeded: word >> 32))
        }
        state += [0, 0, 0, 0]
    }

    /// A reproducible stream for tests and simulations.
    public init(seed: UInt64) {
        self.init(seed: (seed, ~seed, seed &* 0x9E37_79B9_7F4A_7C15, 0))
    }

    public mutating func next() -> UInt64 {
        if position >= 16 { refill() }
        defer { position += 2 }
        return UInt64(block[position]) | UInt64(block[position + 1]) << 32
    }

    /// A stream of its own, seeded from this one.
    public mutating func fork() -> Entropy {
        Entropy(seed: (next(), next(), next(), next()))
    }

    private mutating func refill() {
        ChaCha20.fill(&block, of: state)
        position = 0
        state[12] &+= 1
        if state[12] == 0 { state[13] &+= 1 }
    }
}

/// The ChaCha20 block function, RFC 8439 §2.3.
enum ChaCha20 {
    static func block(of state: [UInt32]) -> [UInt32] {
        var block = state
        fill(&block, of: state)
        return block
    }

    /// Puts the block where another one was.
    static func fill(_ block: inout [UInt32], of state: [UInt32]) {
        block.withUnsafeMutableBufferPointer { words in
            for index in 0..<16 { words[index] = state[index] }
            for _ in 0..<10 { doubleRound(words) }
            for index in 0..<16 { words[index] &+= state[index] }
        }
    }

    @inline(__always)
    private static func doubleRound(_ words: UnsafeMutableBufferPointer<UInt32>) {
        quarterRound(words, 0, 4, 8, 12)
        quarterRound(words, 1, 5, 9, 13)
        quarterRound(words, 2, 6, 10, 14)
        quarterRound(words, 3, 7, 11, 15)
        quarterRound(words, 0, 5, 10, 15)
        quarterRound(words, 1, 6, 11, 12)
        quarterRound(words, 2, 7, 8, 13)
        quarterRound(words, 3, 4, 9, 14)
    }

    @inline(__always)
    private static func quarterRound(
        _ words: UnsafeMutableBufferPointer<UInt32>, _ a: Int, _ b: Int, _ c: Int, _ d: Int
    ) {
        words[a] &+= words[b]
        words[d] = rotate(words[d] ^ words[a], by: 16)
        words[c] &+= words[d]
        words[b] = rotate(words[b] ^ words[c], by: 12)
        words[a] &+= words[b]
        words[d] = rotate(words[d] ^ words[a], by: 8)
        words[c] &+= words[d]
        words[b] = rotate(words[b] ^ words[c], by: 7)
    }

    private static func rotate(_ word: UInt32, by bits: UInt32) -> UInt32 {
        word << bits | word >> (32 - bits)
    }
}
