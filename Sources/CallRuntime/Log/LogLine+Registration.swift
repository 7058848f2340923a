import CallModel
import SIPUserAgent
import SansIO

extension LogLine {
    /// One line for somebody who was not let register.
    init(_ refusal: RegistrationRefusal, at time: WallTime) {
        self.init(time: time, level: "warning", event: "registration refused")
        field("reason", refusal.reason.words)
        field("source", refusal.source.description)
        if let user = refusal.user { field("extension", user) }
        if refusal.untold > 0 { field("untold", refusal.untold) }
    }
}

extension RegistrationRefusal.Reason {
    fileprivate var words: String {
        switch self {
        case .wrongPassword: "wrong password"
        case .unknownUser: "unknown extension"
        case .otherUser: "for another extension"
        case .tooMany: "too many"
        case .blocked: "blocked"
        }
    }
}
