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
    private let files: FileThreads

    /// How soon its threads run when packets wait and others have the processors.
    ///
    /// Real time is asked for only where a processor remains that these threads cannot take, however much there is to do.
    public let urgency: DedicatedThread.Urgency

    /// Starts the threads and raises the process's limit of open files, of which each leg takes two.
    ///
    /// - Parameters:
    ///   - threads: at least 1.
    ///   - legLimit: legs open at a time, over all threads; further ones are answered `.openFailed`.
    ///   - voiceFolder: where the files of `MediaVoiceID`s lie.
    ///   - recordingFolder: where recordings are written; it exists.
    ///   - report: is called on the media threads and the recorder's, with what a thread has to report in its order. It must
    ///     be quick.
    public init(
        threads count: Int, legLimit: Int = 20_000, voiceFolder: String, recordingFolder: String,
        report: @escaping @Sendable ([MediaReport]) -> Void
    ) throws(SystemError) {
        precondition(count > 0 && legLimit >= count)
        try ProcessLimits.raiseOpenFiles()
        try PacketCipher.start()
        var inboxes: [CommandInbox] = []
        for _ in 0..<count { inboxes.append(try CommandInbox()) }
        let files = try FileThreads(voices: voiceFolder, recordings: recordingFolder, inboxes, report)
        var threads: [DedicatedThread] = []
        let wanted: DedicatedThread.Urgency = count < ProcessLimits.processors ? .realTime : .prompt
        do throws(SystemError) {
            for (index, inbox) in inboxes.enumerated() {
                let setting = MediaLoop.Setting(
                    inbox: inbox, tones: tones, voices: files.voices, recorder: files.recorder, number: index,
                    capacity: legLimit / count, report: report)
                threads.append(try MediaEngine.start(setting, name: "media \(index)", wanted))
            }
        } catch {
            MediaEngine.stop(threads, inboxes, files)
            throw error
        }
        urgency = threads[0].urgency
        self.inboxes = inboxes
        self.threads = threads
        self.files = files
    }

    /// Carries the commands out in their order, on the media threads.
    public func perform(_ commands: [MediaCommand]) {
        guard inboxes.count > 1 else { return put(commands, into: inboxes[0]) }
        var batches = [[MediaCommand]](repeating: [], count: inboxes.count)
        for command in commands {
            for index in places(of: command) { batches[index].append(command) }
        }
        for (batch, inbox) in zip(batches, inboxes) where !batch.isEmpty { put(batch, into: inbox) }
    }

    /// Closes every leg, with its report, and waits for the threads to end. To be called once, before the engine goes,
    /// and not from `report`.
    public func stop() { MediaEngine.stop(threads, inboxes, files) }

    private func put(_ commands: [MediaCommand], into inbox: CommandInbox) {
        // Tones are rendered here rather than on a thread that has packets waiting.
        for case .feed(_, let feed, _) in commands {
            switch feed {
            case .tone(let cadence): _ = tones.frames(of: cadence)
            case .signal(let cadence): _ = tones.frames(ofSignal: cadence)
            case .nothing, .silence, .voice, .leg: break
            }
        }
        inbox.put(commands)
    }

    /// The threads that a command is for: all, where only one of them knows what is meant.
    private func places(of command: MediaCommand) -> Range<Int> {
        guard let leg = command.leg else { return inboxes.indices }
        let place = Int(leg.number / 2 % UInt64(inboxes.count))
        return place..<place + 1
    }

    private static func start(
        _ setting: MediaLoop.Setting, name: String, _ urgency: DedicatedThread.Urgency
    ) throws(SystemError) -> DedicatedThread {
        let parts = try MediaLoop.Parts(inbox: setting.inbox)
        return try DedicatedThread(name: name, urgency: urgency) {
            var loop = MediaLoop(setting, parts)
            loop.run()
        }
    }

    /// The recorder last: it writes what the media threads leave behind.
    private static func stop(_ threads: [DedicatedThread], _ inboxes: [CommandInbox], _ files: FileThreads) {
        for inbox in inboxes { inbox.stop() }
        for thread in threads { thread.join() }
        files.stop()
    }
}

extension MediaCommand {
    /// The leg that the command is for; `nil` where it names a recording alone.
    var leg: MediaLegID? {
        switch self {
        case .open(let leg, _), .describe(let leg, _), .watch(let leg, _), .close(let leg): leg
        case .feed(let leg, _, _), .load(let leg, _), .detectTones(let leg, _): leg
        case .record(let recording): recording.first
        case .connectRecording, .stopRecording: nil
        }
    }
}
