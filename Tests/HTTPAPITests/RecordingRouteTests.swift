import CallModel
import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import HTTPAPI

@Suite struct RecordingRouteTests {
    private let fixture = Fixture()

    private func recording(
        _ state: RecordingState = .ready, subaccount: CertID? = nil, app: String = "app",
        format: RecordingFormat = .aLaw
    ) -> Recording {
        Recording(
            id: RecordingID(high: 0xAB, low: 0xCD), call: Fixture.callID, mainAccount: Fixture.main,
            app: AppID(rawValue: app), subaccount: subaccount, began: noon, channels: .dual, format: format,
            samples: 20_000, bytes: 10, sha256: state == .ready ? Array(repeating: 0xEF, count: 32) : nil, state: state)
    }

    private func get(_ path: String, query: String = "", body: String = "") -> ClientRequest {
        var request = ClientRequest()
        request.method = .get
        request.path = "/v1/account/main/recording/" + path
        request.query = query
        request.body = body
        return request
    }

    // MARK: plist

    @Test func aListIsReadFromTheQueryOrTheBody() async throws {
        fixture.state.change { $0.recordings = [recording().id: recording()] }
        let range = "start=2026-11-23%2000:00:00&end=2026-11-23+23:59:59"
        let answer = try await fixture.send(
            get("plist", query: range + "&pageNo=2&pageSize=5&callId=" + Fixture.callID.description).sent)
        #expect(answer["totalCount"] == .number("21"))
        #expect(answer["totalPageCount"] == .number("5"))
        #expect(answer["startIndex"] == .number("6"))
        guard case .array(let result)? = answer["result"], case .object(let first)? = result.first else {
            Issue.record("no result")
            return
        }
        #expect(first["id"] == .string(recording().id.description))
        #expect(first["date"] == .string("2026-11-23 12:00:00"))
        #expect(first["duration"] == .number("2"))
        #expect(first["size"] == .number("10"))
        #expect(first["callId"] == .string(Fixture.callID.description))
        #expect(first["record_file"] == .string(recording().fileName))
        #expect(first["channels"] == .number("2"))
        #expect(first["format"] == .number("2"))
        #expect(first["sha256"] == .string(String(repeating: "ef", count: 32)))
        let body = #"{"start":"2026-11-23 00:00:00","end":"2026-11-23 23:59:59"}"#
        _ = try await fixture.send(get("plist", body: body).sent)
        let start = WallTime(milliseconds: noon.milliseconds - 43_200_000)
        let end = WallTime(milliseconds: noon.milliseconds + 43_199_999)
        let scope = CallScope(mainAccount: Fixture.main, app: AppID(rawValue: "app"), subaccount: nil)
        #expect(
            fixture.state.read(\.recordingQueries) == [
                RecordingQuery(scope: scope, start: start, end: end, call: Fixture.callID, page: 2, pageSize: 5),
                RecordingQuery(scope: scope, start: start, end: end),
            ])
    }

    @Test(arguments: [
        ("", "start is required"), ("start=2026-11-23%2000:00:00", "end is required"),
        ("start=x&end=2026-11-23%2000:00:00", "start must be"), ("start=2026-11-23%2000:00:00&end=2026", "end must be"),
        ("start=2026-11-23%2000:00:00&end=2026-11-23%2000:00:00&pageSize=1001", "pageSize"),
        ("start=2026-11-23%2000:00:00&end=2026-11-23%2000:00:00&callId=x", "callId"),
    ])
    func aListsParametersAreChecked(query: String, rule: String) async throws {
        let answer = try await fixture.send(get("plist", query: query).sent)
        #expect(answer.code == "000001")
        #expect(answer.message.contains(rule), "\(answer.message)")
    }

    // MARK: url/gen

    private func link(_ query: String = "") async throws -> Received {
        try await fixture.send(get("url/gen", query: "id=\(recording().id)" + query).sent)
    }

    @Test func aReadyRecordingHasALink() async throws {
        fixture.state.change { $0.recordings = [recording().id: recording()] }
        let answer = try await link()
        #expect(answer["state"] == .number("1"))
        let url = try #require(answer["url"]?.text)
        let expiry = noon.milliseconds / 1000 + 600
        #expect(url.hasPrefix("https://calls.example/recording/\(recording().fileName)?expires=\(expiry)&signature="))
        #expect(fixture.state.read(\.awaited).isEmpty)
    }

    @Test(arguments: [RecordingState.inProgress, .finishing])
    func anUnfinishedRecordingIsAwaited(state: RecordingState) async throws {
        fixture.state.change { $0.recordings = [recording().id: recording(state)] }
        let answer = try await link("&expires=60")
        #expect(answer["state"] == .number("0"))
        #expect(answer["url"] == .null)
        #expect(fixture.state.read(\.awaited) == [.init(id: recording().id, validity: .seconds(60))])
    }

    @Test func aRecordingThatIsFinishedMeanwhileHasItsLinkAtOnce() async throws {
        fixture.state.change {
            $0.recordings = [recording().id: recording(.finishing)]
            $0.finishesWhenAwaited = true
        }
        #expect(try await link()["state"] == .number("1"))
    }

    @Test func whatIsNotThereOrNotOursIs010007() async throws {
        for found in [
            nil, recording(.failed), recording(.deleted), recording(subaccount: Fixture.sub, app: "other"),
        ] {
            fixture.state.change { $0.recordings = found.map { [$0.id: $0] } ?? [:] }
            #expect(try await link().code == "010007")
        }
        #expect(try await fixture.send(get("url/gen", query: "id=x").sent).code == "010007")
        fixture.state.change { $0.recordings = [recording().id: recording()] }
        var sub = get("url/gen", query: "id=\(recording().id)")
        sub.certID = "sub"
        sub.secret = "sub secret"
        #expect(try await fixture.send(sub.sent).code == "010007")
    }

    @Test(arguments: ["59", "86401", "x"])
    func aLinksValidityIsBounded(expires: String) async throws {
        #expect(try await link("&expires=" + expires).message.contains("expires must be"))
        #expect(try await fixture.send(get("url/gen").sent).message.contains("id is required"))
    }

    // MARK: Downloads

    /// A request for the link that the API gives.
    private func download(
        headers: HTTPFields = [:], change: (String) -> String = { $0 }
    ) async throws -> Answer {
        try await fetch(change(try #require(try await link()["url"]?.text)), headers: headers)
    }

    private func fetch(_ url: String, headers: HTTPFields = [:]) async throws -> Answer {
        let parts = url.dropFirst("https://calls.example".count).split(separator: "?", maxSplits: 1)
        let request = APIRequest(
            method: .get, path: String(parts[0]), query: parts.count == 2 ? String(parts[1]) : "",
            headers: RequestHeaders(headers), body: [], peer: nil)
        return try await fixture.api.answer(request) { _ in .success([]) }
    }

    private func text(_ answer: Answer) async throws -> String {
        guard let (file, range) = answer.file else { return "" }
        return String(buffer: try await file.read(range))
    }

    private func withFile(_ test: () async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        #expect(FileManager.default.createFile(atPath: path, contents: Data("0123456789".utf8)))
        defer { unlink(path) }
        fixture.state.change {
            $0.recordings = [recording().id: recording()]
            $0.path = path
        }
        try await test()
    }

    @Test func aLinkLeadsToTheFile() async throws {
        try await withFile {
            let answer = try await download()
            #expect(answer.status == .ok)
            #expect(try await text(answer) == "0123456789")
            #expect(answer.contentType == "audio/wav")
            #expect(answer.headers[.cacheControl] == "private, no-store")
            #expect(answer.headers[.acceptRanges] == "bytes")
            #expect(answer.headers[.eTag] == "\"" + String(repeating: "ef", count: 32) + "\"")
            #expect(answer.headers[.contentDisposition] == "attachment; filename=\"\(recording().fileName)\"")
        }
    }

    @Test func aPartOfTheFileCanBeHad() async throws {
        try await withFile {
            for (range, status, sent, told) in [
                ("bytes=2-4", 206, "234", "bytes 2-4/10"), ("bytes=7-", 206, "789", "bytes 7-9/10"),
                ("bytes=-3", 206, "789", "bytes 7-9/10"), ("bytes=8-99", 206, "89", "bytes 8-9/10"),
                ("bytes=10-", 416, "", "bytes */10"), ("bytes=-0", 416, "", "bytes */10"),
                ("bytes=0-1,4-5", 200, "0123456789", nil), ("lines=1-2", 200, "0123456789", nil),
                ("bytes=4-2", 200, "0123456789", nil), ("bytes=-", 200, "0123456789", nil),
            ] as [(String, Int, String, String?)] {
                let answer = try await download(headers: [.range: range])
                #expect(answer.status.code == status, "\(range)")
                #expect(try await text(answer) == sent, "\(range)")
                #expect(answer.headers[.contentRange] == told, "\(range)")
            }
            let tag = "\"" + String(repeating: "ef", count: 32) + "\""
            #expect(try await download(headers: [.range: "bytes=2-4", .ifRange: tag]).status == .partialContent)
            #expect(try await download(headers: [.range: "bytes=2-4", .ifRange: "\"x\""]).status == .ok)
        }
    }

    @Test func anAlteredOrExpiredLinkIs403() async throws {
        try await withFile {
            for change in [
                { $0.replacing("expires=", with: "expires=1") }, { $0.replacing(".wav", with: ".mp3") },
                { $0.replacing("00ab", with: "00ac") }, { String($0.dropLast()) }, { $0 + "0" },
                { $0.replacing(/&signature=.*/, with: "") }, { $0.replacing(/expires=[0-9]*/, with: "expires=x") },
                { $0.replacing(/\?.*/, with: "") },
            ] as [(String) -> String] {
                let answer = try await download(change: change)
                #expect(answer.status == .forbidden)
            }
            let answer = try await download(change: { $0 + "&other=1" })
            #expect(answer.status == .ok)
        }
    }

    @Test func aLinkExpires() async throws {
        try await withFile {
            let url = try #require(try await link()["url"]?.text)
            fixture.state.change { $0.now = WallTime(milliseconds: noon.milliseconds + 599_999) }
            #expect(try await fetch(url).status == .ok)
            fixture.state.change { $0.now = WallTime(milliseconds: noon.milliseconds + 600_000) }
            #expect(try await fetch(url).status == .forbidden)
        }
    }

    @Test func aDeletedRecordingIs404() async throws {
        try await withFile {
            let url = try #require(try await link()["url"]?.text)
            fixture.state.change { $0.path = "/nonexistent" }
            #expect(try await fetch(url).status == .notFound)
            fixture.state.change { $0.recordings = [recording().id: recording(.deleted)] }
            let answer = try await fetch(url)
            #expect(answer.status == .notFound)
            #expect(try Received(answer).code == "010007")
        }
    }
}
