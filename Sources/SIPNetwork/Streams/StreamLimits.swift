import SansIO

/// The bounds of what is kept for streams. Every wait has one.
struct StreamLimits: Hashable, Sendable {
    /// Connections in all. One more from outside is closed at once.
    var connections = 10_000
    /// Connections that far ends opened. What is left belongs to those of our own, however many strangers come.
    var foreignConnections = 9_000
    /// Messages that wait for one connection to be there.
    var queuedMessages = 256
    /// The flows remembered for one connection: those that are told when it breaks.
    var flows = 1_024
    /// For a connection of ours to be there, its TLS handshake included.
    var opening: Duration = .seconds(4)
    /// For a far end's handshake and the whole of its first message.
    var proof: Duration = .seconds(10)
    /// For the rest of a message that has begun.
    var message: Duration = .seconds(20)
    /// Without a byte from a far end that opened the connection.
    var foreignIdle: Duration = .seconds(600)
    /// Without a message in either direction on a connection of ours.
    var ownIdle: Duration = .seconds(3_600)
    /// From what we sent last to our ping; in the range of RFC 5626 §4.4.1.
    var ping: Duration = .seconds(100)
}
