import CallModel
import Testing

@testable import Storage

@Suite struct SupersededTests {
    private func progress(
        _ number: UInt64, _ party: Party, _ state: CallState, connected: Bool = false
    ) -> StoreWrite {
        var leg = LegRecord()
        leg.sipStatus = state.rawValue
        return .progressed(
            Sample.id(number), state: state, connectTime: connected ? Sample.time(9) : nil, party: party, leg: leg)
    }

    @Test("Of a leg's progress in one transaction the last is stored, and none before the end")
    func superseded() {
        let accepted = StoreWrite.accepted(Sample.call(1), replay: nil)
        let ended = StoreWrite.ended(Sample.ended(2), events: [])
        let writes = [
            accepted, progress(1, .first, .ringing1), progress(2, .first, .ringing1), progress(1, .second, .dialling2),
            progress(1, .first, .answered1), ended, progress(1, .second, .ringing2),
        ]
        #expect(
            writes.withoutSuperseded() == [
                accepted, progress(1, .first, .answered1), ended, progress(1, .second, .ringing2),
            ])
        #expect([ended].withoutSuperseded() == [ended])
    }

    @Test("The connection's time is not lost", arguments: StoreContractTests.Kind.allCases)
    func connectTime(kind: StoreContractTests.Kind) throws {
        let writes = [
            .accepted(Sample.call(1), replay: nil), progress(1, .second, .talking, connected: true),
            progress(1, .first, .talking), progress(1, .second, .talking),
        ]
        let subject = try StoreContractTests.Subject(kind)
        try subject.store.commit(writes)
        let other = try StoreContractTests.Subject(kind)
        try other.store.commit(writes.withoutSuperseded())
        let stored = try subject.store.call(Sample.id(1))
        #expect(try other.store.call(Sample.id(1)) == stored)
        #expect(stored?.connectTime == Sample.time(9))
    }
}
