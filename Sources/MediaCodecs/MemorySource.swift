import CSndfile

/// Bytes in memory as libsndfile reads a file: a beginning of our own, and what follows it.
struct MemorySource {
    private let head: [UInt8]
    private let rest: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer, behind head: [UInt8] = []) {
        self.head = head
        rest = bytes
    }

    static let virtualIO = SF_VIRTUAL_IO(
        get_filelen: { MemorySource.at($0).pointee.length },
        seek: { MemorySource.at($2).pointee.seek($0, from: $1) },
        read: { MemorySource.at($2).pointee.read(into: $0, count: $1) },
        write: { _, _, _ in 0 },
        tell: { Int64(MemorySource.at($0).pointee.position) })

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<MemorySource> {
        guard let pointer else { preconditionFailure("libsndfile lost its source") }
        return pointer.assumingMemoryBound(to: MemorySource.self)
    }

    private var length: Int64 { Int64(head.count + rest.count) }

    private mutating func seek(_ offset: Int64, from whence: Int32) -> Int64 {
        let origin =
            switch Int(whence) {
            case Int(SF_SEEK_CUR): Int64(position)
            case Int(SF_SEEK_END): length
            default: Int64(0)
            }
        let (target, overflow) = origin.addingReportingOverflow(offset)
        guard !overflow, (0...length).contains(target) else { return -1 }
        position = Int(target)
        return target
    }

    private mutating func read(into target: UnsafeMutableRawPointer?, count: Int64) -> Int64 {
        guard let target else { return 0 }
        let wanted = Int(clamping: count)
        var done = 0
        if position < head.count { done = head.withUnsafeBytes { copy($0, from: position, to: target, wanted) } }
        if position + done >= head.count {
            done += copy(rest, from: position + done - head.count, to: target + done, wanted - done)
        }
        position += done
        return Int64(done)
    }

    private func copy(
        _ bytes: UnsafeRawBufferPointer, from place: Int, to target: UnsafeMutableRawPointer, _ count: Int
    ) -> Int {
        let available = min(count, bytes.count - place)
        guard available > 0, let start = bytes.baseAddress else { return 0 }
        target.copyMemory(from: start + place, byteCount: available)
        return available
    }
}
