import CFuzzer
import Foundation
import Glibc
import Probes

/// The program's entry: SwiftPM makes `main` of it. libFuzzer's own `main` stays out.
///
/// `Fuzzer PROBE ARGUMENTS`, where the arguments are libFuzzer's.
@_cdecl("Fuzzer_main")
public func entry(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    guard count > 1, let name = arguments[1], let run = run(named: String(cString: name)) else {
        let names = (Probe.allCases.map(\.rawValue) + ["voice"]).joined(separator: " | ")
        complain("usage: Fuzzer \(names) [libFuzzer's arguments]\n")
        return 2
    }
    chosen = run
    // The probe's name is ours; the rest is libFuzzer's, the program's name included.
    arguments[1] = arguments[0]
    var rest: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = arguments + 1
    var restCount = count - 1
    return LLVMFuzzerRunDriver(&restCount, &rest) { data, size in
        chosen?(Array(UnsafeBufferPointer(start: data, count: size)))
        return 0
    }
}

/// Writes to standard error; the C library's `stderr` is a variable that Swift 6 calls unsafe.
private func complain(_ words: String) {
    let bytes = Array(words.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// Written once, before libFuzzer runs on the only thread there is.
nonisolated(unsafe) private var chosen: (([UInt8]) -> Void)?

/// What is fuzzed under a name: a probe, or what only rooms that are not pure can hold an input against.
private func run(named name: String) -> (([UInt8]) -> Void)? {
    if name == "voice" { return { _ = VoiceProbe.run($0) } }
    guard let probe = Probe(rawValue: name) else { return nil }
    guard probe == .sequence else { return probe.run }
    let folder = "Fuzzing/.build/recordings"
    do {
        // What a run before this one left when it failed.
        if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
        complain("\(folder): \(error)\n")
        return nil
    }
    return { bytes in
        probe.run(bytes)
        LegProbe.run(bytes, in: folder)
    }
}
