import Foundation
import NIOCore
import NIOPosix

/// An open file that is sent piece by piece; it is read on threads of its own, never on an event loop.
final class ServedFile: Sendable {
    static let piece: Int64 = 65_536

    let size: Int64
    private let descriptor: CInt

    struct Failure: Error {
        let reason: String
        init() { reason = String(cString: strerror(errno)) }
    }

    /// - Throws: `Failure` for a file that is not there or cannot be read.
    static func open(_ path: String) async throws -> ServedFile {
        try await NIOThreadPool.singleton.runIfActive { try ServedFile(path) }
    }

    private init(_ path: String) throws(Failure) {
        descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure() }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            close(descriptor)
            throw Failure()
        }
        size = Int64(status.st_size)
    }

    deinit { close(descriptor) }

    /// Reads up to `piece` bytes of `range`, from its start; fewer only where the file has become shorter.
    func read(_ range: Range<Int64>) async throws -> ByteBuffer {
        let count = Int(min(Self.piece, range.upperBound - range.lowerBound))
        return try await NIOThreadPool.singleton.runIfActive { [descriptor] in
            var buffer = ByteBuffer()
            let read = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
                max(0, pread(descriptor, bytes.baseAddress, count, off_t(range.lowerBound)))
            }
            guard read > 0 else { throw Failure() }
            return buffer
        }
    }
}
