import CallModel
import CallSwitching
import MediaControl
import SIPSyntax
import SIPTransactions

/// A switchboard broken on purpose: what its effects lose or gain. The checkers must notice each.
public enum Sabotage: String, Hashable, Sendable, CaseIterable {
    case noAck
    case doubleBye
    case noCancel
    case leakedPort
    case lostEvent
    case doubleEvent
    case deafParty
    case endlessRecording
    /// What a connection was carrying when it broke is not sent again.
    case noSecondTry

    func distort(_ effects: [SwitchboardEffect], of input: SwitchboardInput) -> [SwitchboardEffect] {
        if case .connectionBroke = input, self == .noSecondTry { return [] }
        return effects.flatMap(distort)
    }

    private func distort(_ effect: SwitchboardEffect) -> [SwitchboardEffect] {
        switch (self, effect) {
        case (.noAck, .transmit(let datagram)) where datagram.begins(with: "ACK "): []
        case (.noCancel, .transmit(let datagram)) where datagram.begins(with: "CANCEL "): []
        case (.doubleBye, .transmit(let datagram)) where datagram.begins(with: "BYE "):
            [effect, .transmit(datagram.withAnotherBranch)]
        case (.leakedPort, .media(.close(let leg))) where leg.number % 16 == 0: []
        case (.lostEvent, .store(let writes, let ticket)): [.store(writes.map(\.withoutEvents), ticket)]
        case (.doubleEvent, .store(let writes, let ticket)): [.store(writes.flatMap(\.withEventsAgain), ticket)]
        case (.deafParty, .media(.feed(_, .leg, _))): []
        case (.endlessRecording, .media(.stopRecording(let id))) where id.low % 4 == 0: []
        default: [effect]
        }
    }
}

extension Datagram {
    fileprivate func begins(with method: String) -> Bool { bytes.starts(with: method.utf8) }

    fileprivate var withAnotherBranch: Datagram {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let cookie = text.range(of: "z9hG4bK") else { return self }
        return Datagram(
            bytes: Array((text[..<cookie.upperBound] + "again" + text[cookie.upperBound...]).utf8), flow: flow)
    }
}

extension String {
    /// The first place of `word`; the standard library alone has no cheaper way.
    fileprivate func range(of word: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(word) { return start..<index(start, offsetBy: word.count) }
            start = index(after: start)
        }
        return nil
    }
}

extension StoreWrite {
    fileprivate var withoutEvents: StoreWrite {
        if case .ended(let record, _) = self { return .ended(record, events: []) }
        return self
    }

    fileprivate var withEventsAgain: [StoreWrite] {
        if case .told = self { return [self, self] }
        return [self]
    }
}
