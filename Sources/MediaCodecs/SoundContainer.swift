/// The kinds of files that are decoded, told by their first bytes: the decoder knows many more, and none of those is
/// to be reached from outside.
enum SoundContainer: Hashable {
    case wav
    case mp3
    case ogg
    case flac

    init?(_ bytes: UnsafeRawBufferPointer) {
        if bytes.has("RIFF", at: 0) || bytes.has("RF64", at: 0), bytes.has("WAVE", at: 8) {
            self = .wav
        } else if bytes.has("OggS", at: 0) {
            self = .ogg
        } else if bytes.has("fLaC", at: 0) {
            self = .flac
        } else if bytes.has("ID3", at: 0) || Self.isFrameHeader(bytes) {
            self = .mp3
        } else {
            return nil
        }
    }

    /// An MPEG audio frame begins with eleven set bits, and its layer is not the reserved 0.
    private static func isFrameHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 4 && bytes[0] == 0xFF && bytes[1] & 0xE0 == 0xE0 && bytes[1] & 0x06 != 0
    }
}

/// The chunks of a WAV file.
struct WAVChunks {
    /// The most chunks that are looked at before the sound.
    private static let maxChunks = 1000

    /// Whether the sound's chunk says that it goes on behind the end of the file.
    static func announcesMore(than bytes: UnsafeRawBufferPointer) -> Bool {
        // An RF64 file has its sizes elsewhere; it is judged by what is decoded.
        guard bytes.has("RIFF", at: 0) else { return false }
        var place = 12
        for _ in 0..<maxChunks {
            guard place + 8 <= bytes.count else { return false }
            let size = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)))
            if bytes.has("data", at: place) { return size > bytes.count - place - 8 }
            // Chunks begin at even places.
            place += 8 + size + size & 1
        }
        return false
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func has(_ text: StaticString, at place: Int) -> Bool {
        guard place + text.utf8CodeUnitCount <= count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { self[place + $0] == text.utf8Start[$0] }
    }
}
