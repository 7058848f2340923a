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
