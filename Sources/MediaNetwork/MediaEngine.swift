public import LinuxIO
public import MediaControl
internal import SansIO

/// The packet loop: forwards, plays and watches RTP on threads of its own.
///
/// Both legs of a call (`2n` and `2n + 1`) are on the same thread. Nothing is allocated, counted or locked per packet;
/// commands come in by a queue whose lock is taken once for each batch.
public final class MediaEngine: Sendable {
    private let inboxes: [CommandInbox]
    /// By thread, as the inboxes.
    private let parts: [MediaLoop.Parts]
    private let threads: [DedicatedThread]
    private let report: @Sendable ([MediaReport]) -> Void
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
    ///   - report: is called on the media threads, the recorder's and that of `perform`, with what a thread has to report in
    ///     its order. It must be quick.
    public init(
        threads count: Int, legLimit: Int = 20_000, voiceFolder: String, recordingFolder: String,
        report: @escaping @Sendable ([MediaReport]) -> Void
    ) throws(SystemError) {
        precondition(count > 0 && legLimit >= count)
        try ProcessLimits.raiseOpenFiles()
        try PacketCipher.start()
        var inboxes: [CommandInbox] = []
        for _ in 0..<count { inboxes.append(try CommandInbox()) }
        let parts = try inboxes.map { inbox throws(SystemError) in
            try MediaLoop.Parts(inbox: inbox, legLimit: legLimit / count)
        }
        let files = try FileThreads(voices: voiceFolder, recordings: recordingFolder, inboxes, report)
        var threads: [DedicatedThread] = []
        let wanted: DedicatedThread.Urgency = count < ProcessLimits.processors ? .realTime : .prompt
        do throws(SystemError) {
            for (index, inbox) in inboxes.enumerated() {
                let setting = MediaLoop.Setting(
                    inbox: inbox, tones: tones, voices: files.voices, recorder: files.recorder, number: index,
                    report: report)
                threads.append(try MediaEngine.start(setting, parts[index], name: "media \(index)", wanted))
            }
        } catch {
            MediaEngine.stop(threads, inboxes, files)
            throw error
        }
        urgency = threads[0].urgency
        self.inboxes = inboxes
        self.parts = parts
        self.threads = threads
        self.files = files
        self.report = report
    }

    /// Carries the commands out on the media threads, those for one leg in their order. Ports are bound before this returns,
    /// and so is told what came of it: a thread is not woken for a leg that is only opened.
    public func perform(_ commands: [MediaCommand]) {
        var batches = [[Order]](repeating: [], count: inboxes.count)
        var reports: [MediaReport] = []
        for command in commands {
            prepareTones(of: command)
            guard case .open(let leg, let endpoint) = command else {
                for index in places(of: command) { batches[index].append(.perform(command)) }
                continue
            }
            let index = places(of: command).lowerBound
            let order = order(toOpen: leg, at: endpoint, on: index)
            if let order { batches[index].append(order) }
            reports.append(order == nil ? .openFailed(leg) : .opened(leg))
        }
        for (batch, inbox) in zip(batches, inboxes) where !batch.isEmpty { inbox.put(batch) }
        if !reports.isEmpty { report(reports) }
    }

    /// `nil` where there is no place for another leg, or no port.
    private func order(toOpen leg: MediaLegID, at endpoint: MediaEndpoint, on index: Int) -> Order? {
        guard parts[index].enterLeg() else { return nil }
        do throws(SystemError) {
            return .open(leg, endpoint, try PortPair(at: endpoint, for: parts[index].poller))
        } catch {
            parts[index].leaveLeg()
            return nil
        }
    }

    /// Closes every leg, with its report, and waits for the threads to end. To be called once, before the engine goes,
    /// and not from `report`.
    public func stop() { MediaEngine.stop(threads, inboxes, files) }

    /// Tones are rendered here rather than on a thread that has packets waiting.
    private func prepareTones(of command: MediaCommand) {
        guard case .feed(_, let feed, _) = command else { return }
        switch feed {
        case .tone(let cadence): _ = tones.frames(of: cadence)
        case .signal(let cadence): _ = tones.frames(ofSignal: cadence)
        case .nothing, .silence, .voice, .leg: break
        }
    }

    /// The threads that a command is for: all, where only one of them knows what is meant.
    private func places(of command: MediaCommand) -> Range<Int> {
        guard let leg = command.leg else { return inboxes.indices }
        let place = Int(leg.number / 2 % UInt64(inboxes.count))
        return place..<place + 1
    }

    private static func start(
        _ setting: MediaLoop.Setting, _ parts: MediaLoop.Parts, name: String, _ urgency: DedicatedThread.Urgency
    ) throws(SystemError) -> DedicatedThread {
        try DedicatedThread(name: name, urgency: urgency) {
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
