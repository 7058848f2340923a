internal import Glibc

/// A whole file's bytes in memory of their own: nothing that later happens to the file touches them, and reading them never
/// waits for the disk.
public struct FileContent: ~Copyable, Sendable {
    /// Written once, before anyone else knows of it.
    public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

    /// Reads a file.
    ///
    /// - Parameter limit: a longer file fails with `EFBIG`.
    public init(path: String, limit: Int) throws(SystemError) {
        let descriptor = try check(open(path, O_RDONLY | O_CLOEXEC), "open \(path)")
        defer { close(descriptor) }
        var status = stat()
        try check(fstat(descriptor, &status), "fstat \(path)")
        guard status.st_size <= limit else { throw SystemError(code: EFBIG, attempt: "read \(path)") }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(status.st_size), alignment: 16)
        do throws(SystemError) {
            try FileContent.fill(memory, from: descriptor, path)
        } catch {
            memory.deallocate()
            throw error
        }
        bytes = UnsafeRawBufferPointer(memory)
    }

    deinit { bytes.deallocate() }

    private static func fill(
        _ memory: UnsafeMutableRawBufferPointer, from descriptor: Int32, _ path: String
    ) throws(SystemError) {
        var filled = 0
        while filled < memory.count {
            let count = read(descriptor, memory.baseAddress?.advanced(by: filled), memory.count - filled)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError(code: count == 0 ? EIO : errno, attempt: "read \(path)") }
            filled += count
        }
    }
}
