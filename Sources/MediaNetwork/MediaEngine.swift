public import LinuxIO
public import MediaControl
internal import SansIO

/// The packet loop: forwards, plays and watches RTP on threads of its own.
///
/// Both legs of a call (`2n` and `2n + 1`) are on the same thread. Nothing is allocated, counted or locked per packet;
/// commands come in by a queue whose lock is taken once for each batch.
public final class MediaEngine: Sendable {
    private let inboxes: [CommandInbox]
    private let threads: [DedicatedThread]
    private let tones = ToneLibrary()

    /// Starts the threads and raises the process's limit of open files, of which each leg takes two.
    ///
    /// - Parameters:
    ///   - threads: at least 1.
    ///   - legLimit: legs open at a time, over all threads; further ones are answered `.openFailed`.
    ///   - report: is called on the media threads, with what a thread has to report in its order. It must be quick.
    public init(
        threads count: Int, legLimit: Int = 20_000, report: @escaping @Sendable ([MediaReport]) -> Void
    ) throws(SystemError) {
        precondition(count > 0 && legLimit >= count)
        try ProcessLimits.raiseOpenFiles()
        var inboxes: [CommandInbox] = []
        var threads: [DedicatedThread] = []
        do throws(SystemError) {
            for index in 0..<count {
                let inbox = try CommandInbox()
                let setting = MediaLoop.Setting(
                    inbox: inbox, tones: tones, capacity: legLimit / count, report: report)
                threads.append(try MediaEngine.start(setting, name: "media \(index)"))
                inboxes.append(inbox)
            }
        } catch {
            MediaEngine.stop(threads, inboxes)
            throw error
        }
        self.inboxes = inboxes
        self.threads = threads
    }

    /// Carries the commands out in their order, on the media threads.
    public func perform(_ commands: [MediaCommand]) {
        guard inboxes.count > 1 else { return put(commands, into: inboxes[0]) }
        var batches = [[MediaCommand]](repeating: [], count: inboxes.count)
        for command in commands { batches[place(of: command.leg)].append(command) }
        for (batch, inbox) in zip(batches, inboxes) where !batch.isEmpty { put(batch, into: inbox) }
    }

    /// Closes every leg, with its report, and waits for the threads to end. To be called once, before the engine goes,
    /// and not from `report`.
    public func stop() { MediaEngine.stop(threads, inboxes) }

    private func put(_ commands: [MediaCommand], into inbox: CommandInbox) {
        for case .feed(_, .tone(let cadence)) in commands {
            // Rendered here rather than on a thread that has packets waiting.
            _ = tones.frames(of: cadence)
        }
        inbox.put(commands)
    }

    private func place(of leg: MediaLegID) -> Int { Int(leg.number / 2 % UInt64(inboxes.count)) }

    private static func start(_ setting: MediaLoop.Setting, name: String) throws(SystemError) -> DedicatedThread {
        let parts = try MediaLoop.Parts(inbox: setting.inbox)
        return try DedicatedThread(name: name) {
            var loop = MediaLoop(setting, parts)
            loop.run()
        }
    }

    private static func stop(_ threads: [DedicatedThread], _ inboxes: [CommandInbox]) {
        for inbox in inboxes { inbox.stop() }
        for thread in threads { thread.join() }
    }
}

extension MediaCommand {
    /// The leg that the command is for.
    var leg: MediaLegID {
        switch self {
        case .open(let leg, _), .describe(let leg, _), .feed(let leg, _), .watch(let leg, _), .close(let leg): leg
        }
    }
}
