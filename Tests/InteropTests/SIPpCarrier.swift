import Foundation

/// SIPp as a carrier that treats every call as its scenario says.
final class SIPpCarrier: Sendable {
    let port: UInt16
    private let folder: ScratchFolder
    private let program: Program

    /// - Parameter calls: SIPp ends after so many.
    init(_ scenario: String, calls: Int = 1) throws {
        folder = try ScratchFolder()
        port = try freePort()
        program = try Program(
            "/usr/bin/sipp",
            [
                "-sf", Checkout.scenario(scenario).path, "-i", "127.0.0.1", "-p", "\(port)", "-mp",
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
