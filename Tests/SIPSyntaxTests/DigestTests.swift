import Testing

@testable import SIPSyntax

@Suite struct DigestTests {
    @Test func `a challenge is read as RFC 3261 §20_44 shows it`() throws {
        let value = SIPText(
            #"Digest realm="atlanta.com", domain="sip:boxesbybob.com", qop="auth,auth-int","#
                + #" nonce="f84f1cec41e6cbe5aea9c8e88d359", opaque="", stale=FALSE, algorithm=MD5"#)
        let challenge = try #require(DigestChallenge(value))
        #expect(challenge.realm == "atlanta.com")
        #expect(challenge.nonce == "f84f1cec41e6cbe5aea9c8e88d359")
        #expect(challenge.opaque == "")
        #expect(challenge.algorithm == "MD5")
        #expect(challenge.qualities == ["auth", "auth-int"])
        #expect(!challenge.isStale)
    }

    @Test func `what is missing is taken for the default`() throws {
        let challenge = try #require(DigestChallenge(#"digest  Realm = "a \"b\"" ,NONCE="1" , stale = true"#))
        #expect(challenge.realm == #"a "b""#)
        #expect(challenge.opaque == nil)
        #expect(challenge.algorithm == "MD5")
        #expect(challenge.qualities == [])
        #expect(challenge.isStale)
    }

    @Test(arguments: [
        "", "Digest", "Digest realm", #"Digest realm="a""#, #"Digest nonce="a""#, #"Basic realm="a", nonce="b""#,
        #"Digest realm="a", nonce="b","#, #"Digest realm="a" nonce="b""#, #"Digest realm="a, nonce=b"#,
    ])
    func `anything else is no challenge`(value: String) {
        #expect(DigestChallenge(SIPText(value)) == nil)
    }

    @Test func `a challenge has as many fields as a list has values`() {
        let fields = (3...SIPLimits.listValues).map { ", f\($0)=1" }.joined()
        let most = #"Digest realm="a", nonce="b""# + fields
        #expect(DigestChallenge(SIPText(most)) != nil)
        #expect(DigestChallenge(SIPText(most + ", more=1")) == nil)
    }

    @Test func `each line of a response is a challenge of its own`() throws {
        let message = try SIPMessage(
            parsing: Array(
                [
                    "SIP/2.0 401 Unauthorized", "Via: SIP/2.0/UDP h;branch=z9hG4bKa", "From: <sip:a@h>;tag=1",
                    "To: <sip:b@h>;tag=2", "Call-ID: c", "CSeq: 1 INVITE",
                    #"WWW-Authenticate: Digest realm="r", nonce="n1", algorithm=SHA-256"#, "WWW-Authenticate: Weird x",
                    #"WWW-Authenticate: Digest realm="r", nonce="n2""#,
                    #"Proxy-Authenticate: Digest realm="p", nonce="n3""#,
                    #"Authentication-Info: qop=auth, nextnonce="n4""#, "Content-Length: 0", "", "",
                ].joined(separator: "\r\n").utf8))
        #expect(message.challenges(.wwwAuthenticate).map(\.nonce) == ["n1", "n2"])
        #expect(message.challenges(.proxyAuthenticate).map(\.nonce) == ["n3"])
        #expect(message.nextNonce == "n4")
    }
}
