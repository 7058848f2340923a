import SIPSyntax
import SIPTransactions
import SansIO

/// The contacts of all registered phones (RFC 3261 §10.3).
struct Bindings {
    private var ofUser: [String: [Binding]] = [:]
    private var users = DeadlineQueue<String>()
    /// How many bindings there are over a flow, and from an address.
    private var flows: [Flow: Int] = [:]
    private var sources: [IPAddress: Int] = [:]
    private(set) var count = 0
    /// Users whose phones a restart would not find as they are.
    private var changed: Set<String> = []

    /// When the next binding runs out.
    var deadline: Instant? {
        mutating get { users.next }
    }

    func has(_ flow: Flow) -> Bool { flows[flow] != nil }
    func has(_ source: IPAddress) -> Bool { sources[source] != nil }

    /// Those of `user` that have not run out, the newest first.
    func contacts(of user: String, at now: Instant) -> [Binding] {
        ofUser[user, default: []].filter { now < $0.until }.reversed()
    }

    /// Puts `user`'s bindings, oldest first, in the place of those there were.
    mutating func replace(_ user: String, with bindings: [Binding]) {
        let former = ofUser[user] ?? []
        for old in former { forget(old) }
        for new in bindings { remember(new) }
        if former.lasting != bindings.lasting { changed.insert(user) }
        ofUser[user] = bindings.isEmpty ? nil : bindings
        users.set(bindings.map(\.until).min(), for: user)
    }

    mutating func timeOut(at now: Instant) {
        while let user = users.popDue(at: now) {
            replace(user, with: ofUser[user, default: []].filter { now < $0.until })
        }
    }

    /// The connection is gone, and with it the way to the phones that registered over it.
    mutating func connectionFailed(_ flow: Flow) {
        guard flow.connection != nil, flows[flow] != nil else { return }
        for (user, bindings) in ofUser where bindings.contains(where: { $0.contact.flow == flow }) {
            replace(user, with: bindings.filter { $0.contact.flow != flow })
        }
    }

    /// Each user whose phones have changed, with those that outlast a restart, oldest first.
    mutating func takeChanges() -> [(user: String, phones: [RegisteredPhone])] {
        guard !changed.isEmpty else { return [] }
        defer { changed = [] }
        return changed.sorted().map { ($0, ofUser[$0, default: []].lasting) }
    }

    /// Takes up what a restart found.
    mutating func restore(_ phones: [RegisteredPhone], of user: String, at now: Instant) {
        let bindings = phones.map { phone in
            Binding(
                contact: phone.contact, callID: "", sequence: 0, granted: phone.validity, until: now + phone.validity)
        }
        replace(user, with: bindings)
        changed.remove(user)
    }

    private mutating func remember(_ binding: Binding) {
        count += 1
        flows[binding.contact.flow, default: 0] += 1
        sources[binding.contact.flow.remote.ip, default: 0] += 1
    }

    private mutating func forget(_ binding: Binding) {
        count -= 1
        flows.decrement(binding.contact.flow)
        sources.decrement(binding.contact.flow.remote.ip)
    }
}

/// One contact of a phone.
struct Binding {
    let contact: RegisteredContact
    /// What tells a repeated or overtaken REGISTER from a new one.
    let callID: String
    let sequence: UInt32
    let granted: Duration
    let until: Instant

    /// Whether both are the same contact by the comparison of URIs.
    func isFor(_ uri: SIPURI) -> Bool { SIPURI(contact.uri).map { $0.isEquivalent(to: uri) } ?? false }
}

extension [Binding] {
    /// What outlasts a restart: a connection does not.
    fileprivate var lasting: [RegisteredPhone] {
        filter { $0.contact.flow.connection == nil }.map {
            RegisteredPhone(contact: $0.contact, validity: $0.granted)
        }
    }
}

extension [Flow: Int] {
    fileprivate mutating func decrement(_ key: Flow) {
        guard let count = self[key] else { return }
        self[key] = count > 1 ? count - 1 : nil
    }
}

extension [IPAddress: Int] {
    fileprivate mutating func decrement(_ key: IPAddress) {
        guard let count = self[key] else { return }
        self[key] = count > 1 ? count - 1 : nil
    }
}
