import CallModel

extension [StoreWrite] {
    /// The writes without those that a later one of the same transaction makes pointless: of what is told of a leg,
    /// only the last is stored. A phone that answers at once makes several in a few milliseconds.
    func withoutSuperseded() -> [StoreWrite] {
        var later: Set<LegKey> = []
        var kept: [StoreWrite] = []
        kept.reserveCapacity(count)
        for write in reversed() {
            switch write {
            case .progressed(let id, _, let connectTime, let party, _):
                let isFirst = later.insert(LegKey(call: id, party: party)).inserted
                if isFirst || connectTime != nil { kept.append(write) }
            case .ended(let record, _):
                for party in Party.allCases { later.insert(LegKey(call: record.id, party: party)) }
                kept.append(write)
            case .accepted, .cancelled, .told, .delivered, .attemptFailed, .deadLettered, .provisioned, .forgetReplays,
                .forgetCalls,
                .voiceFileStored, .voiceFileDeleted, .voiceFileForgotten, .recordingBegan, .recordingEnded,
                .recordingFailed, .recordingAwaited, .recordingFinished, .recordingDeleted, .phonesRegistered:
                kept.append(write)
            }
        }
        return kept.reversed()
    }
}

private struct LegKey: Hashable {
    var call: CallID
    var party: Party
}
