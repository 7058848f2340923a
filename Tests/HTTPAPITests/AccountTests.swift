import CallModel
import Foundation
import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct AccountTests {
    private func asSubaccount(app: String = "app") -> ClientRequest {
        var request = ClientRequest()
        request.certID = "sub"
        request.secret = "sub secret"
        request.appID = app
        return request
    }

    @Test func aSubaccountUsesTheMainAccountsPath() async throws {
        let fixture = Fixture()
        #expect(try await fixture.send(asSubaccount().sent).code == "000000")
        let placed = try #require(fixture.state.read { $0.placed.first })
        #expect(placed.0.account == Fixture.sub)
        #expect(placed.0.mainAccount == Fixture.main)
        #expect(placed.0.subaccount == Fixture.sub)
        #expect(placed.1?.account == Fixture.sub)
        var own = asSubaccount()
        own.path = "/v1/account/sub/call/duo_callback"
        #expect(try await fixture.send(own.sent).status == 401)
    }

    @Test func aSubaccountMayUseItsOwnAppOnly() async throws {
        #expect(try await Fixture().send(asSubaccount(app: "other").sent).code == "010000")
        var main = ClientRequest()
        main.appID = "other"
        #expect(try await Fixture().send(main.sent).code == "000000")
        main.appID = "foreign"
        #expect(try await Fixture().send(main.sent).code == "010000")
        main.appID = "offline"
        #expect(try await Fixture().send(main.sent).code == "010001")
    }

    @Test func aSubaccountFallsWithItsMainAccount() async throws {
        var directory = Fixture.directory()
        directory.accounts[Fixture.main]?.enabled = false
        #expect(try await Fixture(directory: directory).send(asSubaccount().sent).status == 401)
    }

    @Test func eventsGoToTheSubaccountsReceiverOrElseTheApps() async throws {
        let fixture = Fixture()
        _ = try await fixture.send(asSubaccount().sent)
        _ = try await fixture.send(ClientRequest().sent)
        var directory = Fixture.directory()
        directory.accounts[Fixture.sub]?.callbackURL = nil
        let plain = Fixture(directory: directory)
        _ = try await plain.send(asSubaccount().sent)
        let app = AppID(rawValue: "app")
        let targets = fixture.state.read { $0.placed.map(\.0.eventTarget) }
        #expect(
            targets == [
                EventTarget(url: "http://127.0.0.1:9001/sub", signer: Fixture.sub, app: app),
                EventTarget(url: "http://127.0.0.1:9000/events", signer: Fixture.main, app: app),
            ])
        #expect(
            plain.state.read { $0.placed.map(\.0.eventTarget) } == [
                EventTarget(url: "http://127.0.0.1:9000/events", signer: Fixture.main, app: app)
            ])
    }

    @Test func accountsAreReplacedAsAWhole() async throws {
        let fixture = Fixture()
        fixture.tenants.replace(with: TenantDirectory())
        #expect(try await fixture.send(ClientRequest().sent).status == 401)
        fixture.tenants.replace(with: Fixture.directory())
        #expect(try await fixture.send(ClientRequest().sent).code == "000000")
    }

    // MARK: HTTP Basic

    private func basic(_ credentials: String, app: String? = "app", peer: String? = "127.0.0.1") -> ClientRequest {
        var request = ClientRequest()
        request.isSigned = false
        request.certID = nil
        request.timestamp = nil
        request.appID = app
        request.peer = peer
        request.headers[.authorization] = "Basic \(Data(credentials.utf8).base64EncodedString())"
        return request
    }

    private func answer(
        _ request: ClientRequest, allowed: Bool = true, proxies: [String] = []
    ) async throws -> Received {
        try await Fixture(
            directory: Fixture.directory { $0.allowBasic = allowed },
            trustedProxies: proxies.compactMap { AddressBlock($0) }
        ).send(request.sent)
    }

    @Test func basicCredentialsCountFromLoopbackWhereTheAppAllowsThem() async throws {
        #expect(try await answer(basic("main:main secret")).code == "000000")
        #expect(try await answer(basic("main:main secret", peer: "::1")).code == "000000")
        #expect(try await answer(basic("sub:sub secret")).code == "000000")
        #expect(try await answer(basic("main:main secret"), allowed: false).status == 401)
        #expect(try await answer(basic("main:main secret", peer: "203.0.113.5")).status == 401)
        #expect(try await answer(basic("main:main secret", peer: nil)).status == 401)
        #expect(try await answer(basic("main:main secret", app: "nothing")).status == 401)
        #expect(try await answer(basic("main:main secret", app: nil)).status == 401)
        #expect(try await answer(basic("main:wrong")).status == 401)
        #expect(try await answer(basic("nobody:main secret")).status == 401)
        #expect(try await answer(basic("stranger:stranger secret")).status == 401)
    }

    @Test func basicCredentialsThroughAProxyAreNotFromLoopback() async throws {
        var request = basic("main:main secret")
        request.headers[.forwardedFor] = "203.0.113.5"
        #expect(try await answer(request, proxies: ["127.0.0.1"]).status == 401)
        #expect(try await answer(request).code == "000000")
    }

    @Test func basicRequestsAreNotRemembered() async throws {
        let fixture = Fixture(directory: Fixture.directory { $0.allowBasic = true })
        for _ in 0..<2 { #expect(try await fixture.send(basic("main:main secret").sent).code == "000000") }
        #expect(fixture.state.read { $0.placed.map(\.1) } == [nil, nil])
    }

    @Test func aSignatureGoesBeforeBasicCredentials() async throws {
        var request = ClientRequest()
        request.secret = "wrong"
        request.headers = basic("main:main secret").headers
        #expect(try await answer(request).status == 401)
    }

    @Test(arguments: [
        "Basic", "Basic ", "Basic !!!!", "Bearer bWFpbjptYWluIHNlY3JldA==", "Basic bWFpbg==",
        "Basic bWFpbjptYWluIHNlY3JldA", "Basic bWFpbjptYWluIHNlY3JldA=", "Basic bWFp\nbjptYWluIHNlY3JldA==",
        "Basic bWFpbjpt-WluIHNlY3JldA==", "Basic bWFpbjptYWluIHNlY3JldA===", "Basic ====", "Basic b===",
        "Basic bWFpbjptYWluIHNlY3JldA======", "Basic bWFpbjptYWluIHNlY3JldA==bWFpbg==",
    ])
    func whatIsNoBasicHeaderIsNone(header: String) async throws {
        var request = basic("")
        request.headers[.authorization] = header
        let received = try await answer(request)
        #expect(received.status == 401)
        #expect(received.message == "Bad credentials: header CertID is missing")
    }

    // MARK: White list

    @Test(
        arguments: [
            (["203.0.113.0/24"], "203.0.113.5", nil, "000000"), (["203.0.113.0/24"], "203.0.114.5", nil, "010004"),
            (["203.0.113.0/24", "::1"], "::1", nil, "000000"), (["203.0.113.0/24"], nil, nil, "010004"),
            (["nonsense"], "127.0.0.1", nil, "010004"), ([], nil, nil, "000000"),
            (["203.0.113.5"], "10.0.0.1", "203.0.113.5", "000000"),
            (["203.0.113.5"], "10.0.0.1", "203.0.113.5, 1.1.1.1", "010004"),
            (["203.0.113.5"], "198.51.100.1", "203.0.113.5", "010004"),
            (["10.0.0.1"], "10.0.0.1", "203.0.113.5", "010004"),
            (["203.0.113.5"], "10.0.0.1", "nobody", "010004"),
        ] as [([String], String?, String?, String)])
    func theWhiteListIsOfClients(list: [String], peer: String?, forwarded: String?, code: String) async throws {
        let fixture = Fixture(
            directory: Fixture.directory { $0.ipWhiteList = list }, trustedProxies: [AddressBlock("10.0.0.0/8")!])
        var request = ClientRequest()
        request.peer = peer
        request.headers[.forwardedFor] = forwarded
        #expect(try await fixture.send(request.sent).code == code)
    }
}
