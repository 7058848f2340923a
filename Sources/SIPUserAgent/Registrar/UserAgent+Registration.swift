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
        defer { tellRegistrations(into: &actions) }
        let isBlocked = !isTrunk && registrar.isBlocked(request.source, at: now)
        guard registrar.isOpen, !isBlocked else {
            if registrar.isOpen { registrar.refusals.note(.blocked, of: nil, at: request.source.remote, now: now) }
            if !isTrunk { drop(fromStranger: request.source, at: now) }
            return
        }
        guard let answer = registrar.answer(request, isTrunk: isTrunk, at: now) else { return }
        writer.begin(
            answering: request.message, answer.status, tag: registrar.tag, from: ViaSource(request.source))
        for header in answer.headers { writer.header(header.0, header.1) }
        let datagram = Datagram(bytes: writer.finish(), flow: request.source.answering(request.message.topVia))
        actions.append(.transmit(datagram))
    }

    /// Takes up the phones that were registered before a restart, as if they had just refreshed: each extension's oldest first.
    /// Those of extensions that are gone are passed over.
    public mutating func restore(_ phones: [String: [RegisteredPhone]], at now: Instant) {
        for (user, phones) in phones where registrar.knows(user) {
            registrar.bindings.restore(phones, of: user, at: now)
        }
    }

    /// Tells what has changed of the phones, and who was refused.
    mutating func tellRegistrations(into actions: inout [UserAgentAction]) {
        for change in registrar.bindings.takeChanges() {
            actions.append(.phonesRegistered(user: change.user, change.phones))
        }
        if let refusal = registrar.refusals.take() { actions.append(.registrationRefused(refusal)) }
    }

    /// Counts what gets no answer, and blocks who goes on like that.
    mutating func drop(fromStranger flow: Flow, at now: Instant) {
        drops.strangers += 1
        if registrar.isBlocked(flow, at: now) { drops.blocked += 1 }
        registrar.noteStranger(flow, at: now)
    }
}
