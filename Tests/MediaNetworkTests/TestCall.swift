import MediaControl

@testable import MediaNetwork

/// A call of two phones through an engine, and the recording that it may have.
struct TestCall {
    let bench: Bench
    let phones: [TestPhone]
    /// Their SSRCs are their numbers.
    let legs: [MediaLegID]
    let recording: MediaRecording

    /// - Parameters:
    ///   - first: the first leg's number; the second's is one more.
    ///   - events: the payload types of the phones' telephone-events.
    init(_ first: UInt64 = 2, events: [UInt8?] = [nil, nil]) throws {
        bench = try Bench()
        phones = [try TestPhone(), try TestPhone()]
        legs = [
            try bench.open(first, phones[0], describe: phones[0].media(eventsAs: events[0])),
            try bench.open(first + 1, phones[1], describe: phones[1].media(eventsAs: events[1])),
        ]
        recording = MediaRecording(
            id: MediaRecordingID(high: 7, low: 7), first: legs[0], second: legs[1], channels: .dual, format: .alaw)
    }

    /// Has each party hear the other.
    func connect() { bench.engine.perform([.feed(legs[0], .leg(legs[1])), .feed(legs[1], .leg(legs[0]))]) }

    func recorded() throws -> RecordingSummary {
        let report = try bench.log.take("recorded") { if case .recorded(recording.id, _) = $0 { true } else { false } }
        guard case .recorded(_, let summary) = report else { throw TooLate(description: "no summary") }
        return summary
    }

    func file() throws -> TestWAV { try TestWAV(bench.folder.read(recording.fileName)) }
}
