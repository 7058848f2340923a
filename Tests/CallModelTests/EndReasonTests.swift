import CallModel
import Testing

@Suite struct EndReasonTests {
    /// The contract's table of end reasons: token and error code, without those of features that do not exist yet.
    private static let table: [(EndReason, String, String?)] = [
        (.hangup(.first), "hangup1", nil), (.hangup(.second), "hangup2", nil),
        (.maxCallDuration, "max_call_duration", nil), (.apiCancel, "api_cancel", nil),
        (.cancelled(.first), "cancelled1", "035001"), (.cancelled(.second), "cancelled2", "035001"),
        (.callerLeft, "caller_left", "035002"),
        (.failed(.first, .busy), "busy1", "035010"), (.failed(.second, .busy), "busy2", "035020"),
        (.failed(.first, .noAnswer), "no_answer1", "035011"), (.failed(.second, .noAnswer), "no_answer2", "035021"),
        (.failed(.first, .rejected), "rejected1", "035012"), (.failed(.second, .rejected), "rejected2", "035022"),
        (.failed(.first, .invalidNumber), "invalid_number1", "035013"),
        (.failed(.second, .invalidNumber), "invalid_number2", "035023"),
        (.failed(.first, .unreachable), "unreachable1", "035016"),
        (.failed(.second, .unreachable), "unreachable2", "035026"),
        (.failed(.first, .barred), "barred1", "035017"), (.failed(.second, .barred), "barred2", "035027"),
        (.failed(.first, .congestion), "congestion1", "035018"),
        (.failed(.second, .congestion), "congestion2", "035028"),
        (.failed(.first, .incompatible), "incompatible1", "035019"),
        (.failed(.second, .incompatible), "incompatible2", "035029"),
        (.failed(.first, .confirmFailed), "confirm_failed1", "035032"),
        (.failed(.second, .confirmFailed), "confirm_failed2", "035033"),
        (.mediaTimeout, "media_timeout", "035034"), (.playError, "play_error", "035035"),
        (.failed(.first, .trunkTimeout), "trunk_timeout1", "035037"),
        (.failed(.second, .trunkTimeout), "trunk_timeout2", "035038"),
        (.platformRestart, "platform_restart", "035039"), (.fault, "internal", "000003"),
    ]

    @Test func `the contract's table lists every reason`() {
        #expect(Set(Self.table.map(\.0)) == Set(EndReason.all))
        #expect(EndReason.all.count == Self.table.count)
    }

    @Test(arguments: table)
    func `each reason has its token and its error code`(reason: EndReason, token: String, code: String?) {
        #expect(reason.token == token)
        #expect(reason.errorCode == code)
        #expect(EndReason(token: token) == reason)
    }

    @Test func `words and code are both given or both missing`() {
        for reason in EndReason.all { #expect((reason.words == nil) == (reason.errorCode == nil)) }
    }

    @Test func `words tell reasons apart`() {
        let words = EndReason.all.compactMap(\.words)
        #expect(Set(words).count == words.count)
    }

    @Test func `our own fault in a leg is told as internal`() {
        for party in Party.allCases {
            let reason = EndReason.failed(party, .fault)
            #expect(reason.token == "internal")
            #expect(reason.errorCode == "000003")
            #expect(reason.words == "party \(party.rawValue): internal error")
        }
    }

    @Test(arguments: ["", "hangup", "hangup3", "Busy1", "no_answer", "expired"])
    func `an unknown token is no reason`(token: String) {
        #expect(EndReason(token: token) == nil)
    }
}
