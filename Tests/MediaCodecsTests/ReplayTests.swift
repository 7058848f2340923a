import Foundation
import Testing

/// What the fuzzer of the decoder starts from and what it found once, with every test run.
@Suite struct ReplayTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fuzzing/Corpus/voice")

    @Test func `every input of the corpus is decoded or refused`() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.corpus, includingPropertiesForKeys: nil)
        #expect(files.count > 10)
        for file in files {
            let isBroken = file.lastPathComponent.hasPrefix("truncated")
            #expect(VoiceProbe.run(Array(try Data(contentsOf: file))) != isBroken, "\(file.lastPathComponent)")
        }
    }

    @Test func `no shortened or altered input is more than refused`() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.corpus, includingPropertiesForKeys: nil)
        for file in files {
            let whole = Array(try Data(contentsOf: file))
            for place in stride(from: 0, to: whole.count, by: max(1, whole.count / 60)) {
                VoiceProbe.run(Array(whole.prefix(place)))
                var altered = whole
                altered[place] = ~altered[place]
                VoiceProbe.run(altered)
            }
        }
    }
}
