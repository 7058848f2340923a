import RTP
import Testing

@testable import SDP

@Suite struct CryptoAttributeTests {
    private static let inline = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

    private func read(_ value: String) -> CryptoAttribute? { CryptoAttribute(Array(value.utf8)[...]) }

    @Test func `a whole attribute`() throws {
        let crypto = try #require(
            read("1 AES_CM_128_HMAC_SHA1_80 \(Self.inline)|2^20|1:4 WSH=128 -vendor=x"))
        #expect(crypto.tag == 1)
        #expect(crypto.key.suite == .aesCM128Tag80)
        let plain = "YS___semctl () {\t220;}\n}\nunles"
        #expect(crypto.key.bytes == Array(plain.utf8))
        #expect(crypto.key.identifier == [0, 0, 0, 1])
    }

    @Test func `what we write is read back`() throws {
        let key = try #require(SRTPMasterKey(suite: .aesCM128Tag32, bytes: (0..<30).map { UInt8(200 + $0) }))
        let line = CryptoAttribute(tag: 7, key: key).line
        #expect(line.hasPrefix("a=crypto:7 AES_CM_128_HMAC_SHA1_32 inline:yMnK"))
        #expect(read(String(line.dropFirst(9))) == CryptoAttribute(tag: 7, key: key))
    }

    @Test(arguments: [
        "", "|2^20", "|1048576", "|2^1", "|2^48", "|281474976710656", "|1:1", "|2^20|255:1", "|7:128", " WSH=64",
        "\tWSH=64 -x", " -x=inline:y",
    ])
    func `what changes nothing for us is taken`(more: String) {
        #expect(read("999999999 aes_cm_128_hmac_sha1_80\t  \(Self.inline)\(more)") != nil)
    }

    @Test(arguments: [
        "", "1", "1 AES_CM_128_HMAC_SHA1_80", "x AES_CM_128_HMAC_SHA1_80 $", "-1 SUITE $",
        "1000000000 AES_CM_128_HMAC_SHA1_80 $", "1 AES_CM_128_HMAC_SHA1 $", "1 F8_128_HMAC_SHA1_80 $",
        "1 AES_256_CM_HMAC_SHA1_80 $", "1 SUITE $|", "1 SUITE $|0",
        "1 SUITE $|2^0", "1 SUITE $|2^49", "1 SUITE $|3^20",
        "1 SUITE $|281474976710657", "1 SUITE $|2^20|",
        "1 SUITE $|2^20|1", "1 SUITE $|2^20|256:1",
        "1 SUITE $|2^20|1:0", "1 SUITE $|2^20|1:129",
        "1 SUITE $|2^20|1:4|x", "1 SUITE $|1:4|2^20",
        "1 SUITE $|1:4;$|2:4", "1 SUITE inline", "1 SUITE inline:",
        "1 SUITE $ KDR=4", "1 SUITE $ UNENCRYPTED_SRTP",
        "1 SUITE $ UNENCRYPTED_SRTCP", "1 SUITE $ UNAUTHENTICATED_SRTP",
        "1 SUITE $ FEC_ORDER=FEC_SRTP", "1 SUITE $ WSH=x",
        "1 SUITE $ WSH", "1 SUITE $x", "1 SUITE $=",
        "1 SUITE $====",
    ])
    func `what is broken or would change the packets is not taken`(value: String) {
        let value = value.replacing("SUITE", with: "AES_CM_128_HMAC_SHA1_80").replacing("$", with: Self.inline)
        #expect(read(value) == nil)
    }

    @Test func `keys of other lengths are not taken`() {
        for length in [0, 1, 16, 29, 31, 46] {
            let text = Base64.encode([UInt8](repeating: 7, count: length))
            #expect(read("1 AES_CM_128_HMAC_SHA1_80 inline:\(text)") == nil)
        }
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `base 64 by the vectors of RFC 4648`(plain: String, coded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == coded)
        #expect(Base64.decode(Array(coded.utf8)[...]) == Array(plain.utf8))
        #expect(Base64.decode(Array(coded.filter { $0 != "=" }.utf8)[...]) == Array(plain.utf8))
    }

    @Test(arguments: ["Z", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "Zm-v", "Zm9v Zm9v", "Z=g=", "="])
    func `what is not base 64`(text: String) {
        #expect(Base64.decode(Array(text.utf8)[...]) == nil)
    }

    @Test func `a key does not print itself`() throws {
        let key = try #require(SRTPMasterKey(suite: .aesCM128Tag80, bytes: [UInt8](repeating: 77, count: 30)))
        let keys = SRTPKeys(sends: key, receives: key)
        var dumped = ""
        dump(keys, to: &dumped)
        for text in ["\(key)", String(reflecting: keys), dumped] {
            #expect(!text.contains("77") && !text.contains("TU1N"), "\(text)")
        }
    }
}
