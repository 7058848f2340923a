import CallModel

/// Some of a call's two parties.
struct PartySet: OptionSet {
    let rawValue: UInt8

    static let both: PartySet = [PartySet(.first), PartySet(.second)]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ party: Party) { rawValue = party.rawValue }
}
