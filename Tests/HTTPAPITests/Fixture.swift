import CallModel
import Crypto
import HTTPTypes
import Logging
import Synchronization

@testable import HTTPAPI

/// 2026-11-23 12:00:00 in Shanghai.
let noon = WallTime(milliseconds: 1_795_406_400_000)
let shanghai = TimestampZone(identifier: "Asia/Shanghai")!

/// An API over recorded commands, with a main account, a sub-account and some apps.
final class Fixture: Sendable {
    static let main = CertID(rawValue: "main")
    static let sub = CertID(rawValue: "sub")
    static let callID = CallID(high: 1, low: 2)

    struct State {
        var now = noon
        var placed: [(CallbackRequest, ReplayKey?)] = []
        var cancelled: [(CallID, CallScope)] = []
        var queries: [CallQuery] = []
        var placeAnswer = PlaceAnswer.accepted(Fixture.callID)
        var cancelAnswer = CancelAnswer.cancelled(state: .talking, duration: 7)
        var live: [CallID: CallRecord] = [:]
        var stored: [CallID: CallRecord] = [:]
        var storeFails = false
        var readiness = Readiness.ready
        var metrics: [MetricFamily] = []
        var uploads: [VoiceUpload] = []
        var deleted: [VoiceFile] = []
        /// `nil` does what was asked for.
        var voiceAnswer: VoiceAnswer?
        var recordings: [RecordingID: Recording] = [:]
        var recordingQueries: [RecordingQuery] = []
        var awaited: [Awaited] = []
        var finishesWhenAwaited = false
        /// Where every recording lies.
        var path = ""
        var traces: [CallID: String] = [:]
    }

    struct Awaited: Hashable {
        var id: RecordingID
        var validity: Duration
    }

    struct StoreFailure: Error {}

    let state: Shared<State>
    let tenants: CurrentTenants
    let voiceFiles: CurrentVoiceFiles
    let api: CallbackAPI

    init(
        directory: TenantDirectory = Fixture.directory(), remembered: [RememberedCall] = [],
        trustedProxies: [AddressBlock] = [], metricsToken: String? = nil, gate: RequestGate = RequestGate(),
        limits: ReplayTable.Limits = .init()
    ) {
        let state = Shared(State())
        let tenants = CurrentTenants(directory)
        let commands = Fixture.commands(state)
        let sounds = Fixture.sounds(state)
        let authenticator = Authenticator(tenants: tenants, zone: shanghai, trustedProxies: trustedProxies)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        self.state = state
        self.tenants = tenants
        voiceFiles = sounds.voiceFiles
        api = CallbackAPI(
            authenticator: authenticator,
            calls: CallRoutes(
                commands: commands, replays: ReplayTable(remembered: remembered, limits: limits), country: "86",
                zone: shanghai, voiceFiles: CurrentVoiceFiles([Fixture.voice]), logger: logger),
            voiceFiles: VoiceFileRoutes(commands: sounds, authenticator: authenticator),
            recordings: RecordingRoutes(commands: sounds, links: Fixture.links, zone: shanghai, logger: logger),
            commands: commands, gate: gate, metricsToken: metricsToken, clock: { state.read(\.now) }, logger: logger)
    }

    static let links = RecordingLinks(base: { "https://calls.example" }, key: Array(repeating: 7, count: 32))

    static func sounds(_ state: Shared<State>) -> SoundCommands {
        SoundCommands(
            voiceFiles: CurrentVoiceFiles(),
            addVoiceFile: { upload in
                state.change {
                    $0.uploads.append(upload)
                    let file = VoiceFile(
                        id: VoiceFileID(high: 7, low: 8), app: upload.app, subaccount: upload.subaccount,
                        name: upload.name, frames: 50, size: upload.bytes.count, uploaded: noon)
                    return $0.voiceAnswer ?? .done(file)
                }
            },
            deleteVoiceFile: { file in
                state.change {
                    $0.deleted.append(file)
                    return $0.voiceAnswer ?? .done(file)
                }
            },
            recordings: { query in
                state.change {
                    $0.recordingQueries.append(query)
                    return Page(elements: Array($0.recordings.values), totalCount: 21)
                }
            },
            recording: { id in state.read(\.recordings)[id] },
            awaitRecording: { id, validity in
                state.change {
                    $0.awaited.append(Awaited(id: id, validity: validity))
                    if $0.finishesWhenAwaited { $0.recordings[id]?.state = .ready }
                }
            },
            recordingPath: { _ in state.read(\.path) })
    }

    static func commands(_ state: Shared<State>) -> CallCommands {
        CallCommands(
            place: { request, key in
                state.change {
                    $0.placed.append((request, key))
                    return $0.placeAnswer
                }
            },
            cancel: { id, scope in
                state.change {
                    $0.cancelled.append((id, scope))
                    return $0.cancelAnswer
                }
            },
            liveCall: { id in state.read(\.live)[id] },
            storedCall: { id in
                if state.read(\.storeFails) { throw StoreFailure() }
                return state.read(\.stored)[id]
            },
            storedCalls: { query in
                if state.read(\.storeFails) { throw StoreFailure() }
                return state.change {
                    $0.queries.append(query)
                    return Page(elements: Array($0.stored.values), totalCount: 21)
                }
            },
            trace: { id, format in state.read(\.traces)[id].map { Array("\(format) of \($0)".utf8) } },
            readiness: { state.read(\.readiness) },
            metrics: { state.read(\.metrics) })
    }

    static let voice = VoiceFile(
        id: VoiceFileID(high: 1, low: 2), app: AppID(rawValue: "app"), subaccount: nil, name: "hello.wav", frames: 50,
        size: 8000, uploaded: noon)

    static func directory(change: (inout App) -> Void = { _ in }) -> TenantDirectory {
        var app = App(
            id: AppID(rawValue: "app"), account: main, callbackURL: "http://127.0.0.1:9000/events",
            numbers: [PhoneNumber("075589877675")!, PhoneNumber("075589877676")!])
        change(&app)
        var subaccount = Account(id: sub, secretKey: "sub secret", parent: main, app: app.id)
        subaccount.callbackURL = "http://127.0.0.1:9001/sub"
        return TenantDirectory(
            accounts: [
                Account(id: main, secretKey: "main secret"), subaccount,
                Account(id: CertID(rawValue: "disabled"), secretKey: "x", enabled: false),
                Account(id: CertID(rawValue: "stranger"), secretKey: "stranger secret"),
            ],
            apps: [
                app, App(id: AppID(rawValue: "offline"), account: main, online: false),
                App(id: AppID(rawValue: "other"), account: main),
                App(id: AppID(rawValue: "foreign"), account: CertID(rawValue: "stranger")),
            ])
    }

    func send(_ request: APIRequest) async throws -> Received {
        let answer = try await api.answer(request) { _ in .success(request.body) }
        return try Received(answer)
    }
}

/// An answer with its envelope read.
struct Received: Equatable {
    var status: Int
    var code: String
    var message: String
    var data: JSONValue?

    init(_ answer: Answer) throws {
        let envelope = try JSONReader.object(in: answer.body)
        status = answer.status.code
        code = envelope["code"]?.text ?? ""
        message = envelope["msg"]?.text ?? ""
        data = envelope["data"]
    }

    subscript(name: String) -> JSONValue? {
        guard case .object(let object) = data else { return nil }
        return object[name]
    }
}

extension JSONValue {
    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}

/// A value several tasks may look at.
final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func read<Part: Sendable>(_ part: (Value) -> Part) -> Part { value.withLock { part($0) } }
    func change<Part: Sendable>(_ change: (inout Value) -> Part) -> Part { value.withLock { change(&$0) } }
}
