import ArgumentParser
import Foundation

/// Which server a command speaks to, and as whom.
struct ClientOptions: ParsableArguments {
    @Option(help: "The server's own configuration file, read for its address and first account.")
    var config: String?

    @Option(help: "The server's base, as http://127.0.0.1:8080. [DUOCALL_URL]")
    var url: String?

    @Option(help: "The main account, where the CertID is a sub-account's. [DUOCALL_ACCOUNT]")
    var account: String?

    @Option(help: "The account that signs. [DUOCALL_CERT_ID]")
    var certId: String?

    @Option(help: "The account's secret key; the variable keeps it out of the process list. [DUOCALL_SECRET]")
    var secret: String?

    @Option(help: "The application. [DUOCALL_APP]")
    var app: String?

    func client(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> APIClient {
        let given = AccessParts(url: url, account: account, certID: certId, secret: secret, app: app)
            .orElse(AccessParts(environment: environment))
        guard let config else { return APIClient(access: try given.complete()) }
        return APIClient(access: try given.completed(from: .load(file: config, environment: environment)))
    }
}
