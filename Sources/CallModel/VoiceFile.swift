/// A sound that ring tones and prompts can name, prepared at its upload for playing.
public struct VoiceFile: Hashable, Sendable, Codable {
    /// The most characters (Unicode scalars) of a name.
    public static let maxName = 128
    /// The largest upload, in bytes.
    public static let maxSize = 20 << 20
    /// The longest sound.
    public static let maxLength: Duration = .seconds(600)
    /// How many files one app may have.
    public static let maxPerApp = 1000
    /// How long the prepared files of a deleted voice file stay, so that calls that were accepted before can play them:
    /// longer than the longest call with its dialling.
    public static let keptAfterDeletion: Duration = .seconds(86_400)

    public var id: VoiceFileID
    public var app: AppID
    /// Whose file it is; `nil` for the app's own, which every sub-account of the app can name.
    public var subaccount: CertID?
    /// Unique per app.
    public var name: String
    /// The sound's length in frames of 20 ms, at least 1.
    public var frames: Int
    /// The upload's size in bytes.
    public var size: Int
    public var uploaded: WallTime

    public init(
        id: VoiceFileID, app: AppID, subaccount: CertID?, name: String, frames: Int, size: Int, uploaded: WallTime
    ) {
        self.id = id
        self.app = app
        self.subaccount = subaccount
        self.name = name
        self.frames = frames
        self.size = size
        self.uploaded = uploaded
    }

    public var length: Duration { .milliseconds(frames * 20) }
}

/// The voice files that can be named, found without the store.
public struct VoiceFileDirectory: Hashable, Sendable {
    private var apps: [AppID: [String: VoiceFile]] = [:]

    public init(_ files: [VoiceFile] = []) {
        for file in files { add(file) }
    }

    /// Adds a file; one of the same app and name gives way.
    public mutating func add(_ file: VoiceFile) { apps[file.app, default: [:]][file.name] = file }

    public mutating func remove(_ file: VoiceFile) {
        guard apps[file.app]?[file.name]?.id == file.id else { return }
        apps[file.app]?[file.name] = nil
    }

    /// The app's file of this name, whoever may see it.
    public func file(named name: String, of app: AppID) -> VoiceFile? { apps[app]?[name] }

    /// The file that a client in `scope` means by `name`; `nil` is answered 010005.
    public func file(named name: String, in scope: CallScope) -> VoiceFile? {
        file(named: name, of: scope.app).flatMap { scope.sees($0) ? $0 : nil }
    }

    /// What a client in `scope` sees, by name.
    public func files(in scope: CallScope) -> [VoiceFile] {
        (apps[scope.app] ?? [:]).values.filter { scope.sees($0) }.sorted { $0.name < $1.name }
    }

    /// How many files the app has.
    public func count(of app: AppID) -> Int { apps[app]?.count ?? 0 }
}

extension CallScope {
    /// A sub-account sees its own files and the app's, the main account all of the app.
    public func sees(_ file: VoiceFile) -> Bool {
        file.app == app && (subaccount == nil || file.subaccount == nil || file.subaccount == subaccount)
    }

    /// Whether the client may delete the file: a sub-account only its own.
    public func owns(_ file: VoiceFile) -> Bool {
        file.app == app && (subaccount == nil || file.subaccount == subaccount)
    }
}
