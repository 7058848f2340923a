internal import Glibc

/// A new file that is written to, closed when this goes.
public struct WritableFile: ~Copyable, Sendable {
    private let descriptor: Int32
    private let path: String

    /// Makes the file, readable by its owner only; one that exists fails with `EEXIST`.
    public init(creating path: String) throws(SystemError) {
        self.path = path
        descriptor = try check(open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600), "open \(path)")
    }

    deinit { close(descriptor) }

    /// Writes all the bytes at a place in the file. On failure some of them may be there.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError(code: count == 0 ? EIO : errno, attempt: "write \(path)") }
            done += count
        }
    }

    /// Cuts off what is behind `size`, if the system lets us: what is there beyond it harms nobody.
    public func cut(to size: UInt64) { _ = ftruncate(descriptor, off_t(size)) }
}
