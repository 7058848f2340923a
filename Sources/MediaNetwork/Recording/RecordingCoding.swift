internal import Audio
internal import MediaControl

/// How two tracks become the bytes of a WAV file.
enum RecordingCoding {
    /// Two tracks of one codec side by side, or added.
    static func write(
        _ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, count: Int, codec: G711,
        _ channels: MediaRecording.Channels, to bytes: UnsafeMutableRawPointer
    ) {
        let bytes = bytes.assumingMemoryBound(to: UInt8.self)
        switch channels {
        case .dual:
            for index in 0..<count {
                bytes[2 * index] = left[index]
                bytes[2 * index + 1] = right[index]
            }
        case .mixed:
            let linear = codec.linearSamples
            for index in 0..<count {
                let (one, other) = (left[index], right[index])
                // Where one is silent, the other stays what it was.
                bytes[index] =
                    other == codec.silence
                    ? one
                    : one == codec.silence
                        ? other : codec.encode(sum(linear[Int(one)], linear[Int(other)]))
            }
        }
    }

    static func decode(
        _ codes: UnsafePointer<UInt8>, of codec: G711, count: Int, to samples: UnsafeMutablePointer<Int16>
    ) {
        let linear = codec.linearSamples
        for index in 0..<count { samples[index] = linear[Int(codes[index])] }
    }

    /// Two tracks of linear samples side by side, or added, in the byte order of WAV files.
    static func write(
        _ left: UnsafePointer<Int16>, _ right: UnsafePointer<Int16>, count: Int, _ channels: MediaRecording.Channels,
        to bytes: UnsafeMutableRawPointer
    ) {
        switch channels {
        case .dual:
            for index in 0..<count {
                bytes.storeBytes(of: left[index].littleEndian, toByteOffset: 4 * index, as: Int16.self)
                bytes.storeBytes(of: right[index].littleEndian, toByteOffset: 4 * index + 2, as: Int16.self)
            }
        case .mixed:
            for index in 0..<count {
                let sum = sum(left[index], right[index])
                bytes.storeBytes(of: sum.littleEndian, toByteOffset: 2 * index, as: Int16.self)
            }
        }
    }

    /// Adds samples to others.
    static func add(_ more: UnsafePointer<Int16>, to samples: UnsafeMutablePointer<Int16>, count: Int) {
        for index in 0..<count { samples[index] = sum(samples[index], more[index]) }
    }

    /// What two say at once, within what a sample can hold.
    static func sum(_ one: Int16, _ other: Int16) -> Int16 { Int16(clamping: Int(one) + Int(other)) }
}
