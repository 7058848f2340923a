import CallModel
import SIPTransactions
import SIPUserAgent
import SansIO

extension InviteSnapshot {
    /// What the store keeps of an INVITE.
    init(_ state: InviteState) {
        self.init(
            requestURI: state.requestURI, callID: state.callID, from: state.from, to: state.to,
            sequence: state.sequence, via: state.via, routes: state.routes,
            destination: state.flow.remote.description)
    }
}

extension InviteState {
    /// `nil` if the stored destination is not an address.
    init?(_ snapshot: InviteSnapshot, listener: UInt8) {
        guard let remote = TransportAddress(snapshot.destination) else { return nil }
        self.init(
            requestURI: snapshot.requestURI, callID: snapshot.callID, from: snapshot.from, to: snapshot.to,
            sequence: snapshot.sequence, via: snapshot.via, routes: snapshot.routes,
            flow: Flow(listener: listener, remote: remote))
    }
}

extension DialogSnapshot {
    /// What the store keeps of a dialog and its media.
    init(_ state: DialogState, local: String, remote: String) {
        self.init(
            callID: state.callID, localTag: state.localTag, remoteTag: state.remoteTag, localURI: state.localURI,
            remoteURI: state.remoteURI, remoteTarget: state.remoteTarget, routes: state.routes,
            localSequence: state.localSequence, remoteSequence: state.remoteSequence,
            destination: state.flow.remote.description, localDescription: local, remoteDescription: remote)
    }
}

extension DialogState {
    /// `nil` if the stored destination is not an address.
    init?(_ snapshot: DialogSnapshot, listener: UInt8) {
        guard let remote = TransportAddress(snapshot.destination) else { return nil }
        self.init(
            callID: snapshot.callID, localTag: snapshot.localTag, remoteTag: snapshot.remoteTag,
            localURI: snapshot.localURI, remoteURI: snapshot.remoteURI, remoteTarget: snapshot.remoteTarget,
            routes: snapshot.routes, localSequence: snapshot.localSequence, remoteSequence: snapshot.remoteSequence,
            flow: Flow(listener: listener, remote: remote))
    }
}
