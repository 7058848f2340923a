/// The payload of a telephone-event packet (RFC 4733 §2.3).
public struct TelephoneEvent: Hashable, Sendable {
    /// 0–9, 10 `*`, 11 `#`, 12–15 A–D; others are not digits.
    public var event: UInt8
    public var isEnd: Bool
    /// The tone's power as decibels below 0 dBm0: 0 … 63.
    public var volume: UInt8
    /// In timestamp units, since the packet's timestamp.
    public var duration: UInt16

    /// Bytes of a report.
    public static let size = 4
    /// The events that are digits of a telephone.
    public static let digits: ClosedRange<UInt8> = 0...15

    public init(event: UInt8, isEnd: Bool, volume: UInt8 = 10, duration: UInt16) {
        precondition(volume < 64)
        self.event = event
        self.isEnd = isEnd
        self.volume = volume
        self.duration = duration
    }

    /// Reads the first report of a payload; `nil` if it is too short for one.
    public init?(_ payload: UnsafeRawBufferPointer) {
        guard payload.count >= TelephoneEvent.size else { return nil }
        event = payload[0]
        isEnd = payload[1] & 0x80 != 0
        volume = payload[1] & 0x3F
        duration = payload.big(UInt16.self, at: 2)
    }

    /// Writes the four bytes at the beginning of `payload`.
    public func write(to payload: UnsafeMutableRawBufferPointer) {
        payload[0] = event
        payload[1] = (isEnd ? 0x80 : 0) | volume
        payload.storeBig(duration, at: 2)
    }
}
