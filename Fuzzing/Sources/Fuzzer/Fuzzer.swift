import CFuzzer
import Glibc
import Probes

/// The program's entry: SwiftPM makes `main` of it. libFuzzer's own `main` stays out.
///
/// `Fuzzer PROBE ARGUMENTS`, where the arguments are libFuzzer's.
@_cdecl("Fuzzer_main")
public func entry(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    guard count > 1, let name = arguments[1], let probe = Probe(rawValue: String(cString: name)) else {
        let names = Probe.allCases.map(\.rawValue).joined(separator: " | ")
        complain("usage: Fuzzer \(names) [libFuzzer's arguments]\n")
        return 2
    }
    chosen = probe
    // The probe's name is ours; the rest is libFuzzer's, the program's name included.
    arguments[1] = arguments[0]
    var rest: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = arguments + 1
    var restCount = count - 1
    return LLVMFuzzerRunDriver(&restCount, &rest) { data, size in
        chosen?.run(Array(UnsafeBufferPointer(start: data, count: size)))
        return 0
    }
}

/// Writes to standard error; the C library's `stderr` is a variable that Swift 6 calls unsafe.
private func complain(_ words: String) {
    let bytes = Array(words.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// Written once, before libFuzzer runs on the only thread there is.
nonisolated(unsafe) private var chosen: Probe?
