public import CallModel
import Synchronization

/// The voice files that requests can name, kept current as they are uploaded and deleted.
///
/// A name in a request is looked up here when the request is read, in its client's scope, and the call keeps what was
/// found: `voiceFiles.file(named: name, in: grant.scope)`, where `nil` is answered 010005. The prepared sound is then
/// in the voice folder under the file's id for as long as the call may last, even if the file is deleted meanwhile.
public final class CurrentVoiceFiles: Sendable {
    private let directory: Mutex<VoiceFileDirectory>

    public init(_ files: [VoiceFile] = []) { directory = Mutex(VoiceFileDirectory(files)) }

    /// The file that a client in `scope` means by `name`.
    public func file(named name: String, in scope: CallScope) -> VoiceFile? {
        directory.withLock { $0.file(named: name, in: scope) }
    }

    /// What a client in `scope` sees, by name.
    public func files(in scope: CallScope) -> [VoiceFile] { directory.withLock { $0.files(in: scope) } }

    /// Whether the app has a file of this name, whoever may see it.
    public func isTaken(_ name: String, of app: AppID) -> Bool {
        directory.withLock { $0.file(named: name, of: app) != nil }
    }

    /// How many files the app has.
    public func count(of app: AppID) -> Int { directory.withLock { $0.count(of: app) } }

    public func add(_ file: VoiceFile) { directory.withLock { $0.add(file) } }

    public func remove(_ file: VoiceFile) { directory.withLock { $0.remove(file) } }
}
