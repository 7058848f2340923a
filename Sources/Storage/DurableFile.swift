import Foundation

/// Files that survive the loss of power once they have their names.
enum DurableFile {
    /// Writes the bytes under another name, makes them durable, and then gives them theirs.
    static func write(_ bytes: [UInt8], to path: String) throws(StoreFailure) {
        let draft = path + ".part"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("make", draft) }
        do throws(StoreFailure) {
            defer { close(descriptor) }
            try write(bytes, to: descriptor, draft)
            guard fsync(descriptor) == 0 else { throw failure("write", draft) }
        } catch {
            unlink(draft)
            throw error
        }
        guard rename(draft, path) == 0 else { throw failure("make", path) }
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt, _ path: String) throws(StoreFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress! + written, $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            written += count
        }
    }

    /// Makes the names in a folder durable.
    static func synchronise(folder: String) throws(StoreFailure) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("write", folder) }
    }

    /// Makes the folder where it is missing, readable by its owner only.
    static func makeFolder(_ path: String) throws(StoreFailure) {
        try asStoreFailure {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
    }

    /// Removes a file; one that is not there is removed already.
    static func remove(_ path: String) throws(StoreFailure) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    private static func failure(_ verb: String, _ path: String) -> StoreFailure {
        .unavailable("cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
