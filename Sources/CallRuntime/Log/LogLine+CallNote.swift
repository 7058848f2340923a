import CallModel
import CallSwitching

extension LogLine {
    /// One line per change of a call's state.
    init(_ note: CallNote, at time: WallTime) {
        self.init(time: time, level: "info", event: "call")
        field("call", note.call.description)
        field("state", note.state.word)
        if let party = note.party { field("leg", Int(party.rawValue)) }
        if let trunk = note.trunk { field("trunk", trunk.rawValue) }
        if let status = note.sipStatus { field("status", status) }
        if let reason = note.endReason { field("reason", reason.token) }
    }
}

extension CallState {
    /// The state in the log.
    fileprivate var word: String {
        switch self {
        case .unknown: "unknown"
        case .ringing1: "ringing1"
        case .answered1: "answered1"
        case .ringing2: "ringing2"
        case .talking: "talking"
        case .ended: "ended"
        case .queued: "queued"
        case .scheduled: "scheduled"
        case .dialling1: "dialling1"
        case .dialling2: "dialling2"
        }
    }
}
