internal import CLinux

/// Asks the processor for memory that will be written to soon, while something else goes on.
///
/// - Parameter byteCount: rounded up to whole cache lines.
public func prefetch(_ memory: UnsafeRawPointer, byteCount: Int) {
    for offset in stride(from: 0, to: byteCount, by: 64) { clinux_prefetch(memory + offset) }
}
