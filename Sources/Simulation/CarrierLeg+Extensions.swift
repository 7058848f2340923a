import SIPSyntax
import SansIO

/// What a carrier asks beyond plain calls: proofs, PRACK and refreshes.
extension CarrierLeg {
    /// As short as no carrier's, so that a simulated call lives to see it. The last refresh must come from us.
    static let timer: [(HeaderName, String)] = [
        (.require, "timer"), (.sessionExpires, "6;refresher=uac"), (.allow, "INVITE, ACK, BYE, CANCEL, UPDATE"),
    ]

    private var nonce: String { "nonce-\(tag)" }

    func challenge() -> [LegStep] {
        challengedBranch = invite.topVia.branch?.description ?? ""
        let asked = "Digest realm=\"carrier\", nonce=\"\(nonce)\", qop=\"auth\", algorithm=SHA-256"
        let bytes = respond(to: invite, 401, tag: forkTag(0), body: [], headers: [(.wwwAuthenticate, asked)])
        final = Final(status: 401, forks: [0: bytes])
        return [.send(bytes), .wake(after: .milliseconds(500), .repeatFinal(fork: 0, interval: .milliseconds(500)))]
    }

    /// An INVITE with another branch: again with its proof, or one that the network held up (RFC 3261 §22.2).
    func receiveAnother(_ message: SIPMessage) -> [LegStep] {
        guard let challengedBranch else { return [.complain("a second INVITE with the Call-ID of the first")] }
        if message.topVia.branch?.description == challengedBranch { return [] }
        guard invite.topVia.branch?.description == challengedBranch else { return [.complain("a third INVITE")] }
        var steps: [LegStep] = []
        if message.cseq.number <= invite.cseq.number { steps.append(.complain("INVITE again without a greater CSeq")) }
        if message.from.tag != invite.from.tag || message.to.tag != nil {
            steps.append(.complain("INVITE again with other tags"))
        }
        let proof = message.headers[.authorization].flatMap { DigestFields($0) }
        guard proof?["nonce"] == nonce, proof?["response"]?.utf8.count == 64 else {
            return steps + [.complain("INVITE again without a proof")]
        }
        invite = message
        final = nil
        return steps + [.note(.proven)] + begin()
    }

    func receivePrack(_ prack: SIPMessage) -> [LegStep] {
        let words = prack.headers[.rack]?.description.split(separator: " ").map(String.init) ?? []
        guard behaviour.isReliable, words.count == 3, let sequence = Int(words[0]), sequence <= reliableSequence,
            words[1] == String(invite.cseq.number), words[2] == "INVITE", fork(of: prack.to.tag) == 0
        else { return [.complain("a PRACK for nothing (RFC 3262 §7.2)")] }
        var steps = checkRoute(prack)
        if prack.cseq.number <= invite.cseq.number { steps.append(.complain("PRACK without a greater CSeq")) }
        if unacknowledged.removeValue(forKey: sequence) != nil { steps.append(.note(.acknowledgedEarly)) }
        return steps + [.send(respond(to: prack, 200, tag: nil, body: []))]
    }

    /// RFC 3262 §3: repeated until its PRACK or the final response.
    func repeatReliable(_ sequence: Int, _ interval: Duration) -> [LegStep] {
        guard final == nil, let bytes = unacknowledged[sequence], interval < .seconds(32) else { return [] }
        return [.send(bytes), .wake(after: interval * 2, .repeatReliable(sequence: sequence, interval: interval * 2))]
    }

    func receiveRefresh(_ update: SIPMessage) -> [LegStep] {
        guard behaviour.wantsRefreshes, update.sessionExpires?.refresher == .uac else {
            return [.complain("an UPDATE that refreshes nothing")]
        }
        let steps = checkRoute(update)
        return steps + [.note(.refreshed), .send(respond(to: update, 200, tag: nil, body: [], headers: Self.timer))]
    }
}
