import Audio
import Foundation
import Testing

@testable import duocall

@Suite("The demo's judge")
struct DemoLedgerTests {
    private func report(_ phone: String, _ kind: PhoneNews.Kind, hearing tone: Int? = nil) -> DemoLedger.News {
        let heard = kind == .hungUp || kind == .released
        return .phone(
            PhoneNews(
                phone: phone, kind: kind,
                heard: heard
                    ? PhoneNews.Heard(packets: 200, tone: tone, level: tone.map { _ in -13 }, longestGap: 20)
                    : nil))
    }

    private func call(_ state: Int) -> DemoLedger.News {
        .call(
            CallView(
                callId: "x", state: state, to1: "1001", to2: "1002", begin_time: 0, duration: 4, end_reason: "hangup1",
                error: nil, leg1: nil, leg2: nil))
    }

    private func event(hangupBy: Int, error: String? = nil, isRecorded: Bool = true) -> DemoLedger.News {
        let file = isRecorded ? "\"f.wav\"" : "null"
        let error = error.map { "\"\($0)\"" } ?? "null"
        let text = """
            {"event":"duo_callback.end","id":"x","hangup_by":\(hangupBy),"duration":4,"error":\(error),"record_file":\(file)}
            """
        return .event(Array(text.utf8))
    }

    private var goodRun: [DemoLedger.News] {
        [
            report("1001", .rang), report("1001", .answered), report("1002", .rang), report("1002", .answered),
            call(4), report("1001", .hungUp, hearing: 880), report("1002", .released, hearing: 441), call(5),
            event(hangupBy: 1),
        ]
    }

    private func ledger(_ news: [DemoLedger.News]) -> DemoLedger {
        var ledger = DemoLedger(.init(number: "1001", tone: 440), .init(number: "1002", tone: 880))
        for one in news { _ = ledger.take(one) }
        return ledger
    }

    @Test func `a good run is complete at its last piece of news and has no complaint`() {
        #expect(!ledger(goodRun.dropLast()).isComplete)
        #expect(ledger(goodRun).isComplete)
        #expect(ledger(goodRun).complaints == [])
    }

    @Test(arguments: 0..<9)
    func `nothing may be missing`(index: Int) {
        // The last read is only needed to know that the run is over.
        var news = goodRun
        news.remove(at: index)
        #expect(index == 7 ? !ledger(news).isComplete : !ledger(news).complaints.isEmpty)
    }

    @Test func `a wrong tone, a failed call and a wrong party are complaints`() {
        var deaf = goodRun
        deaf[5] = report("1001", .hungUp)
        #expect(ledger(deaf).complaints == ["phone 1001 did not hear the other's 880 Hz"])
        #expect(ledger(goodRun.dropLast() + [event(hangupBy: 1, error: "035010")]).complaints.count == 1)
        #expect(ledger(goodRun.dropLast() + [event(hangupBy: 2)]).complaints.count == 1)
        #expect(ledger(goodRun.dropLast() + [event(hangupBy: 1, isRecorded: false)]).complaints.count == 1)
    }

    @Test func `a phone's report survives its line`() throws {
        let report = PhoneNews(
            phone: "1001", kind: .released,
            heard: PhoneNews.Heard(packets: 3, tone: 440, level: -16.5, longestGap: 21))
        #expect(try PhoneNews(line: report.line) == report)
        #expect(PhoneNews(line: "ready sip=127.0.0.1:1") == nil)
    }
}

@Suite("The demo's recording")
struct DemoRecordingTests {
    private func recording(_ left: Int, _ right: Int) -> DemoRecording {
        func tone(_ frequency: Int) -> [UInt8] {
            RenderedTone(ToneCadence(frequency: frequency, level: -13, on: .seconds(1), off: .zero), codec: .pcma).codes
        }
        let sound = zip(tone(left), tone(right)).flatMap { [$0, $1] }
        return DemoRecording(link: "", bytes: [UInt8](repeating: 0, count: 58) + sound)
    }

    @Test func `each party has its side`() {
        let parties = (DemoLedger.Party(number: "1001", tone: 440), DemoLedger.Party(number: "1002", tone: 880))
        #expect(recording(440, 880).complaints(parties.0, parties.1) == [])
        #expect(recording(440, 880).seconds == 1)
        #expect(recording(880, 440).complaints(parties.0, parties.1).count == 2)
        #expect(DemoRecording(link: "", bytes: []).complaints(parties.0, parties.1).count == 2)
    }
}

@Suite("The demo's surroundings")
struct DemoSurroundingsTests {
    @Test func `its configuration is a valid one`() throws {
        let account = DemoAccount.random()
        let demo = DemoConfiguration(
            http: "127.0.0.1:0", sip: "127.0.0.1:0", data: "/tmp/x", account: account,
            callbackURL: "http://127.0.0.1:1/events", mediaPorts: "20000-29999",
            phones: [("one", "127.0.0.1:5", "1001"), ("two", "127.0.0.1:6", "1002")])
        let configuration = try read(demo.yaml)
        #expect(configuration.trunks.map(\.name) == ["one", "two"])
        #expect(configuration.trunks.map(\.prefixes) == [["1001"], ["1002"]])
        #expect(configuration.webhooksAllowPrivate)
    }

    @Test func `an account is made once and kept`() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).json").path
        defer { unlink(file) }
        let account = try DemoAccount.kept(in: file)
        #expect(try DemoAccount.kept(in: file) == account)
        #expect(account != DemoAccount.random())
        #expect(account.secret.utf8.count == 32)
    }
}
