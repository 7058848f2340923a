import Foundation
import FoundationNetworking

/// `duocall serve` as a process of its own, with a demo account that may use Basic authentication.
final class ServerUnderTest: Sendable {
    static let certID = "9053053bc1dc6e766e8b64bbbacfa84b"
    static let secret = "interop-secret"
    static let appID = "4028b834234224480155de541c7b0000"

    struct Trunk {
        let name: String
        /// `nil`: the URI names none.
        let port: UInt16?
        var prefixes = ["*"]
        var host = "127.0.0.1"
        /// What follows host and port in the URI.
        var parameters = ""
        var extra = ""
    }

    let folder: ScratchFolder
    let program: Program
    let url: URL
    let sipPort: UInt16
    /// Of its RTP and RTCP.
    let mediaPorts: ClosedRange<UInt16>
    private let configuration: URL

    /// Starts the server and waits until it takes calls.
    ///
    /// - Parameters:
    ///   - phone: what is further said of every extension.
    ///   - addresses: where is listened, at one port.
    ///   - transports: what is listened for there.
    ///   - sip: further lines of the configuration's `sip` section.
    init(
        trunks: [Trunk], extensions: [String: String] = [:], phone: String = "", events: URL? = nil,
        addresses: [String] = ["127.0.0.1"], transports: [String] = ["udp"], sip: String = "",
        keeping former: ServerUnderTest? = nil
    ) async throws {
        folder = try former?.folder ?? ScratchFolder()
        sipPort = try former?.sipPort ?? freePort()
        mediaPorts = try former?.mediaPorts ?? freeMediaPorts()
        configuration = folder.file("duocall.yaml")
        if former == nil {
            try Self.yaml(
                trunks, extensions: extensions, phone: phone,
                listeners: Self.listeners(transports, at: addresses, sipPort),
                mediaPorts: mediaPorts, sipLines: sip, events: events, folder: folder.url
            )
            .write(to: configuration, atomically: true, encoding: .utf8)
        }
        let output = folder.file("server-\(UUID().uuidString).log")
        program = try Program(Checkout.server.path, ["serve", "--config", configuration.path], output: output)
        let program = program
        guard try await eventually(.seconds(30), { program.text.contains("ready http=") || !program.isRunning }),
            let ready = program.text.firstMatch(of: #/ready http=(\S+)/#),
            let url = URL(string: ready.1.hasPrefix("http") ? String(ready.1) : "http://\(ready.1)")
        else { throw InteropFailure("the server did not start:\n\(program.text)") }
        self.url = url
    }

    private static func listeners(_ transports: [String], at addresses: [String], _ port: UInt16) -> [String] {
        transports.flatMap { transport in addresses.map { "\(transport)://\($0):\(port)" } }
    }

    private static func yaml(
        _ trunks: [Trunk], extensions: [String: String], phone: String, listeners: [String],
        mediaPorts: ClosedRange<UInt16>, sipLines: String, events: URL?, folder: URL
    ) -> String {
        let list = trunks.map { trunk in
            """
              - name: \(trunk.name)
                uri: "sip:\(trunk.host)\(trunk.port.map { ":\($0)" } ?? "")\(trunk.parameters)"
                prefixes: [\(trunk.prefixes.map { "\"\($0)\"" }.joined(separator: ", "))]
                caller_ids: ["075589877675"]
            \(trunk.extra)
            """
        }.joined(separator: "\n")
        let phones = extensions.sorted { $0.key < $1.key }.map { "  - {user: \"\($0)\", password: \"\($1)\"\(phone)}" }
            .joined(separator: "\n")
        return """
            http:
              listen: 127.0.0.1:0
            sip:
              listen: \(listeners)
            \(sipLines)
            media:
              ports: \(mediaPorts.lowerBound)-\(mediaPorts.upperBound)
            data: \(folder.path)/data
            trunks:
            \(list)
            extensions:
            \(phones)
            accounts:
              - cert_id: \(certID)
                secret_key: \(secret)
                apps:
                  - app_id: \(appID)
                    callback_url: \(events?.absoluteString ?? "http://127.0.0.1:9/none")
                    allow_basic: true
                    allow_extensions: true
                    numbers: ["075589877675"]
            webhooks:
              allow_private: true

            """
    }

    struct Answer {
        let status: Int
        let body: [String: Any]
        var code: String { body["code"] as? String ?? "" }
        var fields: [String: Any] { body["data"] as? [String: Any] ?? [:] }
    }

    func request(_ method: String, _ path: String, _ body: [String: Any]? = nil) async throws -> Answer {
        let bytes = try body.map { try JSONSerialization.data(withJSONObject: $0) }
        return try await request(method, path, bytes, as: "application/json")
    }

    /// Uploads a voice file.
    func upload(_ name: String, _ file: Data) async throws {
        let answer = try await request("POST", "/management/voice_file?name=\(name)", file, as: "audio/wav")
        guard answer.code == "000000" else { throw InteropFailure("not taken: \(answer)") }
    }

    private func request(_ method: String, _ path: String, _ body: Data?, as type: String) async throws -> Answer {
        var request = URLRequest(url: URL(string: "/v1/account/\(Self.certID)\(path)", relativeTo: url)!)
        request.httpMethod = method
        request.setValue(Self.appID, forHTTPHeaderField: "AppID")
        request.setValue(type, forHTTPHeaderField: "Content-Type")
        let token = Data("\(Self.certID):\(Self.secret)".utf8).base64EncodedString()
        request.setValue("Basic \(token)", forHTTPHeaderField: "Authorization")
        request.httpBody = body
        let (bytes, response) = try await URLSession.shared.data(for: request)
        let object = try JSONSerialization.jsonObject(with: bytes) as? [String: Any] ?? [:]
        return Answer(status: (response as? HTTPURLResponse)?.statusCode ?? 0, body: object)
    }

    /// What a link leads to, without credentials.
    func fetch(_ link: URL) async throws -> Data {
        let (bytes, response) = try await URLSession.shared.data(from: link)
        guard (response as? HTTPURLResponse)?.statusCode == 200 else { throw InteropFailure("refused: \(response)") }
        return bytes
    }

    /// Places a callback and returns its id.
    func place(_ fields: [String: Any] = [:]) async throws -> String {
        var body: [String: Any] = ["to1": "13900000001", "to2": "13800000002", "max_call_duration": 60]
        body.merge(fields) { $1 }
        let answer = try await request("POST", "/call/duo_callback", body)
        guard answer.code == "000000", let id = answer.fields["callId"] as? String else {
            throw InteropFailure("not accepted: \(answer)")
        }
        return id
    }

    func cancel(_ id: String) async throws -> Answer {
        try await request("POST", "/call/duo_callback_cancel", ["callId": id])
    }

    func call(_ id: String) async throws -> [String: Any] {
        try await request("GET", "/call/duo_callback/\(id)").fields
    }

    /// The call's record once it is over.
    func ended(_ id: String, _ limit: Duration = .seconds(40)) async throws -> [String: Any] {
        try await reached(5, id, limit)
    }

    /// The call's record once it is in `state`.
    func reached(_ state: Int, _ id: String, _ limit: Duration = .seconds(20)) async throws -> [String: Any] {
        nonisolated(unsafe) var record: [String: Any] = [:]
        let isReached = try await eventually(limit) {
            record = try await self.call(id)
            return record["state"] as? Int == state
        }
        guard isReached else { throw InteropFailure("\(id) did not reach state \(state): \(record)\n\(program.text)") }
        return record
    }
}

struct InteropFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
