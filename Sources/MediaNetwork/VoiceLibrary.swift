internal import Audio
internal import LinuxIO
internal import MediaControl
internal import Synchronization

/// The voice files in use, for all threads of an engine. A thread of its own reads and frees them, so that none that has
/// packets waiting touches the disk.
///
/// They are read into memory rather than mapped: a mapped file may have to be read from the disk again at any time, and
/// one that was cut short would end the process.
final class VoiceLibrary: Sendable {
    enum Answer {
        case ready(CodedFrames)
        /// It will be announced.
        case coming
        case failed
    }

    /// Bytes of one file: an hour.
    static let longestFile = 3600 * G711.sampleRate
    /// Bytes of all files that are held at a time.
    static let memoryLimit = 1 << 30

    private enum Content {
        case coming
        case ready(VoiceFile)
        case failed
    }

    private struct Entry {
        var holders = 0
        var content = Content.coming
    }

    private enum Work {
        case load(MediaVoiceID)
        case free(VoiceFile)
        case stop
    }

    private struct Shelf {
        var entries: [MediaVoiceID: Entry] = [:]
        var bytes = 0
        var work: [Work] = []
    }

    private let folder: String
    /// Tells the media threads of a file that was coming.
    private let announce: @Sendable (MediaVoiceID) -> Void
    private let shelf = Mutex(Shelf())
    private let wakeUp: WakeUp
    private let poller: Poller

    init(folder: String, announce: @escaping @Sendable (MediaVoiceID) -> Void) throws(SystemError) {
        self.folder = folder
        self.announce = announce
        wakeUp = try WakeUp()
        poller = try Poller(capacity: 1)
        try poller.add(wakeUp.descriptor, token: 0)
    }

    /// Keeps a file in memory until as many releases; the first time it is read.
    func hold(_ id: MediaVoiceID) -> Answer {
        let (answer, isNew) = shelf.withLock { shelf in
            let isNew = shelf.entries[id] == nil
            shelf.entries[id, default: Entry()].holders += 1
            if isNew { shelf.work.append(.load(id)) }
            return (Self.answer(shelf.entries[id]), isNew)
        }
        if isNew { wakeUp.signal() }
        return answer
    }

    /// How it is with a file that is held.
    func answer(about id: MediaVoiceID) -> Answer { shelf.withLock { Self.answer($0.entries[id]) } }

    func release(_ id: MediaVoiceID) {
        let frees = shelf.withLock { shelf in
            guard var entry = shelf.entries[id] else { preconditionFailure("a voice file released that nobody holds") }
            entry.holders -= 1
            shelf.entries[id] = entry.holders > 0 ? entry : nil
            guard entry.holders == 0, case .ready(let file) = entry.content else { return false }
            shelf.bytes -= file.byteCount
            shelf.work.append(.free(file))
            return true
        }
        if frees { wakeUp.signal() }
    }

    private static func answer(_ entry: Entry?) -> Answer {
        switch entry?.content {
        case .ready(let file): .ready(file.frames)
        case .coming: .coming
        case .failed, nil: .failed
        }
    }

    // MARK: - The thread

    func run() {
        while true {
            _ = poller.wait()
            wakeUp.acknowledge()
            let work = shelf.withLock { shelf in
                defer { shelf.work = [] }
                return shelf.work
            }
            for item in work {
                switch item {
                case .load(let id): load(id)
                // It goes with the list of work.
                case .free: break
                case .stop: return
                }
            }
        }
    }

    func stop() {
        shelf.withLock { $0.work.append(.stop) }
        wakeUp.signal()
    }

    private func load(_ id: MediaVoiceID) {
        // Why a file cannot be had is not told further: the call hears that it cannot.
        let file = try? VoiceFile(path: "\(folder)/\(id)")
        shelf.withLock { shelf in
            // Released, or released and held again, in the meantime.
            guard var entry = shelf.entries[id], case .coming = entry.content else { return }
            entry.content = .failed
            if let file, shelf.bytes + file.byteCount <= VoiceLibrary.memoryLimit {
                entry.content = .ready(file)
                shelf.bytes += file.byteCount
            }
            shelf.entries[id] = entry
        }
        announce(id)
    }
}

/// A voice file in both codecs.
private final class VoiceFile: Sendable {
    private let alaw: FileContent
    private let mulaw: FileContent
    let frames: CodedFrames

    var byteCount: Int { alaw.bytes.count + mulaw.bytes.count }

    init(path: String) throws {
        alaw = try FileContent(path: path + ".alaw", limit: VoiceLibrary.longestFile)
        mulaw = try FileContent(path: path + ".ulaw", limit: VoiceLibrary.longestFile)
        guard let first = alaw.bytes.baseAddress, let second = mulaw.bytes.baseAddress, !alaw.bytes.isEmpty,
            alaw.bytes.count == mulaw.bytes.count, alaw.bytes.count % G711.samplesPerFrame == 0
        else { throw NotFrames() }
        frames = CodedFrames(
            alaw: first.assumingMemoryBound(to: UInt8.self), mulaw: second.assumingMemoryBound(to: UInt8.self),
            count: alaw.bytes.count / G711.samplesPerFrame)
    }

    /// The files are empty, of different lengths, or no whole number of frames.
    private struct NotFrames: Error {}
}
