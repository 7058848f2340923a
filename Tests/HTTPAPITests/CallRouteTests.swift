import CallModel
import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct CallRouteTests {
    private static let id = Fixture.callID.description

    private func cancel(_ body: String) -> ClientRequest {
        var request = ClientRequest()
        request.path += "_cancel"
        request.body = body
        return request
    }

    @Test func aCancelIsPassedOnWithItsScope() async throws {
        let fixture = Fixture()
        let answer = try await fixture.send(cancel(#"{"callId":"\#(Self.id.uppercased())","cancel_flag":"0"}"#).sent)
        #expect(answer.code == "000000")
        #expect(answer["callId"]?.text == Self.id)
        #expect(answer["state"] == .number("4"))
        #expect(answer["duration"] == .number("7"))
        let cancelled = try #require(fixture.state.read { $0.cancelled.first })
        #expect(cancelled.0 == Fixture.callID)
        #expect(cancelled.1 == CallScope(mainAccount: Fixture.main, app: AppID(rawValue: "app"), subaccount: nil))
    }

    @Test func aCancelThatFailsSaysWhy() async throws {
        let fixture = Fixture()
        fixture.state.change { $0.cancelAnswer = .unknown }
        #expect(try await fixture.send(cancel(#"{"callId":"\#(Self.id)"}"#).sent).code == "020000")
        fixture.state.change { $0.cancelAnswer = .refused(.busy) }
        #expect(try await fixture.send(cancel(#"{"callId":"\#(Self.id)"}"#).sent).code == "000004")
    }

    @Test(arguments: [
        ("{}", "参数错误: callId is required"), (#"{"callId":null}"#, "参数错误: callId is required"),
        (#"{"callId":5}"#, "参数错误: callId must be a string"), (#"{"callId":"x"}"#, "呼叫不存在"),
        (#"{"callId":"00000000-0000-0001-0000-000000000002"}"#, "呼叫不存在"),
        (#"{"callId":"x","cancel_flag":1}"#, "参数错误: not available: cancel_flag"),
        (#"{"callId":"x","cancel_flag":5}"#, "参数错误: cancel_flag must be a whole number from 0 to 4"),
        ("", "参数错误: body"),
    ])
    func aBadCancelReachesNobody(body: String, message: String) async throws {
        let fixture = Fixture()
        #expect(try await fixture.send(cancel(body).sent).message.hasPrefix(message))
        #expect(fixture.state.read(\.cancelled.isEmpty))
    }

    @Test func aScopeCoversItsOwnCalls() {
        func request(_ account: String, _ app: String, main: String = "main") -> CallbackRequest {
            CallbackRequest(
                account: CertID(rawValue: account), mainAccount: CertID(rawValue: main), app: AppID(rawValue: app),
                to1: .number(PhoneNumber("1001")!), to2: .number(PhoneNumber("1002")!), maxCallDuration: .seconds(1))
        }
        let main = CallScope(mainAccount: Fixture.main, app: AppID(rawValue: "app"), subaccount: nil)
        let sub = CallScope(mainAccount: Fixture.main, app: AppID(rawValue: "app"), subaccount: Fixture.sub)
        #expect(main.covers(request("main", "app")))
        #expect(main.covers(request("sub", "app")))
        #expect(!main.covers(request("main", "other")))
        #expect(!main.covers(request("x", "app", main: "x")))
        #expect(sub.covers(request("sub", "app")))
        #expect(!sub.covers(request("main", "app")))
    }

    // MARK: Reading

    private func record() -> CallRecord {
        let request = CallbackRequest(
            account: Fixture.sub, mainAccount: Fixture.main, app: AppID(rawValue: "app"),
            to1: .number(PhoneNumber("13967446745")!), to2: .sip(user: "alice", host: "pbx.example"),
            from1: PhoneNumber("075589877675"), maxCallDuration: .seconds(60), userData: "号", userData2: "b")
        var record = CallRecord(id: Fixture.callID, request: request, beginTime: noon)
        record.leg1.dialTime = WallTime(milliseconds: noon.milliseconds + 1)
        return record
    }

    private func finished() -> CallRecord {
        var call = record()
        call.state = .ended
        call.connectTime = WallTime(milliseconds: noon.milliseconds + 5000)
        call.endTime = WallTime(milliseconds: noon.milliseconds + 9000)
        call.ending = CallEnding(reason: .hangup(.second), hangupBy: .second, duration: 4)
        call.leg2.from = "075589877675"
        call.leg2.trunk = TrunkName(rawValue: "carrier")
        call.leg2.ringTime = WallTime(milliseconds: noon.milliseconds + 3000)
        call.leg2.answerTime = WallTime(milliseconds: noon.milliseconds + 5000)
        call.leg2.endTime = WallTime(milliseconds: noon.milliseconds + 9000)
        call.leg2.sipStatus = 200
        call.leg2.sipReason = "OK"
        call.leg2.q850 = 16
        call.leg2.postDialDelay = .milliseconds(1234)
        call.leg2.codec = "PCMA"
        call.leg2.sipCallID = "a@b"
        call.leg2.media = MediaCounts(
            packetsReceived: 200, packetsSent: 201, packetsLost: 2,
            quality: HearingQuality(
                loss: 0.005, jitter: .microseconds(1250), roundTrip: nil, meanOpinionScore: 4.399))
        return call
    }

    private func read(_ id: String, as certID: String = "main") -> ClientRequest {
        var request = ClientRequest()
        request.method = .get
        request.path += "/" + id
        request.body = ""
        request.certID = certID
        request.secret = certID + " secret"
        return request
    }

    @Test func aLiveCallIsTold() async throws {
        let fixture = Fixture()
        fixture.state.change {
            $0.live[Fixture.callID] = self.record()
            $0.storeFails = true
        }
        let answer = try await fixture.send(read(Self.id).sent)
        #expect(answer.code == "000000")
        #expect(answer["callId"]?.text == Self.id)
        #expect(answer["state"] == .number("8"))
        #expect(answer["subaccount_id"] == .string("sub"))
        #expect(answer["to1"] == .string("13967446745"))
        #expect(answer["to2"] == .string("sip:alice@pbx.example"))
        #expect(answer["from1"] == .string("075589877675"))
        #expect(answer["begin_time"] == .number("\(noon.milliseconds)"))
        for name in [
            "from2", "connect_time", "end_time", "record_file", "end_reason", "error", "reason", "hangup_by",
            "duration",
        ] {
            #expect(answer[name] == .null)
        }
    }

    @Test func aFinishedCallIsToldInFull() async throws {
        let fixture = Fixture()
        fixture.state.change { $0.stored[Fixture.callID] = self.finished() }
        let answer = try await fixture.send(read(Self.id, as: "sub").sent)
        #expect(answer["state"] == .number("5"))
        #expect(answer["end_reason"] == .string("hangup2"))
        #expect(answer["hangup_by"] == .number("2"))
        #expect(answer["duration"] == .number("4"))
        guard case .object(let leg) = answer["leg2"] else { return #expect(Bool(false)) }
        let expected: [(String, JSONValue)] = [
            ("from", .string("075589877675")), ("to", .string("sip:alice@pbx.example")), ("trunk", .string("carrier")),
            ("dial_time", .null), ("ring_time", .number("\(noon.milliseconds + 3000)")),
            ("answer_time", .number("\(noon.milliseconds + 5000)")),
            ("end_time", .number("\(noon.milliseconds + 9000)")),
            ("sip_call_id", .string("a@b")), ("sip_status", .number("200")), ("sip_reason", .string("OK")),
            ("q850", .number("16")), ("pdd_ms", .number("1234")), ("codec", .string("PCMA")),
            ("packets_received", .number("200")), ("packets_sent", .number("201")), ("packets_lost", .number("2")),
            ("loss", .number("0.50")), ("jitter_ms", .number("1.25")), ("rtt_ms", .null), ("mos", .number("4.40")),
            ("user_data", .string("b")),
        ]
        #expect(leg.members.map(\.name) == expected.map(\.0))
        #expect(leg.members.map(\.value) == expected.map(\.1))
    }

    @Test func aFailedCallTellsWhyAndNobodyHungUp() async throws {
        let fixture = Fixture()
        fixture.state.change {
            var call = self.record()
            call.ending = CallEnding(reason: .failed(.first, .busy), hangupBy: nil, duration: 0)
            $0.stored[call.id] = call
        }
        let answer = try await fixture.send(read(Self.id).sent)
        #expect(answer["end_reason"] == .string("busy1"))
        #expect(answer["error"] == .string("035010"))
        #expect(answer["reason"] == .string("party 1: busy"))
        #expect(answer["hangup_by"] == .number("0"))
    }

    @Test func whatIsForeignOrUnknownIsNotTold() async throws {
        let fixture = Fixture()
        fixture.state.change {
            var call = self.record()
            call.request.account = Fixture.main
            $0.live[call.id] = call
        }
        #expect(try await fixture.send(read(Self.id).sent).code == "000000")
        #expect(try await fixture.send(read(Self.id, as: "sub").sent).code == "020000")
        #expect(try await fixture.send(read(CallID(high: 3, low: 3).description).sent).code == "020000")
        #expect(try await fixture.send(read("nonsense").sent).code == "020000")
        var otherApp = read(Self.id)
        otherApp.appID = "other"
        #expect(try await fixture.send(otherApp.sent).code == "020000")
    }

    @Test func aFailingStoreIsAnInternalError() async throws {
        let fixture = Fixture()
        fixture.state.change { $0.storeFails = true }
        #expect(try await fixture.send(read(Self.id).sent).code == "000003")
        #expect(try await fixture.send(list("").sent).code == "000003")
    }

    // MARK: Listing

    private func list(_ query: String, body: String = "", as certID: String = "main") -> ClientRequest {
        var request = ClientRequest()
        request.method = .get
        request.query = query
        request.body = body
        request.certID = certID
        request.secret = certID + " secret"
        return request
    }

    @Test func aListHasTheShapeOfAllLists() async throws {
        let fixture = Fixture()
        fixture.state.change { $0.stored[Fixture.callID] = self.finished() }
        let answer = try await fixture.send(list("pageNo=3&pageSize=10").sent)
        #expect(answer["pageSize"] == .number("10"))
        #expect(answer["startIndex"] == .number("21"))
        #expect(answer["totalCount"] == .number("21"))
        #expect(answer["totalPageCount"] == .number("3"))
        #expect(answer["currentPageNo"] == .number("3"))
        guard case .array(let calls) = answer["result"], case .object(let call) = calls.first else {
            return #expect(Bool(false))
        }
        #expect(calls.count == 1)
        #expect(call["callId"]?.text == Self.id)
    }

    @Test func aListIsOfTheRequestersCalls() async throws {
        let fixture = Fixture()
        for certID in ["main", "sub"] { _ = try await fixture.send(list("", as: certID).sent) }
        let app = AppID(rawValue: "app")
        #expect(
            fixture.state.read(\.queries) == [
                CallQuery(mainAccount: Fixture.main, app: app),
                CallQuery(mainAccount: Fixture.main, app: app, account: Fixture.sub),
            ])
    }

    @Test func aListIsChosenByTimeAndState() async throws {
        let fixture = Fixture()
        let query = "start=2026-11-23%2012%3A00%3A00&end=2026-11-23+12:00:00&state=5&pageSize=1000&pageNo=2"
        let body =
            #"{"start":"2026-11-23 12:00:00","end":"2026-11-23 12:00:00","state":"5","pageSize":1000,"pageNo":2}"#
        for request in [list(query), list("", body: body)] {
            #expect(try await fixture.send(request.sent).code == "000000")
        }
        let expected = CallQuery(
            mainAccount: Fixture.main, app: AppID(rawValue: "app"), start: noon,
            end: WallTime(milliseconds: noon.milliseconds + 999), state: .ended, page: 2, pageSize: 1000)
        #expect(fixture.state.read(\.queries) == [expected, expected])
    }

    @Test(arguments: [
        ("pageNo=0", "pageNo must be"), ("pageSize=0", "pageSize must be"), ("pageSize=1001", "pageSize must be"),
        ("pageNo=x", "pageNo must be"), ("start=2026-11-23", "start must be"), ("end=1795406400000", "end must be"),
        ("state=10", "state must be"), ("number=139", "not available: number"),
        ("end_reason=busy1", "not available: end_reason"), ("pageNo=1&pageNo=2", "pageNo is given twice"),
        ("pageNo=%", "query must be"), ("pageNo=%F", "query must be"), ("pageNo=%FF", "query must be"),
        ("pageNo=%zz", "query must be"),
    ])
    func aBadListIsRefused(query: String, rule: String) async throws {
        let fixture = Fixture()
        let answer = try await fixture.send(list(query).sent)
        #expect(answer.code == "000001")
        #expect(answer.message.hasPrefix("参数错误: \(rule)"))
        #expect(fixture.state.read(\.queries.isEmpty))
    }

    @Test func emptyQueryValuesAreNotGiven() async throws {
        let fixture = Fixture()
        #expect(try await fixture.send(list("pageNo=&state&&x=1").sent).code == "000000")
        #expect(fixture.state.read { $0.queries.first?.page } == 1)
    }
}
