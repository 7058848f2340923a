import Audio
import RTP
import SDP
import SansIO

/// What a phone hears: counts, the longest gap, and the sound of the last two seconds.
struct Ear {
    private static let memory = 2 * G711.sampleRate

    private let accepts: [PayloadMapping]
    private var packets = 0
    private var latest: Instant?
    private var longestGap = Duration.zero
    private var codec: G711
    /// The last two seconds as codes, oldest at `oldest` once it is full.
    private var codes: [UInt8] = []
    private var oldest = 0

    init(_ accepts: [PayloadMapping]) {
        self.accepts = accepts
        codec = accepts.first?.codec ?? .pcma
        codes.reserveCapacity(Ear.memory)
    }

    mutating func hear(_ packet: UnsafeRawBufferPointer, at now: Instant) {
        guard let rtp = ReceivedRTP(packet),
            let mapping = accepts.first(where: { $0.payloadType == rtp.header.payloadType })
        else { return }
        if let latest { longestGap = max(longestGap, now - latest) }
        latest = now
        packets += 1
        if mapping.codec != codec {
            codec = mapping.codec
            codes.removeAll(keepingCapacity: true)
            oldest = 0
        }
        for code in packet[rtp.payload] { remember(code) }
    }

    private mutating func remember(_ code: UInt8) {
        if codes.count < Ear.memory { return codes.append(code) }
        codes[oldest] = code
        oldest = (oldest + 1) % Ear.memory
    }

    /// - Parameter now: the end; the silence before it counts as a gap.
    func heard(at now: Instant) -> Heard {
        let last = latest.map { now - $0 } ?? .zero
        let sound = codes[oldest...] + codes[..<oldest]
        return Heard(
            packets: packets, longestGap: max(longestGap, last),
            tone: ToneSearch(codec: codec).strongest(in: Array(sound)))
    }
}
