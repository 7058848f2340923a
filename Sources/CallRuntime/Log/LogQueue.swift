import CallModel
import Dispatch
import Glibc
import LinuxIO
import Synchronization

/// Lines on their way to standard error.
///
/// Whoever logs never waits for the terminal, pipe or disk behind it: lines gather in a bounded backlog that a
/// thread of its own writes out. Lines that find the backlog full are dropped, counted, and the count is logged.
public final class LogQueue: Sendable {
    /// The most bytes that wait, 1 MiB unless a test says otherwise.
    public static let largestBacklog = 1 << 20

    private struct Backlog {
        var bytes: [UInt8] = []
        /// Dropped since the last line that told so.
        var dropped = 0
        var droppedInAll = 0
        var isWriting = false
    }

    private let backlog = Mutex(Backlog())
    private let writer = DispatchQueue(label: "duocall.log")
    private let limit: Int
    private let gathering: DispatchTimeInterval
    private let output: @Sendable ([UInt8]) -> Void

    /// - Parameter output: writes the bytes, and may block.
    init(
        limit: Int = largestBacklog, gathering: DispatchTimeInterval = .milliseconds(50),
        output: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.limit = limit
        self.gathering = gathering
        self.output = output
    }

    /// Writes to standard error.
    public convenience init() { self.init { LogQueue.write($0, to: STDERR_FILENO) } }

    /// Lines dropped since the start.
    public var droppedLines: Int { backlog.withLock { $0.droppedInAll } }

    /// Takes one line, without its end.
    func append(_ line: LogLine) {
        let mustWake = backlog.withLock { backlog in
            guard backlog.bytes.count + line.bytes.count < limit else {
                backlog.dropped += 1
                backlog.droppedInAll += 1
                return false
            }
            backlog.bytes += line.bytes
            backlog.bytes.append(UInt8(ascii: "\n"))
            defer { backlog.isWriting = true }
            return !backlog.isWriting
        }
        // The wait lets many lines leave in one write; a waking costs more than a line does.
        if mustWake { writer.asyncAfter(deadline: .now() + gathering) { self.writeBacklog() } }
    }

    /// Returns when everything appended so far is written.
    public func flush() { writer.sync { self.writeBacklog() } }

    private func writeBacklog() {
        let (bytes, dropped) = backlog.withLock { backlog in
            defer { (backlog.bytes, backlog.dropped, backlog.isWriting) = ([], 0, false) }
            return (backlog.bytes, backlog.dropped)
        }
        if !bytes.isEmpty { output(bytes) }
        guard dropped > 0 else { return }
        var line = LogLine(time: .now, level: "warning", event: "log lines dropped")
        line.field("lines", dropped)
        output(line.bytes + [UInt8(ascii: "\n")])
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                // Nobody reads the log any more; there is nowhere left to say so.
                return
            }
        }
    }
}

extension WallTime {
    /// The time of day.
    static var now: WallTime {
        WallTime(milliseconds: CalendarClock.nanosecondsSince1970() / 1_000_000)
    }
}
