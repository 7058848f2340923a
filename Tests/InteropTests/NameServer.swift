import Foundation

/// dnsmasq as the name server of one domain, `carrier.test`, that knows nothing else.
final class NameServer: Sendable {
    let port: UInt16
    private let folder: ScratchFolder
    private let program: Program

    /// - Parameter records: as dnsmasq's options name them: `naptr-record=…`, `srv-host=…`, `host-record=…`.
    init(_ records: [String]) async throws {
        folder = try ScratchFolder()
        port = try freePort()
        let options = [
            "keep-in-foreground", "conf-file=/dev/null", "log-facility=-", "log-queries", "no-resolv", "no-hosts",
            "bind-interfaces", "listen-address=127.0.0.1", "port=\(port)", "local=/carrier.test/", "local-ttl=300",
        ]
        // dnsmasq closes what it inherits, by which its end would be noticed; so a shell stays above it.
        program = try Program(
            "/bin/sh", ["-c", "/usr/sbin/dnsmasq \"$@\" & wait", "sh"] + (options + records).map { "--\($0)" },
            output: folder.file("dnsmasq.log"))
        let (program, port) = (program, port)
        guard try await eventually(.seconds(30), { try isListening(port) || !program.isRunning }), program.isRunning
        else { throw InteropFailure("dnsmasq did not start:\n\(program.text)") }
    }

    deinit { program.endGroup() }

    /// What was asked, as `SRV _sip._udp.carrier.test`, in order.
    var questions: [String] {
        program.text.split(separator: "\n").compactMap { line in
            line.firstMatch(of: #/query\[([A-Z0-9]+)\] (\S+) from/#).map { "\($0.1) \($0.2)" }
        }
    }

    var report: String { program.text }
}
