import Foundation

/// The processes and the receiver that a demo needs, on loopback, in a folder of their own.
final class DemoStage: Sendable {
    let folder: URL
    let phones: [ChildProcess]
    let server: ChildProcess
    let receiver: EventReceiver
    let client: APIClient

    /// Starts phones, receiver and server, in this order.
    ///
    /// - Parameter step: told each step in words.
    init(_ parties: [DemoLedger.Party], talk: Int, step: @Sendable (String) -> Void) async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("duocall-demo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var phones: [ChildProcess] = []
        var addresses: [String] = []
        for (index, party) in parties.enumerated() {
            let phone = try ChildProcess(
                PhonesCommand.arguments(for: party, talk: index == 0 ? talk : nil),
                log: folder.appendingPathComponent("phone-\(party.number).log"))
            let address = try await phone.ready("sip")
            step("phone \(party.number) listens at \(address), process \(phone.number)")
            phones.append(phone)
            addresses.append(address)
        }
        self.phones = phones
        receiver = try await EventReceiver.listen()
        step("webhook receiver at \(receiver.url)")
        let account = DemoAccount.random()
        let configuration = DemoConfiguration(
            http: "127.0.0.1:0", sip: "127.0.0.1:0", data: folder.path + "/data", account: account,
            callbackURL: receiver.url, mediaPorts: "20000-29999",
            phones: zip(parties, addresses).map { (name: "phone-\($0.number)", address: $1, prefix: $0.number) })
        let file = folder.appendingPathComponent("duocall.yaml")
        try configuration.yaml.write(to: file, atomically: true, encoding: .utf8)
        server = try ChildProcess(
            ["serve", "--config", file.path], log: folder.appendingPathComponent("server.log"))
        let url = try await server.ready("http")
        step("server ready at \(url), process \(server.number), its log in \(folder.path)/server.log")
        client = APIClient(
            access: ServerAccess(
                url: url, account: account.certID, certID: account.certID, secret: account.secret, app: account.app))
    }

    /// Ends every process.
    func strike() {
        server.terminate()
        for phone in phones { phone.terminate() }
        for process in [server] + phones { process.wait() }
    }

    /// Ends every process and removes the folder with their logs.
    func tidyUp() {
        strike()
        // Left behind in the temporary folder at worst.
        try? FileManager.default.removeItem(at: folder)
    }
}
