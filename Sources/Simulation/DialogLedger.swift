import CallSwitching
import SIPSyntax
import SIPTransactions
import SansIO

/// What passes between the switchboard and the network, judged message by message.
struct DialogLedger {
    private struct Dialog: Hashable {
        let callID: String
        /// The far end's tag.
        let tag: String
    }

    /// Branches of our BYEs.
    private var byes: [Dialog: Set<String>] = [:]
    private var theirByes: Set<Dialog> = []
    /// Dialogs in which we answered a BYE.
    private var answered: Set<Dialog> = []
    /// When each was confirmed.
    private var confirmed: [Dialog: Instant] = [:]
    /// Calls invited so far, and those of them that a crash cut off.
    private var invited: Set<String> = []
    private var cutOff: Set<String> = []
    private var cancelled: Set<String> = []
    private(set) var violations: [String] = []
    private(set) var lateAnswers = 0

    /// A message reached the switchboard, which caused `effects`.
    mutating func received(_ message: SIPMessage, causing effects: [SwitchboardEffect], at now: Instant) {
        let sent = effects.compactMap(\.message)
        if message.status?.isSuccess ?? false, message.method == .invite { judgeAnswer(message, sent, at: now) }
        if message.status == nil, message.method == .bye, let tag = message.from.tag {
            theirByes.insert(Dialog(callID: message.callID.description, tag: tag.description))
        }
        for message in sent { transmitted(message) }
    }

    /// The switchboard sent something of its own accord.
    mutating func sent(_ effects: [SwitchboardEffect]) {
        for message in effects.compactMap(\.message) { transmitted(message) }
    }

    /// Every 2xx, retransmissions included, is acknowledged at once.
    private mutating func judgeAnswer(_ answer: SIPMessage, _ sent: [SIPMessage], at now: Instant) {
        let callID = answer.callID.description
        guard answer.from.tag != nil, let tag = answer.to.tag, !cutOff.contains(callID) else { return }
        let isAcknowledged = sent.contains { message in
            message.method == .ack && message.status == nil && message.callID == answer.callID
                && message.to.tag == tag && message.cseq.number == answer.cseq.number
        }
        if !isAcknowledged { violations.append("a 200 of \(callID) got no ACK") }
        let dialog = Dialog(callID: callID, tag: tag.description)
        guard confirmed[dialog] == nil else { return }
        let isFirst = !confirmed.keys.contains { $0.callID == callID }
        if isFirst, !answer.body.isEmpty, !cancelled.contains(callID), sent.contains(where: { $0.isBye(of: answer) }) {
            lateAnswers += 1
        }
        confirmed[dialog] = now
    }

    private mutating func transmitted(_ message: SIPMessage) {
        let callID = message.callID.description
        if message.method == .invite, message.status == nil { invited.insert(callID) }
        if message.method == .cancel { cancelled.insert(callID) }
        guard message.method == .bye else { return }
        if message.status == nil, let tag = message.to.tag {
            let dialog = Dialog(callID: callID, tag: tag.description)
            let branch = message.topVia.branch?.description ?? ""
            let isNew = byes[dialog, default: []].insert(branch).inserted
            if isNew, answered.contains(dialog) { violations.append("BYE of \(callID) after we answered theirs") }
            if byes[dialog]?.count == 2 { violations.append("two BYE transactions in \(callID)") }
        } else if message.status?.isSuccess ?? false, let tag = message.from.tag {
            answered.insert(Dialog(callID: callID, tag: tag.description))
        }
    }

    /// The server was killed: it owes nothing more in these calls but a BYE for each dialog whose confirmation had
    /// time to become durable.
    mutating func crashed(at now: Instant) {
        cutOff.formUnion(invited)
        confirmed = confirmed.filter { $0.value + .milliseconds(5) < now }
    }

    /// At the end each confirmed dialog saw a BYE from one side or the other.
    mutating func close() {
        for dialog in confirmed.keys where byes[dialog] == nil && !theirByes.contains(dialog) {
            violations.append("the dialog \(dialog.callID) \(dialog.tag) was never ended")
        }
    }
}

extension SwitchboardEffect {
    fileprivate var message: SIPMessage? {
        guard case .transmit(let datagram) = self else { return nil }
        do { return try SIPMessage(parsing: datagram.bytes) } catch {
            preconditionFailure("the switchboard sent what cannot be read: \(error)")
        }
    }
}

extension SIPMessage {
    fileprivate func isBye(of answer: SIPMessage) -> Bool {
        method == .bye && status == nil && callID == answer.callID && to.tag == answer.to.tag
    }
}
