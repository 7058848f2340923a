public import CallModel
public import SIPTransactions
public import SansIO

/// The SIP messages of one call, in the order in which they were sent and received, without secrets.
public struct CallTrace: Hashable, Sendable {
    public let call: CallID
    let begin: Instant
    /// The time of day at `begin`.
    let wallTime: WallTime
    public let messages: [TracedMessage]
    /// Messages that found no room.
    public let omitted: Int
}

/// One message of a call.
public struct TracedMessage: Hashable, Sendable {
    /// Which way it went, seen from here.
    public enum Direction: Hashable, Sendable {
        case sent, received
    }

    public let bytes: [UInt8]
    public let direction: Direction
    public let flow: Flow
    /// Whose leg it belongs to.
    public let party: Party
    public let time: Instant
}

extension CallTrace {
    /// Microseconds since 1970.
    func wallMicroseconds(of message: TracedMessage) -> Int64 {
        wallTime.milliseconds * 1000 + (message.time - begin).wholeNanoseconds / 1000
    }
}
