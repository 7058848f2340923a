import CallModel
import Foundation

/// A call as the server's reads tell it, as far as the command line shows it.
struct CallView: Decodable, Equatable {
    struct Leg: Decodable, Equatable {
        var from: String?
        var to: String?
        var trunk: String?
        var sip_status: Int?
        var codec: String?
    }

    var callId: String
    var state: Int
    var to1: String
    var to2: String
    var begin_time: Int64
    var duration: Int?
    var end_reason: String?
    var error: String?
    var leg1: Leg?
    var leg2: Leg?

    var callState: CallState { CallState(rawValue: state) ?? .unknown }

    /// The state in words.
    var words: String {
        switch callState {
        case .unknown: "state \(state)"
        case .queued: "queued"
        case .scheduled: "scheduled"
        case .dialling1: "dialling party 1, \(to1)"
        case .ringing1: "party 1 rings"
        case .answered1: "party 1 answered"
        case .dialling2: "dialling party 2, \(to2)"
        case .ringing2: "party 2 rings"
        case .talking: "party 1 and party 2 talk"
        case .ended:
            "ended: \(end_reason ?? "?") after \(duration ?? 0) s" + (error.map { ", error \($0)" } ?? "")
        }
    }
}

/// A page of calls.
struct CallPage: Decodable {
    var totalCount: Int
    var currentPageNo: Int
    var totalPageCount: Int
    var result: [CallView]
}

/// The answer to a placed or cancelled call.
struct CallReference: Decodable {
    var callId: String
}
