import Testing

@testable import SIPSyntax

@Suite struct ViaTests {
    private func via(_ text: String) throws -> Via {
        try MessageFixture().with("Via: " + text).parsed().topVia
    }

    @Test func aViaShowsItsParts() throws {
        let via = try via(
            "SIP/2.0/TLS [2001:db8::1] : 5062 ;rport=4000; received=2001:db8::2 ;maddr=m;branch=z9hG4bKx;ttl=1")
        #expect(via.transport == "TLS")
        #expect(via.host == "[2001:db8::1]")
        #expect(via.port == 5062)
        #expect(via.rport == .seen(4000))
        #expect(via.received == "2001:db8::2")
        #expect(via.parameters["maddr"] == "m")
        #expect(via.branch == "z9hG4bKx")
        #expect(via.hasUniqueBranch)
    }

    @Test func rportIsAbsentRequestedOrSeen() throws {
        #expect(try via("SIP/2.0/UDP h").rport == .absent)
        #expect(try via("SIP/2.0/UDP h;RPORT").rport == .requested)
        #expect(try via("SIP/2.0/UDP h;rport=65535").rport == .seen(65_535))
        #expect(MessageFixture().with("Via: SIP/2.0/UDP h;rport=65536").failure == .refused(.malformed(.via)))
    }

    @Test(arguments: [
        ("z9hG4bK", false), ("z9hG4bK1", true), ("Z9HG4BK1", true), ("z9hG4b", false), ("1z9hG4bK", false),
    ])
    func aBranchIsUniqueWithTheCookieAndMore(_ branch: String, _ isUnique: Bool) throws {
        #expect(try via("SIP/2.0/UDP h;branch=" + branch).hasUniqueBranch == isUnique)
    }

    @Test(arguments: [
        "SIP/2.0/UDP h;branch", "SIP/2.0/UDP h;", "SIP/2.0/UDP h:x", "SIP/2.0/UDP h x", "SIP/2.0/UDP h:70000",
    ])
    func aMalformedViaWithAHostIsRefused(_ text: String) {
        #expect(MessageFixture().with("Via: " + text).failure == .refused(.malformed(.via)))
    }

    @Test(arguments: ["", "SIP/2.0", "SIP/2.0/UDP", "SIP/2.0/UDP ;branch=z9hG4bK1", "SIP/2.0/UDPh", "SIP 2.0 UDP h"])
    func aViaWithoutAHostLeavesNobodyToAnswer(_ text: String) {
        #expect(MessageFixture().with("Via: " + text).failure == .unreadable(.malformed(.via)))
    }

    @Test func laterViasAreReadWhenAsked() throws {
        let message = try MessageFixture().with("Via: SIP/2.0/UDP a, SIP/2.0/UDP b;;").parsed()
        #expect(message.topVia.host == "a")
        #expect(throws: MalformedHeader(name: .via)) { try message.vias }
    }
}
