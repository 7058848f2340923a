import Foundation

/// The folder of the embedded database, the voice files and the recordings, held by one server at a time.
///
/// A second server on the same folder would take the first one's calls for interrupted ones and end them.
final class StoreFolder: Sendable {
    let path: String
    /// Of prepared voice files.
    let voices: String
    let recordings: String
    private let lock: Int32

    /// Makes the folder where it is missing, readable by its owner only.
    init(path: String) throws(CommandFailure) {
        self.path = path
        voices = path + "/voices"
        recordings = path + "/recordings"
        for path in [path, voices, recordings] {
            do {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw CommandFailure("data: cannot make the folder \(path): \(error.localizedDescription)")
            }
        }
        lock = open(path + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw CommandFailure("data: cannot write in \(path): \(String(cString: strerror(errno)))")
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw CommandFailure("data: another server uses \(path)")
        }
    }

    deinit { close(lock) }

    var database: String { path + "/duocall.sqlite" }
}
