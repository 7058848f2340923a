import CallModel
import Storage
import Testing

/// The store's contract, for each store.
@Suite struct StoreContractTests {
    enum Kind: CaseIterable, CustomTestStringConvertible {
        case memory, sqlite
        var testDescription: String { self == .memory ? "MemoryStore" : "SQLiteStore" }
    }

    /// Keeps the folder as long as the store.
    struct Subject {
        let store: any CallStore
        let folder = TemporaryFolder()

        init(_ kind: Kind) throws {
            store = kind == .memory ? MemoryStore() : try SQLiteStore(path: folder.database)
        }
    }

    @Test("An accepted call is read back with every field", arguments: Kind.allCases)
    func accepted(kind: Kind) throws {
        let store = try Subject(kind)
        let bare = CallbackRequest(
            account: CertID(rawValue: "sub"), mainAccount: Sample.main, app: Sample.app,
            to1: .number(PhoneNumber("+8613900000001")!), to2: .number(PhoneNumber("110")!),
            maxCallDuration: .seconds(1))
        try store.store.commit([
            .accepted(Sample.call(1), replay: nil), .accepted(Sample.call(2, request: bare), replay: nil),
        ])
        #expect(try store.store.call(Sample.id(1)) == Sample.call(1))
        #expect(try store.store.call(Sample.id(2)) == Sample.call(2, request: bare))
        #expect(try store.store.call(Sample.id(3)) == nil)
    }

    @Test("An extension's phones replace those it had", arguments: Kind.allCases)
    func phones(kind: Kind) throws {
        let store = try Subject(kind).store
        func phone(_ number: Int) -> PhoneBinding {
            PhoneBinding(
                contact: "sip:\(number)@192.0.2.1", listener: number, source: "192.0.2.1:\(5060 + number)",
                validity: .seconds(60 * number))
        }
        try store.commit([
            .phonesRegistered(of: "1001", [phone(1), phone(2)]), .phonesRegistered(of: "1002", [phone(3)]),
        ])
        #expect(try store.registeredPhones() == ["1001": [phone(1), phone(2)], "1002": [phone(3)]])
        try store.commit([.phonesRegistered(of: "1001", [phone(2)]), .phonesRegistered(of: "1002", [])])
        #expect(try store.registeredPhones() == ["1001": [phone(2)]])
    }

    @Test("Progress replaces a leg and the call's state", arguments: Kind.allCases)
    func progress(kind: Kind) throws {
        let store = try Subject(kind).store
        var expected = Sample.call(1)
        expected.state = .talking
        expected.connectTime = Sample.time(40)
        expected.leg1 = Sample.confirmedLeg()
        expected.leg2 = Sample.earlyLeg()
        try store.commit([.accepted(Sample.call(1), replay: nil)])
        try store.commit([
            .progressed(
                Sample.id(1), state: .ringing1, connectTime: nil, party: .first, leg: Sample.earlyLeg()),
            .progressed(
                Sample.id(1), state: .answered1, connectTime: nil, party: .first, leg: Sample.confirmedLeg()),
            .progressed(
                Sample.id(1), state: .talking, connectTime: Sample.time(40), party: .second, leg: Sample.earlyLeg()),
        ])
        #expect(try store.call(Sample.id(1)) == expected)
        try store.commit([
            .progressed(Sample.id(1), state: .talking, connectTime: nil, party: .second, leg: Sample.earlyLeg())
        ])
        #expect(try store.call(Sample.id(1)) == expected, "a connection is not undone")
    }

    @Test("Live calls come oldest first and with the API cancel that was committed", arguments: Kind.allCases)
    func live(kind: Kind) throws {
        let store = try Subject(kind).store
        try store.commit([3, 1, 2].map { .accepted(Sample.call($0), replay: nil) })
        try store.commit([.cancelled(Sample.id(1), .cancelled(.second))])
        try store.commit([.ended(Sample.ended(2), events: [])])
        let live = try store.liveCalls()
        #expect(live.map(\.record.id) == [Sample.id(3), Sample.id(1)])
        #expect(live.map(\.cancelled) == [nil, .cancelled(.second)])
    }

    @Test("The end and its event are one: both are there, in order, with the call's record", arguments: Kind.allCases)
    func end(kind: Kind) throws {
        let store = try Subject(kind).store
        let events = [Sample.ended(1), Sample.ended(2)].map(Sample.end)
        let added = try store.commit([
            .accepted(Sample.call(1), replay: nil), .accepted(Sample.call(2), replay: nil),
            .ended(Sample.ended(2), events: [events[1]]), .ended(Sample.ended(1), events: [events[0]]),
        ])
        #expect(try store.call(Sample.id(1)) == Sample.ended(1))
        let outbox = try store.outbox(after: 0, limit: 10)
        #expect(outbox == added)
        #expect(outbox.map(\.event) == [events[1], events[0]])
        #expect(outbox[0].number < outbox[1].number)
        #expect(outbox.allSatisfy { $0.target == Sample.request().eventTarget && $0.attempts == 0 })
        #expect(outbox.map(\.due) == events.map(\.time).reversed())
        #expect(try store.outbox(after: outbox[0].number, limit: 10) == [outbox[1]])
        #expect(try store.outbox(after: 0, limit: 1) == [outbox[0]])
    }

    @Test("A call without a receiver leaves nothing in the outbox", arguments: Kind.allCases)
    func endWithoutReceiver(kind: Kind) throws {
        let store = try Subject(kind).store
        let request = Sample.request(target: false)
        let record = Sample.ended(1, request: request)
        try store.commit([.accepted(Sample.call(1, request: request), replay: nil)])
        try store.commit([.ended(record, events: [Sample.end(of: record)])])
        #expect(try store.outbox(after: 0, limit: 10).isEmpty)
    }

    @Test("Every end reason survives", arguments: Kind.allCases)
    func endReasons(kind: Kind) throws {
        let store = try Subject(kind).store
        for (number, reason) in EndReason.all.enumerated() {
            let record = Sample.ended(UInt64(number), reason: reason)
            try store.commit([.accepted(Sample.call(UInt64(number)), replay: nil), .ended(record, events: [])])
            #expect(try store.call(record.id)?.ending == record.ending)
        }
    }

    @Test("Attempts are counted, delivered entries go, dead letters are kept apart", arguments: Kind.allCases)
    func outbox(kind: Kind) throws {
        let store = try Subject(kind).store
        for number in UInt64(1)...3 {
            let record = Sample.ended(number)
            try store.commit([
                .accepted(Sample.call(number), replay: nil), .ended(record, events: [Sample.end(of: record)]),
            ])
        }
        var entries = try store.outbox(after: 0, limit: 10)
        try store.commit([
            .delivered(outbox: entries[0].number),
            .attemptFailed(outbox: entries[1].number, attempts: 3, retry: Sample.time(9_000), error: "status 500"),
            .deadLettered(outbox: entries[2].number, attempts: 9, error: "no answer", at: Sample.time(9_999)),
        ])
        entries[1].attempts = 3
        entries[1].due = Sample.time(9_000)
        entries[1].lastError = "status 500"
        #expect(try store.outbox(after: 0, limit: 10) == [entries[1]])
        entries[2].attempts = 9
        entries[2].due = Sample.time(9_999)
        entries[2].lastError = "no answer"
        #expect(try store.deadLetters(limit: 10) == [entries[2]])
        #expect(try store.deadLetters(limit: 0).isEmpty)
        try store.commit([.delivered(outbox: entries[0].number)])
    }

    @Test("What a receiver is owed comes longest due first, one entry per call", arguments: Kind.allCases)
    func due(kind: Kind) throws {
        let store = try Subject(kind).store
        #expect(try store.outboxSummary() == OutboxSummary(receivers: [:]))
        for number in UInt64(1)...3 {
            var request = Sample.request()
            if number == 3 { request.eventTarget?.url = "http://elsewhere.example/" }
            let record = Sample.ended(number, request: request)
            var second = Sample.end(of: record)
            second.id = CallID(high: 8, low: number)
            second.sequence = 2
            try store.commit([
                .accepted(Sample.call(number, request: request), replay: nil),
                .ended(record, events: [Sample.end(of: record), second]),
            ])
        }
        let all = try store.outbox(after: 0, limit: 10)
        let (one, other) = (Sample.request().eventTarget!.url, "http://elsewhere.example/")
        #expect(
            try store.outboxSummary()
                == OutboxSummary(receivers: [one: all[0].due, other: all[4].due]))
        let due = all[0].due
        #expect(
            try store.outbox(to: one, dueAt: due, limit: 9) == DueEntries(entries: [all[0], all[2]], next: nil))
        #expect(try store.outbox(to: one, dueAt: due, limit: 1).entries == [all[0]])
        let retry = WallTime(milliseconds: due.milliseconds + 1_000)
        try store.commit([
            .attemptFailed(outbox: all[0].number, attempts: 1, retry: retry, error: "x"),
            .delivered(outbox: all[2].number),
        ])
        let now = try store.outbox(to: one, dueAt: due, limit: 9)
        #expect(now.entries.map(\.number) == [all[3].number])
        #expect(now.next == retry)
        let later = try store.outbox(to: one, dueAt: retry, limit: 9)
        #expect(later.entries.map(\.number) == [all[3].number, all[0].number])
        #expect(later.next == nil)
        #expect(try store.outbox(to: other, dueAt: due, limit: 9).entries == [all[4]])
    }

    @Test("Outbox numbers are never used twice", arguments: Kind.allCases)
    func outboxNumbers(kind: Kind) throws {
        let store = try Subject(kind).store
        var last: Int64 = 0
        for number in UInt64(1)...3 {
            let record = Sample.ended(number)
            try store.commit([
                .accepted(Sample.call(number), replay: nil), .ended(record, events: [Sample.end(of: record)]),
            ])
            let entry = try #require(try store.outbox(after: last, limit: 1).first)
            #expect(entry.event.call == record.id)
            last = entry.number
            try store.commit([.delivered(outbox: last)])
        }
    }

    @Test("Replay keys are remembered with their call until they expire", arguments: Kind.allCases)
    func replays(kind: Kind) throws {
        let store = try Subject(kind).store
        let plain = Sample.request(userData: nil)
        try store.commit([
            .accepted(Sample.call(1), replay: Sample.replay(1, expires: 100)),
            .accepted(Sample.call(2, request: plain), replay: Sample.replay(2, expires: 200)),
        ])
        let first = RememberedCall(key: Sample.replay(1, expires: 100), call: Sample.id(1), userData: "订单 42")
        let second = RememberedCall(key: Sample.replay(2, expires: 200), call: Sample.id(2), userData: nil)
        #expect(try store.rememberedCalls(notExpiredAt: Sample.time(100)) == [first, second])
        #expect(try store.rememberedCalls(notExpiredAt: Sample.time(101)) == [second])
        try store.commit([.forgetReplays(before: Sample.time(200))])
        #expect(try store.rememberedCalls(notExpiredAt: Sample.time(0)) == [second])
    }

    @Test("Old calls are forgotten unless they live or owe an event", arguments: Kind.allCases)
    func forgetting(kind: Kind) throws {
        let store = try Subject(kind).store
        for number in UInt64(1)...6 {
            let record = Sample.ended(number)
            let end = StoreWrite.ended(record, events: number == 2 || number == 3 ? [Sample.end(of: record)] : [])
            let replay = Sample.replay(UInt8(number))
            try store.commit([.accepted(Sample.call(number), replay: replay)] + (number == 1 ? [] : [end]))
        }
        let letter = try #require(try store.outbox(after: 0, limit: 9).last)
        try store.commit([.deadLettered(outbox: letter.number, attempts: 9, error: "x", at: Sample.time(9))])
        // 1 lives, 2 owes its event, 3 has a dead letter, 6 is young.
        let old = Sample.time(6)
        #expect(try store.forgettableCalls(acceptedBefore: old, limit: 9) == [3, 4, 5].map(Sample.id))
        #expect(try store.forgettableCalls(acceptedBefore: old, limit: 2).count == 2)
        try store.commit([.forgetCalls((1...5).map(Sample.id) + [Sample.id(77)])])
        #expect(try store.forgettableCalls(acceptedBefore: old, limit: 9).isEmpty)
        #expect(try [1, 2, 3, 4, 5, 6].filter { try store.call(Sample.id($0)) != nil } == [1, 2, 6])
        #expect(try store.deadLetters(limit: 9).isEmpty)
        #expect(try store.outbox(after: 0, limit: 9).map(\.event.call) == [Sample.id(2)])
        #expect(try store.call(Sample.id(6))?.leg1 == Sample.ended(6).leg1)
        try store.commit([.accepted(Sample.call(3), replay: nil)])
        #expect(try store.call(Sample.id(3))?.leg1 == LegRecord(), "its legs went with it")
    }

    @Test("Tenants are added and replaced, and what is not named stays", arguments: Kind.allCases)
    func tenants(kind: Kind) throws {
        let store = try Subject(kind).store
        #expect(try store.tenants() == TenantDirectory())
        var expected = Sample.directory()
        try store.commit([.provisioned(expected)])
        #expect(try store.tenants() == expected)
        let changed = App(id: Sample.app, account: Sample.main, online: false, numbers: [PhoneNumber("95588")!])
        try store.commit([.provisioned(TenantDirectory(apps: [changed]))])
        expected.apps[Sample.app] = changed
        #expect(try store.tenants() == expected)
        let orphan = App(id: AppID(rawValue: "other"), account: CertID(rawValue: "nobody"))
        #expect(throws: StoreFailure.self) { try store.commit([.provisioned(TenantDirectory(apps: [orphan]))]) }
        #expect(try store.tenants() == expected)
    }

    @Test("A commit is all or nothing", arguments: Kind.allCases)
    func atomicity(kind: Kind) throws {
        let store = try Subject(kind).store
        try store.commit([.accepted(Sample.call(1), replay: Sample.replay(1))])
        let refused: [[StoreWrite]] = [
            [.accepted(Sample.call(2), replay: nil), .accepted(Sample.call(1), replay: nil)],
            [.accepted(Sample.call(2), replay: Sample.replay(1))],
            [.accepted(Sample.call(2), replay: nil), .cancelled(Sample.id(9), .apiCancel)],
            [.accepted(Sample.call(2), replay: nil), .ended(Sample.ended(9), events: [])],
            [
                .accepted(Sample.call(2), replay: nil),
                .progressed(Sample.id(9), state: .talking, connectTime: nil, party: .first, leg: LegRecord()),
            ],
        ]
        for writes in refused {
            #expect {
                try store.commit(writes)
            } throws: { error in
                guard case .conflict? = error as? StoreFailure else { return false }
                return true
            }
            #expect(try store.call(Sample.id(2)) == nil)
        }
    }

    @Test("What is over stays as it ended", arguments: Kind.allCases)
    func endsOnce(kind: Kind) throws {
        let store = try Subject(kind).store
        try store.commit([.accepted(Sample.call(1), replay: nil), .ended(Sample.ended(1), events: [])])
        let late: [StoreWrite] = [
            .ended(Sample.ended(1), events: []), .cancelled(Sample.id(1), .apiCancel),
            .progressed(Sample.id(1), state: .talking, connectTime: nil, party: .first, leg: LegRecord()),
        ]
        for write in late { #expect(throws: StoreFailure.self) { try store.commit([write]) } }
        #expect(try store.call(Sample.id(1)) == Sample.ended(1))
    }

    @Test("An empty commit is a commit", arguments: Kind.allCases)
    func emptyCommit(kind: Kind) throws {
        try Subject(kind).store.commit([])
    }

    @Test("What is told on the way is owed to the receiver before the end, in order", arguments: Kind.allCases)
    func told(kind: Kind) throws {
        let store = try Subject(kind).store
        var record = Sample.ended(1)
        let target = try #require(record.request.eventTarget)
        let progress: [CallProgress] = [.dial(.first), .fail(.first, .busy), .countdown(.seconds(5))]
        let events = progress.enumerated().map { Self.event($1, $0 + 1, of: record) }
        try store.commit([.accepted(Sample.call(1), replay: nil)])
        try store.commit([.told(record.id, to: target, Array(events.prefix(2)))])
        #expect(try store.call(record.id)?.eventCount == 2)
        record.eventCount = 3
        record.recordFile = "a.wav"
        try store.commit([.ended(record, events: [events[2]])])
        try store.commit([.told(record.id, to: target, [Self.event(.mediaAlert(.first), 9, of: record)])])
        let owed = try store.outbox(after: 0, limit: 10).map(\.event)
        #expect(owed.map(\.sequence) == [1, 2, 3, 4], "a late one is numbered by the store")
        #expect(owed.map(\.kind.progress) == progress + [.mediaAlert(.first)])
        #expect(try store.call(record.id)?.recordFile == "a.wav")
        #expect(try store.call(record.id)?.eventCount == 4)
    }

    private static func event(_ progress: CallProgress, _ sequence: Int, of record: CallRecord) -> CallEvent {
        CallEvent(
            id: CallID(high: 9, low: UInt64(sequence)), call: record.id, sequence: sequence, time: Sample.time(50),
            kind: .progress(progress, of: record))
    }
}

extension CallEvent.Kind {
    fileprivate var progress: CallProgress? {
        if case .progress(let progress, _) = self { progress } else { nil }
    }
}
