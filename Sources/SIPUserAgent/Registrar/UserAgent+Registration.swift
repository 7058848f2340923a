import SIPSyntax
import SIPTransactions
public import SansIO

extension UserAgent {
    /// Where an extension can be called, the latest registered first; none: it is unknown, or not registered.
    public func contacts(of user: String, at now: Instant) -> [RegisteredContact] {
        registrar.bindings.contacts(of: user, at: now).map(\.contact)
    }

    /// REGISTER outside a dialog.
    mutating func receiveRegistration(
        _ request: ReceivedRequest, isTrunk: Bool, at now: Instant, into actions: inout [UserAgentAction]
    ) {
        let isBlocked = !isTrunk && registrar.isBlocked(request.source, at: now)
        guard registrar.isOpen, !isBlocked else {
            if !isTrunk { drop(fromStranger: request.source, at: now) }
            return
        }
        guard let answer = registrar.answer(request, isTrunk: isTrunk, at: now) else { return }
        var writer = SIPWriter(reserving: 1_024)
        writer.begin(
            answering: request.message, answer.status, tag: registrar.tag, from: ViaSource(request.source))
        for header in answer.headers { writer.header(header.0, header.1) }
        let datagram = Datagram(bytes: writer.finish(), flow: request.source.answering(request.message.topVia))
        actions.append(.transmit(datagram))
    }

    /// Counts what gets no answer, and blocks who goes on like that.
    mutating func drop(fromStranger flow: Flow, at now: Instant) {
        drops.strangers += 1
        if registrar.isBlocked(flow, at: now) { drops.blocked += 1 }
        registrar.noteStranger(flow, at: now)
    }
}
