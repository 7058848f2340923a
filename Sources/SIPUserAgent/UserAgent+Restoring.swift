import SIPSyntax
import SIPTransactions
public import SansIO

extension UserAgent {
    /// Takes up a confirmed dialog from before a restart, to hang it up or to go on.
    ///
    /// - Parameter account: by which its requests answer challenges.
    /// - Returns: `nil` if the values are not those of a dialog of this agent, or it is there already.
    public mutating func restore(_ state: DialogState, as account: AccountID? = nil) -> SessionID? {
        guard let number = vacantNumber(state.localTag), SIPURI(state.remoteTarget) != nil,
            state.routes.allSatisfy({ NameAddress($0) != nil })
        else { return nil }
        let dialog = Dialog(
            remoteTag: state.remoteTag, remoteTarget: state.remoteTarget, routes: state.routes,
            localSequence: state.localSequence, remoteSequence: state.remoteSequence, flow: state.flow)
        sessions[number] = Session(
            id: SessionID(number: number), callID: state.callID, localTag: state.localTag, localURI: state.localURI,
            remoteURI: state.remoteURI, keepsFlow: false, account: account, ownsCallID: true,
            phase: .confirmed(dialog, Exchange()))
        return SessionID(number: number)
    }

    /// Takes up an INVITE that had a provisional response before a restart, to cancel it. Should it be answered
    /// meanwhile, it is told as any other.
    ///
    /// - Parameters:
    ///   - account: by which its requests answer challenges.
    ///   - limit: how long it may stay without a final response.
    /// - Returns: `nil` if the values are not those of an INVITE of this agent, or it is there already.
    public mutating func restore(
        _ state: InviteState, as account: AccountID? = nil, limit: Duration = .seconds(360), at now: Instant
    ) -> SessionID? {
        guard let from = NameAddress(state.from), let tag = from.tag?.description, let number = vacantNumber(tag),
            let branch = branch(of: state), !transactions.hasInvite(branch: branch), SIPURI(state.requestURI) != nil
        else { return nil }
        let request = write(.invite, repeating: state, reason: nil)
        guard (try? SIPMessage(parsing: request)) != nil else { return nil }
        var inviting = Inviting()
        inviting.heard = .provisional
        sessions[number] = Session(
            id: SessionID(number: number), callID: state.callID, localTag: tag, localURI: "<\(from.uri)>",
            remoteURI: state.to, keepsFlow: false, account: account, ownsCallID: true,
            phase: .inviting(inviting),
            invite: OwnInvite(branch: branch, state: state, limit: limit))
        transactions.resumeInvite(
            request, branch: branch, to: state.flow, owner: number, limit: limit, at: now)
        return SessionID(number: number)
    }

    private func vacantNumber(_ tag: String) -> UInt64? {
        guard let token = WireToken(tag), token.shard == identity.shard, sessions[token.number] == nil
        else { return nil }
        return token.number
    }

    private func branch(of state: InviteState) -> UInt64? {
        guard let text = state.via.split(separator: ";").first(where: { $0.hasPrefix("branch=") })?.dropFirst(7),
            let token = WireToken(branch: SIPText(text)), token.shard == identity.shard
        else { return nil }
        return token.number
    }
}
