import CallModel
import CallSwitching
import MediaControl

extension LogLine {
    /// One line for a recording that failed.
    init(_ note: RecordingNote, at time: WallTime) {
        self.init(time: time, level: "warning", event: "recording failed")
        field("call", note.call.description)
        field("file", note.file)
        field("reason", note.reason.words)
    }
}

extension RecordingNote.Reason {
    fileprivate var words: String {
        switch self {
        case .media(.notPossible): "a leg is closed or already recorded"
        case .media(.file(let words)): words
        case .overdue: "the file did not become whole in time"
        }
    }
}
