import CallModel
import CallSwitching
import Dispatch
import Logging
import MediaControl
import Synchronization
import Testing

@testable import CallRuntime

@Suite("The log")
struct LogTests {
    /// Collects what a queue writes.
    private final class Sink: Sendable {
        private let written = Mutex<[UInt8]>([])
        func write(_ bytes: [UInt8]) { written.withLock { $0 += bytes } }
        var lines: [String] {
            String(decoding: written.withLock(\.self), as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    private func text(_ fill: (inout LogLine) -> Void) -> String {
        var line = LogLine(time: WallTime(milliseconds: 0), level: "info", event: "x")
        fill(&line)
        return String(decoding: line.bytes, as: UTF8.self)
    }

    @Test func `a line begins with time, level and event`() {
        #expect(text { _ in } == "time=1970-01-01T00:00:00.000Z level=info event=x")
    }

    @Test(arguments: [
        ("plain", "plain"), ("two words", #""two words""#), ("", #""""#), (#"say "hi""#, #""say \"hi\"""#),
        ("a=b", #""a=b""#), ("back\\slash only", #""back\\slash only""#), ("line\nbreak\r\t", #""line\nbreak\r\t""#),
        ("bell\u{7}", #""bell?""#), ("中文", "中文"),
    ])
    func `a value is quoted where it must be and cannot end the line`(value: String, written: String) {
        #expect(text { $0.field("k", value) }.hasSuffix(" k=\(written)"))
    }

    @Test(arguments: [
        (951_827_696_789, "2000-02-29T12:34:56.789Z"), (1_763_923_200_000, "2025-11-23T18:40:00.000Z"),
        (4_107_542_399_999, "2100-02-28T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ])
    func `times are civil dates in UTC`(milliseconds: Int64, written: String) {
        var text: [UInt8] = []
        TimestampText.write(WallTime(milliseconds: milliseconds), to: &text)
        #expect(String(decoding: text, as: UTF8.self) == written)
    }

    @Test(
        arguments: [
            (.media(.file("write x.wav: No space left on device")), #""write x.wav: No space left on device""#),
            (.media(.notPossible), #""a leg is closed or already recorded""#),
            (.overdue, #""the file did not become whole in time""#),
        ] as [(RecordingNote.Reason, String)])
    func `a failed recording is one line with its call and its reason`(reason: RecordingNote.Reason, written: String) {
        let note = RecordingNote(call: CallID(high: 1, low: 2), file: "x.wav", reason: reason)
        let line = String(decoding: LogLine(note, at: WallTime(milliseconds: 0)).bytes, as: UTF8.self)
        #expect(
            line == "time=1970-01-01T00:00:00.000Z level=warning event=\"recording failed\" "
                + "call=00000000000000010000000000000002 file=x.wav reason=\(written)")
    }

    @Test func `lines are written in order`() {
        let sink = Sink()
        let queue = LogQueue(gathering: .seconds(3600), output: sink.write)
        for event in ["first", "second"] {
            queue.append(LogLine(time: WallTime(milliseconds: 0), level: "info", event: event))
        }
        #expect(sink.lines.isEmpty)
        queue.flush()
        #expect(sink.lines.map { $0.suffix(6) } == ["=first", "second"])
    }

    @Test func `lines beyond the backlog are dropped and counted`() {
        let sink = Sink()
        let line = LogLine(time: WallTime(milliseconds: 0), level: "info", event: "x")
        let queue = LogQueue(
            limit: 2 * (line.bytes.count + 1), gathering: .seconds(3600), output: sink.write)
        for _ in 0..<5 { queue.append(line) }
        queue.flush()
        #expect(queue.droppedLines == 3)
        #expect(sink.lines.count == 3)
        #expect(sink.lines.last?.hasSuffix(#"level=warning event="log lines dropped" lines=3"#) == true)
        queue.append(line)
        queue.flush()
        #expect(sink.lines.count == 4)
        #expect(queue.droppedLines == 3)
    }

    @Test func `swift-log's metadata become fields`() {
        let sink = Sink()
        let queue = LogQueue(gathering: .seconds(3600), output: sink.write)
        var logger = Logger(label: "test") { LogfmtHandler(label: $0, level: .info, queue: queue) }
        logger[metadataKey: "b"] = "1"
        logger.debug("unseen")
        logger.warning("seen", metadata: ["a": "two words"])
        queue.flush()
        #expect(sink.lines.count == 1)
        #expect(sink.lines.first?.hasSuffix(#"level=warning event=seen from=test a="two words" b=1"#) == true)
    }
}
