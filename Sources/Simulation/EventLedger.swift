import CallModel

/// What the applications of a run were told, call by call: in order, without holes, all that was asked for, nothing else.
struct EventLedger {
    private struct Story {
        var told: [CallEvent.Kind] = []
        var isEnded = false
    }

    private var stories: [CallID: Story] = [:]
    private(set) var violations: [Violation] = []

    /// Events that became durable.
    mutating func tell(_ events: [CallEvent], of record: CallRecord) {
        for event in events { tell(event, of: record) }
    }

    private mutating func tell(_ event: CallEvent, of record: CallRecord) {
        var story = stories[record.id, default: Story()]
        if event.sequence != story.told.count + 1 {
            complain("event \(event.sequence) of \(record.id) follows \(story.told.count) others")
        }
        story.told.append(event.kind)
        switch event.kind {
        case .end:
            if story.isEnded { complain("\(record.id) ended twice") }
            story.isEnded = true
        case .progress(let progress, _):
            if !record.request.events.contains(progress.name) { complain("\(progress.name) was not asked for") }
            if story.isEnded, !progress.isOfRecording { complain("\(progress.name) of \(record.id) after its end") }
        case .recordingLink: complain("\(record.id) was told of a link that no switchboard makes")
        }
        stories[record.id] = story
    }

    /// A call's final record: what it shows was told, if it was asked for.
    mutating func close(_ record: CallRecord, expectsEnd: Bool) {
        let story = stories[record.id, default: Story()]
        if story.isEnded != expectsEnd {
            complain("\(record.id) has \(story.isEnded ? "an" : "no") end event")
        }
        let told = story.told.compactMap { kind -> CallProgress? in
            switch kind {
            case .end, .recordingLink: nil
            case .progress(let progress, _): progress
            }
        }
        for expected in record.expectedProgress where record.request.events.contains(expected.name) {
            let count = told.count { $0 == expected }
            if count != 1 { complain("\(expected) of \(record.id) was told \(count) times") }
        }
        judgeOrder(told, of: record)
    }

    /// Of one party: dialled, ringing, answered, gone; connected once both have answered.
    private mutating func judgeOrder(_ told: [CallProgress], of record: CallRecord) {
        for party in Party.allCases {
            let ranks = told.compactMap { $0.party == party ? $0.rank : nil }
            if ranks != ranks.sorted() { complain("\(record.id) tells of party \(party) out of order: \(told)") }
        }
        guard let connected = told.firstIndex(of: .connected) else { return }
        if told[connected...].contains(where: { $0.rank ?? 9 < 4 }) {
            complain("\(record.id) was connected before it was answered: \(told)")
        }
    }

    private mutating func complain(_ words: String) { violations.append(Violation(.event, words)) }
}

extension CallProgress {
    fileprivate var isOfRecording: Bool {
        switch self {
        case .recordEnd, .recordFail: true
        case .dial, .ring, .answer, .fail, .hangup, .connected, .confirm, .countdown, .mediaAlert: false
        }
    }

    fileprivate var rank: Int? {
        switch self {
        case .dial: 0
        case .ring: 1
        case .answer: 2
        case .confirm: 3
        case .mediaAlert: 4
        case .fail, .hangup: 5
        case .connected, .countdown, .recordEnd, .recordFail: nil
        }
    }
}

extension CallRecord {
    /// What the record shows to have happened.
    fileprivate var expectedProgress: [CallProgress] {
        var progress: [CallProgress] = []
        for party in Party.allCases {
            if self[party].dialTime != nil { progress.append(.dial(party)) }
            if self[party].ringTime != nil { progress.append(.ring(party)) }
            if self[party].answerTime != nil { progress.append(.answer(party)) }
        }
        if connectTime != nil { progress.append(.connected) }
        if let ending, case .failed(let party, let failure) = ending.reason { progress.append(.fail(party, failure)) }
        if let party = ending?.hangupBy { progress.append(.hangup(party)) }
        return progress
    }
}
