/// What a source says of its own stream (RFC 3550 §6.4.1).
public struct SenderReport: Hashable, Sendable {
    public var ntp: NTPTime
    /// The same moment on the stream's timestamp clock.
    public var timestamp: UInt32
    /// Packets sent since the stream began.
    public var packets: UInt32
    /// Payload bytes sent since then, without headers and padding.
    public var octets: UInt32

    public init(ntp: NTPTime, timestamp: UInt32, packets: UInt32, octets: UInt32) {
        self.ntp = ntp
        self.timestamp = timestamp
        self.packets = packets
        self.octets = octets
    }

    static let size = 20

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        ntp = NTPTime(bits: bytes.big(UInt64.self, at: offset))
        timestamp = bytes.big(UInt32.self, at: offset + 8)
        packets = bytes.big(UInt32.self, at: offset + 12)
        octets = bytes.big(UInt32.self, at: offset + 16)
    }

    func write(to bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
        bytes.storeBig(ntp.bits, at: offset)
        bytes.storeBig(timestamp, at: offset + 8)
        bytes.storeBig(packets, at: offset + 12)
        bytes.storeBig(octets, at: offset + 16)
    }
}

/// What a receiver says of one source (RFC 3550 §6.4.1).
public struct ReportBlock: Hashable, Sendable {
    /// The source that the block is about.
    public var ssrc: UInt32
    /// Packets lost since the last report, in 256ths of those expected.
    public var fractionLost: UInt8
    /// Packets lost since the beginning; 24 bits, negative where duplicates outnumber them.
    public var lost: Int32
    public var extendedHighestSequence: UInt32
    /// In timestamp units.
    public var jitter: UInt32
    /// The middle bits of the last sender report's NTP time; 0 before any.
    public var lastSenderReport: UInt32
    /// Since that report arrived, in 1/65,536 seconds.
    public var delay: UInt32

    public init(
        ssrc: UInt32, fractionLost: UInt8, lost: Int32, extendedHighestSequence: UInt32, jitter: UInt32,
        lastSenderReport: UInt32, delay: UInt32
    ) {
        precondition((-0x80_0000...0x7F_FFFF).contains(lost))
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.lost = lost
        self.extendedHighestSequence = extendedHighestSequence
        self.jitter = jitter
        self.lastSenderReport = lastSenderReport
        self.delay = delay
    }

    static let size = 24

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        let losses = bytes.big(UInt32.self, at: offset + 4)
        ssrc = bytes.big(UInt32.self, at: offset)
        fractionLost = UInt8(losses >> 24)
        lost = Int32(bitPattern: losses << 8) >> 8
        extendedHighestSequence = bytes.big(UInt32.self, at: offset + 8)
        jitter = bytes.big(UInt32.self, at: offset + 12)
        lastSenderReport = bytes.big(UInt32.self, at: offset + 16)
        delay = bytes.big(UInt32.self, at: offset + 20)
    }

    func write(to bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
        bytes.storeBig(ssrc, at: offset)
        bytes.storeBig(UInt32(fractionLost) << 24 | UInt32(bitPattern: lost) & 0xFF_FFFF, at: offset + 4)
        bytes.storeBig(extendedHighestSequence, at: offset + 8)
        bytes.storeBig(jitter, at: offset + 12)
        bytes.storeBig(lastSenderReport, at: offset + 16)
        bytes.storeBig(delay, at: offset + 20)
    }
}
