/// Where what a leg receives and is sent is recorded, in two numbers that a packet reads beside the rest.
struct RecordingTap {
    /// A channel of one of the thread's recordings.
    struct Track: Equatable {
        private static let none = UInt32.max

        private let bits: UInt32

        /// Nowhere.
        init() { bits = Track.none }

        init(recording: Int, channel: RecordingChannel) { bits = UInt32(recording) << 1 | UInt32(channel.rawValue) }

        var isSomewhere: Bool { bits != Track.none }
        var recording: Int { Int(bits >> 1) }
        var channel: RecordingChannel { bits & 1 == 0 ? .left : .right }
    }

    var received = Track()
    var sent = Track()
}

enum RecordingChannel: UInt8 {
    case left = 0
    case right = 1
}
