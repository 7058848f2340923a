import CallModel
import CallSwitching
import SIPTransactions
import SansIO

extension LogLine {
    /// One line when a trunk's server goes down or comes up.
    init(_ note: ServerNote, at time: WallTime) {
        self.init(time: time, level: note.isUp ? "info" : "warning", event: note.isUp ? "trunk up" : "trunk down")
        field("trunk", note.trunk.rawValue)
        field("transport", note.flow.transport.name)
        field("remote", note.flow.remote.description)
    }
}
