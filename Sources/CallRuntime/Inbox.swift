import CallModel
import CallSwitching
import DequeModule
import LinuxIO
import MediaControl
import SIPNetwork
import SansIO
import Synchronization

/// What another thread tells the signalling thread.
enum Letter: Sendable {
    case command(Command, Reply)
    /// Writes are durable, or are not in the store.
    case stored(CommitTicket, success: Bool)
    case media([MediaReport])
    /// A trunk's servers were found anew; with whom to expect at all trunks' addresses over TLS.
    case located(TrunkName, [TrunkTarget], [TransportAddress: TLSPeer])
    /// A signal to stop.
    case terminate

    typealias Reply = CheckedContinuation<CommandAnswer, Never>
}

/// What a client asks for.
enum Command: Sendable {
    case place(Placement)
    case cancel(CallID, CallScope)
    case describe(CallID)
    case trace(CallID)
}

/// The way from every other thread to the signalling thread: a queue, and a descriptor that wakes it.
final class Inbox: Sendable {
    /// Commands that may wait; one more is answered 000004 at once. All else is bounded by the calls there are.
    static let commandLimit = 4096

    private struct Queue {
        var letters: Deque<Letter> = []
        var commands = 0
        var isClosed = false
    }

    private let queue = Mutex(Queue())
    private let limit: Int
    private let wakeUp: WakeUp

    init(commandLimit: Int = Inbox.commandLimit) throws(SystemError) {
        limit = commandLimit
        wakeUp = try WakeUp()
    }

    /// To be watched by the signalling thread.
    var descriptor: Int32 { wakeUp.descriptor }

    /// Asks and waits for the answer.
    func ask(_ command: Command) async -> CommandAnswer {
        await withCheckedContinuation { reply in
            if !add(.command(command, reply), isCommand: true) { reply.resume(returning: .refused(.busy)) }
        }
    }

    /// Tells; nobody hears it once the thread has ended.
    func tell(_ letter: Letter) { _ = add(letter, isCommand: false) }

    private func add(_ letter: Letter, isCommand: Bool) -> Bool {
        let (isTaken, mustWake) = queue.withLock { queue in
            guard !queue.isClosed, !isCommand || queue.commands < limit else { return (false, false) }
            if isCommand { queue.commands += 1 }
            queue.letters.append(letter)
            return (true, queue.letters.count == 1)
        }
        if mustWake { wakeUp.signal() }
        return isTaken
    }

    /// Called by the woken thread, before it takes letters.
    func acknowledge() { wakeUp.acknowledge() }

    /// The letter that waits longest, if any, and whether more wait; while some do, nobody is woken for another.
    func takeNext() -> (letter: Letter, more: Bool)? {
        queue.withLock { queue in
            guard let letter = queue.letters.popFirst() else { return nil }
            if case .command = letter { queue.commands -= 1 }
            return (letter, !queue.letters.isEmpty)
        }
    }

    /// Refuses commands from now on, and those that wait.
    func close() {
        let rest = queue.withLock { queue in
            queue.isClosed = true
            defer { queue.letters = [] }
            return queue.letters
        }
        for case .command(_, let reply) in rest { reply.resume(returning: .refused(.busy)) }
    }
}
