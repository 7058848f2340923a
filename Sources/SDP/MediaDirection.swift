/// Which way a stream flows, seen by whoever describes it (RFC 8866 §6.7).
public enum MediaDirection: String, Hashable, Sendable, CaseIterable {
    case sendrecv, sendonly, recvonly, inactive

    /// The same flow seen from the other end, which is what an answer says (RFC 3264 §6.1).
    var mirrored: MediaDirection {
        switch self {
        case .sendrecv: .sendrecv
        case .sendonly: .recvonly
        case .recvonly: .sendonly
        case .inactive: .inactive
        }
    }

    var sends: Bool {
        switch self {
        case .sendrecv, .sendonly: true
        case .recvonly, .inactive: false
        }
    }

    var receives: Bool { mirrored.sends }
}
