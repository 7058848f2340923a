/// Makes one digit of the many packets of a telephone-event, whichever of them are lost or repeated.
///
/// All packets of an event bear the timestamp of its beginning. The end is sent several times; if each of these is
/// lost, the next event or a pause in the updates tells that the event is over.
public struct TelephoneEventReceiver: Hashable, Sendable {
    private enum State: Hashable {
        /// The timestamp of the event that ended last; late packets of it may still arrive.
        case idle(after: UInt32?)
        /// `arrival` is that of the last update.
        case running(event: UInt8, timestamp: UInt32, arrival: UInt32)
    }

    /// An event without an update for so long is over: 150 ms in timestamp units of 8 kHz, three updates at the
    /// longest interval in use.
    public static let patience: UInt32 = 1200
    /// A packet whose timestamp lies up to so far behind belongs to an earlier event: 5 s.
    static let memory = 40_000

    private var state = State.idle(after: nil)

    public init() {}

    /// Takes in a packet of a telephone-event payload type.
    ///
    /// - Parameter arrival: the packet's arrival on any clock that runs in timestamp units.
    /// - Returns: the event before this one if only this packet tells that it is over, and this one if it has ended.
    public mutating func receive(
        _ packet: TelephoneEvent, marker: Bool, timestamp: UInt32, arrival: UInt32
    ) -> (overdue: UInt8?, ended: UInt8?) {
        switch state {
        case .idle(let last):
            if let last, TelephoneEventReceiver.isOld(timestamp, after: last) { return (nil, nil) }
            return (nil, begin(packet, timestamp: timestamp, arrival: arrival))
        case .running(let event, let current, _):
            if event == packet.event, timestamp == current || isSegment(timestamp, of: current, marker: marker) {
                return (nil, begin(packet, timestamp: timestamp, arrival: arrival))
            }
            if TelephoneEventReceiver.isOld(timestamp, after: current) { return (nil, nil) }
            return (event, begin(packet, timestamp: timestamp, arrival: arrival))
        }
    }

    /// The running event if it has had no update for `patience`, `nil` otherwise. To be asked now and then.
    public mutating func overdue(at now: UInt32) -> UInt8? {
        switch state {
        case .idle: return nil
        case .running(let event, let timestamp, let arrival):
            guard timestampDistance(from: arrival, to: now) > Int(TelephoneEventReceiver.patience) else { return nil }
            state = .idle(after: timestamp)
            return event
        }
    }

    private mutating func begin(_ packet: TelephoneEvent, timestamp: UInt32, arrival: UInt32) -> UInt8? {
        state =
            packet.isEnd
            ? .idle(after: timestamp) : .running(event: packet.event, timestamp: timestamp, arrival: arrival)
        return packet.isEnd ? packet.event : nil
    }

    private static func isOld(_ timestamp: UInt32, after last: UInt32) -> Bool {
        (-memory...0).contains(timestampDistance(from: last, to: timestamp))
    }

    /// An event too long for the duration field goes on with a later timestamp and without a marker.
    private func isSegment(_ timestamp: UInt32, of current: UInt32, marker: Bool) -> Bool {
        !marker && (1...Int(UInt16.max)).contains(timestampDistance(from: current, to: timestamp))
    }
}
