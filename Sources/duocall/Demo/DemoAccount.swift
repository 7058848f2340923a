import Foundation

/// The account that the demo and `make run` provide.
struct DemoAccount: Codable, Equatable, Sendable {
    var certID: String
    var secret: String
    var app: String

    /// 32 hex digits each, from the system's randomness.
    static func random() -> DemoAccount {
        func digits() -> String {
            (0..<2).map { _ in
                let half = String(UInt64.random(in: .min ... .max), radix: 16)
                return String(repeating: "0", count: 16 - half.count) + half
            }.joined()
        }
        return DemoAccount(certID: digits(), secret: digits(), app: digits())
    }

    /// The account kept in `file`, made at the first time.
    static func kept(in file: String) throws -> DemoAccount {
        if let data = FileManager.default.contents(atPath: file) {
            return try JSONDecoder().decode(DemoAccount.self, from: data)
        }
        let account = random()
        let isKept = FileManager.default.createFile(
            atPath: file, contents: try JSONEncoder().encode(account), attributes: [.posixPermissions: 0o600])
        guard isKept else { throw CommandFailure("cannot write \(file)") }
        return account
    }
}

/// The configuration of a server on loopback with built-in phones behind it.
struct DemoConfiguration: Sendable {
    var http: String
    var sip: String
    var data: String
    var account: DemoAccount
    var callbackURL: String
    var mediaPorts: String
    /// Where each phone or group of phones listens, and the leading digits of its numbers.
    var phones: [(name: String, address: String, prefix: String)]

    var yaml: String {
        """
        http: {listen: "\(http)"}
        sip: {listen: ["udp://\(sip)"]}
        media: {ports: \(mediaPorts), address: 127.0.0.1}
        data: "\(data)"
        trunks:
        \(phones.map { "- {name: \($0.name), uri: \"sip:\($0.address)\", prefixes: [\"\($0.prefix)\"]}" }
            .joined(separator: "\n"))
        accounts:
        - cert_id: \(account.certID)
          secret_key: \(account.secret)
          apps:
          - {app_id: \(account.app), callback_url: "\(callbackURL)", allow_basic: true, numbers: ["075589877675"]}
        webhooks: {allow_private: true}
        drain_timeout: 2
        """
    }
}
