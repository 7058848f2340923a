import CallModel
import MediaControl
import SDP
import SIPUserAgent
import SansIO

/// One party's leg: the lines it may use, the SIP session it has, and its media. Its call alone owns it.
final class Leg {
    /// A line is large, and what a leg is longest, connected, has none.
    enum State {
        /// Not dialled yet; the line has room kept for it.
        indirect case idle(reserved: Line)
        /// The line's pace is used up until then.
        indirect case waitingForTurn(Line, until: Instant)
        indirect case dialling(Attempt)
        case confirmed(SessionID)
        /// CANCEL or BYE is under way.
        case releasing(SessionID)
        case gone
    }

    /// The most 3xx that are followed on one line.
    static let redirectionLimit = 5

    var state: State
    /// Lines not tried yet, best first.
    var untried: ArraySlice<Line>
    /// Where 3xx on the line in use pointed, the last in use.
    var redirections: [String] = []
    /// The phones of its extension that ring beside the one that speaks for it.
    var rivals: [Rival] = []
    /// What the first phone that refused said, while others go on.
    var phoneRefusal: SessionFailure?
    /// Sessions whose signalling still exists, each with the trunk on which it occupies a line.
    var occupied: [(session: SessionID, trunk: Int?)] = []
    let media: MediaLegID
    var port: UInt16
    /// Our session description on the line in use.
    var description: OurMedia?
    /// What we sent last as our description.
    var localDescription: [UInt8] = []
    /// The far end's description in force, as received; an equal one changes nothing.
    var remoteDescription: [UInt8] = []
    /// The To tag that came with it.
    var remoteTag = ""
    /// The far end's last description was other than `sendrecv`.
    var isHeld = false
    /// The far end's last description was one that sends nothing (`recvonly`, `inactive`).
    var isMute = false
    /// Of what the leg is fed: what is reported of an earlier feed is about something that is over.
    var feedNumber: UInt32 = 0
    /// The leg is fed what the other party sends.
    var hearsOther = false
    /// The last status received on the line in use.
    var lastStatus: Int?
    /// Its record changed since it was last written.
    var isUnwritten = false
    /// Which sources its media may come from; `nil` before the first description.
    var latching: LatchPolicy?

    init(lines: [Line], reserved: Line, media: MediaLegID, port: UInt16) {
        state = .idle(reserved: reserved)
        untried = lines.filter { $0 != reserved }[...]
        self.media = media
        self.port = port
    }

    /// The session that speaks for the leg now.
    var session: SessionID? {
        switch state {
        case .idle, .waitingForTurn, .gone: nil
        case .dialling(let attempt): attempt.session
        case .confirmed(let session), .releasing(let session): session
        }
    }

    /// When the leg itself has something to do.
    var deadline: Instant? {
        switch state {
        case .idle, .confirmed, .releasing, .gone: nil
        case .waitingForTurn(_, let until): until
        case .dialling(let attempt): attempt.silentUntil
        }
    }
}

/// An INVITE at one trunk.
struct Attempt {
    let session: SessionID
    let line: Line
    /// When the trunk counts as silent; `nil` once it responded, or where no other line is left.
    var silentUntil: Instant?
    /// Anything came back, 100 included.
    var responded = false
    /// A 180 came.
    var rang = false
    /// An 18x came: the call stays with this trunk.
    var progressed = false
}
