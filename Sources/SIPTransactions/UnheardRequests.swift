import SansIO

/// The requests of ours without any response, by where they went. A value to its owner: keep one copy.
struct UnheardRequests {
    /// Those of one flow: changed in place, for each request passes here twice.
    private final class Requests {
        var ids: Set<ClientTransactionID> = []
    }

    private var flows: [Flow: Requests] = [:]

    var isEmpty: Bool { flows.isEmpty }

    /// A request went out.
    mutating func insert(_ id: ClientTransactionID, on flow: Flow) {
        if let requests = flows[flow] {
            requests.ids.insert(id)
        } else {
            let requests = Requests()
            requests.ids.insert(id)
            flows[flow] = requests
        }
    }

    /// A request got a response, or its transaction came to its end.
    mutating func remove(_ id: ClientTransactionID, on flow: Flow) {
        guard let requests = flows[flow], requests.ids.remove(id) != nil, requests.ids.isEmpty else { return }
        flows[flow] = nil
    }

    /// Those of a flow, which are then forgotten.
    mutating func take(on flow: Flow) -> Set<ClientTransactionID> { flows.removeValue(forKey: flow)?.ids ?? [] }

    /// Those of a flow.
    func on(_ flow: Flow) -> Set<ClientTransactionID> { flows[flow]?.ids ?? [] }
}
