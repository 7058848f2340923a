import CallModel
import Dispatch

/// The routes under `…/management/voice_file`.
struct VoiceFileRoutes: Sendable {
    let commands: SoundCommands
    let authenticator: Authenticator
    let uploads = UploadGate()

    /// Digests and boundaries of 20 MB are looked for here, away from the event loop.
    private let readers = DispatchQueue(label: "duocall.uploads", qos: .utility)

    /// Reads credentials and form of an upload; both cost time in proportion to the body.
    func read(
        _ request: APIRequest, account: Substring, now: WallTime
    ) async throws(Refusal) -> (AuthenticatedRequest, VoiceUpload) {
        let read: Result<(AuthenticatedRequest, VoiceUpload), Refusal> = await withCheckedContinuation { waiter in
            readers.async {
                do throws(Refusal) {
                    let grant = try authenticator.authenticate(request, account: account, now: now)
                    let upload = try upload(in: request, of: grant.scope)
                    waiter.resume(returning: .success((grant, upload)))
                } catch {
                    waiter.resume(returning: .failure(error))
                }
            }
        }
        return try read.get()
    }

    private func upload(in request: APIRequest, of scope: CallScope) throws(Refusal) -> VoiceUpload {
        let form = try VoiceForm(request)
        guard form.sound.count <= VoiceFile.maxSize else {
            throw .parameter("the file must not be larger than \(VoiceFile.maxSize) bytes")
        }
        return VoiceUpload(
            app: scope.app, subaccount: scope.subaccount, name: try Self.checked(form.name), bytes: form.sound)
    }

    private static func checked(_ name: String?) throws(Refusal) -> String {
        guard let name, !name.isEmpty else { throw .parameter("name is required") }
        guard name.unicodeScalars.count <= VoiceFile.maxName else {
            throw .parameter("name must not be longer than \(VoiceFile.maxName) characters")
        }
        guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw .parameter("name must not contain control characters")
        }
        return name
    }

    func add(_ upload: VoiceUpload) async throws(Refusal) -> Answer {
        let file = try await done(commands.addVoiceFile(upload))
        return .envelope(.success) { $0.voiceFile(file) }
    }

    func list(_ request: APIRequest, _ grant: AuthenticatedRequest) throws(Refusal) -> Answer {
        let parameters = try Parameters(query: request.query)
        let place = try PageRequest(parameters)
        let page = place.page(of: commands.voiceFiles.files(in: grant.scope))
        return .envelope(.success) { $0.page(page, place) { $0.voiceFile($1) } }
    }

    /// - Parameter name: as it stands in the path.
    func delete(_ name: Substring, _ grant: AuthenticatedRequest) async throws(Refusal) -> Answer {
        guard let name = Parameters.decode(name, plusIsSpace: false) else {
            throw .parameter("the path must be percent-encoded UTF-8")
        }
        guard let file = commands.voiceFiles.file(named: name, in: grant.scope) else { throw .code(.voiceFile) }
        guard grant.scope.owns(file) else { throw .parameter("the file belongs to the app, not to the sub-account") }
        _ = try await done(commands.deleteVoiceFile(file))
        return .envelope(.success) { $0.boolean(true) }
    }

    private func done(_ answer: VoiceAnswer) throws(Refusal) -> VoiceFile {
        switch answer {
        case .done(let file): return file
        case .refused(let rule): throw .parameter(rule)
        case .failed(let code): throw .code(code)
        }
    }
}

extension JSONText {
    fileprivate mutating func voiceFile(_ file: VoiceFile) {
        object { text in
            text.member("id", file.id.description)
            text.member("name", file.name)
            text.member("subaccountId", file.subaccount?.rawValue)
            text.member("durationMs", file.frames * 20)
            text.member("size", file.size)
            text.member("uploadTime", file.uploaded.milliseconds)
        }
    }
}
