import SIPNetwork
import SIPTransactions
import SansIO

extension SIPSettings {
    init(_ section: Section) throws(ConfigurationError) {
        let expected = "udp://ADDRESS:PORT, tcp://ADDRESS:PORT or tls://ADDRESS:PORT"
        let listeners = try section.values("listen", expected: expected, Scalars.listener)
        listen = listeners ?? [ListenAddress(TransportAddress(ip: .v4(0x7F00_0001), port: 5060))]
        guard (1...16).contains(listen.count) else {
            throw section.error("expected 1 to 16 of \(expected)", key: "listen")
        }
        let servers = "ADDRESS or ADDRESS:PORT"
        nameServers = try section.values("name_servers", expected: servers, Scalars.nameServer) ?? []
        guard nameServers.count <= 8 else {
            throw section.error("expected at most 8 of \(servers)", key: "name_servers")
        }
        publicAddress = try section.value("public_address", expected: "an IP address") { IPAddress($0) }
        traceBytes = (try section.integer("trace_memory", in: 0...4096) ?? 16) << 20
        trunkResponseTimeout = .seconds(try section.integer("trunk_response_timeout", in: 1...32) ?? 4)
        tls = try section.section("tls", TLSFiles.init)
        if tls.certificate == nil, listen.contains(where: { $0.transport == .tls }) {
            throw section.error("a tls:// listener needs sip.tls.certificate and sip.tls.key", key: "listen")
        }
    }
}

extension TLSFiles {
    init(_ section: Section) throws(ConfigurationError) {
        self.init(
            certificate: try section.text("certificate"), key: try section.text("key"),
            authorities: try section.text("ca"))
        guard (certificate == nil) == (key == nil) else {
            let missing = certificate == nil ? "certificate" : "key"
            throw section.error("missing; certificate and key go together", key: missing)
        }
    }
}
