import Audio
import CLame

/// Makes an MP3 file of linear samples, 8,000 a second, of one or two channels (MPEG-2.5 layer III), on one thread.
public final class MP3Encoder {
    /// The system had no memory for it.
    public struct OutOfMemory: Error {}

    /// Kilobits a second for each channel.
    private static let rate: Int32 = 24

    private let encoder: OpaquePointer

    /// - Parameter channels: 1 or 2; two are kept apart.
    public init(channels: Int) throws(OutOfMemory) {
        precondition((1...2).contains(channels))
        guard let encoder = lame_init() else { throw OutOfMemory() }
        self.encoder = encoder
        lame_set_in_samplerate(encoder, Int32(G711.sampleRate))
        lame_set_out_samplerate(encoder, Int32(G711.sampleRate))
        lame_set_num_channels(encoder, Int32(channels))
        lame_set_mode(encoder, channels == 1 ? MONO : STEREO)
        lame_set_brate(encoder, MP3Encoder.rate * Int32(channels))
        // Room at the beginning for what only the end knows: how much of the first and last frames is sound.
        lame_set_bWriteVbrTag(encoder, 1)
        let outcome = lame_init_params(encoder)
        precondition(outcome == 0, "lame_init_params: \(outcome)")
    }

    deinit { lame_close(encoder) }

    /// Bytes that suffice for what comes of so many samples, and for the end.
    public static func room(for samples: Int) -> Int { samples + samples / 4 + 7_200 }

    /// Encodes samples; what comes of them may come with later ones.
    ///
    /// - Parameters:
    ///   - right: not looked at where there is one channel.
    ///   - output: has `room(for: count)`.
    /// - Returns: bytes written to `output`.
    public func encode(
        _ left: UnsafePointer<Int16>, _ right: UnsafePointer<Int16>, count: Int, to output: UnsafeMutableRawPointer
    ) -> Int {
        let bytes = output.assumingMemoryBound(to: UInt8.self)
        let size = lame_encode_buffer(
            encoder, left, right, Int32(count), bytes, Int32(MP3Encoder.room(for: count)))
        precondition(size >= 0, "lame_encode_buffer: \(size)")
        return Int(size)
    }

    /// What is still to come, to be appended. Nothing is encoded after this.
    public func finish(to output: UnsafeMutableRawPointer) -> Int {
        let bytes = output.assumingMemoryBound(to: UInt8.self)
        let size = lame_encode_flush(encoder, bytes, Int32(MP3Encoder.room(for: 0)))
        precondition(size >= 0, "lame_encode_flush: \(size)")
        return Int(size)
    }

    /// What the file's first bytes are to be replaced with, once it is finished.
    public func beginning(to output: UnsafeMutableRawPointer) -> Int {
        let size = lame_get_lametag_frame(
            encoder, output.assumingMemoryBound(to: UInt8.self), MP3Encoder.room(for: 0))
        return size <= MP3Encoder.room(for: 0) ? size : 0
    }
}
