import CallModel
import Testing

@testable import HTTPAPI

/// The moments here were computed with `date` and `TZ`.
@Suite struct TimestampZoneTests {
    @Test(
        arguments: [
            ("1970-01-01 00:00:00", 0), ("2000-02-29 23:59:59", 951_868_799), ("2000-03-01 00:00:00", 951_868_800),
            ("2024-12-31 12:30:15", 1_735_648_215), ("2100-03-01 00:00:00", 4_107_542_400),
            ("2026-11-23 04:00:00", 1_795_406_400),
        ] as [(String, Int64)])
    func civilTimesAreCounted(text: String, seconds: Int64) {
        #expect(CivilTime(spaced: text)?.seconds == seconds)
        #expect(CivilTime(compact: text.filter(\.isNumber))?.seconds == seconds)
    }

    @Test(arguments: [
        "1969-12-31 23:59:59", "2026-00-01 00:00:00", "2026-13-01 00:00:00", "2026-02-29 00:00:00",
        "2100-02-29 00:00:00",
        "2026-04-31 00:00:00", "2026-01-00 00:00:00", "2026-01-01 24:00:00", "2026-01-01 00:60:00",
        "2026-01-01 00:00:60",
        "2026-01-01T00:00:00", "2026-01-01", "2026/01/01 00:00:00", "2026-01-01 00:00:00 ", "2026-1-01 00:00:00", "",
    ])
    func whatIsNoCivilTimeIsRefused(text: String) {
        #expect(CivilTime(spaced: text) == nil)
    }

    @Test func aZoneIsKnownOrNot() {
        #expect(TimestampZone(identifier: "Europe/Berlin") != nil)
        #expect(TimestampZone(identifier: "Atlantis/Capital") == nil)
    }

    @Test func civilTimesFollowTheZonesRules() throws {
        let berlin = try #require(TimestampZone(identifier: "Europe/Berlin"))
        func moment(_ text: String) -> Int64? { CivilTime(spaced: text).map { berlin.moment($0).milliseconds } }
        #expect(moment("2026-03-29 01:59:59") == 1_774_745_999_000)
        #expect(moment("2026-03-29 03:00:00") == 1_774_746_000_000)
        #expect(moment("2026-10-25 01:59:59") == 1_792_886_399_000)
        #expect(moment("2026-10-25 02:30:00") == 1_792_888_200_000)
        #expect(moment("2026-10-25 03:00:00") == 1_792_893_600_000)
    }

    @Test func aTimestampIsUnderstoodWhileClocksChange() throws {
        let berlin = try #require(TimestampZone(identifier: "Europe/Berlin"))
        let back = WallTime(milliseconds: 1_792_890_000_000)
        #expect(berlin.moment("20261025020000", around: back) == back)
        #expect(berlin.moment("20261025025959", around: back)?.milliseconds == back.milliseconds - 1000)
        #expect(berlin.moment("20261025020459", around: back)?.milliseconds == back.milliseconds + 299_000)
        #expect(berlin.moment("20261025031000", around: back) == nil)
    }
}
