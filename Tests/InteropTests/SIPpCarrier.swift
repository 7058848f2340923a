import Foundation

/// SIPp as a carrier that treats every call as its scenario says.
final class SIPpCarrier: Sendable {
    let port: UInt16
    private let folder: ScratchFolder
    private let program: Program

    /// - Parameters:
    ///   - calls: SIPp ends after so many.
    ///   - mode: SIPp's transport mode, `u1` for UDP or `t1` for TCP.
    init(_ scenario: String, calls: Int = 1, mode: String = "u1", address: String = "127.0.0.1") throws {
        folder = try ScratchFolder()
        port = try freePort()
        program = try Program(
            "/usr/bin/sipp",
            [
                "-sf", Checkout.scenario(scenario).path, "-t", mode, "-i", address, "-p", "\(port)", "-mp",
                "\(try freePort() & ~1)",
                "-m", "\(calls)", "-nostdin", "-trace_err", "-error_file", folder.file("errors.log").path,
                "-timeout", "60s",
            ], output: folder.file("sipp.log"), in: folder.url)
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
