import Audio
import LinuxIO
import SDP
import SansIO

/// The sockets of one call at a phone, with what it says and hears.
final class PhoneLine {
    private let rtp: UDPSocket
    /// Bound so that the other side's reports find somebody; nothing is done with them.
    private let rtcp: UDPSocket
    private var speaker: Speaker?
    private var ear = Ear([])

    /// Binds `port` and the one above, and has `poller` watch them under these numbers.
    init(address: IPAddress, port: UInt16, watchedBy poller: borrowing Poller) throws(SystemError) {
        rtp = try UDPSocket(boundTo: TransportAddress(ip: address, port: port))
        rtcp = try UDPSocket(boundTo: TransportAddress(ip: address, port: port + 1))
        try poller.add(rtp.descriptor, token: UInt64(port))
        try poller.add(rtcp.descriptor, token: UInt64(port) + 1)
    }

    /// When the next packet is to be sent.
    var due: Instant? { speaker?.due }

    func speak(_ tone: RenderedTone, _ agreed: AgreedMedia, at now: Instant, entropy: inout Entropy) {
        ear = Ear(agreed.accepts)
        guard agreed.mayReceive else { return }
        speaker = Speaker(
            tone, payloadType: agreed.sends.payloadType, to: agreed.rtp, at: now, entropy: &entropy)
    }

    /// Sends what is due.
    func send(from buffer: UnsafeMutableRawBufferPointer, at now: Instant) {
        while let due = speaker?.due, due <= now {
            speaker?.write(to: buffer, at: now)
            guard let destination = speaker?.destination else { return }
            // A lost packet is a gap that the other side hears and reports.
            _ = rtp.send(UnsafeRawBufferPointer(rebasing: buffer[..<Speaker.packetSize]), to: destination)
        }
    }

    /// Takes all that has arrived.
    func receive(into buffer: UnsafeMutableRawBufferPointer, at now: Instant) {
        while case .datagram(let length) = rtp.receive(into: buffer) {
            ear.hear(UnsafeRawBufferPointer(rebasing: buffer[..<min(length, buffer.count)]), at: now)
        }
        while case .datagram = rtcp.receive(into: buffer) {}
    }

    func heard(at now: Instant) -> Heard { ear.heard(at: now) }
}
