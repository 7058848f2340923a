import Foundation
import Testing

@testable import duocall

@Suite("The command line's access to a server")
struct ClientTests {
    private let configuration = """
        http: {listen: 127.0.0.1:9999}
        auth: {timestamp_zone: UTC}
        accounts:
          - {cert_id: one, secret_key: s1, apps: [{app_id: a1}, {app_id: a2}]}
          - {cert_id: two, secret_key: s2, apps: [{app_id: b1}]}
        """

    private func parts(certID: String? = nil, app: String? = nil) -> AccessParts {
        AccessParts(url: nil, account: nil, certID: certID, secret: nil, app: app)
    }

    @Test func `options come before variables`() throws {
        let environment = [
            "DUOCALL_URL": "http://x/", "DUOCALL_CERT_ID": "c", "DUOCALL_SECRET": "s", "DUOCALL_APP": "a",
            "DUOCALL_ACCOUNT": "",
        ]
        let access = try parts(app: "mine").orElse(AccessParts(environment: environment)).complete()
        #expect(access == ServerAccess(url: "http://x", account: "c", certID: "c", secret: "s", app: "mine"))
        #expect(access.path("call/duo_callback") == "/v1/account/c/call/duo_callback")
    }

    @Test(arguments: [("one", "a2", "s1"), ("two", nil, "s2"), (nil, "b1", "s2"), (nil, nil, "s1")])
    func `a configuration fills what is missing`(certID: String?, app: String?, secret: String) throws {
        let access = try parts(certID: certID, app: app).completed(from: read(configuration))
        #expect(access.url == "http://127.0.0.1:9999")
        #expect(access.secret == secret)
        #expect(app == nil || access.app == app)
        #expect(access.timestampZone == "UTC")
    }

    @Test func `what is missing in the end is named`() {
        #expect(
            throws: CommandFailure("give --url, set DUOCALL_URL, or name the server's file with --config")
        ) { try parts().complete() }
        #expect(throws: CommandFailure.self) { try parts(certID: "three").completed(from: read(configuration)) }
    }

    /// The signature was computed by `openssl dgst -sha256 -hmac` over the same lines.
    @Test func `a request is signed over method, digest, type, time, app and path`() {
        let access = ServerAccess(
            url: "http://x", account: "acc", certID: "cert", secret: "secret", app: "app",
            timestampZone: "Asia/Shanghai")
        let headers = RequestSignature.headers(
            method: "POST", path: "/v1/account/acc/call/duo_callback", contentType: "application/json;charset=utf-8",
            body: Array(#"{"to1":"101"}"#.utf8), access: access, now: Date(timeIntervalSince1970: 1_700_000_000))
        #expect(headers.map(\.name) == ["AppID", "CertID", "Timestamp", "Signature"])
        #expect(
            headers.map(\.value) == ["app", "cert", "20231115061320", "iRbrjg3OhnHCurWgoMiactMJhCm7p1eX+NWpy3wmK98="])
    }

    @Test func `a call is told in words`() throws {
        let text =
            #"{"callId":"x","state":5,"to1":"101","to2":"102","begin_time":1,"duration":7,"end_reason":"hangup1"}"#
        let call = try JSONDecoder().decode(CallView.self, from: Data(text.utf8))
        #expect(call.words == "ended: hangup1 after 7 s")
    }
}
