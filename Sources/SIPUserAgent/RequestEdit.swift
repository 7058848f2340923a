import SIPSyntax
import SIPTransactions

/// What a request of ours has anew when it is sent again: always a CSeq and a branch of its own (RFC 3261 §8.1.3.5).
struct RequestEdit {
    let branch: UInt64
    let sequence: UInt32
    /// The Via value that bears the branch.
    let via: String
    /// The Request-URI, if another.
    var uri: SIPURI?
    /// Lines that stand in place of those of the same name.
    var headers: [(HeaderName, String)] = []
}

extension UserAgent {
    /// Writes a request of ours again, with the proofs that are known by now.
    mutating func write(
        again request: SIPMessage, _ edit: RequestEdit, as account: AccountID?
    ) -> (bytes: [UInt8], proofs: [(HeaderName, String)]) {
        guard let uri = edit.uri ?? request.requestURI else { preconditionFailure("a request of ours has its URI") }
        let proofs = proofs(of: account, request.method, uri: uri.description, body: Array(request.body))
        let replaced = edit.headers + proofs
        writer.begin(request.method, uri)
        writer.header(.via, edit.via)
        writer.copy(
            headersOf: request,
            except: [.via, .cseq, .authorization, .proxyAuthorization] + edit.headers.map(\.0))
        writer.header(.cseq) { $0.add(edit.sequence, request.method) }
        for field in replaced { writer.header(field.0, field.1) }
        return (writer.finish(body: request.body), proofs)
    }

    /// The proofs that a request of this account bears from the start; none while nobody asked for any.
    mutating func proofs(
        of account: AccountID?, _ method: SIPMethod, uri: String, body: [UInt8]
    ) -> [(HeaderName, String)] {
        guard let account, keyrings[account]?.isEmpty == false else { return [] }
        let clientNonce = newToken().text
        return keyrings[account]?.proofs(method, uri: uri, body: body, clientNonce: clientNonce) ?? []
    }

    /// Whether a request is worth sending again after this response: it asks for a proof that we can give.
    mutating func learn(
        from response: SIPMessage, _ status: SIPStatus, for account: AccountID?, _ history: inout ChallengeHistory
    ) -> Bool {
        guard status == .unauthorized || status == .proxyAuthenticationRequired, let account else { return false }
        return keyrings[account]?.learn(from: response, &history) ?? false
    }

    /// A request of ours was answered with success: the next nonce is taken over.
    mutating func noteAcceptance(_ response: SIPMessage, for account: AccountID?) {
        guard let account, keyrings.index(forKey: account) != nil else { return }
        keyrings[account]?.accept(response)
    }

    /// A request of ours that the transaction layer hands back.
    func parsed(_ request: [UInt8]) -> SIPMessage {
        do {
            return try SIPMessage(parsing: request)
        } catch {
            preconditionFailure("a request of ours is well formed: \(error)")
        }
    }
}
