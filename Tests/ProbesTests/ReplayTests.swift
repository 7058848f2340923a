import Foundation
import Testing

@testable import Probes

/// What the fuzzers start from and what they found once, with every test run.
@Suite struct ReplayTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func files(_ folder: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: root.appending(path: folder), includingPropertiesForKeys: nil
        ).sorted { $0.path < $1.path }
    }

    @Test(arguments: Probe.allCases)
    func `every input of the corpus and every failure found holds`(probe: Probe) throws {
        let files = try Self.files("Fuzzing/Corpus/\(probe.rawValue)")
        #expect(!files.isEmpty)
        for file in files { probe.run(Array(try Data(contentsOf: file))) }
    }

    @Test func `every torture message holds`() throws {
        for file in try Self.files("Tests/SIPSyntaxTests/Torture") {
            let bytes = Array(try Data(contentsOf: file))
            for probe in Probe.allCases { probe.run(bytes) }
            for lead: UInt8 in 0...3 { Probe.agent.run([lead] + bytes.filter { $0 != 0 }) }
        }
    }
}
