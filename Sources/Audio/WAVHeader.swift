/// The beginning of a WAV file: all that is before its samples.
public struct WAVHeader: Hashable, Sendable {
    /// What the samples after it are.
    public enum Coding: Hashable, Sendable {
        /// 16-bit linear.
        case linear
        case g711(G711)

        /// The format tag (RFC 2361, appendix A).
        var tag: UInt16 {
            switch self {
            case .linear: 1
            case .g711(.pcma): 6
            case .g711(.pcmu): 7
            }
        }

        /// Bytes of a sample.
        var width: Int {
            switch self {
            case .linear: 2
            case .g711: 1
            }
        }
    }

    public var coding: Coding
    /// 1 or 2.
    public var channels: Int
    /// Of each channel.
    public var samples: UInt64

    /// The length of every header.
    public static let size = 58

    public init(coding: Coding, channels: Int, samples: UInt64 = 0) {
        precondition((1...2).contains(channels))
        self.coding = coding
        self.channels = channels
        self.samples = samples
    }

    /// Bytes that one sample of all channels takes.
    public var width: Int { channels * coding.width }

    /// Writes the header at the beginning of `bytes`, which has room for `size` of them.
    ///
    /// With linear samples too it has the longer format chunk, and says how many samples there are, so that all headers are
    /// equally long.
    public func write(to bytes: UnsafeMutableRawBufferPointer) {
        let length = UInt32(clamping: samples * UInt64(width))
        let rate = UInt32(G711.sampleRate)
        var writer = LittleEndianWriter(bytes)
        writer.put("RIFF")
        writer.put(UInt32(clamping: samples * UInt64(width) + UInt64(WAVHeader.size - 8)))
        writer.put("WAVEfmt ")
        writer.put(UInt32(18))
        writer.put(coding.tag)
        writer.put(UInt16(channels))
        writer.put(rate)
        writer.put(rate * UInt32(width))
        writer.put(UInt16(width))
        writer.put(UInt16(8 * coding.width))
        // No extension of the format.
        writer.put(UInt16(0))
        writer.put("fact")
        writer.put(UInt32(4))
        writer.put(UInt32(clamping: samples))
        writer.put("data")
        writer.put(length)
    }
}

private struct LittleEndianWriter {
    private let bytes: UnsafeMutableRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeMutableRawBufferPointer) { self.bytes = bytes }

    mutating func put(_ number: some FixedWidthInteger) {
        bytes.storeBytes(of: number.littleEndian, toByteOffset: offset, as: type(of: number))
        offset += number.bitWidth / 8
    }

    mutating func put(_ letters: StaticString) {
        bytes.baseAddress?.advanced(by: offset).copyMemory(
            from: letters.utf8Start, byteCount: letters.utf8CodeUnitCount)
        offset += letters.utf8CodeUnitCount
    }
}
