import CallModel
import Storage
import Testing

@Suite struct CallListTests {
    typealias Kind = StoreContractTests.Kind
    private static let sub = CertID(rawValue: "sub")
    private static let otherApp = AppID(rawValue: "other app")

    /// Calls 1–12, accepted at those times: the even ones by the sub-account, 3, 6, 9 and 12 in the other app;
    /// 1–8 are over, 9 and 10 talk.
    private func subject(_ kind: Kind) throws -> StoreContractTests.Subject {
        let subject = try StoreContractTests.Subject(kind)
        for number in UInt64(1)...12 {
            let request = Sample.request(
                account: number.isMultiple(of: 2) ? Self.sub : Sample.main,
                app: number.isMultiple(of: 3) ? Self.otherApp : Sample.app)
            try subject.store.commit([.accepted(Sample.call(number, request: request), replay: nil)])
            if number <= 8 { try subject.store.commit([.ended(Sample.ended(number, request: request), events: [])]) }
            if number == 9 || number == 10 {
                try subject.store.commit([
                    .progressed(
                        Sample.id(number), state: .talking, connectTime: nil, party: .second, leg: LegRecord())
                ])
            }
        }
        return subject
    }

    private func list(
        _ subject: StoreContractTests.Subject, _ change: (inout CallQuery) -> Void
    ) throws -> (numbers: [UInt64], total: Int) {
        var query = CallQuery(mainAccount: Sample.main, pageSize: 1000)
        change(&query)
        let page = try subject.store.calls(matching: query)
        return (page.elements.map(\.id.low), page.totalCount)
    }

    @Test("Pages are newest first and know the total", arguments: Kind.allCases)
    func pages(kind: Kind) throws {
        let subject = try subject(kind)
        for (page, expected) in [(1, [12, 11, 10, 9, 8]), (2, [7, 6, 5, 4, 3]), (3, [2, 1]), (4, []), (.max, [])] {
            let (numbers, total) = try list(subject) {
                $0.page = page
                $0.pageSize = 5
            }
            #expect(numbers == expected.map { UInt64($0) })
            #expect(total == 12)
        }
    }

    @Test("Both ends of the time range belong to it", arguments: Kind.allCases)
    func times(kind: Kind) throws {
        let subject = try subject(kind)
        let (numbers, total) = try list(subject) {
            $0.start = Sample.time(4)
            $0.end = Sample.time(6)
        }
        #expect(numbers == [6, 5, 4])
        #expect(total == 3)
    }

    @Test("A state selects its calls", arguments: Kind.allCases)
    func states(kind: Kind) throws {
        let subject = try subject(kind)
        let expected: [CallState: [UInt64]] = [
            .ended: [8, 7, 6, 5, 4, 3, 2, 1], .talking: [10, 9], .dialling1: [12, 11],
        ]
        for state in CallState.allCases {
            let (numbers, total) = try list(subject) { $0.state = state }
            #expect(numbers == expected[state] ?? [])
            #expect(total == numbers.count)
        }
    }

    @Test("App, account, time and state narrow together", arguments: Kind.allCases)
    func filters(kind: Kind) throws {
        let subject = try subject(kind)
        #expect(try list(subject) { $0.app = Self.otherApp }.numbers == [12, 9, 6, 3])
        #expect(try list(subject) { $0.account = Self.sub }.numbers == [12, 10, 8, 6, 4, 2])
        let (numbers, total) = try list(subject) {
            $0.app = Self.otherApp
            $0.account = Self.sub
            $0.start = Sample.time(2)
            $0.state = .ended
        }
        #expect(numbers == [6])
        #expect(total == 1)
        #expect(try list(subject) { $0.mainAccount = CertID(rawValue: "nobody") } == ([], 0))
    }
}
