import SIPSyntax

/// An INVITE of ours.
final class InviteClient {
    var machine: InviteClientMachine
    var outgoing: OutgoingRequest
    var acknowledgement: [UInt8] = []
    let owner: UInt64

    init(_ machine: InviteClientMachine, _ outgoing: OutgoingRequest, owner: UInt64) {
        self.machine = machine
        self.outgoing = outgoing
        self.owner = owner
    }

    /// Kept until a final response, for retransmission and for what the ACK of a failure repeats.
    var request: [UInt8] {
        get { outgoing.bytes }
        set { outgoing.bytes = newValue }
    }

    var flow: Flow { outgoing.flow }
}

/// Another request of ours.
final class NonInviteClient {
    var machine: NonInviteClientMachine
    var outgoing: OutgoingRequest
    let method: SIPMethod
    let owner: UInt64

    init(_ machine: NonInviteClientMachine, _ outgoing: OutgoingRequest, method: SIPMethod, owner: UInt64) {
        self.machine = machine
        self.outgoing = outgoing
        self.method = method
        self.owner = owner
    }

    /// Kept until a final response.
    var request: [UInt8] {
        get { outgoing.bytes }
        set { outgoing.bytes = newValue }
    }

    var flow: Flow { outgoing.flow }
}

/// An INVITE of a far end.
final class InviteServer {
    var machine: InviteServerMachine
    let key: ServerKey
    /// Kept until the final response.
    var request: ReceivedRequest?
    var response: [UInt8] = []
    var owner: UInt64?
    /// Where responses go.
    let flow: Flow

    init(_ machine: InviteServerMachine, key: ServerKey, request: ReceivedRequest) {
        self.machine = machine
        self.key = key
        self.request = request
        flow = request.source.answering(request.message.topVia)
    }
}

/// Another request of a far end.
final class NonInviteServer {
    var machine: NonInviteServerMachine
    let key: ServerKey
    /// Kept until the final response.
    var request: ReceivedRequest?
    var response: [UInt8] = []
    /// Where responses go.
    let flow: Flow

    init(_ machine: NonInviteServerMachine, key: ServerKey, request: ReceivedRequest) {
        self.machine = machine
        self.key = key
        self.request = request
        flow = request.source.answering(request.message.topVia)
    }
}
