/// A tone's whole cadence period as G.711 frames, ready to be sent again and again without any coding.
public struct RenderedTone: Hashable, Sendable {
    public let codec: G711
    /// One period, a whole number of frames of `G711.samplesPerFrame` bytes. What follows the last byte is the first.
    public let codes: [UInt8]

    /// The period in frames.
    public var frameCount: Int { codes.count / G711.samplesPerFrame }

    /// The longest period that is rendered: a minute.
    public static let longestPeriod = Duration.seconds(60)

    /// Renders a tone: its frequency up to half the sampling rate, its level between −60 and 0 dBm0, at least 20 ms
    /// on, and a period of at most `longestPeriod`.
    ///
    /// On and off times are rounded to samples and the pause is then lengthened to a whole number of frames. A tone
    /// without a pause becomes one second, which any whole number of hertz fills seamlessly.
    public init(_ cadence: ToneCadence, codec: G711) {
        precondition((-60...0).contains(cadence.level) && cadence.on >= .milliseconds(20))
        precondition(cadence.off >= .zero && cadence.on + cadence.off <= RenderedTone.longestPeriod)
        self.codec = codec
        codes =
            cadence.off == .zero
            ? RenderedTone.continuous(cadence, codec: codec) : RenderedTone.interrupted(cadence, codec: codec)
    }

    /// Renders one run of the cadence, within the same limits: a tone without a pause too is one that begins and ends.
    public init(onceThrough cadence: ToneCadence, codec: G711) {
        precondition((-60...0).contains(cadence.level) && cadence.on >= .milliseconds(20))
        precondition(cadence.off >= .zero && cadence.on + cadence.off <= RenderedTone.longestPeriod)
        self.codec = codec
        codes = RenderedTone.interrupted(cadence, codec: codec)
    }

    private static func continuous(_ cadence: ToneCadence, codec: G711) -> [UInt8] {
        let amplitude = codec.amplitude(ofLevel: Double(cadence.level))
        var sine = Sine(frequency: cadence.frequency)
        return (0..<G711.sampleRate).map { _ in codec.encode(rounding: amplitude * sine.next()) }
    }

    private static func interrupted(_ cadence: ToneCadence, codec: G711) -> [UInt8] {
        let amplitude = codec.amplitude(ofLevel: Double(cadence.level))
        let sounding = samples(in: cadence.on)
        let period = wholeFrames(sounding + samples(in: cadence.off))
        var codes = [UInt8](repeating: codec.silence, count: period)
        var sine = Sine(frequency: cadence.frequency)
        for index in 0..<sounding {
            let shape = envelope(at: index, of: sounding)
            codes[index] = codec.encode(rounding: amplitude * shape * sine.next())
        }
        return codes
    }

    /// The length of the rise and of the fall: 5 ms, enough to make the edges inaudible.
    private static let ramp = 40

    private static func envelope(at index: Int, of count: Int) -> Double {
        let distance = min(index, count - 1 - index)
        guard distance < ramp else { return 1 }
        return (1 - Sine.cosine(atTurn: Double(distance) / Double(2 * ramp))) / 2
    }

    private static func samples(in duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        let attosecondsPerSample: Int64 = 1_000_000_000_000_000_000 / Int64(G711.sampleRate)
        return Int(seconds) * G711.sampleRate + Int((attoseconds + attosecondsPerSample / 2) / attosecondsPerSample)
    }

    private static func wholeFrames(_ samples: Int) -> Int {
        (samples + G711.samplesPerFrame - 1) / G711.samplesPerFrame * G711.samplesPerFrame
    }
}

extension G711 {
    /// Encodes a linear value given with a fraction, clipped to 16 bits.
    func encode(rounding value: Double) -> UInt8 {
        encode(Int16(max(-32768, min(32767, value < 0 ? value - 0.5 : value + 0.5))))
    }
}
