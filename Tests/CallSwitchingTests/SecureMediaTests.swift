import CallModel
import CallTracing
import MediaControl
import RTP
import SDP
import SIPSyntax
import SIPTransactions
import SIPUserAgent
import SansIO
import Testing

@testable import CallSwitching

/// SRTP as trunks and phones want it, from the offer to the packet loop.
@Suite struct SecureMediaTests {
    private static let key = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
    private static let other = "MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZGVm"

    private func stage(_ security: MediaSecurity) -> Stage {
        var trunk = Stage.trunk(1)
        trunk.security = security
        return Stage(trunks: [trunk])
    }

    private func dialled(_ security: MediaSecurity) throws -> (Stage, SIPMessage) {
        let stage = stage(security)
        stage.place()
        return (stage, try stage.invite())
    }

    /// A description with a key; `nil`: with none.
    private static func description(_ profile: String = "RTP/SAVP", tag: Int = 1, key: String? = key) -> [UInt8] {
        let attributes = key.map { ["crypto:\(tag) AES_CM_128_HMAC_SHA1_80 inline:\($0)"] } ?? []
        let text = String(decoding: Stage.description(), as: UTF8.self).replacing("RTP/AVP", with: profile)
        return Array((text + attributes.map { "a=\($0)\r\n" }.joined()).utf8)
    }

    /// What follows `inline:` in a description, in order.
    private func keys(_ body: some Collection<UInt8>) -> [String] {
        String(decoding: body, as: UTF8.self).split(separator: "\r\n").filter { $0.hasPrefix("a=crypto:") }
            .compactMap { $0.split(separator: ":").last.map(String.init) }
    }

    private func protections(_ stage: Stage) -> [MediaProtection] {
        stage.media.compactMap { $0.described?.protection }
    }

    private func srtp(_ protection: MediaProtection?) -> SRTPKeys? {
        if case .srtp(let keys) = protection { keys } else { nil }
    }

    @Test func `the keys of the offer and of its answer go to the packet loop`() throws {
        let (stage, invite) = try dialled(.required)
        let offer = String(decoding: invite.body, as: UTF8.self)
        #expect(offer.contains("m=audio 10000 RTP/SAVP 8 0 101\r\n"))
        #expect(offer.contains("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"))
        #expect(protections(stage) == [.awaitsKeys])
        stage.respond(183, to: invite, body: Self.description(key: Self.other))
        stage.respond(200, to: invite, body: Self.description())
        let agreed = protections(stage).compactMap { srtp($0) }
        #expect(agreed.count == 2 && agreed[0].sends == agreed[1].sends && agreed[0].receives != agreed[1].receives)
        // Party 2's leg has keys of its own.
        let second = try stage.invite()
        #expect(protections(stage).last == .awaitsKeys && Set(keys(second.body)).isDisjoint(with: keys(invite.body)))
    }

    private static let misfits: [(MediaSecurity, String, String?)] = [
        (.required, "RTP/SAVP", nil), (.required, "RTP/AVP", nil), (.required, "RTP/AVP", key),
        (.required, "RTP/SAVP", "c2hvcnQ="), (.optional, "RTP/SAVP", nil), (.off, "RTP/SAVP", key),
    ]

    @Test(arguments: misfits)
    func `an answer that does not fit fails its leg`(security: MediaSecurity, profile: String, key: String?) throws {
        let (stage, invite) = try dialled(security)
        stage.respond(200, to: invite, body: Self.description(profile, key: key))
        #expect(stage.requests(.ack, in: invite).count == 1 && stage.requests(.bye, in: invite).count == 1)
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .incompatible))
    }

    @Test func `a far end that refuses secure media fails its leg as incompatible too`() throws {
        let (stage, invite) = try dialled(.required)
        stage.respond(488, to: invite)
        #expect(stage.ended?.record.ending?.reason == .failed(.first, .incompatible))
    }

    @Test(arguments: [false, true])
    func `where the far end may, its answer decides`(isSecure: Bool) throws {
        let (stage, invite) = try dialled(.optional)
        #expect(String(decoding: invite.body, as: UTF8.self).contains("RTP/AVP") && keys(invite.body).count == 2)
        stage.respond(200, to: invite, body: Self.description("RTP/AVP", key: isSecure ? Self.key : nil))
        let protection = protections(stage)[1]
        #expect(isSecure ? srtp(protection) != nil : protection == .plain)
    }

    @Test func `a secure trunk and a plain one are bridged`() throws {
        var secure = Stage.trunk(1)
        secure.security = .required
        secure.prefixes = ["13911110001"]
        let stage = Stage(trunks: [secure, Stage.trunk(2)])
        stage.place()
        let first = try stage.invite()
        stage.respond(200, to: first, body: Self.description())
        let second = try stage.invite()
        #expect(keys(second.body).isEmpty)
        stage.respond(200, to: second, body: Stage.description(), from: Stage.trunk2)
        #expect(srtp(protections(stage)[1]) != nil && protections(stage).suffix(2) == [.plain, .plain])
        #expect(stage.media.contains(.feed(MediaLegID(number: 2), .leg(MediaLegID(number: 3)))))
    }

    private func connected() throws -> (Stage, SIPMessage, SRTPKeys) {
        let stage = stage(.required)
        let (first, second) = try stage.toParty2(speaking: Self.description())
        stage.respond(200, to: second, body: Self.description())
        let keys = try #require(protections(stage).compactMap { srtp($0) }.first)
        stage.forgetMedia()
        stage.forgetSent()
        return (stage, first, keys)
    }

    @Test func `a new offer with another key is answered with another of ours, at once`() throws {
        let (stage, first, before) = try connected()
        stage.request("INVITE", in: first, body: Self.description(tag: 4, key: Self.other))
        let answer = try #require(stage.sent.last?.message)
        #expect(answer.status == .ok)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("a=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:"))
        let now = try #require(srtp(protections(stage).last))
        #expect(now.sends != before.sends && now.receives != before.receives)
        stage.request("ACK", in: first)
        // The same again keeps everything.
        stage.request("UPDATE", in: first, sequence: 2, body: Self.description(tag: 5, key: Self.other))
        #expect(srtp(protections(stage).last) == now)
    }

    @Test(arguments: [("RTP/AVP", false), ("RTP/AVP", true), ("RTP/SAVP", false)])
    func `a new offer that is not secure gets 488`(profile: String, hasKey: Bool) throws {
        let (stage, first, _) = try connected()
        stage.request("INVITE", in: first, body: Self.description(profile, key: hasKey ? Self.key : nil))
        #expect(stage.statuses(.invite, in: first) == [488] && stage.media.isEmpty && stage.ended == nil)
    }

    @Test func `a re-INVITE without an offer gets new keys, and the same answer as before takes effect`() throws {
        let (stage, first, before) = try connected()
        stage.request("INVITE", in: first)
        let offer = try #require(stage.sent.last?.message)
        #expect(keys(offer.body).count == 2)
        stage.request("ACK", in: first, body: Self.description())
        let now = try #require(srtp(protections(stage).last))
        #expect(now.sends != before.sends && now.receives == before.receives)
    }

    @Test func `neither the store nor a trace has a key`() throws {
        let stage = stage(.required)
        let (first, second) = try stage.toParty2(speaking: Self.description())
        stage.respond(200, to: second, body: Self.description(key: Self.other))
        let secrets = keys(first.body) + keys(second.body) + [Self.key, Self.other]
        #expect(secrets.count == 6 && secrets.allSatisfy { $0.utf8.count == 40 })
        let call = try #require(stage.call)
        let trace = try #require(stage.traced(call))
        let capture = String(decoding: trace.capture(listeners: [Stage.trunk1.remote]), as: UTF8.self)
        let dialogs = stage.progress.compactMap { write -> DialogSnapshot? in
            if case .confirmed(let dialog) = write.leg.signalling { dialog } else { nil }
        }
        let kept = String(
            decoding: dialogs.flatMap { $0.localDescription + $0.remoteDescription }, as: UTF8.self)
        #expect(kept.contains("RTP/SAVP") && trace.text.contains("RTP/SAVP") && capture.contains("RTP/SAVP"))
        for secret in secrets {
            #expect(!kept.contains(secret) && !trace.text.contains(secret) && !capture.contains(secret))
        }
    }

    // MARK: Phones

    private static let phones: [(MediaSecurity, Transport, MediaSecurity?)] = [
        (.off, .udp, .off), (.off, .tls, .off), (.optional, .tls, .optional), (.optional, .tcp, .off),
        (.optional, .udp, .off), (.required, .tls, .required), (.required, .tcp, nil), (.required, .udp, nil),
    ]

    @Test(arguments: phones)
    func `a phone's keys go over TLS alone`(wanted: MediaSecurity, transport: Transport, used: MediaSecurity?) {
        let settings = PhoneSettings(
            extensions: [Extension(user: "1001", password: "x")], mediaAddresses: [.v4(1)], security: ["1001": wanted])
        #expect(settings.security(of: "1001", over: transport) == used)
        #expect(settings.security(of: "1002", over: transport) == .off)
    }

    @Test func `a phone that must be secure is not called over UDP`() throws {
        let stage = Stage(trunks: [], extensions: ExtensionTests.extensions, security: ["1001": .required])
        try stage.register("1001", at: ExtensionTests.phone(1))
        try stage.register("1002", at: ExtensionTests.phone(2))
        stage.place(ExtensionTests.request(try ExtensionTests.number("1001"), try ExtensionTests.number("1002")))
        #expect(!stage.hasNewInvite)
    }

    @Test func `a phone that may be secure is offered plain media over UDP`() throws {
        let stage = Stage(trunks: [], extensions: ExtensionTests.extensions, security: ["1001": .optional])
        try stage.register("1001", at: ExtensionTests.phone(1))
        try stage.register("1002", at: ExtensionTests.phone(2))
        stage.place(ExtensionTests.request(try ExtensionTests.number("1001"), try ExtensionTests.number("1002")))
        #expect(keys(try stage.invite().body).isEmpty)
    }
}
