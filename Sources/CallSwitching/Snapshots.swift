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
            destination: state.flow.destination)
    }
}

extension InviteState {
    /// `nil` if the stored destination is not an address.
    init?(_ snapshot: InviteSnapshot, listener: UInt8) {
        guard let flow = Flow(destination: snapshot.destination, listener: listener) else { return nil }
        self.init(
            requestURI: snapshot.requestURI, callID: snapshot.callID, from: snapshot.from, to: snapshot.to,
            sequence: snapshot.sequence, via: snapshot.via, routes: snapshot.routes,
            flow: flow)
    }
}

extension DialogSnapshot {
    /// What the store keeps of a dialog and its media.
    init(_ state: DialogState, local: [UInt8], remote: [UInt8]) {
        self.init(
            callID: state.callID, localTag: state.localTag, remoteTag: state.remoteTag, localURI: state.localURI,
            remoteURI: state.remoteURI, remoteTarget: state.remoteTarget, routes: state.routes,
            localSequence: state.localSequence, remoteSequence: state.remoteSequence,
            destination: state.flow.destination, localDescription: local, remoteDescription: remote)
    }
}

extension DialogState {
    /// `nil` if the stored destination is not an address.
    init?(_ snapshot: DialogSnapshot, listener: UInt8) {
        guard let flow = Flow(destination: snapshot.destination, listener: listener) else { return nil }
        self.init(
            callID: snapshot.callID, localTag: snapshot.localTag, remoteTag: snapshot.remoteTag,
            localURI: snapshot.localURI, remoteURI: snapshot.remoteURI, remoteTarget: snapshot.remoteTarget,
            routes: snapshot.routes, localSequence: snapshot.localSequence, remoteSequence: snapshot.remoteSequence,
            flow: flow)
    }
}

extension Flow {
    /// Where it leads, as it outlives a restart: `address:port`, over a stream with the transport before it, as
    /// `tcp:address:port`.
    fileprivate var destination: String {
        transport == .udp ? remote.description : "\(transport.name):\(remote)"
    }

    /// `nil` if the text is not a destination.
    fileprivate init?(destination: String, listener: UInt8) {
        let transport = Transport.allCases.first { destination.hasPrefix("\($0.name):") }
        let address = transport.map { destination.dropFirst($0.name.utf8.count + 1) } ?? destination[...]
        guard let remote = TransportAddress(address) else { return nil }
        self.init(listener: listener, transport: transport ?? .udp, remote: remote)
    }
}
