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
    private(set) var violations: [Violation] = []
    /// Dialogs whose BYE of ours has its final response.
    private var concluded: Set<Dialog> = []
    /// The greatest CSeq of our requests, and its branch.
    private var sequences: [Dialog: (number: UInt32, branch: String)] = [:]
    private(set) var lateAnswers = 0

    /// A message reached the switchboard, which caused `effects`.
    mutating func received(_ message: SIPMessage, causing effects: [SwitchboardEffect], at now: Instant) {
        let sent = effects.compactMap(\.message)
        if message.status?.isSuccess ?? false, message.method == .invite { judgeAnswer(message, sent, at: now) }
        if message.status == nil, message.method == .bye, let tag = message.from.tag {
            theirByes.insert(Dialog(callID: message.callID.description, tag: tag.description))
        }
        if message.status?.isFinal ?? false, message.method == .bye, let tag = message.to.tag {
            concluded.insert(Dialog(callID: message.callID.description, tag: tag.description))
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
        if !isAcknowledged { complain(.acknowledgement, "a 200 of \(callID) got no ACK") }
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
            if concluded.contains(dialog) { complain(.singleBye, "BYE of \(callID) after its answer") }
            judgeSequence(message, in: dialog, branch)
            let isNew = byes[dialog, default: []].insert(branch).inserted
            if isNew, answered.contains(dialog) { complain(.singleBye, "BYE of \(callID) after we answered theirs") }
            if byes[dialog]?.count == 2 { complain(.singleBye, "two BYE transactions in \(callID)") }
        } else if message.status?.isSuccess ?? false, let tag = message.from.tag {
            answered.insert(Dialog(callID: callID, tag: tag.description))
        }
    }

    /// A new request of ours has a greater CSeq than those before; a repeated one the same.
    private mutating func judgeSequence(_ request: SIPMessage, in dialog: Dialog, _ branch: String) {
        let number = UInt32(request.cseq.number)
        if let last = sequences[dialog], branch == last.branch ? number != last.number : number <= last.number {
            complain(.sequence, "\(request.method) of \(dialog.callID) has the CSeq \(number) after \(last.number)")
        }
        sequences[dialog] = (number, branch)
    }

    /// The server was killed: it owes nothing more in these calls but a BYE for each dialog whose confirmation had
    /// time to become durable.
    mutating func crashed(at now: Instant) {
        cutOff.formUnion(invited)
        confirmed = confirmed.filter { $0.value + .milliseconds(5) < now }
    }

    private mutating func complain(_ rule: Rule, _ words: String) { violations.append(Violation(rule, words)) }

    /// At the end each confirmed dialog saw a BYE from one side or the other.
    mutating func close() {
        for dialog in confirmed.keys where byes[dialog] == nil && !theirByes.contains(dialog) {
            complain(.ending, "the dialog \(dialog.callID) \(dialog.tag) was never ended")
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
