internal import CLinux

/// The memory that all threads allocate from (mallopt(3)).
public enum SharedHeap {
    /// Bytes by which the heap grows at a time.
    static let step: Int32 = 1 << 20

    /// Has all threads share one heap that grows in large steps.
    ///
    /// A call's values are made on one thread and freed on another. With a heap for each thread, as is the C library's way, every few
    /// calls cost a system call for another page, and a lock that is contended just the same. To be called once, at the
    /// start of the process: a thread that has a heap already keeps it.
    public static func use() { clinux_share_heap(step) }
}
