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
    private let plays: Bool

    /// - Parameter plays: each leg plays ring-back instead of passing on what the other one hears.
    init(legs: Int, plays: Bool) throws {
        engine = try MediaEngine(threads: 1, voiceFolder: "", recordingFolder: "") { _ in }
        self.legs = legs
        self.plays = plays
        for number in 0..<legs { engine.perform(opening(of: number)) }
        for number in 0..<legs { engine.perform([.feed(leg(number), feed(of: number))]) }
    }

    func stop() { engine.stop() }

    func measure(seconds: Int) throws -> FarReport {
        let command = "\(CommandLine.arguments[0]) far \(plays ? "tone" : "relay") \(legs) \(seconds)"
        guard let far = popen(command, "r") else { throw SystemError(code: errno, attempt: "popen") }
        defer { pclose(far) }
        let process = ProcessFigures()
        var start = 0.0
        var report = FarReport(
            packets: 0, processorSeconds: .nan, latency50: .nan, latency99: .nan, error99: .nan)
        while let words = nextLine(of: far)?.split(separator: " ") {
            let numbers = words.dropFirst().compactMap { Double($0) }
            switch words.first {
            case "start": start = process.processorSeconds
            case "stop": report.processorSeconds = process.processorSeconds - start
            case "counted" where numbers.count == 4:
                (report.packets, report.error99) = (numbers[0], numbers[1])
                (report.latency50, report.latency99) = (numbers[2], numbers[3])
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
        guard plays else { return .leg(leg(number ^ 1)) }
        return .tone(ToneCadence(frequency: 450, level: -13, on: .seconds(1), off: .seconds(4)))
    }

    private func opening(of number: Int) -> [MediaCommand] {
        let far = TransportAddress(ip: LoopRun.loopback, port: LoopRun.farPorts[number % 2])
        let mapping = PayloadMapping(payloadType: 8, codec: .pcma)
        let remote = RemoteMedia(
            rtp: far, rtcp: TransportAddress(ip: LoopRun.loopback, port: far.port + 1),
            latching: LatchPolicy(anySource: false, signallingPeer: LoopRun.loopback), sends: mapping,
            accepts: [mapping])
        let endpoint = MediaEndpoint(
            address: LoopRun.loopback, port: LoopRun.firstPort + UInt16(2 * number), ssrc: UInt32(number),
            firstSequence: 0, firstTimestamp: 0)
        return [
            .open(leg(number), endpoint), .describe(leg(number), remote),
            .watch(leg(number), .liveness(idleAfter: .seconds(60))),
        ]
    }
}
