internal import Glibc

/// What the kernel tells of a running process.
public struct ProcessFigures: Sendable {
    private let folder: String

    /// - Parameter id: `nil` for this process.
    public init(id: Int32? = nil) { folder = "/proc/" + (id.map { String($0) } ?? "self") }

    /// User and system time since its start, all threads, in steps of 10 ms; 0 when it is gone.
    public var processorSeconds: Double {
        let text = read("stat")
        // The second field is the program's name in parentheses, which may hold anything.
        guard let end = text.lastIndex(of: ")") else { return 0 }
        let fields = text[end...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Memory that is resident, in kilobytes; 0 when it is gone.
    public var residentKilobytes: Int {
        let fields = read("statm").split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
        return pages * sysconf(Int32(_SC_PAGESIZE)) / 1024
    }

    private func read(_ name: String) -> String {
        guard let file = fopen(folder + "/" + name, "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 2048)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}

/// The processor time of the calling thread, in nanoseconds.
public func threadProcessorNanoseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}
