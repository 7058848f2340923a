public import SIPTransactions
public import SansIO

/// What is to be found: the host, port and transport of a SIP URI.
public struct ServerName: Hashable, Sendable {
    /// A name, an IPv4 address, or an IPv6 address with or without brackets.
    public var host: String
    public var port: UInt16?
    /// `nil`: the domain says which one, as far as it is among those supported.
    public var transport: Transport?

    public init(host: String, port: UInt16? = nil, transport: Transport? = nil) {
        self.host = host
        self.port = port
        self.transport = transport
    }
}

/// A server that was found.
public struct LocatedServer: Hashable, Sendable {
    public var transport: Transport
    public var port: UInt16
    /// Best first.
    public var addresses: [IPAddress]
    /// As in SRV records (RFC 2782): lower ones first, equals by weight.
    public var priority: UInt16 = 0
    public var weight: UInt16 = 0
}

/// Finding the servers of a SIP URI (RFC 3263 §4): asks questions one by one and gives the servers in the end.
///
///     NAPTR ──a service──► SRV of it ─┐
///       └──none──► SRV of each transport ──► addresses of each target ──► done
///                      └──none──► addresses of the host ──────────────────┘
///
/// A name of one label, as containers and `localhost` have, is no domain: only its addresses are asked for.
struct ServerLocation {
    enum Question: Hashable, Sendable {
        case naptr(String)
        case srv(String)
        case addresses(String)
    }

    enum Answer: Hashable, Sendable {
        case records([DNSRecord])
        case addresses([IPAddress], timeToLive: UInt32?)
        /// There is no such name, or nothing of that kind.
        case nothing
        /// The name servers did not answer, or could not.
        case failed(String)
    }

    /// How many SRV records are followed, and how many addresses of each target.
    static let serverLimit = 32
    static let addressLimit = 8

    /// A place to ask for SRV records, with the transport that they are for.
    private struct Service {
        let transport: Transport
        let name: String
    }

    private enum Phase {
        case naptr
        case srv(Service, rest: ArraySlice<Service>)
        case addresses(Target, rest: ArraySlice<Target>)
        case done
    }

    private struct Target {
        let host: String
        var server: LocatedServer
    }

    private let name: ServerName
    private let supported: [Transport]
    private var phase: Phase
    private(set) var servers: [LocatedServer] = []
    /// The shortest of all answers, in seconds; `nil`: nothing tells.
    private(set) var timeToLive: UInt32?
    /// Why there is no server, as far as anything was told.
    private(set) var trouble: String?

    /// - Parameter supported: the transports that can be chosen where the URI names none.
    init(_ name: ServerName, supported: [Transport]) {
        self.name = name
        self.supported = supported
        phase = .done
        if let ip = IPAddress(name.host) {
            let transport = name.transport ?? .udp
            servers = [
                LocatedServer(transport: transport, port: name.port ?? transport.defaultPort, addresses: [ip])
            ]
        } else if name.port != nil || !name.host.dropLast().contains(".") {
            askHost()
        } else if let transport = name.transport {
            ask([service(transport)])
        } else {
            phase = .naptr
        }
    }

    /// What to ask next; `nil`: all is known.
    var question: Question? {
        switch phase {
        case .naptr: .naptr(name.host)
        case .srv(let service, _): .srv(service.name)
        case .addresses(let target, _): .addresses(target.host)
        case .done: nil
        }
    }

    mutating func take(_ answer: Answer) {
        note(answer)
        switch phase {
        case .naptr:
            if case .failed = answer { return askHost() }
            let offered = services(of: answer.records)
            ask(offered.isEmpty ? supported.map(service) : offered)
        case .srv(let service, let rest):
            if case .failed = answer { return askHost() }
            let targets = targets(of: answer.records, over: service.transport)
            if targets.isEmpty { ask(Array(rest)) } else { askAddresses(targets[...]) }
        case .addresses(var target, let rest):
            if case .addresses(let found, _) = answer, !found.isEmpty {
                target.server.addresses = Array(found.prefix(Self.addressLimit))
                servers.append(target.server)
            }
            askAddresses(rest)
        case .done: break
        }
    }
}

extension ServerLocation {
    private mutating func note(_ answer: Answer) {
        let times: [UInt32]
        switch answer {
        case .records(let records): times = records.map(\.timeToLive)
        case .addresses(_, let time): times = time.map { [$0] } ?? []
        case .nothing: return trouble = trouble ?? "no such name, or no address"
        case .failed(let reason): return trouble = reason
        }
        timeToLive = (times + (timeToLive.map { [$0] } ?? [])).min()
    }

    private func service(_ transport: Transport) -> Service {
        let prefix =
            switch transport {
            case .udp: "_sip._udp."
            case .tcp: "_sip._tcp."
            case .tls: "_sips._tcp."
            }
        return Service(transport: transport, name: prefix + name.host)
    }

    private mutating func ask(_ services: [Service]) {
        guard let first = services.first else { return askHost() }
        phase = .srv(first, rest: services.dropFirst())
    }

    private mutating func askHost() {
        let transport = name.transport ?? .udp
        let server = LocatedServer(transport: transport, port: name.port ?? transport.defaultPort, addresses: [])
        askAddresses([Target(host: name.host, server: server)])
    }

    private mutating func askAddresses(_ targets: ArraySlice<Target>) {
        phase = targets.first.map { .addresses($0, rest: targets.dropFirst()) } ?? .done
    }

    /// The services that a domain offers and we speak, the preferred first (RFC 3263 §4.1).
    private func services(of records: [DNSRecord]) -> [Service] {
        let offers = records.compactMap { record -> (order: UInt16, preference: UInt16, service: Service)? in
            guard case .naptr(let order, let preference, let flags, let service, let replacement) = record.content,
                flags.lowercased() == "s", let transport = Transport(naptr: service), supported.contains(transport),
                !replacement.isEmpty
            else { return nil }
            return (order, preference, Service(transport: transport, name: replacement))
        }
        return offers.sorted { ($0.order, $0.preference) < ($1.order, $1.preference) }.map(\.service)
    }

    private func targets(of records: [DNSRecord], over transport: Transport) -> [Target] {
        let targets = records.compactMap { record -> Target? in
            guard case .srv(let priority, let weight, let port, let target) = record.content, !target.isEmpty, port > 0
            else { return nil }
            let server = LocatedServer(
                transport: transport, port: port, addresses: [], priority: priority, weight: weight)
            return Target(host: target, server: server)
        }
        return Array(targets.sorted { $0.server.priority < $1.server.priority }.prefix(Self.serverLimit))
    }
}

extension ServerLocation.Answer {
    fileprivate var records: [DNSRecord] {
        switch self {
        case .records(let records): records
        case .addresses, .nothing, .failed: []
        }
    }
}

extension Transport {
    /// The transport of a NAPTR service (RFC 3263 §4.1).
    fileprivate init?(naptr service: String) {
        switch service.uppercased() {
        case "SIP+D2U": self = .udp
        case "SIP+D2T": self = .tcp
        case "SIPS+D2T": self = .tls
        case _: return nil
        }
    }
}
