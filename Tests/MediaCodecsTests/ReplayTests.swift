import Foundation
import MediaCodecs
import Testing

/// What the fuzzer of the decoder starts from and what it found once, with every test run.
@Suite struct ReplayTests {
    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fuzzing/Corpus/voice")

    /// Whole frames in both codecs, and no longer than the limit; or a reason.
    private func judge(_ bytes: [UInt8]) throws -> Bool {
        do {
            let voice = try bytes.withUnsafeBytes { try PreparedVoice(decoding: $0, limit: .seconds(5)) }
            #expect((1...250).contains(voice.frames))
            #expect(voice.aLaw.count == voice.frames * 160 && voice.muLaw.count == voice.aLaw.count)
            return true
        } catch let fault as VoiceFault {
            #expect(!fault.rule.isEmpty)
            return false
        }
    }

    @Test func `every input of the corpus is decoded or refused`() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.corpus, includingPropertiesForKeys: nil)
        #expect(files.count > 10)
        for file in files {
            let isBroken = file.lastPathComponent.hasPrefix("truncated")
            #expect(try judge(Array(Data(contentsOf: file))) != isBroken, "\(file.lastPathComponent)")
        }
    }

    @Test func `no shortened or altered input is more than refused`() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.corpus, includingPropertiesForKeys: nil)
        for file in files {
            let whole = Array(try Data(contentsOf: file))
            for place in stride(from: 0, to: whole.count, by: max(1, whole.count / 60)) {
                _ = try judge(Array(whole.prefix(place)))
                var altered = whole
                altered[place] = ~altered[place]
                _ = try judge(altered)
            }
        }
    }
}
