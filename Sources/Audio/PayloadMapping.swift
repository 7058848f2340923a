/// A codec under the payload type that it has in one session.
public struct PayloadMapping: Hashable, Sendable {
    /// 0 … 127.
    public var payloadType: UInt8
    public var codec: G711

    public init(payloadType: UInt8, codec: G711) {
        self.payloadType = payloadType
        self.codec = codec
    }
}
