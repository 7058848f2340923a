import SansIO

/// The requests of ours without any response, by where they went. Changed in place: each request passes here twice.
struct UnheardRequests {
    private var flows: [Flow: Set<ClientTransactionID>] = [:]

    var isEmpty: Bool { flows.isEmpty }

    /// A request went out.
    mutating func insert(_ id: ClientTransactionID, on flow: Flow) { flows[flow, default: []].insert(id) }

    /// A request got a response, or its transaction came to its end.
    mutating func remove(_ id: ClientTransactionID, on flow: Flow) {
        guard let place = flows.index(forKey: flow) else { return }
        flows.values[place].remove(id)
        if flows.values[place].isEmpty { flows.remove(at: place) }
    }

    /// Those of a flow, which are then forgotten.
    mutating func take(on flow: Flow) -> Set<ClientTransactionID> { flows.removeValue(forKey: flow) ?? [] }

    /// Those of a flow.
    func on(_ flow: Flow) -> Set<ClientTransactionID> { flows[flow] ?? [] }
}
