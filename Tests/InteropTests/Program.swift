import Foundation
import Glibc

/// A program that a test started, and that it ends by its process id.
final class Program: @unchecked Sendable {
    private let process = Process()
    let output: URL
    let name: String

    /// - Parameters:
    ///   - input: what it reads; nothing without one.
    ///   - output: where its standard output and error go.
    init(_ path: String, _ arguments: [String], input: Pipe? = nil, output: URL, in folder: URL? = nil) throws {
        name = (path as NSString).lastPathComponent
        self.output = output
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = input ?? FileHandle.nullDevice
        try Data().write(to: output)
        let file = try FileHandle(forWritingTo: output)
        process.standardOutput = file
        process.standardError = file
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var isRunning: Bool { process.isRunning }
    var exitStatus: Int32? { process.isRunning ? nil : process.terminationStatus }
    var text: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Ends the program and those that it started itself: each leads a process group of its own.
    func endGroup() { if process.isRunning { kill(-process.processIdentifier, SIGKILL) } }

    /// Waits until the program has ended; `nil` if it did not in time.
    func wait(_ limit: Duration = .seconds(30)) async throws -> Int32? {
        try await eventually(limit) { !self.process.isRunning }
        return exitStatus
    }
}

/// Asks until it is so, or the time is over.
@discardableResult
func eventually(
    _ limit: Duration = .seconds(20), every pace: Duration = .milliseconds(50), _ holds: () async throws -> Bool
) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await holds() { return true }
        try await Task.sleep(for: pace)
    }
    return try await holds()
}
