public import CallModel

/// What the API asks of those who keep voice files and recordings. None of it blocks the thread it is called on.
public struct SoundCommands: Sendable {
    /// The voice files that can be named.
    public var voiceFiles: CurrentVoiceFiles
    /// Checks, prepares and stores an upload; answers when it is durable and can be named.
    public var addVoiceFile: @Sendable (VoiceUpload) async -> VoiceAnswer
    /// Deletes a file that can be named; answers when that is durable.
    public var deleteVoiceFile: @Sendable (VoiceFile) async -> VoiceAnswer
    public var recordings: @Sendable (RecordingQuery) async throws -> Page<Recording>
    public var recording: @Sendable (RecordingID) async throws -> Recording?
    /// Notes that a client waits for a link of this validity; returns when that is durable.
    public var awaitRecording: @Sendable (RecordingID, Duration) async throws -> Void
    /// Where a recording's file lies.
    public var recordingPath: @Sendable (Recording) -> String

    public init(
        voiceFiles: CurrentVoiceFiles,
        addVoiceFile: @escaping @Sendable (VoiceUpload) async -> VoiceAnswer,
        deleteVoiceFile: @escaping @Sendable (VoiceFile) async -> VoiceAnswer,
        recordings: @escaping @Sendable (RecordingQuery) async throws -> Page<Recording>,
        recording: @escaping @Sendable (RecordingID) async throws -> Recording?,
        awaitRecording: @escaping @Sendable (RecordingID, Duration) async throws -> Void,
        recordingPath: @escaping @Sendable (Recording) -> String
    ) {
        self.voiceFiles = voiceFiles
        self.addVoiceFile = addVoiceFile
        self.deleteVoiceFile = deleteVoiceFile
        self.recordings = recordings
        self.recording = recording
        self.awaitRecording = awaitRecording
        self.recordingPath = recordingPath
    }
}

/// A file that is to become a voice file.
public struct VoiceUpload: Hashable, Sendable {
    public var app: AppID
    /// The sub-account that uploads it; `nil` for the main account.
    public var subaccount: CertID?
    public var name: String
    /// As uploaded, at most `VoiceFile.maxSize` bytes.
    public var bytes: ArraySlice<UInt8>

    public init(app: AppID, subaccount: CertID?, name: String, bytes: ArraySlice<UInt8>) {
        self.app = app
        self.subaccount = subaccount
        self.name = name
        self.bytes = bytes
    }
}

/// What became of an upload or a deletion.
public enum VoiceAnswer: Hashable, Sendable {
    case done(VoiceFile)
    /// The client's fault, in words: 000001.
    case refused(String)
    /// Another code: too much at once, or our own fault.
    case failed(AnswerCode)
}
