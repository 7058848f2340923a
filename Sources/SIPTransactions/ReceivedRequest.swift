public import SIPSyntax

/// A request and where it came from: what its response is made of.
public struct ReceivedRequest: Sendable {
    public let message: SIPMessage
    public let source: Flow

    public init(message: SIPMessage, source: Flow) {
        self.message = message
        self.source = source
    }
}
