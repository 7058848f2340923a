import Audio
import LinuxIO
import MediaControl
import SansIO
import Testing

@testable import MediaNetwork

/// A recorder that is told what happens, and when, by a test: virtual time, real files.
final class TestTape {
    let folder: TestFolder
    let recording: MediaRecording
    private let recorder: Recorder
    private var tape: RecordingTape
    private var table: RecordingTable
    private let log: ReportLog

    static let start = Instant(nanoseconds: 7_000_000_000)

    init(
        channels: MediaRecording.Channels = .dual, format: MediaRecording.Format = .alaw, folder: TestFolder? = nil
    ) throws {
        let folder = try folder ?? TestFolder()
        self.folder = folder
        recording = MediaRecording(
            id: MediaRecordingID(high: 1, low: 2), first: MediaLegID(number: 4), second: MediaLegID(number: 5),
            channels: channels, format: format)
        let log = try ReportLog()
        self.log = log
        let recorder = try Recorder(folder: folder.path, end: { log.add($0.map(\.report)) }, giveUp: { _ in })
        self.recorder = recorder
        tape = RecordingTape(thread: 0, recorder: recorder)
        table = RecordingTable(folder: folder.path)
    }

    static func at(_ milliseconds: Double) -> Instant {
        Instant(nanoseconds: start.nanoseconds + Int64(milliseconds * 1_000_000))
    }

    func begin(at milliseconds: Double = 0) {
        tape.mark(.begin(0, recording, at: TestTape.at(milliseconds)))
        pass(to: milliseconds)
    }

    func connect() { tape.mark(.connect(0)) }

    func end(at milliseconds: Double) {
        tape.mark(.end(0, at: TestTape.at(milliseconds)))
        pass(to: milliseconds)
    }

    /// A packet of a channel, the number giving its sequence and timestamp.
    func add(
        _ channel: RecordingChannel, _ number: Int, _ codes: [UInt8], of codec: G711 = .pcma, ssrc: UInt32 = 1,
        marker: Bool = false, at milliseconds: Double
    ) {
        let header = OutgoingStream.Header(
            marker: marker, sequence: UInt16(truncatingIfNeeded: number),
            timestamp: UInt32(truncatingIfNeeded: number * 160))
        codes.withUnsafeBytes {
            tape.add(
                RecordingTap.Track(recording: 0, channel: channel), ssrc: ssrc, header, codec, $0,
                at: TestTape.at(milliseconds))
        }
    }

    /// A second or so of tape goes to the recorder and is written as far as it is due.
    func pass(to milliseconds: Double) {
        tape.handOver(at: TestTape.at(milliseconds))
        _ = recorder.write(to: &table)
    }

    var reports: [MediaReport] { log.all }

    func file() throws -> TestWAV { try TestWAV(folder.read(recording.fileName)) }
}

/// What is in a WAV file.
struct TestWAV {
    let tag: UInt16
    let channels: Int
    let sampleWidth: Int
    /// As the header has it, which may be less than what is in the file.
    let data: [UInt8]

    struct NotWAV: Error {}

    init(_ bytes: [UInt8]) throws {
        func number(_ offset: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        guard bytes.count >= 58, Array(bytes[0..<4]) == Array("RIFF".utf8), Array(bytes[50..<54]) == Array("data".utf8),
            number(4, 4) == number(54, 4) + 50, number(54, 4) + 58 <= bytes.count
        else { throw NotWAV() }
        tag = UInt16(number(20, 2))
        channels = number(22, 2)
        sampleWidth = number(34, 2) / 8
        data = Array(bytes[58..<58 + number(54, 4)])
        guard number(46, 4) == samples else { throw NotWAV() }
    }

    /// Of each channel.
    var samples: Int { data.count / channels / sampleWidth }

    /// The codes of one channel of G.711.
    func codes(_ channel: Int) -> [UInt8] { stride(from: channel, to: data.count, by: channels).map { data[$0] } }

    /// The samples of one channel of linear coding.
    func linear(_ channel: Int) -> [Int16] {
        stride(from: 2 * channel, to: data.count, by: 2 * channels).map {
            Int16(bitPattern: UInt16(data[$0]) | UInt16(data[$0 + 1]) << 8)
        }
    }
}
