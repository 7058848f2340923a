/// What an offer or answer says, as far as a telephone call needs it (RFC 8866 §5). Other lines and attributes are
/// passed over; lines that the field leaves out (`o=`, `s=`, `t=`) may be missing.
struct SessionDescription {
    private var statedTimes: [SessionTime] = []
    private(set) var connection: Connection?
    private(set) var direction: MediaDirection?
    private(set) var streams: [StreamDescription] = []

    init(_ bytes: [UInt8]) throws(SDPRefusal) {
        guard bytes.count <= SDPLimits.bytes, !bytes.contains(0) else { throw .malformed }
        var lines = DescriptionLines(bytes)
        guard let version = lines.next(), version.letter == UInt8(ascii: "v"), version.value.number(Int.self) == 0
        else {
            throw .malformed
        }
        for line in lines {
            if line.letter == UInt8(ascii: "m") {
                guard streams.count < SDPLimits.streams else { throw .malformed }
                streams.append(try StreamDescription(line.value))
            } else if streams.isEmpty {
                read(line)
            } else {
                try streams[streams.count - 1].read(line)
            }
        }
    }

    private mutating func read(_ line: DescriptionLine) {
        switch line.letter {
        case UInt8(ascii: "t"): read(time: line.value)
        case UInt8(ascii: "c"): connection = connection ?? Connection(line.value)
        case UInt8(ascii: "a"): direction = MediaDirection(attribute: line.value) ?? direction
        default: break
        }
    }

    private mutating func read(time value: ArraySlice<UInt8>) {
        var rest = value
        guard statedTimes.count < SDPLimits.times, let start = rest.takeField()?.number(UInt64.self),
            let stop = rest.takeField()?.number(UInt64.self)
        else { return }
        statedTimes.append(SessionTime(start: start, stop: stop))
    }

    /// The `t=` lines, which an answer repeats (RFC 3264 §6).
    var times: [SessionTime] { statedTimes.isEmpty ? [.unbounded] : statedTimes }

    /// A stream's own address, or the session's (RFC 8866 §5.7).
    func connection(of stream: StreamDescription) -> Connection? { stream.connection ?? connection }

    /// A stream's own direction, or the session's, or the default (RFC 8866 §6.7).
    func direction(of stream: StreamDescription) -> MediaDirection { stream.direction ?? direction ?? .sendrecv }
}

extension MediaDirection {
    init?(attribute: ArraySlice<UInt8>) {
        guard let direction = MediaDirection.allCases.first(where: { attribute.reads($0.rawValue) }) else { return nil }
        self = direction
    }
}

/// A `t=` line's two times (RFC 8866 §5.9).
struct SessionTime: Hashable {
    let start: UInt64
    let stop: UInt64

    static let unbounded = SessionTime(start: 0, stop: 0)
}
