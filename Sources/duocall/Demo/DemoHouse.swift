import Foundation

/// A server on loopback with a demo account and phones that answer, until a signal ends it: `make run`.
struct DemoHouse {
    /// The numbers that answer.
    static let numbers = 1001...1009
    private static let http = "127.0.0.1:8080"
    private static let sip = "127.0.0.1:5060"
    private static let phones = "127.0.0.1:5070"
    private static let events = 9000

    let folder: String

    func run() async throws {
        let folder = folder
        // Taken before the account is made, so that two houses cannot both make one.
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let account = try DemoAccount.kept(in: folder + "/demo-account.json")
        let phones = try ChildProcess(PhonesCommand.arguments(answering: Self.numbers, at: Self.phones))
        defer {
            phones.terminate()
            phones.wait()
        }
        _ = try await phones.ready("sip")
        let receiver = try await EventReceiver.listen(port: Self.events)
        let configuration = DemoConfiguration(
            http: Self.http, sip: Self.sip, data: folder, account: account, callbackURL: receiver.url,
            mediaPorts: "10000-19999", phones: [(name: "phones", address: Self.phones, prefix: "100")])
        let source = try ConfigurationSource(
            text: configuration.yaml, fileName: "the demo's configuration",
            environment: ProcessInfo.processInfo.environment)
        let server = try Server(Configuration.read(source))
        let showing = Task {
            for await body in receiver.events { StandardOutput.show("event " + String(decoding: body, as: UTF8.self)) }
        }
        defer { showing.cancel() }
        try await server.run { http, sip in
            StandardOutput.show(Self.welcome(http, sip, account))
        }
    }

    private static func welcome(_ http: String, _ sip: String, _ account: DemoAccount) -> String {
        """
        ready http=\(http) sip=\(sip)

        CertID      \(account.certID)
        secret key  \(account.secret)
        AppID       \(account.app)
        phones      \(numbers.lowerBound) to \(numbers.upperBound) answer

        Place a call:
          curl -u \(account.certID):\(account.secret) -H 'AppID: \(account.app)' \\
            -H 'Content-Type: application/json' \\
            -d '{"to1": "1001", "to2": "1002", "max_call_duration": 60}' \\
            \(http)/v1/account/\(account.certID)/call/duo_callback

        The log goes to standard error. Ctrl-C stops.
        """
    }
}
