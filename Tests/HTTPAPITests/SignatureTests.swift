import CallModel
import Crypto
import HTTPTypes
import Testing

@testable import HTTPAPI

/// The signatures here were computed with Python's `hmac` and `hashlib`.
@Suite struct SignatureTests {
    private func isAccepted(_ request: ClientRequest, at time: WallTime = noon) -> Bool {
        let authenticator = Fixture().api.authenticator
        do {
            _ = try authenticator.authenticate(request.sent, account: "main", now: time)
            return true
        } catch {
            return false
        }
    }

    @Test(arguments: [
        (
            #"{"to1":"13967446745","to2":"13009347583","max_call_duration":3600}"#, "application/json",
            "20261123120000", "qjRRIHs564rq2oyjhkD5mdfcvv2rFS14TIYX/AddsMk="
        ),
        (
            #"{"user_data":"您好"}"#, "application/json;charset=UTF-8", "20261123115500",
            "wry8zdbXWRoJKqizT+9K6YRGZr8bD1N9gNx5QW5EyFc="
        ),
        ("", nil, "20261123120000", "/t2QZ5uexRQyMGJBKnf1SwbvK9s/gVYcoM5TuZF8ZkQ="),
    ])
    func aPostIsSignedOverItsBody(body: String, contentType: String?, timestamp: String, signature: String) {
        var request = ClientRequest()
        request.body = body
        request.contentType = contentType
        request.timestamp = timestamp
        request.signature = signature
        #expect(isAccepted(request))
        #expect(request.computedSignature == signature)
    }

    @Test(arguments: [
        "YxmLiYXlMH+TgnqApsER4B0WFbzMMlmxOQs/6ChU7+4=", "IzlT/B4/eVdiOL99XBWCNLVKgdB7/g9pEgUcWQcqjas=",
        "Gbe4/WwAVAQZnZwXl1+c+OqAC27iO7uVi7LJJGPcEaI=", "vcAiI++dpfaUpgstbXJynxqyQiADa3l0ry3EkAOzD/U=",
        "LsbO1wnlex7iIRmAyVE6rkCoGdiE7w+UOFSUWn6N8T0=", "IL2lMqbIuxKIgJGvF6FhKSw7Dc3Ad3ZWBNEtBb95AQ4=",
    ])
    func aGetMayLeaveOutDigestAndContentType(signature: String) {
        var request = ClientRequest()
        request.method = .get
        request.path += "/00000000000000010000000000000002"
        request.body = #"{"a":1}"#
        request.signature = signature
        #expect(isAccepted(request))
    }

    @Test func aPostMayNotLeaveOutItsDigest() {
        for method in [HTTPRequest.Method.post, .put] {
            let signed = SignedRequest(
                method: method.rawValue, body: Array("{}".utf8), contentType: "text/plain", timestamp: "t", app: "a",
                path: "/")
            #expect(signed.codes(keyed: HMAC(key: SymmetricKey(size: .bits256))).count == 1)
        }
    }

    @Test func eachLineOfTheStringCounts() {
        let signature = ClientRequest().computedSignature
        let changes: [(inout ClientRequest) -> Void] = [
            { $0.method = .get }, { $0.body += " " }, { $0.contentType = "application/json " + ";" },
            { $0.contentType = "Application/json" }, { $0.contentType = nil }, { $0.timestamp = "20261123120001" },
            { $0.appID = "other" }, { $0.path += "/" }, { $0.path = "/v1/account/main/call/duo%5Fcallback" },
        ]
        for change in changes {
            var request = ClientRequest()
            request.signature = signature
            change(&request)
            #expect(!isAccepted(request))
        }
    }

    @Test func theQueryIsNotSigned() {
        var request = ClientRequest()
        request.query = "a=b"
        #expect(isAccepted(request))
    }

    @Test func aSignatureIsComparedWhole() {
        let signature = ClientRequest().computedSignature
        for wrong in [
            String(signature.dropLast()), signature + "=", " ", "AAAA", signature.lowercased(),
            String(signature.reversed()),
        ] {
            var request = ClientRequest()
            request.signature = wrong
            #expect(!isAccepted(request))
        }
    }

    @Test(arguments: [
        ("20261123115500", true), ("20261123115459", false), ("20261123120500", true), ("20261123120501", false),
        ("20261123120000", true), ("2026112312000", false), ("202611231200000", false), ("20261123 12000", false),
        ("20261123126000", false), ("20261123240000", false), ("20261131120000", false), ("２０２６1123120000", false),
        ("20261123040000", false),
    ])
    func aTimestampIsWithin300Seconds(timestamp: String, accepted: Bool) {
        var request = ClientRequest()
        request.timestamp = timestamp
        #expect(isAccepted(request) == accepted)
    }

    @Test func theWindowIsExactOnBothSides() {
        let request = ClientRequest()
        #expect(isAccepted(request, at: WallTime(milliseconds: noon.milliseconds + 300_000)))
        #expect(!isAccepted(request, at: WallTime(milliseconds: noon.milliseconds + 300_001)))
        #expect(isAccepted(request, at: WallTime(milliseconds: noon.milliseconds - 300_000)))
        #expect(!isAccepted(request, at: WallTime(milliseconds: noon.milliseconds - 300_001)))
    }

    @Test func comparingFindsEveryDifference() {
        #expect(equalInConstantTime([1, 2, 3], [1, 2, 3]))
        #expect(!equalInConstantTime([1, 2, 3], [1, 2]))
        #expect(!equalInConstantTime([1, 2, 3], [129, 2, 3]))
        #expect(!equalInConstantTime([1, 2, 3], [1, 2, 2]))
        #expect(equalInConstantTime([UInt8](), [UInt8]()))
    }
}
