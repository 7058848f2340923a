import Foundation

/// 8 kHz mono samples: what a phone speaks, and what it heard.
struct Tone {
    static let rate = 8_000

    /// A sine of `frequency` Hz, its amplitude a share of full scale.
    static func sine(_ frequency: Double, share: Double, seconds: Int) -> [Int16] {
        (0..<seconds * rate).map { Int16(32_768 * share * sin(2 * .pi * frequency * Double($0) / Double(rate))) }
    }

    /// A WAV file with a sine of `frequency` Hz, a whole number, and half of full scale.
    static func write(frequency: Double, seconds: Int, to url: URL) throws {
        try wav(sine(frequency, share: 0.5, seconds: 1), times: seconds).write(to: url)
    }

    /// A WAV file of 16-bit samples, over and over.
    static func wav(_ samples: [Int16], times: Int = 1) -> Data {
        let sound = samples.map(\.littleEndian).withUnsafeBytes { Data($0) }
        let size = UInt32(sound.count * times)
        var file = Data()
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { file.append(contentsOf: $0) }
        }
        file.append(contentsOf: "RIFF".utf8)
        append(36 + size)
        file.append(contentsOf: "WAVEfmt ".utf8)
        append(UInt32(16))
        append(UInt16(1))
        append(UInt16(1))
        append(UInt32(rate))
        append(UInt32(rate * 2))
        append(UInt16(2))
        append(UInt16(16))
        file.append(contentsOf: "data".utf8)
        append(size)
        for _ in 0..<times { file += sound }
        return file
    }

    /// The samples of a 16-bit mono WAV file, whatever its header says of its length (a phone that was killed leaves it unfinished).
    static func read(_ url: URL) throws -> [Int16] {
        let bytes = [UInt8](try Data(contentsOf: url))
        guard bytes.count > 44 else { return [] }
        return stride(from: 44, to: bytes.count - 1, by: 2).map {
            Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
    }

    /// The amplitude of `frequency` in `samples`, as a share of full scale (Goertzel).
    static func amplitude(of frequency: Double, in samples: ArraySlice<Int16>) -> Double {
        guard !samples.isEmpty else { return 0 }
        let coefficient = 2 * cos(2 * .pi * frequency / Double(rate))
        var (last, before) = (0.0, 0.0)
        for sample in samples {
            (last, before) = (Double(sample) / 32_768 + coefficient * last - before, last)
        }
        let power = max(0, last * last + before * before - coefficient * last * before)
        return 2 * power.squareRoot() / Double(samples.count)
    }

    /// The longest time without sound between the first and the last sample that has some, in milliseconds.
    static func longestGap(in samples: [Int16]) -> Int {
        let loud = samples.indices.filter { abs(Int(samples[$0])) > 800 }
        let longest = zip(loud, loud.dropFirst()).map { $1 - $0 }.max() ?? samples.count
        return longest * 1000 / rate
    }
}
