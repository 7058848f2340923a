import CallModel
import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct VoiceFileRouteTests {
    private let fixture = Fixture()

    private func request(
        _ method: HTTPRequest.Method = .post, name: String? = nil, query: String = "", body: String = "sound",
        contentType: String? = "application/octet-stream"
    ) -> ClientRequest {
        var request = ClientRequest()
        request.method = method
        request.path = "/v1/account/main/management/voice_file" + (name.map { "/" + $0 } ?? "")
        request.query = query
        request.body = body
        request.contentType = contentType
        return request
    }

    private func form(_ fields: [(head: String, content: String)], boundary: String = "b") -> String {
        fields.map { "--\(boundary)\r\nContent-Disposition: form-data; \($0.head)\r\n\r\n\($0.content)\r\n" }.joined()
            + "--\(boundary)--\r\n"
    }

    private func upload(_ body: String, query: String = "", type: String = "multipart/form-data; boundary=b")
        async throws -> Received
    {
        try await fixture.send(request(query: query, body: body, contentType: type).sent)
    }

    private func file(_ name: String, subaccount: CertID? = nil, app: String = "app", number: UInt64 = 1) -> VoiceFile {
        VoiceFile(
            id: VoiceFileID(high: 7, low: number), app: AppID(rawValue: app), subaccount: subaccount, name: name,
            frames: 75, size: 1234, uploaded: noon)
    }

    @Test func aBareBodyIsNamedInTheQuery() async throws {
        let answer = try await fixture.send(request(query: "name=%E6%AC%A2%E8%BF%8E.wav").sent)
        #expect(answer.code == "000000")
        #expect(answer["name"] == .string("欢迎.wav"))
        #expect(answer["durationMs"] == .number("1000"))
        let upload = try #require(fixture.state.read(\.uploads).first)
        #expect(upload.app == AppID(rawValue: "app") && upload.subaccount == nil && upload.name == "欢迎.wav")
        #expect(Array(upload.bytes) == Array("sound".utf8))
    }

    @Test func aFormHasANameAndAFile() async throws {
        let body = form([
            (#"name="name""#, "欢迎"), (#"name="file"; filename="x.wav""#, "so\r\n--und\r\n"),
        ])
        #expect(try await upload(body).code == "000000")
        #expect(fixture.state.read { $0.uploads.map(\.name) } == ["欢迎"])
        #expect(fixture.state.read { $0.uploads.map { Array($0.bytes) } } == [Array("so\r\n--und\r\n".utf8)])
    }

    @Test(arguments: [
        (#"name="file"; filename="欢迎.wav""#, "欢迎.wav"), (#"name=file; filename=a.wav"#, "a.wav"),
        (#"name="file"; filename="a%22b.wav""#, "a\"b.wav"), (#"name="file"; filename="a\"b.wav""#, "a\"b.wav"),
    ])
    func theFilesOwnNameServes(head: String, name: String) async throws {
        #expect(try await upload(form([(head, "sound")])).code == "000000")
        #expect(fixture.state.read { $0.uploads.map(\.name) } == [name])
    }

    @Test func aQuotedBoundaryAndAPreambleAreRead() async throws {
        let body = "preamble\r\n" + form([(#"name="file"; filename="a""#, "sound")], boundary: "a b")
        let answer = try await upload(body, type: "Multipart/Form-Data; charset=utf-8; boundary=\"a b\"")
        #expect(answer.code == "000000")
    }

    @Test(arguments: [
        ("", "form"), ("--b", "form"), ("--b\r\n\r\n--b--", "form"), ("--b--", "one file"),
        ("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nsound", "last boundary"),
        ("--b\r\nX: y\r\n\r\nsound\r\n--b--", "must have a name"),
    ])
    func aBrokenFormIsRefused(body: String, rule: String) async throws {
        let answer = try await upload(body)
        #expect(answer.code == "000001")
        #expect(answer.message.contains(rule), "\(answer.message)")
        #expect(fixture.state.read(\.uploads).isEmpty)
    }

    @Test func aFormsFieldsAreCounted() async throws {
        let file = (head: #"name="file"; filename="a""#, content: "sound")
        let others = Array(repeating: (head: #"name="x""#, content: ""), count: MultipartForm.maxFields - 1)
        #expect(try await upload(form(others + [file])).code == "000000")
        #expect(try await upload(form(others + [file, others[0]])).message.contains("16 fields"))
        #expect(try await upload(form([file, file])).message.contains("one file"))
        #expect(try await upload(form([file]), type: "multipart/form-data").message.contains("boundary"))
    }

    @Test func aNameIsRequiredBoundedAndPrintable() async throws {
        for (query, rule) in [
            ("", "name is required"), ("name=", "name is required"), ("name=a%0Ab", "control"),
            ("name=" + String(repeating: "x", count: 129), "128"), ("name=%FF", "UTF-8"),
        ] {
            let answer = try await fixture.send(request(query: query).sent)
            #expect(answer.code == "000001")
            #expect(answer.message.contains(rule), "\(answer.message)")
        }
        #expect(
            try await fixture.send(request(query: "name=" + String(repeating: "x", count: 128)).sent).code == "000000")
    }

    @Test func theKeepersAnswerIsHandedOn() async throws {
        for (given, code, message) in [
            (VoiceAnswer.refused("the file is empty"), "000001", "参数错误: the file is empty"),
            (.failed(.busy), "000004", "系统繁忙"),
        ] {
            fixture.state.change { $0.voiceAnswer = given }
            let answer = try await fixture.send(request(query: "name=a").sent)
            #expect(answer.code == code && answer.message == message)
        }
    }

    @Test func whoMayNotUploadIsRefusedBeforeTheBodyIsRead() async throws {
        for spoil in [
            { $0.certID = "nobody" }, { $0.timestamp = "20261123130000" }, { $0.appID = nil },
            { $0.isSigned = false }, { $0.certID = "stranger" },
        ] as [(inout ClientRequest) -> Void] {
            var request = request(query: "name=a")
            spoil(&request)
            let answer = try await fixture.api.answer(request.sent) { _ in
                Issue.record("the body was read")
                return .success([])
            }
            #expect(answer.status == .unauthorized)
        }
        var wrong = request(query: "name=a")
        wrong.secret = "wrong"
        #expect(try await fixture.send(wrong.sent).status == 401)
        #expect(fixture.state.read(\.uploads).isEmpty)
    }

    @Test func largeBodiesAreFewAtATime() async throws {
        let gate = fixture.api.voiceFiles.uploads
        for _ in 1..<UploadGate.maxAtOnce { try gate.enter() }
        #expect(try await fixture.send(request(query: "name=a").sent).code == "000000")
        try gate.enter()
        #expect(try await fixture.send(request(query: "name=b").sent).code == "000004")
        gate.leave()
        #expect(try await fixture.send(request(query: "name=c").sent).code == "000000")
    }

    @Test func onlyAnUploadMayBeLarge() async throws {
        for (sent, limit) in [
            (request(query: "name=a"), APIResponder.maxUpload), (request(.get, body: ""), APIResponder.maxBody),
            (ClientRequest(), APIResponder.maxBody),
        ] {
            _ = try await fixture.api.answer(sent.sent) { given in
                #expect(given == limit)
                return .success(Array(sent.body.utf8))
            }
        }
    }

    @Test func aListHoldsWhatTheScopeSees() async throws {
        fixture.voiceFiles.add(file("b"))
        fixture.voiceFiles.add(file("a", subaccount: Fixture.sub, number: 2))
        fixture.voiceFiles.add(file("c", subaccount: CertID(rawValue: "other sub"), number: 3))
        fixture.voiceFiles.add(file("d", app: "other", number: 4))
        func names(_ request: ClientRequest) async throws -> [JSONValue?] {
            guard case .array(let result)? = try await fixture.send(request.sent)["result"] else { return [] }
            return result.map { element in
                guard case .object(let object) = element else { return nil }
                return object["name"]
            }
        }
        #expect(try await names(request(.get, body: "")) == [.string("a"), .string("b"), .string("c")])
        #expect(try await names(request(.get, query: "pageNo=2&pageSize=2", body: "")) == [.string("c")])
        var sub = request(.get, body: "")
        sub.certID = "sub"
        sub.secret = "sub secret"
        #expect(try await names(sub) == [.string("a"), .string("b")])
    }

    @Test func aFileIsDeletedByItsName() async throws {
        fixture.voiceFiles.add(file("欢迎 1+2.wav"))
        fixture.state.change { $0.voiceAnswer = .done(file("欢迎 1+2.wav")) }
        let name = "%E6%AC%A2%E8%BF%8E%201+2.wav"
        let answer = try await fixture.send(request(.delete, name: name, body: "").sent)
        #expect(answer.code == "000000")
        #expect(answer.data == .boolean(true))
        #expect(fixture.state.read { $0.deleted.map(\.name) } == ["欢迎 1+2.wav"])
        #expect(try await fixture.send(request(.delete, name: "other", body: "").sent).code == "010005")
        #expect(try await fixture.send(request(.delete, name: "%zz", body: "").sent).code == "000001")
    }

    @Test func aSubaccountDeletesItsOwnFilesOnly() async throws {
        fixture.voiceFiles.add(file("app's"))
        fixture.voiceFiles.add(file("own", subaccount: Fixture.sub, number: 2))
        fixture.voiceFiles.add(file("foreign", subaccount: CertID(rawValue: "x"), number: 3))
        for (name, code) in [("app's", "000001"), ("own", "000000"), ("foreign", "010005")] {
            var sub = request(.delete, name: name, body: "")
            sub.certID = "sub"
            sub.secret = "sub secret"
            #expect(try await fixture.send(sub.sent).code == code)
        }
    }
}
