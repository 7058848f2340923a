/// Letters that came in one go, of which each turn of the signalling thread takes one: what they ask of other threads goes
/// together, since each time wakes some, but nothing waits for a burst without end.
struct LetterBurst {
    /// The most letters whose wishes go together.
    static let longest = 32

    /// Whether letters wait.
    private(set) var goesOn = false
    private var taken = 0

    /// Letters have come.
    mutating func begin() { goesOn = true }

    /// One was taken.
    mutating func took(more: Bool) {
        taken += 1
        goesOn = more
    }

    /// Whether a turn hands over what was asked for since the last time.
    mutating func endsAtTurn() -> Bool {
        guard !goesOn || taken >= Self.longest else { return false }
        taken = 0
        return true
    }
}
