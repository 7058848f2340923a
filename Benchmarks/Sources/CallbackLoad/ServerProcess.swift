internal import Glibc
internal import LinuxIO
internal import Measuring

/// The account that places the calls.
struct Account {
    let certID = "00000000000000000000000000000001"
    let secret = "a secret for loopback only"
    let app = "00000000000000000000000000000002"
}

/// What ends the whole measurement.
struct LoadFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// `duocall serve` in a process of its own, on ports that the kernel chose and an empty data folder.
final class ServerProcess {
    let id: pid_t
    private(set) var httpPort: UInt16 = 0
    var figures: ProcessFigures { ProcessFigures(id: id) }

    /// - Parameters:
    ///   - folder: must be empty but for the carrier's identity; the configuration, the database and the log are written there.
    ///   - identity: a file with the certificate that the carrier shows over TLS; `nil`: it speaks UDP.
    init(
        binary: String, folder: String, account: Account, carrier: CarrierAddress, identity: String?,
        isTraced: Bool, events: UInt16
    ) throws {
        let file = folder + "/duocall.yaml"
        try Self.write(
            """
            http: {listen: "127.0.0.1:0"}
            sip:
              listen: ["udp://127.0.0.1:0"]
            \(identity.map { "  tls: {ca: \"\($0)\"}" } ?? "")
            \(isTraced ? "" : "  trace_memory: 0")
            data: "\(folder)/data"
            trunks: [{name: carrier, uri: "sip:\(carrier.host)", prefixes: ["*"]\(identity == nil ? "" : Self.proof)}]
            accounts:
              - cert_id: "\(account.certID)"
                secret_key: "\(account.secret)"
                apps: [{app_id: "\(account.app)", callback_url: "http://127.0.0.1:\(events)/events", numbers: ["075589877675"]}]
            webhooks: {allow_private: true}

            """, to: file)
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SystemError(code: errno, attempt: "pipe") }
        id = try Self.spawn([binary, "serve", "--config", file], output: ends[1], log: folder + "/log")
        close(ends[1])
        defer { close(ends[0]) }
        httpPort = try Self.portWhenReady(ends[0])
    }

    private static let proof =
        ", username: \"\(CarrierChallenge.user)\", password: \"\(CarrierChallenge.password)\""

    /// Asks it to end, and waits until it has; by force after 15 seconds.
    func stop() {
        kill(id, SIGTERM)
        var status: Int32 = 0
        for _ in 0..<150 {
            if waitpid(id, &status, WNOHANG) == id { return }
            usleep(100_000)
        }
        kill(id, SIGKILL)
        waitpid(id, &status, 0)
    }

    private static func write(_ text: String, to file: String) throws {
        guard let handle = fopen(file, "w") else { throw SystemError(code: errno, attempt: "fopen \(file)") }
        fputs(text, handle)
        fclose(handle)
    }

    private static func spawn(_ arguments: [String], output: Int32, log: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var id = pid_t()
        let code = posix_spawn(&id, arguments[0], &actions, nil, &words, environ)
        guard code == 0 else { throw SystemError(code: code, attempt: "start \(arguments[0])") }
        return id
    }

    /// Reads `ready http=http://127.0.0.1:PORT sip=…`.
    private static func portWhenReady(_ output: Int32) throws -> UInt16 {
        var text: [UInt8] = []
        var byte: UInt8 = 0
        while read(output, &byte, 1) == 1 {
            text.append(byte)
            guard byte == 10 else { continue }
            let port = text.withUnsafeBytes { bytes in
                bytes.range(after: "http=http://127.0.0.1:", to: 32).flatMap { bytes.number(in: $0) }
            }
            if let port { return UInt16(port) }
        }
        throw LoadFailure("the server ended before it was ready; its log tells why")
    }
}
