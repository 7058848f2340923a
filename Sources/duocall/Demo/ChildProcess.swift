import Foundation
import Synchronization

/// Another process of this program, whose standard output is read line by line.
final class ChildProcess: Sendable {
    /// What the process says, in order; ends when it ends.
    let lines: AsyncStream<String>
    private let process: Mutex<Process>
    /// Of the process.
    let number: Int32

    /// - Parameters:
    ///   - log: the file that its standard error goes to; `nil` for ours.
    init(_ arguments: [String], log: URL? = nil) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        if let log {
            guard FileManager.default.createFile(atPath: log.path, contents: nil) else {
                throw CommandFailure("cannot write \(log.path)")
            }
            process.standardError = try FileHandle(forWritingTo: log)
        }
        lines = Self.lines(of: output.fileHandleForReading)
        try process.run()
        number = process.processIdentifier
        self.process = Mutex(process)
    }

    private static func lines(of handle: FileHandle) -> AsyncStream<String> {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        let rest = Mutex<[UInt8]>([])
        handle.readabilityHandler = { handle in
            let data = handle.availableData
            guard !data.isEmpty else {
                handle.readabilityHandler = nil
                return continuation.finish()
            }
            let whole = rest.withLock { rest in
                rest += data
                var parts = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                rest = parts.popLast().map(Array.init) ?? []
                return parts.map { String(decoding: $0, as: UTF8.self) }
            }
            for line in whole { continuation.yield(line) }
        }
        return lines
    }

    /// Asks it to end.
    func terminate() { process.withLock { if $0.isRunning { $0.terminate() } } }

    /// Blocks until it has ended.
    func wait() { process.withLock { $0.waitUntilExit() } }
}
