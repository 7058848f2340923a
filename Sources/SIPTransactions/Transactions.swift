import SIPSyntax

/// An INVITE of ours.
final class InviteClient {
    var machine: InviteClientMachine
    /// Kept until a final response, for retransmission and for what the ACK of a failure repeats.
    var request: [UInt8]
    var acknowledgement: [UInt8] = []
    let flow: Flow
    let owner: UInt64

    init(_ machine: InviteClientMachine, request: [UInt8], to flow: Flow, owner: UInt64) {
        self.machine = machine
        self.request = request
        self.flow = flow
        self.owner = owner
    }
}

/// Another request of ours.
final class NonInviteClient {
    var machine: NonInviteClientMachine
    /// Kept until a final response.
    var request: [UInt8]
    let method: SIPMethod
    let flow: Flow
    let owner: UInt64

    init(_ machine: NonInviteClientMachine, request: [UInt8], method: SIPMethod, to flow: Flow, owner: UInt64) {
        self.machine = machine
        self.request = request
        self.method = method
        self.flow = flow
        self.owner = owner
    }
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
