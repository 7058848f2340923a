public import CallModel
public import SIPTransactions
public import SansIO

/// The SIP messages of calls, kept for whoever asks why a call went as it did.
///
/// Noting a message costs a look for its Call-ID and one for its call; all else waits until somebody asks. A value to
/// its owner, though the traces are objects: keep one copy, on one thread.
public struct TraceBook {
    private let limits: TraceLimits
    private var calls: [CallID: Recording] = [:]
    /// By the number that our Call-IDs begin with.
    private var legs: [UInt64: (recording: Recording, party: Party)] = [:]
    /// Calls by their beginning and, once over, by their end.
    private var live = DeadlineQueue<CallID>()
    private var finished = DeadlineQueue<CallID>()
    private var size = 0

    public init(limits: TraceLimits) {
        self.limits = limits
    }

    /// Begins to trace a leg of a call.
    ///
    /// - Parameters:
    ///   - sipCallID: the Call-ID of our INVITE.
    ///   - wallTime: the time of day at `now`.
    public mutating func begin(
        _ sipCallID: String, of party: Party, of call: CallID, wallTime: WallTime, at now: Instant
    ) {
        guard limits.bytesInAll > 0, let number = WireToken(beginning: sipCallID)?.number else { return }
        forgetOld(at: now)
        let recording = calls[call] ?? Recording(of: call, wallTime: wallTime, at: now)
        if calls.updateValue(recording, forKey: call) == nil { live.set(now, for: call) }
        recording.legs.append(number)
        legs[number] = (recording, party)
    }

    /// Notes a message, if it belongs to a traced leg.
    public mutating func note(_ bytes: [UInt8], _ direction: TracedMessage.Direction, _ flow: Flow, at now: Instant) {
        guard !legs.isEmpty, let number = bytes.ownCallNumber, let leg = legs[number] else { return }
        size += leg.recording.append(bytes, direction, flow, of: leg.party, at: now, within: limits)
        while size > limits.bytesInAll,
            let oldest = finished.popDue(at: .distantFuture) ?? live.popDue(at: .distantFuture)
        {
            forget(oldest)
        }
    }

    /// The call is over; late messages are still noted.
    public mutating func finish(_ call: CallID, at now: Instant) {
        guard calls[call] != nil else { return }
        live.set(nil, for: call)
        finished.set(now, for: call)
    }

    /// What was noted of a call, secrets taken out; `nil` where nothing is kept.
    public mutating func trace(of call: CallID, at now: Instant) -> CallTrace? {
        forgetOld(at: now)
        return calls[call]?.trace
    }

    /// The bytes of all messages kept.
    public var byteCount: Int { size }

    private mutating func forgetOld(at now: Instant) {
        while let old = finished.popDue(at: now - limits.keptFor) { forget(old) }
    }

    private mutating func forget(_ call: CallID) {
        guard let recording = calls.removeValue(forKey: call) else { return }
        live.set(nil, for: call)
        finished.set(nil, for: call)
        size -= recording.size
        for leg in recording.legs { legs[leg] = nil }
    }
}

extension Instant {
    fileprivate static let distantFuture = Instant(nanoseconds: .max)
}

/// One call's messages. The book alone owns it.
private final class Recording {
    let call: CallID
    let wallTime: WallTime
    let begin: Instant
    var legs: [UInt64] = []
    private var notes: [Note] = []
    /// A call's messages take few flows, and each of them is larger than a note.
    private var flows: [Flow] = []
    private var left = 0
    private(set) var size = 0

    init(of call: CallID, wallTime: WallTime, at now: Instant) {
        self.call = call
        self.wallTime = wallTime
        begin = now
    }

    /// A message as it is kept.
    private struct Note {
        let bytes: [UInt8]
        let time: Instant
        let flow: UInt32
        let direction: TracedMessage.Direction
        let party: Party
    }

    /// Returns by how many bytes the recording grew; negative where it shrank.
    func append(
        _ bytes: [UInt8], _ direction: TracedMessage.Direction, _ flow: Flow, of party: Party, at now: Instant,
        within limits: TraceLimits
    ) -> Int {
        let before = size
        notes.append(Note(bytes: bytes, time: now, flow: place(of: flow), direction: direction, party: party))
        size += bytes.count
        while notes.count > limits.messagesPerCall || size > limits.bytesPerCall, notes.count > 1 {
            // What set the call up tells most; then what ended it.
            let gone = notes.remove(at: notes.count * 3 / 4)
            size -= gone.bytes.count
            left += 1
        }
        return size - before
    }

    private func place(of flow: Flow) -> UInt32 {
        if let index = flows.firstIndex(of: flow) { return UInt32(index) }
        flows.append(flow)
        return UInt32(flows.count - 1)
    }

    var trace: CallTrace {
        let messages = notes.map { note in
            TracedMessage(
                bytes: note.bytes, direction: note.direction, flow: flows[Int(note.flow)], party: note.party,
                time: note.time
            ).redacted
        }
        return CallTrace(call: call, begin: begin, wallTime: wallTime, messages: messages, omitted: left)
    }
}
