internal import LinuxIO
internal import MediaControl
internal import Synchronization

/// Where a media thread finds what it is told.
final class CommandInbox: Sendable {
    private struct Content {
        var commands: [MediaCommand] = []
        var voices: [MediaVoiceID] = []
        var isStopping = false
    }

    private let content = Mutex(Content())
    private let wakeUp: WakeUp

    init() throws(SystemError) {
        wakeUp = try WakeUp()
    }

    /// Readable when there is something to take.
    var descriptor: Int32 { wakeUp.descriptor }

    func put(_ commands: [MediaCommand]) {
        content.withLock { $0.commands += commands }
        wakeUp.signal()
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
    func take() -> (commands: [MediaCommand], voices: [MediaVoiceID], isStopping: Bool) {
        wakeUp.acknowledge()
        return content.withLock { content in
            defer {
                content.commands = []
                content.voices = []
            }
            return (content.commands, content.voices, content.isStopping)
        }
    }
}
