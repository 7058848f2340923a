import Foundation

/// SIPp as a carrier that treats every call as its scenario says.
final class SIPpCarrier: Sendable {
    let port: UInt16
    private let folder: ScratchFolder
    private let program: Program

    /// Returns when SIPp listens.
    ///
    /// - Parameters:
    ///   - calls: SIPp ends after so many.
    ///   - mode: SIPp's transport mode, `u1` for UDP or `t1` for TCP.
    ///   - port: `nil`: a free one.
    convenience init(
        _ scenario: String, calls: Int = 1, mode: String = "u1", address: String = "127.0.0.1", port: UInt16? = nil
    ) async throws {
        try await self.init(
            scenario: Checkout.scenario(scenario), calls: calls, mode: mode, address: address, port: port,
            in: ScratchFolder())
    }

    /// - Parameter sounds: what the script speaks, by name.
    convenience init(_ script: PhoneScript, calls: Int, sounds: [String: [UInt8]] = [:]) async throws {
        let folder = try ScratchFolder()
        let scenario = folder.file("script.xml")
        try script.xml.write(to: scenario, atomically: true, encoding: .utf8)
        for (name, codes) in sounds { try Data(codes).write(to: folder.file(name)) }
        try await self.init(scenario: scenario, calls: calls, mode: "u1", address: "127.0.0.1", port: nil, in: folder)
    }

    private init(
        scenario: URL, calls: Int, mode: String, address: String, port chosen: UInt16?, in folder: ScratchFolder
    ) async throws {
        self.folder = folder
        port = try chosen ?? freePort()
        // For sound and for pictures, each with RTCP: SIPp binds them whatever its scenario says.
        let media = try freePorts(4)
        program = try Program(
            "/usr/bin/sipp",
            [
                "-sf", scenario.path, "-t", mode, "-i", address, "-p", "\(port)", "-mp", "\(media)",
                "-m", "\(calls)", "-nostdin", "-trace_err", "-error_file", folder.file("errors.log").path,
                "-timeout", "60s",
            ], output: folder.file("sipp.log"), in: folder.url)
        let (program, port) = (program, port)
        let listens = try await eventually(.seconds(30), every: .milliseconds(10)) {
            try (mode == "t1" ? isListening(port) : isBound(port)) || !program.isRunning
        }
        guard listens, program.isRunning else { throw InteropFailure("SIPp does not listen at \(port):\n\(report)") }
    }

    /// Whether all calls went by the scenario to its end.
    func succeeded(_ limit: Duration = .seconds(20)) async throws -> Bool {
        try await program.wait(limit) == 0
    }

    var report: String {
        ((try? String(contentsOf: folder.file("errors.log"), encoding: .utf8)) ?? "") + program.text.suffix(2_000)
    }

    /// Ends SIPp whatever it is doing.
    func stop() { program.signal(SIGKILL) }
}
