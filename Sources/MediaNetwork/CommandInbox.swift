internal import LinuxIO
internal import MediaControl
internal import Synchronization

/// What a media thread is told.
enum Order: Sendable {
    /// A leg with the ports that were bound for it.
    case open(MediaLegID, MediaEndpoint, PortPair)
    /// Any other command.
    case perform(MediaCommand)

    var isOpening: Bool {
        switch self {
        case .open: true
        case .perform: false
        }
    }
}

/// Where a media thread finds what it is told.
final class CommandInbox: Sendable {
    private struct Content {
        var orders: [Order] = []
        var voices: [MediaVoiceID] = []
        var isStopping = false
    }

    private let content = Mutex(Content())
    private let wakeUp: WakeUp

    init() throws(SystemError) { wakeUp = try WakeUp() }

    /// Readable when there is something to take.
    var descriptor: Int32 { wakeUp.descriptor }

    /// Legs that are only opened can wait for what they are told next: until then nothing is to be done for them.
    func put(_ orders: [Order]) {
        content.withLock { $0.orders += orders }
        if !orders.allSatisfy(\.isOpening) { wakeUp.signal() }
    }

    /// A voice file that was coming can be had now, or cannot.
    func announce(_ voice: MediaVoiceID) {
        content.withLock { $0.voices.append(voice) }
        wakeUp.signal()
    }

    /// What is put after this is not looked at.
    func stop() {
        content.withLock { $0.isStopping = true }
        wakeUp.signal()
    }

    /// Everything put since the last time, and whether the thread is to stop after it.
    func take() -> (orders: [Order], voices: [MediaVoiceID], isStopping: Bool) {
        wakeUp.acknowledge()
        return content.withLock { content in
            defer {
                content.orders = []
                content.voices = []
            }
            return (content.orders, content.voices, content.isStopping)
        }
    }
}
