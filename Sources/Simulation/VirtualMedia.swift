import CallModel
import MediaControl
import SansIO

/// The packet loop of a run: it binds ports, plays, records and reports by chance, and checks that every leg is used in
/// order.
struct VirtualMedia {
    /// What the loop is going to report.
    struct Announcement {
        let after: Duration
        let report: MediaReport
        /// It is about a recording that may have been stopped meanwhile.
        var isDuringRecording = false
    }

    private struct OpenLeg {
        let port: UInt16
        var feed = MediaFeed.nothing
        var feedNumber: UInt32 = 0
        var loaded: Set<MediaVoiceID> = []
    }

    private var open: [MediaLegID: OpenLeg] = [:]
    /// Legs that could not be opened; closing one of them means nothing.
    private var failed: Set<MediaLegID> = []
    private var recordings: Set<MediaRecordingID> = []
    private let chances: MediaChances
    private(set) var violations: [Violation] = []

    init(_ chances: MediaChances) { self.chances = chances }

    var openPorts: Int { open.count }
    var openRecordings: Int { recordings.count }

    /// What a leg is sent now.
    func feed(of leg: MediaLegID) -> MediaFeed { open[leg]?.feed ?? .nothing }

    /// What the loop reports on a command, and when.
    mutating func perform(_ command: MediaCommand, _ fate: inout Fate) -> [Announcement] {
        switch command {
        case .open(let leg, let endpoint): return open(leg, endpoint.port, fails: fate.strikes(chances.portFailures))
        case .close(let leg): return close(leg, &fate)
        case .describe(let leg, _): return open[leg] == nil ? complain("\(leg) is described, but not open") : []
        case .load(let leg, let voice):
            open[leg]?.loaded.insert(voice)
            return open[leg] == nil ? complain("\(leg) is given a voice, but not open") : []
        case .feed(let leg, let feed, let number): return self.feed(leg, feed, number, &fate)
        case .watch(let leg, let watch):
            return open[leg] == nil ? complain("\(leg) is watched, but not open") : reports(leg, watch, &fate)
        case .detectTones(let leg, let listens):
            return open[leg] == nil ? complain("\(leg) is listened to, but not open") : listens ? keys(leg, &fate) : []
        case .record(let recording): return record(recording, &fate)
        case .connectRecording(let id):
            return recordings.contains(id) ? [] : complain("\(id) is connected, but not running")
        case .stopRecording(let id):
            // One that broke off a moment ago may be stopped all the same.
            guard recordings.remove(id) != nil else { return [] }
            return [
                Announcement(
                    after: fate.duration(in: .milliseconds(1)...(.seconds(4))),
                    report: .recorded(id, RecordingSummary(samples: 8000, bytes: 16_000)))
            ]
        }
    }

    /// Whether an announced report comes to be: what it is about may have gone.
    mutating func comes(_ announcement: Announcement) -> Bool {
        switch announcement.report {
        // Void once the leg is fed something else.
        case .played(let leg, let feed), .playFailed(let leg, let feed): return open[leg]?.feedNumber == feed
        case .recordFailed(let id, _, _) where announcement.isDuringRecording: return recordings.remove(id) != nil
        case .opened, .openFailed, .flowing, .quiet, .idle, .digit, .measured, .recorded, .recordFailed, .closed:
            return true
        }
    }

    /// After a crash nothing is open.
    mutating func reset() {
        open = [:]
        recordings = []
    }

    private mutating func open(_ leg: MediaLegID, _ port: UInt16, fails: Bool) -> [Announcement] {
        if fails {
            failed.insert(leg)
            return [Announcement(after: .microseconds(100), report: .openFailed(leg))]
        }
        if open.values.contains(where: { $0.port == port }) { return complain("port \(port) is open twice") }
        open[leg] = OpenLeg(port: port)
        return [Announcement(after: .microseconds(100), report: .opened(leg))]
    }

    private mutating func close(_ leg: MediaLegID, _ fate: inout Fate) -> [Announcement] {
        if failed.contains(leg), open[leg] == nil { return [] }
        guard open.removeValue(forKey: leg) != nil else { return complain("\(leg) is closed, but was not open") }
        let quality = MediaQuality(
            jitter: .milliseconds(2), roundTrip: nil, fractionLost: 0.01, meanOpinionScore: 4.2)
        return [
            Announcement(
                after: .microseconds(300), report: .closed(leg, MediaSummary(packetsReceived: 1, quality: quality)))
        ]
    }

    private mutating func feed(
        _ leg: MediaLegID, _ feed: MediaFeed, _ number: UInt32, _ fate: inout Fate
    ) -> [Announcement] {
        guard var state = open[leg] else { return complain("\(leg) is fed, but not open") }
        if number == state.feedNumber { return complain("\(leg) is fed twice under the number \(number)") }
        state.feed = feed
        state.feedNumber = number
        open[leg] = state
        switch feed {
        case .nothing, .silence, .tone: return []
        case .leg(let other): return open[other] == nil ? complain("\(leg) is fed from a closed leg") : []
        case .signal: return [Announcement(after: Sound.beepLength, report: .played(leg, feed: number))]
        case .voice(let voice, let repeats):
            if !state.loaded.contains(voice) { return complain("\(leg) is fed a voice that was not made ready") }
            if fate.strikes(chances.playFailures) {
                return [Announcement(after: .milliseconds(1), report: .playFailed(leg, feed: number))]
            }
            return repeats ? [] : [Announcement(after: voice.virtualLength, report: .played(leg, feed: number))]
        }
    }

    private func reports(_ leg: MediaLegID, _ watch: MediaWatch, _ fate: inout Fate) -> [Announcement] {
        switch watch {
        case .nothing: return []
        case .activity:
            guard fate.strikes(0.5) else { return [] }
            let start = fate.duration(in: .zero...(.seconds(3)))
            return [
                Announcement(after: start, report: .flowing(leg)),
                Announcement(after: start + .seconds(1), report: .quiet(leg)),
                Announcement(after: start + .seconds(3), report: .flowing(leg)),
            ]
        case .liveness(let idleAfter):
            // In one call of eight both parties' media is dead from the start.
            return leg.number / 2 % 8 == 3 ? [Announcement(after: idleAfter, report: .idle(leg))] : []
        }
    }

    /// Some press the right key, some another, some none.
    private func keys(_ leg: MediaLegID, _ fate: inout Fate) -> [Announcement] {
        guard fate.strikes(chances.keys) else { return [] }
        let wrong = Announcement(
            after: fate.duration(in: .zero...(.seconds(2))), report: .digit(leg, event: fate.pick([2, 11])))
        let right = Announcement(
            after: fate.duration(in: .milliseconds(500)...(.seconds(8))), report: .digit(leg, event: 1))
        return fate.strikes(0.3) ? [wrong, right] : [right]
    }

    private mutating func record(_ recording: MediaRecording, _ fate: inout Fate) -> [Announcement] {
        guard open[recording.first] != nil, open[recording.second] != nil else {
            return complain("\(recording.id) is recorded from closed legs")
        }
        guard recordings.insert(recording.id).inserted else { return complain("\(recording.id) is recorded twice") }
        guard fate.strikes(chances.recordFailures) else { return [] }
        return [
            Announcement(
                after: fate.duration(in: .zero...(.seconds(10))),
                report: .recordFailed(
                    recording.id, RecordingSummary(samples: fate.pick([0, 800]), bytes: 800), .file("full")),
                isDuringRecording: true)
        ]
    }

    private mutating func complain(_ words: String) -> [Announcement] {
        violations.append(Violation(.media, words))
        return []
    }
}

/// What goes wrong in a run's media, and what its parties press.
struct MediaChances {
    var portFailures: Double
    var playFailures: Double
    var recordFailures: Double
    /// The share of parties that press the key that they are asked for.
    var keys: Double
}

extension MediaVoiceID {
    /// In a run a voice's name tells its length in milliseconds.
    var virtualLength: Duration { .milliseconds(Int64(low)) }
}
