import SIPUserAgent
import Testing

/// The examples of the RFCs; the others were computed with another implementation.
@Suite struct DigestResponseTests {
    @Test(arguments: [
        (DigestAlgorithm.md5, "8ca523f5e9506fed4657c9700eebdbec"),
        (.sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ])
    func `RFC 7616 §3_9_1`(algorithm: DigestAlgorithm, expected: String) {
        let response = DigestResponse(
            algorithm: algorithm, realm: "http-auth@example.org",
            nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", method: "GET", uri: "/dir/index.html",
            protection: DigestResponse.Protection(
                quality: .auth, clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", count: 1))
        #expect(response.text(user: "Mufasa", password: "Circle of Life") == expected)
    }

    @Test(arguments: [
        (DigestResponse.Protection?.none, "670fd8c2df070c60b045671b8b24ff02"),
        (
            DigestResponse.Protection(quality: .auth, clientNonce: "0a4f113b", count: 1),
            "6629fae49393a05397450978507c4ef1"
        ),
    ])
    func `RFC 2617 §3_5, with and without a quality of protection`(
        protection: DigestResponse.Protection?, expected: String
    ) {
        let response = DigestResponse(
            algorithm: .md5, realm: "testrealm@host.com", nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", method: "GET",
            uri: "/dir/index.html", protection: protection)
        #expect(response.text(user: "Mufasa", password: "Circle Of Life") == expected)
    }

    @Test func `a protected body, with SHA-512-256`() {
        let response = DigestResponse(
            algorithm: .sha512t256, realm: "biloxi.com", nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
            method: "INVITE", uri: "sip:bob@biloxi.com",
            protection: DigestResponse.Protection(
                quality: .authInt(body: Array("v=0\r\n".utf8)), clientNonce: "0a4f113b", count: 1))
        #expect(
            response.text(user: "bob", password: "zanzibar")
                == "e9a7fbc1c80a10421c59a0c982f28d40e0ddc7b62ef3dc4faf68f179c6e05922")
    }

    @Test func `FIPS 180-4's example of SHA-512-256`() {
        #expect(
            DigestAlgorithm.sha512t256.hash("abc")
                == "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23")
    }

    @Test(arguments: [(1, "00000001"), (0xABC, "00000abc"), (UInt32.max, "ffffffff")] as [(UInt32, String)])
    func `a count has eight digits`(count: UInt32, text: String) {
        #expect(DigestResponse.Protection(quality: .auth, clientNonce: "", count: count).countText == text)
    }
}
