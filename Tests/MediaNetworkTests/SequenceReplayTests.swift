import Foundation
import Probes
import Testing

/// Sequences of packets that the fuzzer starts from or that it found once, and some at random, with every test run.
struct SequenceReplayTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fuzzing/Corpus/sequence")

    @Test func everySequenceOfTheCorpusHolds() throws {
        let folder = try TestFolder()
        let files = try FileManager.default.contentsOfDirectory(at: Self.corpus, includingPropertiesForKeys: nil)
        #expect(files.count > 10)
        for file in files { LegProbe.run(Array(try Data(contentsOf: file)), in: folder.path) }
    }

    /// Streams in which something is wrong now and then.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func aSequenceAtRandomHolds(seed: UInt64) throws {
        let folder = try TestFolder()
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let wrong = 2 + next() % 60
        let bytes = (0..<1_000).map { _ in next() % wrong == 0 ? UInt8(truncatingIfNeeded: next()) : 0 }
        Probe.sequence.run(bytes)
        LegProbe.run(bytes, in: folder.path)
    }
}
