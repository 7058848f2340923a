import Testing

@testable import CallRuntime

@Suite("A burst of letters")
struct LetterBurstTests {
    @Test func `a turn without letters hands over`() {
        var burst = LetterBurst()
        let atRest = burst.endsAtTurn()
        burst.begin()
        burst.took(more: false)
        let afterNothing = burst.endsAtTurn()
        #expect(atRest && afterNothing && !burst.goesOn)
    }

    @Test func `what letters ask for goes together, with the last`() {
        var burst = LetterBurst()
        burst.begin()
        let ends = [true, true, false].map { more in
            burst.took(more: more)
            return burst.endsAtTurn()
        }
        #expect(ends == [false, false, true])
        #expect(!burst.goesOn)
    }

    @Test func `a burst without end is handed over in parts`() {
        var burst = LetterBurst()
        let turns = (1...100).filter { _ in
            burst.took(more: true)
            return burst.endsAtTurn()
        }
        #expect(turns == [32, 64, 96])
        #expect(burst.goesOn)
    }
}
