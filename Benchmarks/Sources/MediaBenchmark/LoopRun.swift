internal import Audio
internal import Glibc
internal import LinuxIO
internal import Measuring
internal import MediaControl
internal import MediaNetwork
internal import SansIO

/// A media engine of one thread with its legs, and the far ends that it is measured against.
struct LoopRun {
    /// Each leg takes two ports from here on.
    static let firstPort: UInt16 = 30_000
    /// Where the far ends hear the first and the second party of every call; RTCP one above.
    static let farPorts: [UInt16] = [29_990, 29_992]
    static let loopback = IPAddress.v4(0x7F00_0001)

    private let engine: MediaEngine
    private let legs: Int
    private let work: Work
    /// Of voice files and recordings, gone at the end.
    private let folder: String
    /// Beyond what is there before the first leg.
    private let process = ProcessFigures()

    private static let voice = MediaVoiceID(high: 0, low: 1)

    init(legs: Int, work: Work) throws {
        var template = Array("/tmp/media-benchmark-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError(code: errno, attempt: "mkdtemp") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try LoopRun.writeVoice(in: folder)
        engine = try MediaEngine(threads: 1, voiceFolder: folder, recordingFolder: folder) { _ in }
        self.legs = legs
        self.work = work
        for number in 0..<legs { engine.perform(opening(of: number)) }
        for number in 0..<legs { engine.perform([.feed(leg(number), feed(of: number))]) }
        guard work == .recording else { return }
        for call in 0..<legs / 2 { engine.perform(recording(of: call)) }
    }

    /// How the loop's thread is scheduled.
    var urgency: DedicatedThread.Urgency { engine.urgency }

    func stop() {
        engine.stop()
        for name in (0..<legs / 2).map({ MediaRecordingID(high: 0, low: UInt64($0)).description + ".wav" })
            + [".alaw", ".ulaw"].map({ LoopRun.voice.description + $0 })
        {
            unlink("\(folder)/\(name)")
        }
        rmdir(folder)
    }

    /// What is in the folder, in megabytes.
    func megabytesWritten() -> Double {
        var bytes = 0
        for call in 0..<legs / 2 {
            guard let file = fopen("\(folder)/\(MediaRecordingID(high: 0, low: UInt64(call))).wav", "r") else {
                continue
            }
            fseek(file, 0, SEEK_END)
            bytes += ftell(file)
            fclose(file)
        }
        return Double(bytes) / 1e6
    }

    /// Ten seconds in both codecs.
    private static func writeVoice(in folder: String) throws {
        let frames = [UInt8](repeating: 0x2A, count: 80_000)
        for ending in [".alaw", ".ulaw"] {
            guard let file = fopen("\(folder)/\(voice)\(ending)", "w") else {
                throw SystemError(code: errno, attempt: "fopen")
            }
            fwrite(frames, 1, frames.count, file)
            fclose(file)
        }
    }

    private func recording(of call: Int) -> [MediaCommand] {
        let id = MediaRecordingID(high: 0, low: UInt64(call))
        return [
            .record(
                MediaRecording(
                    id: id, first: leg(2 * call), second: leg(2 * call + 1), channels: .dual, format: .alaw)),
            .connectRecording(id),
        ]
    }

    func measure(seconds: Int) throws -> FarReport {
        let command = "\(CommandLine.arguments[0]) far \(work.rawValue) \(legs) \(seconds)"
        guard let far = popen(command, "r") else { throw SystemError(code: errno, attempt: "popen") }
        defer { pclose(far) }
        var start = 0.0
        var report = FarReport()
        while let words = nextLine(of: far)?.split(separator: " ") {
            let numbers = words.dropFirst().compactMap { Double($0) }
            switch words.first {
            case "start":
                start = process.processorSeconds
                report.kilobytes = process.residentKilobytes
            case "stop":
                report.processorSeconds = process.processorSeconds - start
                report.growth = process.residentKilobytes - report.kilobytes
            case "counted" where numbers.count == 7:
                (report.packets, report.sent, report.delivered) = (numbers[0], numbers[1], numbers[2])
                (report.error99, report.lag99) = (numbers[3], numbers[6])
                (report.latency50, report.latency99) = (numbers[4], numbers[5])
            case _: break
            }
        }
        return report
    }

    private func nextLine(of file: UnsafeMutablePointer<FILE>) -> String? {
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, 256, file) != nil else { return nil }
        return String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func leg(_ number: Int) -> MediaLegID { MediaLegID(number: UInt64(number)) }

    private func feed(of number: Int) -> MediaFeed {
        switch work {
        case .relay, .secure, .translation, .recording: .leg(leg(number ^ 1))
        case .tone: .tone(ToneCadence(frequency: 450, level: -13, on: .seconds(1), off: .seconds(4)))
        case .voice: .voice(LoopRun.voice, repeats: true)
        }
    }

    private func opening(of number: Int) -> [MediaCommand] {
        let far = TransportAddress(ip: LoopRun.loopback, port: LoopRun.farPorts[number % 2])
        let type = number % 2 == 0 ? 8 : work.secondPayloadType
        let mapping = PayloadMapping(payloadType: type, codec: type == 0 ? .pcmu : .pcma)
        let remote = RemoteMedia(
            rtp: far, rtcp: TransportAddress(ip: LoopRun.loopback, port: far.port + 1),
            latching: LatchPolicy(anySource: false, signallingPeer: LoopRun.loopback), sends: mapping,
            accepts: [mapping], protection: work == .secure ? .srtp(LegSeals.keys(of: number)) : .plain)
        let endpoint = MediaEndpoint(
            address: LoopRun.loopback, port: LoopRun.firstPort + UInt16(2 * number), ssrc: UInt32(number),
            firstSequence: 0, firstTimestamp: 0)
        return [
            .open(leg(number), endpoint), .describe(leg(number), remote),
            .watch(leg(number), .liveness(idleAfter: .seconds(60))),
        ]
    }
}
