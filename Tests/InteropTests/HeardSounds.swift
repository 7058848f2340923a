import Foundation

/// What can be told apart in a party's ear: tones whose cycles fill packets of 20 ms, so that each packet is one of them.
enum HeardSound: String, CaseIterable {
    case silence
    case ringBack = "ring-back"
    case file
    case early
    case talk

    /// In hertz.
    var frequency: Double {
        switch self {
        case .silence: 0
        case .ringBack: 450
        case .file: 700
        case .early: 1_000
        case .talk: 1_400
        }
    }

    /// The amplitude as a share of full scale.
    var share: Double {
        switch self {
        case .silence: 0
        // −13 dBm0, where a sine of full scale is 3.14 dBm0.
        case .ringBack: 0.156
        case .file: 0.25
        case .early: 0.2
        case .talk: 0.3
        }
    }
}

/// A stretch of one sound, in milliseconds since the stream's beginning.
struct HeardStretch {
    let sound: HeardSound
    let start: Int
    var end: Int
    /// The amplitude, as a share of full scale.
    var share: Double

    /// Whether what was found is this, give or take so many milliseconds.
    func isMet(by found: HeardStretch, within tolerance: Int) -> Bool {
        sound == found.sound && abs(start - found.start) <= tolerance && abs(end - found.end) <= tolerance
            && abs(share - found.share) <= share / 8
    }
}

/// What one party heard: the RTP stream of A-law as it came in, or what a phone kept of it.
struct HeardStream {
    /// What is wrong with it as a stream.
    private(set) var complaints: [String] = []
    private(set) var stretches: [HeardStretch] = []
    /// The arrival of its first packet.
    let began: Double?

    /// Shorter stretches are seams: a program that is held up speaks a little after it has answered.
    private static let shortest = RingToneMatrix.tolerance
    private static let milliseconds = 20

    /// - Parameter samples: 8,000 a second, without a break.
    init(samples: [Int16]) {
        began = nil
        var all: [HeardStretch] = []
        for start in stride(from: 0, through: samples.count - 160, by: 160) {
            Self.add(samples[start..<start + 160], at: start / 8, to: &all)
        }
        stretches = Self.joined(all)
    }

    init(_ packets: [Ears.Packet]) {
        began = packets.first?.arrival
        guard let first = packets.first.flatMap(Frame.init) else {
            complaints.append("nothing was heard")
            return
        }
        var last: Frame?
        var all: [HeardStretch] = []
        for packet in packets {
            guard let frame = Frame(packet) else {
                complaints.append("no RTP of 20 ms of A-law: \(packet.bytes.prefix(12))")
                return
            }
            complaints += last.map { frame.complaints(after: $0) } ?? []
            last = frame
            let time = Int(frame.timestamp &- first.timestamp) / 8
            let arrival = Int((packet.arrival - first.arrival) * 1000)
            if abs(arrival - time) > 150 { complaints.append("the packet of \(time) ms came at \(arrival) ms") }
            Self.add(frame.samples[...], at: time, to: &all)
        }
        stretches = Self.joined(all)
    }

    private static func add(_ samples: ArraySlice<Int16>, at time: Int, to all: inout [HeardStretch]) {
        let (sound, share) = loudest(in: samples)
        // Where nothing came, nothing was heard.
        if let end = all.last?.end, time - end >= milliseconds {
            all.append(HeardStretch(sound: .silence, start: end, end: time, share: 0))
        }
        if all.last?.sound == sound {
            all[all.count - 1].end = time + milliseconds
            all[all.count - 1].share = max(share, all[all.count - 1].share)
        } else {
            all.append(HeardStretch(sound: sound, start: time, end: time + milliseconds, share: share))
        }
    }

    /// Without the seams.
    private static func joined(_ all: [HeardStretch]) -> [HeardStretch] {
        all.filter { $0.end - $0.start >= shortest }.reduce(into: []) { joined, stretch in
            if joined.last?.sound == stretch.sound {
                joined[joined.count - 1].end = stretch.end
                joined[joined.count - 1].share = max(stretch.share, joined[joined.count - 1].share)
            } else {
                joined.append(stretch)
            }
        }
    }

    /// The loudest of the sounds, and its amplitude.
    private static func loudest(in samples: ArraySlice<Int16>) -> (HeardSound, share: Double) {
        let shares = HeardSound.allCases.dropFirst().map { sound in
            (sound, share: Tone.amplitude(of: sound.frequency, in: samples))
        }
        guard let loudest = shares.max(by: { $0.share < $1.share }), loudest.share > 0.02 else { return (.silence, 0) }
        return loudest
    }

    /// Whether this was heard in this order, and nothing else.
    func isMet(_ expected: [HeardStretch], within tolerance: Int) -> Bool {
        expected.count == stretches.count && zip(expected, stretches).allSatisfy { $0.isMet(by: $1, within: tolerance) }
    }

    var description: String { Self.description(of: stretches) }

    static func description(of stretches: [HeardStretch]) -> String {
        stretches.map { "\($0.sound.rawValue) \($0.start)–\($0.end) (\(($0.share * 1000).rounded() / 1000))" }
            .joined(separator: ", ")
    }
}

/// A packet that can be judged.
private struct Frame {
    let arrival: Double
    let sequence: UInt16
    let timestamp: UInt32
    let source: [UInt8]
    let samples: [Int16]

    init?(_ packet: Ears.Packet) {
        let bytes = packet.bytes
        guard bytes.count == 172, bytes[0] == 0x80, bytes[1] & 0x7F == 8 else { return nil }
        arrival = packet.arrival
        sequence = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        timestamp = bytes[4..<8].reduce(0) { $0 << 8 | UInt32($1) }
        source = Array(bytes[8..<12])
        samples = bytes[12...].map(ALaw.decode)
    }

    func complaints(after last: Frame) -> [String] {
        var complaints: [String] = []
        if source != last.source { complaints.append("the stream's source changed") }
        if sequence != last.sequence &+ 1 { complaints.append("\(sequence) follows \(last.sequence)") }
        let step = timestamp &- last.timestamp
        if step < 160 || step > 8_000 { complaints.append("at \(sequence) the timestamp goes on by \(step)") }
        return complaints
    }
}
