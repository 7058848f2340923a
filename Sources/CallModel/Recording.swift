/// What is known of a call's recording: the row in the store.
public struct Recording: Hashable, Sendable, Codable {
    public var id: RecordingID
    public var call: CallID
    public var mainAccount: CertID
    public var app: AppID
    /// The sub-account that placed the call; `nil` for the main account.
    public var subaccount: CertID?
    /// When its first sample was due.
    public var began: WallTime
    public var channels: RecordingChannels
    public var format: RecordingFormat
    /// Per channel, at 8 kHz; 0 until it ended.
    public var samples: Int64
    /// The file's size; 0 until it ended. One that ended by itself has some, be it a header.
    public var bytes: Int64
    /// The file's 32 bytes of SHA-256, once it is ready.
    public var sha256: [UInt8]?
    public var state: RecordingState

    public init(
        id: RecordingID, call: CallID, mainAccount: CertID, app: AppID, subaccount: CertID?, began: WallTime,
        channels: RecordingChannels, format: RecordingFormat, samples: Int64 = 0, bytes: Int64 = 0,
        sha256: [UInt8]? = nil, state: RecordingState = .inProgress
    ) {
        self.id = id
        self.call = call
        self.mainAccount = mainAccount
        self.app = app
        self.subaccount = subaccount
        self.began = began
        self.channels = channels
        self.format = format
        self.samples = samples
        self.bytes = bytes
        self.sha256 = sha256
        self.state = state
    }

    /// A recording that begins, of the call that `request` placed.
    public init(
        id: RecordingID, call: CallID, request: CallbackRequest, began: WallTime, channels: RecordingChannels,
        format: RecordingFormat
    ) {
        self.init(
            id: id, call: call, mainAccount: request.mainAccount, app: request.app, subaccount: request.subaccount,
            began: began, channels: channels, format: format)
    }

    /// The name of its file in the recording folder, and of `record_file`.
    public var fileName: String { "\(id).\(format.fileExtension)" }

    /// A stop of the server broke it off: what lies on disk is all that is known of it, and nobody was told.
    public var isInterrupted: Bool { state == .finishing && bytes == 0 }

    /// Whole seconds, rounded down.
    public var seconds: Int64 { samples / 8000 }
}

extension CallScope {
    /// Whether the recorded call is in the scope.
    public func covers(_ recording: Recording) -> Bool {
        recording.mainAccount == mainAccount && recording.app == app
            && (subaccount == nil || subaccount == recording.subaccount)
    }
}

/// How a recording stands.
public enum RecordingState: Int, Sendable, Codable, CaseIterable {
    /// The call is being recorded.
    case inProgress = 0
    /// Recorded; its file is being checked.
    case finishing = 1
    case ready = 2
    /// Nothing could be recorded.
    case failed = 3
    /// Its file is gone, by request or by age.
    case deleted = 4
}

/// How the two parties lie in a recording; the numbers are those of `record_channels`.
public enum RecordingChannels: Int, Sendable, Codable, CaseIterable {
    case mixed = 1
    /// Left party 1, right party 2 (or what party 1 heard before the connection).
    case dual = 2
}

/// What a recording is written as, at 8 kHz; the numbers are those of `record_format`.
public enum RecordingFormat: Int, Sendable, Codable, CaseIterable {
    /// WAV, 16-bit linear.
    case pcm = 1
    /// WAV, A-law.
    case aLaw = 2
    /// WAV, µ-law.
    case muLaw = 3
    case mp3 = 6

    /// `wav` or `mp3`.
    public var fileExtension: String {
        switch self {
        case .pcm, .aLaw, .muLaw: "wav"
        case .mp3: "mp3"
        }
    }

    /// Of one sample of one channel; `nil` where the size does not follow from the length.
    public var bytesPerSample: Int? {
        switch self {
        case .pcm: 2
        case .aLaw, .muLaw: 1
        case .mp3: nil
        }
    }
}

/// A recording whose file is to be checked, because its call is over.
public struct FinishingRecording: Hashable, Sendable {
    public var recording: Recording
    /// Who waits for its link: for how long that must work once it is told. `nil` where nobody asked.
    public var awaitedFor: Duration?
    /// The call, whose receiver is told.
    public var callRecord: CallRecord

    public init(recording: Recording, awaitedFor: Duration?, callRecord: CallRecord) {
        self.recording = recording
        self.awaitedFor = awaitedFor
        self.callRecord = callRecord
    }
}

/// A link to a recording that somebody is owed. It is made anew for every attempt to deliver it, so that it works for as long
/// as was asked, however late it arrives.
public struct OwedLink: Hashable, Sendable, Codable {
    public var recording: RecordingID
    /// Of the recording.
    public var fileName: String
    /// How long the link works, from the attempt on; whole seconds.
    public var validity: Duration

    public init(recording: RecordingID, fileName: String, validity: Duration) {
        self.recording = recording
        self.fileName = fileName
        self.validity = validity
    }
}

/// Which recordings to list: those that began in a range of time.
public struct RecordingQuery: Hashable, Sendable {
    public var scope: CallScope
    /// Began at or after.
    public var start: WallTime
    /// Began at or before.
    public var end: WallTime
    /// Only this call's.
    public var call: CallID?
    /// From 1.
    public var page: Int
    /// 1–1000.
    public var pageSize: Int

    public init(
        scope: CallScope, start: WallTime, end: WallTime, call: CallID? = nil, page: Int = 1, pageSize: Int = 10
    ) {
        self.scope = scope
        self.start = start
        self.end = end
        self.call = call
        self.page = page
        self.pageSize = pageSize
    }
}
