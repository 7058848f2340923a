import Foundation
import Synchronization

/// Another process of this program, whose standard output is read line by line.
final class ChildProcess: Sendable {
    /// What the process says, in order; ends when it ends.
    let lines: AsyncStream<String>
    private let process: Mutex<Process>
    /// Its standard input, which ends when this process ends, whatever ends it.
    private let input = Pipe()
    /// Of the process.
    let number: Int32

    /// - Parameters:
    ///   - log: the file that its standard error goes to; `nil` for ours.
    init(_ arguments: [String], log: URL? = nil) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        process.standardInput = input
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

    /// The value of `key` in the process's line `ready key=value …`, for which it has 20 s.
    func ready(_ key: String) async throws -> String {
        let line = try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask { await self.lines.first { $0.hasPrefix("ready ") } }
            group.addTask {
                try await Task.sleep(for: .seconds(20))
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        let words = line?.split(separator: " ") ?? []
        guard let word = words.first(where: { $0.hasPrefix(key + "=") }) else {
            throw CommandFailure("process \(number) did not become ready")
        }
        return String(word.dropFirst(key.utf8.count + 1))
    }

    /// Asks it to end.
    func terminate() { process.withLock { if $0.isRunning { $0.terminate() } } }

    /// Blocks until it has ended.
    func wait() { process.withLock { $0.waitUntilExit() } }
}
