/// Finds the tones of telephone keys in coded speech (dual-tone multi-frequency, ITU-T Q.23; Goertzel's algorithm).
///
/// Keys are found from 40 ms of tone on, with pauses of 40 ms between them, at levels from −30 dBm0 and with as much
/// difference between the two tones as ITU-T Q.24 has administrations accept. Speech is kept out by asking that the two
/// tones be nearly all there is, in several measurements on end.
public struct KeyToneDetector: Sendable {
    /// A key whose tone has ended: 0–9, 10 `*`, 11 `#`, 12–15 A–D; and how long it sounded, in samples.
    public struct Press: Hashable, Sendable {
        public var key: UInt8
        public var samples: Int
    }

    private enum State {
        case quiet
        /// A key was in the last so many measurements.
        case candidate(UInt8, hits: Int)
        /// A key sounds since so many measurements; in the last `misses` of them it did not.
        case sounding(UInt8, blocks: Int, misses: Int)
    }

    /// Samples of a measurement; the next one begins in its middle.
    static let blockSize = 102
    private static let step = blockSize / 2
    /// Measurements in a row that make a key: in 40 ms of tone there are always so many, in 20 ms never.
    private static let hits = 4
    /// Measurements without a key that end it: 25 ms.
    private static let misses = 4

    /// Hertz: four rows of the keypad, then four columns.
    private static let frequencies: [Int] = [697, 770, 852, 941, 1209, 1336, 1477, 1633]
    private static let coefficients = SIMD8<Float>(
        frequencies.map { Float(2 * Sine.cosine(atTurn: Double($0) / Double(G711.sampleRate))) })
    /// The keys by row and column.
    private static let keys: [UInt8] = [1, 2, 3, 12, 4, 5, 6, 13, 7, 8, 9, 14, 10, 0, 11, 15]

    /// The least level of either tone, in dBm0.
    static let leastLevel = -30.0
    /// How much of all energy is in the two tones at least. Frequencies 1.5 % off leave about 0.8 of it.
    private static let leastShare: Float = 0.72
    /// The column may be this much stronger than the row: 8 dB.
    private static let greatestTwist: Float = 6.31
    /// And this much weaker: 4 dB.
    private static let greatestReverseTwist: Float = 2.51
    /// How much stronger a tone is than any other of its group: 8 dB.
    private static let leastLead: Float = 6.31
    private static let leastMagnitude: Float = {
        let magnitude = Float(G711.pcma.amplitude(ofLevel: leastLevel)) * Float(blockSize) / 2
        return magnitude * magnitude
    }()

    /// A measurement under way.
    private struct Block {
        var previous = SIMD8<Float>.zero
        var beforePrevious = SIMD8<Float>.zero
        var squares: Float = 0

        mutating func take(_ sample: Float, _ coefficients: SIMD8<Float>) {
            squares += sample * sample
            let next = coefficients * previous - beforePrevious + sample
            beforePrevious = previous
            previous = next
        }
    }

    /// The block that ends next, and the one that began in its middle.
    private var older = Block()
    private var newer = Block()
    /// Samples of `newer`.
    private var count = 0
    private var state = State.quiet

    public init() {}

    /// Listens to the next samples and tells of every key that ends among them.
    public mutating func listen(
        to codes: UnsafeRawBufferPointer, of codec: G711, ended: (Press) -> Void
    ) {
        let linear = codec.linearSamples
        let coefficients = KeyToneDetector.coefficients
        for code in codes {
            let sample = Float(linear[Int(code)])
            older.take(sample, coefficients)
            newer.take(sample, coefficients)
            count += 1
            guard count == KeyToneDetector.step else { continue }
            if let press = judge(key(in: older)) { ended(press) }
            older = newer
            newer = Block()
            count = 0
        }
    }

    /// Nothing more is to be heard, for now: the key that sounds has ended.
    public mutating func stop() -> Press? {
        defer { self = KeyToneDetector() }
        guard case .sounding(let key, let blocks, let misses) = state else { return nil }
        return KeyToneDetector.press(key, blocks: blocks - misses)
    }

    private mutating func judge(_ heard: UInt8?) -> Press? {
        switch state {
        case .quiet:
            state = KeyToneDetector.candidate(heard)
        case .candidate(let key, let hits) where heard == key:
            let isKey = hits + 1 == KeyToneDetector.hits
            state = isKey ? .sounding(key, blocks: hits + 1, misses: 0) : .candidate(key, hits: hits + 1)
        case .candidate:
            state = KeyToneDetector.candidate(heard)
        case .sounding(let key, let blocks, _) where heard == key:
            state = .sounding(key, blocks: blocks + 1, misses: 0)
        case .sounding(let key, let blocks, let misses) where misses + 1 < KeyToneDetector.misses:
            state = .sounding(key, blocks: blocks + 1, misses: misses + 1)
        case .sounding(let key, let blocks, let misses):
            state = KeyToneDetector.candidate(heard)
            return KeyToneDetector.press(key, blocks: blocks - misses)
        }
        return nil
    }

    private static func candidate(_ heard: UInt8?) -> State { heard.map { .candidate($0, hits: 1) } ?? .quiet }

    private static func press(_ key: UInt8, blocks: Int) -> Press { Press(key: key, samples: (blocks + 1) * step) }

    private func key(in block: Block) -> UInt8? {
        let energies =
            block.previous * block.previous + block.beforePrevious * block.beforePrevious
            - KeyToneDetector.coefficients * block.previous * block.beforePrevious
        let rows = energies.lowHalf
        let columns = energies.highHalf
        guard let row = strongest(of: rows), let column = strongest(of: columns) else { return nil }
        let (low, high) = (rows[row], columns[column])
        guard high < low * KeyToneDetector.greatestTwist, low < high * KeyToneDetector.greatestReverseTwist,
            2 * (low + high) >= KeyToneDetector.leastShare * Float(KeyToneDetector.blockSize) * block.squares
        else { return nil }
        return KeyToneDetector.keys[4 * row + column]
    }

    /// The tone that is loud enough and stands out of its group.
    private func strongest(of group: SIMD4<Float>) -> Int? {
        var best = 0
        for index in 1..<4 where group[index] > group[best] { best = index }
        guard group[best] >= KeyToneDetector.leastMagnitude else { return nil }
        for index in 0..<4 where index != best {
            guard group[best] >= group[index] * KeyToneDetector.leastLead else { return nil }
        }
        return best
    }
}
