import Audio
import RTP
import SansIO

/// A phone's voice: one RTP stream of a tone, a packet every 20 ms.
struct Speaker {
    private static let interval = Duration.milliseconds(20)
    /// Delayed longer than this it leaves out what it missed.
    private static let patience = Duration.milliseconds(200)
    static let packetSize = RTPHeader.size + G711.samplesPerFrame

    let destination: TransportAddress
    /// When the next packet is due.
    private(set) var due: Instant
    private let tone: RenderedTone
    private var header: RTPHeader
    private var frame = 0

    init(
        _ tone: RenderedTone, payloadType: UInt8, to destination: TransportAddress, at now: Instant,
        entropy: inout Entropy
    ) {
        self.tone = tone
        self.destination = destination
        due = now
        let numbers = entropy.next()
        header = RTPHeader(
            marker: true, payloadType: payloadType, sequence: UInt16(truncatingIfNeeded: numbers),
            timestamp: UInt32(truncatingIfNeeded: numbers >> 16), ssrc: UInt32(truncatingIfNeeded: entropy.next()))
    }

    /// Writes the packet that is due, `packetSize` bytes.
    mutating func write(to packet: UnsafeMutableRawBufferPointer, at now: Instant) {
        header.write(to: packet)
        let start = frame * G711.samplesPerFrame
        packet[RTPHeader.size..<Self.packetSize].copyBytes(from: tone.codes[start..<start + G711.samplesPerFrame])
        header.marker = false
        header.sequence &+= 1
        header.timestamp &+= UInt32(G711.samplesPerFrame)
        frame = (frame + 1) % tone.frameCount
        due = due + Self.interval
        if now - due > Self.patience { due = now + Self.interval }
    }
}
