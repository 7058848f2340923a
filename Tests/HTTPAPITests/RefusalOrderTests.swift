import CallModel
import HTTPTypes
import Testing

@testable import HTTPAPI

/// A request with any number of faults.
private struct Faulty {
    var request = ClientRequest()
    var members = ["to1": #""13967446745""#, "to2": #""13009347583""#, "max_call_duration": "3600"]
    var sameNumber = false
    var app: @Sendable (inout App) -> Void = { _ in }
    var placeAnswer = PlaceAnswer.accepted(Fixture.callID)

    /// What the request gets, told apart as finely as the log does.
    func refusal() async throws -> Refusal? {
        let fixture = Fixture(directory: Fixture.directory(change: app))
        fixture.state.change { $0.placeAnswer = placeAnswer }
        var members = members
        if sameNumber { members["to2"] = members["to1"] }
        var request = request
        request.body = "{" + members.sorted { $0.key < $1.key }.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
        let sent = request.sent
        do {
            _ = try fixture.api.authenticator.authenticate(sent, account: sent.path.split(separator: "/")[2], now: noon)
        } catch {
            let answer = try await fixture.send(sent)
            if case .credentials(let fault) = error {
                #expect(answer.status == 401)
                #expect(answer.message == fault.message)
                #expect(answer.message.hasPrefix("Bad credentials"))
                #expect(answer.data == .null)
            }
            return error
        }
        let answer = try await fixture.send(sent)
        #expect(answer.status == 200)
        guard let code = AnswerCode(rawValue: answer.code), code != .success else { return nil }
        #expect(fixture.state.read(\.placed.count) == (code == .noLine ? 1 : 0))
        #expect(answer.data == .null)
        #expect(code == .parameter || answer.message == code.message)
        return .code(code)
    }
}

private struct Fault: CustomStringConvertible, Sendable {
    let description: String
    let expected: Refusal
    let apply: @Sendable (inout Faulty) -> Void
}

/// In the contract's order.
private let faults: [Fault] = [
    Fault(description: "no AppID", expected: .credentials(.missing("AppID"))) { $0.request.appID = nil },
    Fault(description: "no CertID", expected: .credentials(.missing("CertID"))) { $0.request.certID = nil },
    Fault(description: "no Timestamp", expected: .credentials(.missing("Timestamp"))) { $0.request.timestamp = nil },
    Fault(description: "no Signature", expected: .credentials(.missing("Signature"))) { $0.request.isSigned = false },
    Fault(description: "late", expected: .credentials(.timestamp)) {
        if $0.request.timestamp != nil { $0.request.timestamp = "20261123110000" }
    },
    Fault(description: "unknown CertID", expected: .credentials(.account)) {
        if $0.request.certID != nil { $0.request.certID = "nobody" }
    },
    Fault(description: "foreign path", expected: .credentials(.path)) {
        $0.request.path = "/v1/account/stranger/call/duo_callback"
    },
    Fault(description: "wrong signature", expected: .credentials(.signature)) { $0.request.secret = "guess" },
    Fault(description: "unknown app", expected: .code(.appUnknown)) {
        if $0.request.appID != nil { $0.request.appID = "nothing" }
    },
    Fault(description: "app offline", expected: .code(.appOffline)) { fault in
        let before = fault.app
        fault.app = {
            before(&$0)
            $0.online = false
        }
    },
    Fault(description: "address", expected: .code(.address)) { fault in
        let before = fault.app
        fault.app = {
            before(&$0)
            $0.ipWhiteList = ["203.0.113.0/24"]
        }
    },
    Fault(description: "body", expected: .code(.parameter)) { $0.members["max_call_duration"] = #""long""# },
    Fault(description: "same number", expected: .code(.sameNumber)) { $0.sameNumber = true },
    Fault(description: "destination", expected: .code(.destination)) { $0.members["to1"] = #""+12125550100""# },
    Fault(description: "caller number", expected: .code(.callerNumber)) { $0.members["from2"] = #""075500000000""# },
    Fault(description: "no line", expected: .code(.noLine)) { $0.placeAnswer = .refused(.noLine) },
]

@Suite struct RefusalOrderTests {
    @Test(arguments: faults.indices)
    func eachFaultHasItsAnswer(index: Int) async throws {
        var faulty = Faulty()
        faults[index].apply(&faulty)
        #expect(try await faulty.refusal() == faults[index].expected, "\(faults[index])")
    }

    @Test(arguments: faults.indices)
    func ofTwoFaultsTheEarlierWins(index: Int) async throws {
        for later in faults.indices where later > index {
            var faulty = Faulty()
            faults[index].apply(&faulty)
            faults[later].apply(&faulty)
            #expect(try await faulty.refusal() == faults[index].expected, "\(faults[index]) and \(faults[later])")
        }
    }

    @Test func aRequestWithoutFaultsIsAccepted() async throws {
        #expect(try await Faulty().refusal() == nil)
    }

    @Test(arguments: ["AppID", "CertID", "Timestamp", "Signature"])
    func anEmptyHeaderIsMissing(name: String) async throws {
        var sent = ClientRequest().sent
        var fields = ClientRequest().fields
        fields[HTTPField.Name(name)!] = ""
        sent.headers = RequestHeaders(fields)
        let answer = try await Fixture().send(sent)
        #expect(answer.status == 401)
        #expect(answer.message == "Bad credentials: header \(name) is missing")
    }

    @Test func aDisabledAccountIsUnknown() async throws {
        var request = ClientRequest()
        request.certID = "disabled"
        request.secret = "x"
        request.path = "/v1/account/disabled/call/duo_callback"
        #expect(try await Fixture().send(request.sent).status == 401)
    }
}
