import Foundation

/// tshark on the loopback, with a filter on the test's own ports.
final class Capture: Sendable {
    struct Judgement {
        var sip = 0
        var rtp = 0
        /// Expert items of severity warning or above.
        var complaints: [String] = []
    }

    private let folder: ScratchFolder
    private let program: Program
    private let file: URL
    private let decodeAs: [String]

    init(sip: [UInt16], rtp: ClosedRange<UInt16>) async throws {
        folder = try ScratchFolder()
        file = folder.file("call.pcap")
        let filter =
            "udp portrange \(rtp.lowerBound)-\(rtp.upperBound)" + sip.map { " or port \($0)" }.joined()
        decodeAs = sip.flatMap { ["-d", "udp.port==\($0),sip", "-d", "tcp.port==\($0),sip"] }
        program = try Program(
            "/usr/bin/tshark", ["-i", "lo", "-B", "32", "-f", filter, "-w", file.path],
            output: folder.file("capture.log"))
        let (program, file) = (program, file)
        guard
            try await eventually(
                .seconds(30),
                { program.text.contains("Capturing on") && FileManager.default.fileExists(atPath: file.path) })
        else { throw InteropFailure("tshark does not capture:\n\(program.text)") }
    }

    /// With the program that captures for it.
    deinit { program.endGroup() }

    /// Ends the capture and reads it.
    func judge() async throws -> Judgement {
        try await Task.sleep(for: .seconds(1))
        // Not SIGINT, which what a shell starts in the background is deaf to.
        program.signal(SIGTERM)
        _ = try await program.wait(.seconds(10))
        var judgement = Judgement()
        judgement.sip = try await count("sip")
        judgement.rtp = try await count("rtp")
        judgement.complaints = try await lines(
            [
                "-Y", "_ws.expert.severity >= 0x00600000", "-T", "fields", "-e", "frame.number", "-e",
                "_ws.expert.message",
            ])
        return judgement
    }

    private func count(_ filter: String) async throws -> Int {
        try await lines(["-Y", filter, "-T", "fields", "-e", "frame.number"]).count
    }

    private func lines(_ arguments: [String]) async throws -> [String] {
        let reader = try Program(
            "/usr/bin/tshark", ["-r", file.path, "-o", "rtp.heuristic_rtp:TRUE"] + decodeAs + arguments,
            output: folder.file("read-\(UUID().uuidString).log"))
        guard try await reader.wait(.seconds(60)) == 0 else {
            throw InteropFailure("tshark cannot read:\n\(reader.text)")
        }
        return reader.text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("Running as user") }
    }
}
