internal import Glibc

/// What survives the loss of power.
public enum DurableWrites {
    /// Returns when all that was written to a file, or all names that were made in a folder, are on the disk. Blocks for as
    /// long as the disk takes.
    public static func synchronise(_ path: String) throws(SystemError) {
        let descriptor = try check(open(path, O_RDONLY | O_CLOEXEC), "open \(path)")
        defer { close(descriptor) }
        try check(fsync(descriptor), "fsync \(path)")
    }
}
