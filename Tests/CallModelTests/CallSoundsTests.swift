import CallModel
import Testing

@Suite struct CallSoundsTests {
    @Test func `keys are one character of the keypad`() {
        #expect("0123456789*#ABCD".map { TelephoneKey(String($0))?.event } == (0...15).map { UInt8($0) })
        #expect(TelephoneKey("d") == TelephoneKey(event: 15))
        for text in ["", "10", "+", "E", "１", " 1", "1 ", "-1"] { #expect(TelephoneKey(text) == nil, "\(text)") }
        #expect(TelephoneKey(event: 16) == nil)
        #expect(TelephoneKey(event: 11)?.description == "#")
    }

    @Test func `an audience has the parties of its number`() {
        #expect(Audience.allCases.map { $0.includes(.first) } == [true, true, false])
        #expect(Audience.allCases.map { $0.includes(.second) } == [true, false, true])
    }

    @Test func `a selection holds what was put in`() {
        for name in EventName.allCases {
            let alone = EventSelection([name])
            #expect(EventName.allCases.filter(alone.contains) == [name])
            #expect(!EventSelection.none.contains(name) && EventSelection.all.contains(name))
            #expect(EventName(token: name.token) == name)
        }
        #expect(EventSelection.none.isEmpty && !EventSelection.all.isEmpty)
        #expect(EventSelection(rawValue: EventSelection.all.rawValue) == .all)
        #expect(EventName(token: "END") == nil)
    }

    @Test func `every kind of progress has its name`() {
        let file = RecordedFile(name: "a.wav", samples: 1, bytes: 2)
        let progress: [CallProgress] = [
            .dial(.first), .ring(.first), .answer(.first), .fail(.first, .busy), .hangup(.second), .connected,
            .confirm(.second, isGiven: true), .countdown(.seconds(5)), .mediaAlert(.first), .recordEnd(file),
            .recordFail(file),
        ]
        #expect(progress.map(\.name) == Array(EventName.allCases.dropFirst()))
        #expect(progress.compactMap(\.party).count == 7)
    }
}
