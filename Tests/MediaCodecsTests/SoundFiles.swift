import Foundation

/// Sound files made byte by byte, so that no test needs a file from outside.
enum SoundFiles {
    /// A WAV file around `sound`.
    /// - Parameters:
    ///   - tag: the format: 1 linear, 3 float, 6 A-law, 7 µ-law.
    ///   - announced: what the header says of the sound's bytes, if that is to be a lie.
    static func wav(
        _ sound: [UInt8], tag: UInt16 = 1, bits: UInt16 = 16, channels: UInt16 = 1, rate: UInt32 = 8_000,
        announced: UInt32? = nil
    ) -> [UInt8] {
        let size = announced ?? UInt32(sound.count)
        let block = channels * bits / 8
        var bytes = Array("RIFF".utf8)
        bytes += little(36 &+ size)
        bytes += Array("WAVEfmt ".utf8) + little(UInt32(16)) + little(tag) + little(channels) + little(rate)
        bytes += little(rate * UInt32(block)) + little(block) + little(bits)
        bytes += Array("data".utf8) + little(size) + sound
        return bytes
    }

    static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    /// A sine between -1 and 1 times `amplitude`.
    static func sine(_ frequency: Double, rate: Double, seconds: Double, amplitude: Double = 0.5) -> [Double] {
        (0..<Int(rate * seconds)).map { amplitude * sin(2 * .pi * frequency * Double($0) / rate) }
    }

    static func linear16(_ samples: [Double]) -> [UInt8] { samples.flatMap { little(Int16($0 * 32_767)) } }
}
