import SIPSyntax
import SIPTransactions
import SansIO

/// One INVITE session as the user agent keeps it. Owned by the agent alone; never shared.
///
///     Inviting ──2xx──► Confirmed ──hang up──► Leaving ──BYE is done──► Released
///        │                 └──────BYE comes─────────────────────────────┘
///        ├──2xx after our CANCEL──────────────► Leaving
///        └──failure, time, transport────────────────────────────────────► Released
///     Ringing ──we accept──► Confirmed,  we refuse or CANCEL comes ─────► Released
///
/// A released session stays as long as 2xx of its INVITE may come again: each deserves its ACK.
final class Session {
    let id: SessionID
    let callID: String
    let localTag: String
    /// `From` of our requests, without the tag.
    let localURI: String
    /// `To` of our requests, without the tag.
    let remoteURI: String
    let keepsFlow: Bool
    /// By which our requests answer challenges.
    let account: AccountID?
    /// Whether the call is ours, and with it the Call-ID.
    let ownsCallID: Bool
    var phase: Phase
    /// Our INVITE, while its transaction lives.
    @Seldom var invite: OwnInvite?
    /// Our re-INVITE, while its transaction lives.
    @Seldom var reinvite: OwnReinvite?
    /// Our other requests whose transactions live.
    var requests: [OwnRequest] = []
    /// The ACKs of the 2xx received, one per fork, while our INVITE's transaction lives.
    var acknowledgements: [ForkAcknowledgement] = []
    /// What we sent last as our session description.
    var localDescription: [UInt8] = []

    init(
        id: SessionID, callID: String, localTag: String, localURI: String, remoteURI: String, keepsFlow: Bool,
        account: AccountID? = nil, ownsCallID: Bool, phase: Phase, invite: OwnInvite? = nil
    ) {
        self.id = id
        self.callID = callID
        self.localTag = localTag
        self.localURI = localURI
        self.remoteURI = remoteURI
        self.keepsFlow = keepsFlow
        self.account = account
        self.ownsCallID = ownsCallID
        self.phase = phase
        self.invite = invite
    }

    enum Phase {
        case inviting(Inviting)
        case ringing(Ringing)
        case confirmed(Dialog, Exchange)
        /// Our BYE is under way; the far end's may have crossed it.
        case leaving(Dialog, crossed: Bool = false)
        case released
    }

    var deadline: Instant? {
        switch phase {
        case .leaving, .released: nil
        case .inviting(let inviting): inviting.early.compactMap { $0.offer?.until }.min()
        case .ringing(let ringing): ringing.until
        case .confirmed(_, let exchange): exchange.deadline
        }
    }

    /// The confirmed dialog, while it exists for us.
    var dialog: Dialog? {
        switch phase {
        case .confirmed(let dialog, _), .leaving(let dialog, _): dialog
        case .inviting, .ringing, .released: nil
        }
    }

    /// Whether a re-INVITE of ours waits for its final response.
    var hasOpenReinvite: Bool { reinvite.map { $0.acknowledgement == nil } ?? false }
}

/// An INVITE of ours, as CANCEL and ACK repeat it.
struct OwnInvite {
    let branch: UInt64
    let state: InviteState
    /// How long it may go without a final response after the first provisional one.
    let limit: Duration
    /// The proofs that it bears, and its ACK repeats (RFC 3261 §22.1).
    var proofs: [(HeaderName, String)] = []
    /// The session interval that it asks for, in seconds; `nil`: none.
    var sessionExpires: UInt32?
    var challenges = ChallengeHistory()
}

/// A re-INVITE of ours.
struct OwnReinvite {
    let branch: UInt64
    let sequence: UInt32
    var proofs: [(HeaderName, String)] = []
    var challenges = ChallengeHistory()
    /// Sent for its 2xx, and again whenever that is repeated.
    var acknowledgement: Datagram?
}

/// A request of ours within a dialog.
struct OwnRequest {
    let branch: UInt64
    let purpose: Purpose
    var challenges = ChallengeHistory()

    enum Purpose {
        case bye
        /// For a reliable provisional response, with its To tag.
        case prack(String)
        /// UPDATE, for the session timer.
        case refresh
        /// For a fork that is not the session's dialog.
        case byeOfFork
    }
}

/// An ACK that was sent for the 2xx of one fork.
struct ForkAcknowledgement {
    let remoteTag: String
    let datagram: Datagram
}

/// What is known while no final response came.
struct Inviting {
    var heard = ResponseProgress.nothing
    var cancelling = Cancelling.no
    var early: [EarlyDialog] = []

    enum Cancelling: Hashable {
        case no
        /// As soon as a provisional response comes (RFC 3261 §9.1).
        case wanted(ReasonHeader?)
        case sent(ReasonHeader?)

        var isWanted: Bool { self != .no }
        var reason: ReasonHeader? {
            switch self {
            case .no: nil
            case .wanted(let reason), .sent(let reason): reason
            }
        }
    }
}

/// A call to us that waits for its response.
struct Ringing {
    let transaction: ServerTransactionID
    let dialog: Dialog
    let until: Instant
}

/// The offers and acknowledgements under way in a confirmed dialog.
struct Exchange {
    @Seldom var offer: PendingOffer?
    @Seldom var awaited: AwaitedAcknowledgement?
    var timer: SessionTimer?
    /// Whether the far end serves UPDATE.
    var allowsUpdate = false

    var deadline: Instant? {
        let acknowledgement = awaited.map { min($0.retransmission.due, $0.giveUp) }
        return earliest(timer?.deadline, earliest(offer?.until, acknowledgement))
    }
}

/// A re-INVITE or UPDATE that waits for our answer.
struct PendingOffer {
    let id: OfferID
    let transaction: ServerTransactionID
    /// Whether the far end wants the offer from us.
    let isRequest: Bool
    let until: Instant
}

/// A 2xx of ours that waits for its ACK (RFC 3261 §13.3.1.4).
struct AwaitedAcknowledgement {
    let transaction: ServerTransactionID
    let sequence: UInt32
    let response: [UInt8]
    var retransmission: Retransmission
    let giveUp: Instant
    /// Set where our 2xx bore the offer and the ACK must bear the answer.
    let offer: OfferID?
    /// Whether it answers the call itself and not a re-INVITE.
    let isFirst: Bool
    /// We want to hang up, but a callee must not before the ACK (RFC 3261 §15).
    var byeWanted: ByeWish = .no

    enum ByeWish: Hashable {
        case no
        case yes(ReasonHeader?)
    }
}
