import CallModel
import SIPTransactions
import SIPUserAgent
import SansIO

extension Switchboard {
    /// Sends the pings that are due.
    mutating func pingServers(at now: Instant) {
        while let server = exchange.trunks.servers.nextToPing(at: now) {
            let host = exchange.trunks.trunks[server.trunk].host
            let (ping, actions) = exchange.agent.ping(host, over: server.flow, at: now)
            exchange.trunks.servers.pinged(server, ping.number, at: now)
            exchange.accept(actions)
        }
    }

    /// Takes note of pings' outcomes, and tells which servers went up or down.
    mutating func attendToServers(at now: Instant) {
        for (ping, outcome) in exchange.takePings() {
            exchange.trunks.servers.pingEnded(ping.number, outcome.sign, at: now)
        }
        for change in exchange.trunks.servers.takeChanges() { exchange.perform(.server(exchange.trunks.note(change))) }
    }

    /// A trunk's servers were found anew.
    mutating func locate(_ trunk: TrunkName, at targets: [TrunkTarget], now: Instant) {
        guard let index = exchange.trunks.trunks.firstIndex(where: { $0.name == trunk }) else { return }
        exchange.trunks.servers.locate(index, at: targets, now: now)
    }
}

extension PingOutcome {
    fileprivate var sign: TargetHealth.Sign {
        switch self {
        case .answered: .answered
        case .silent: .silent
        case .unreachable: .unreachable
        }
    }
}
