import Foundation
import TestMaterials

/// Kamailio as a carrier's proxy: it wants a proof of every request but ACK and CANCEL, stays on the path, and passes calls
/// on by UDP to the phone of their prefix. It also registers who proves to be somebody.
final class KamailioProxy: Sendable {
    static let user = "acme"
    static let password = "hush"
    private static let realm = "proxy.example"

    /// For UDP and TCP.
    let port: UInt16
    let tlsPort: UInt16
    private let folder: ScratchFolder
    private let program: Program

    /// - Parameters:
    ///   - phones: where numbers with these three leading digits are.
    ///   - wantsCertificates: whether connections over TLS must show a certificate.
    ///   - advertised: the port by which it is reached over this transport, if not its own.
    init(
        phones: [String: UInt16], wantsCertificates: Bool = false, advertised: (transport: String, port: UInt16)? = nil
    ) async throws {
        folder = try ScratchFolder()
        (port, tlsPort) = (try freePort(), try freePort())
        let identity = folder.file("identity.pem")
        try TestIdentity.write(to: identity)
        try """
        [server:default]
        method = TLSv1.2+
        private_key = \(identity.path)
        certificate = \(identity.path)
        ca_list = \(identity.path)
        verify_certificate = \(wantsCertificates ? "yes" : "no")
        require_certificate = \(wantsCertificates ? "yes" : "no")
        [client:default]
        private_key = \(identity.path)
        certificate = \(identity.path)
        """.write(to: folder.file("tls.cfg"), atomically: true, encoding: .utf8)
        try
            (Self.globals(port: port, tlsPort: tlsPort, advertised) + Self.modules(tls: folder.file("tls.cfg").path)
            + Self.routes(to: phones))
            .write(to: folder.file("kamailio.cfg"), atomically: true, encoding: .utf8)
        // Kamailio closes what it inherits, by which Foundation would take it for ended, and wait for it, blind to every other
        // program's end. The shell keeps it open.
        program = try Program(
            "/bin/sh",
            [
                "-c", "\"$0\" \"$@\"; exit $?", "/usr/sbin/kamailio", "-DD", "-E", "-f",
                folder.file("kamailio.cfg").path, "-Y", folder.url.path, "-m", "32", "-M", "4",
            ], output: folder.file("kamailio.log"))
        let (program, port) = (program, port)
        guard try await eventually(.seconds(30), { try isListening(port) || !program.isRunning }), program.isRunning
        else { throw InteropFailure("Kamailio did not start:\n\(program.text)") }
    }

    deinit { program.endGroup() }

    /// The methods of requests within dialogs that came with a route to the next hop, in order.
    var routed: [String] { words(after: "routed: ") }
    /// Those that came without one.
    var astray: [String] { words(after: "astray: ") }
    /// The methods of requests that bore a proof that holds.
    var proven: [String] { words(after: "proven: ") }

    var report: String { program.text }

    private func words(after mark: String) -> [String] {
        program.text.split(separator: "\n").compactMap { line in
            line.range(of: mark).map { String(line[$0.upperBound...].prefix { $0.isLetter }) }
        }
    }
}

// MARK: - Its configuration

extension KamailioProxy {
    private static func globals(
        port: UInt16, tlsPort: UInt16, _ advertised: (transport: String, port: UInt16)?
    ) -> String {
        func shown(_ transport: String) -> String {
            advertised.map { $0.transport == transport ? " advertise 127.0.0.1:\($0.port)" : "" } ?? ""
        }
        return """
            #!KAMAILIO
            debug=1
            log_stderror=yes
            fork=yes
            children=1
            tcp_children=1
            auto_aliases=no
            dns=no
            rev_dns=no
            disable_core_dump=yes
            server_signature=no
            enable_tls=yes
            tcp_accept_aliases=yes
            listen=udp:127.0.0.1:\(port)
            listen=tcp:127.0.0.1:\(port)\(shown("tcp"))
            listen=tls:127.0.0.1:\(tlsPort)\(shown("tls"))

            """
    }

    private static func modules(tls: String) -> String {
        let names = [
            "tm", "tls", "sl", "rr", "pv", "maxfwd", "textops", "siputils", "xlog", "auth", "usrloc", "registrar",
        ]
        return names.map { "loadmodule \"\($0).so\"\n" }.joined() + """
            modparam("rr", "enable_full_lr", 1)
            modparam("tls", "config", "\(tls)")
            modparam("usrloc", "db_mode", 0)

            """
    }

    private static func routes(to phones: [String: UInt16]) -> String {
        let prefixes = phones.sorted { $0.key < $1.key }.map { prefix, port in
            "if ($rU =~ \"^\(prefix)\") $du = \"sip:127.0.0.1:\(port)\";"
        }
        return """
            request_route {
                if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
                if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
                if (has_totag()) {
                    if (!loose_route()) {
                        if (is_method("ACK") && t_check_trans()) { t_relay(); exit; }
                        xlog("L_ALERT", "astray: $rm\\n");
                        if (!is_method("ACK")) sl_send_reply("404", "Not Here");
                        exit;
                    }
                    xlog("L_ALERT", "routed: $rm\\n");
                    if (is_direction("downstream") && !is_method("ACK")) route(PROOF);
                    t_relay();
                    exit;
                }
                route(PROOF);
                if (is_method("REGISTER")) { save("location"); exit; }
                record_route();
                \(prefixes.joined(separator: "\n    "))
                t_relay();
            }

            route[PROOF] {
                if (is_method("REGISTER")) {
                    if (!pv_www_authenticate("\(realm)", "\(password)", "0")) { www_challenge("\(realm)", "1"); exit; }
                } else if (!pv_proxy_authenticate("\(realm)", "\(password)", "0")) {
                    proxy_challenge("\(realm)", "1");
                    exit;
                }
                xlog("L_ALERT", "proven: $rm\\n");
                consume_credentials();
            }

            """
    }
}
