import CallModel
import Foundation
import TestMaterials
import Testing

@testable import Webhooks

@Suite struct EventSignatureTests {
    @Test("The signature is the one that another program computes")
    func signature() {
        let body = Array(#"{"event":"duo_callback.end"}"#.utf8)
        #expect(
            EventSignature.sign(
                body: body, path: "/events", timestamp: "20260102030405", app: "4028b834234224480155de541c7b0000",
                secretKey: "s3cret") == "DI/o+aPn0pSEp/I/9DDJUOzuOQ9O+DzX+aQLG2cfF+g=")
    }

    @Test("A timestamp is the local time of the zone, whenever that is")
    func timestamps() throws {
        var generator = SplitMix(seed: 1)
        for name in ["Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "UTC", "Pacific/Apia"] {
            let zone = try #require(TimeZone(identifier: name))
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.timeZone = zone
            formatter.dateFormat = "yyyyMMddHHmmss"
            let drawn = (0..<200).map { _ in Int64.random(in: -86_400_000 * 365...4_102_444_800_000, using: &generator)
            }
            for milliseconds in drawn + [0, 951_782_400_000, 1_709_164_800_000, 1_772_323_199_999] {
                let seconds = (Double(milliseconds) / 1000).rounded(.down)
                #expect(
                    Timestamp.text(of: WallTime(milliseconds: milliseconds), in: zone)
                        == formatter.string(from: Date(timeIntervalSince1970: seconds)))
            }
        }
    }
}
