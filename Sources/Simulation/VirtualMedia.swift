import MediaControl
import SansIO

/// The packet loop of a run: it binds ports and reports by chance, and checks that every leg is used in order.
struct VirtualMedia {
    private var open: [MediaLegID: UInt16] = [:]
    /// Legs that could not be opened; closing one of them means nothing.
    private var failed: Set<MediaLegID> = []
    /// How often each open leg was fed something else, and which of its feeds have an end, still to come, in order.
    private var feeds: [MediaLegID: (count: Int, ending: [Int])] = [:]
    private var recordings: [MediaRecordingID: MediaRecording] = [:]
    /// Recordings that ended by themselves; stopping one of them means nothing.
    private var endedRecordings: Set<MediaRecordingID> = []
    private(set) var violations: [Violation] = []

    var openPorts: Int { open.count }

    /// What the loop reports on a command, and when.
    mutating func perform(
        _ command: MediaCommand, portFailures: Double, _ fate: inout Fate
    ) -> [(after: Duration, report: MediaReport)] {
        switch command {
        case .open(let leg, let endpoint): return open(leg, endpoint.port, fails: fate.strikes(portFailures))
        case .close(let leg):
            if failed.contains(leg), open[leg] == nil { return [] }
            guard open.removeValue(forKey: leg) != nil else { return complain("\(leg) is closed, but was not open") }
            feeds[leg] = nil
            return [(.microseconds(300), .closed(leg, MediaSummary()))] + endRecordings()
        case .describe(let leg, _): return open[leg] == nil ? complain("\(leg) is described, but not open") : []
        case .feed(let leg, let feed):
            if case .leg(let other) = feed, open[other] == nil { return complain("\(leg) is fed from a closed leg") }
            return open[leg] == nil ? complain("\(leg) is fed, but not open") : play(feed, to: leg)
        case .watch(let leg, let watch):
            return open[leg] == nil ? complain("\(leg) is watched, but not open") : reports(leg, watch, &fate)
        case .load(let leg, _):
            return open[leg] == nil ? complain("a file is loaded for \(leg), which is not open") : []
        case .detectTones(let leg, _):
            return open[leg] == nil ? complain("tones are awaited from \(leg), which is not open") : []
        case .record(let recording): return record(recording, fails: fate.strikes(0.02))
        case .connectRecording(let id): return isKnown(id) ? [] : complain("recording \(id) is connected, but unknown")
        case .stopRecording(let id):
            if recordings.removeValue(forKey: id) != nil { return [recorded(id)] }
            return isKnown(id) ? [] : complain("recording \(id) is stopped, but unknown")
        }
    }

    /// Whether a report still holds when it comes: the end of a feed does not once there is another.
    mutating func delivers(_ report: MediaReport) -> Bool {
        guard case .played(let leg) = report else { return true }
        guard let feed = feeds[leg], let ended = feed.ending.first else { return false }
        feeds[leg]?.ending.removeFirst()
        return ended == feed.count
    }

    /// After a crash nothing is open.
    mutating func reset() {
        open = [:]
        feeds = [:]
        recordings = [:]
    }

    private mutating func open(
        _ leg: MediaLegID, _ port: UInt16, fails: Bool
    ) -> [(after: Duration, report: MediaReport)] {
        if fails {
            failed.insert(leg)
            return [(.microseconds(100), .openFailed(leg))]
        }
        if open.values.contains(port) { return complain("port \(port) is open twice") }
        open[leg] = port
        return [(.microseconds(100), .opened(leg))]
    }

    /// Whatever ends takes a second, so that ends come in the order of the feeds.
    private mutating func play(_ feed: MediaFeed, to leg: MediaLegID) -> [(after: Duration, report: MediaReport)] {
        var fed = feeds[leg] ?? (0, [])
        fed.count += 1
        switch feed {
        case .nothing, .silence, .tone, .leg, .voice(_, repeats: true):
            feeds[leg] = fed
            return []
        case .signal, .voice(_, repeats: false):
            fed.ending.append(fed.count)
            feeds[leg] = fed
            return [(.seconds(1), .played(leg))]
        }
    }

    private func isKnown(_ recording: MediaRecordingID) -> Bool {
        recordings[recording] != nil || endedRecordings.contains(recording)
    }

    private mutating func record(_ recording: MediaRecording, fails: Bool) -> [(after: Duration, report: MediaReport)] {
        if isKnown(recording.id) { return complain("recording \(recording.id) is begun twice") }
        guard open[recording.first] != nil, open[recording.second] != nil, !fails else {
            endedRecordings.insert(recording.id)
            return [(.microseconds(500), .recordFailed(recording.id, RecordingSummary()))]
        }
        recordings[recording.id] = recording
        return []
    }

    /// A recording ends with the second of its legs.
    private mutating func endRecordings() -> [(after: Duration, report: MediaReport)] {
        let over = recordings.values.filter { open[$0.first] == nil && open[$0.second] == nil }.map(\.id)
            .sorted { ($0.high, $0.low) < ($1.high, $1.low) }
        for id in over {
            recordings[id] = nil
            endedRecordings.insert(id)
        }
        return over.map(recorded)
    }

    private func recorded(_ id: MediaRecordingID) -> (after: Duration, report: MediaReport) {
        (.milliseconds(3), .recorded(id, RecordingSummary(samples: 8_000, bytes: 16_058)))
    }

    private func reports(
        _ leg: MediaLegID, _ watch: MediaWatch, _ fate: inout Fate
    ) -> [(after: Duration, report: MediaReport)] {
        switch watch {
        case .nothing: return []
        case .activity:
            guard fate.strikes(0.5) else { return [] }
            let start = fate.duration(in: .zero...(.seconds(3)))
            return [(start, .flowing(leg)), (start + .seconds(1), .quiet(leg)), (start + .seconds(3), .flowing(leg))]
        case .liveness(let idleAfter):
            // In one call of eight both parties' media is dead from the start.
            return leg.number / 2 % 8 == 3 ? [(idleAfter, .idle(leg))] : []
        }
    }

    private mutating func complain(_ words: String) -> [(after: Duration, report: MediaReport)] {
        violations.append(Violation(.media, words))
        return []
    }
}
