import Foundation
import Testing

@testable import SIPSyntax

/// One message of RFC 4475 and what becomes of it.
struct TortureCase: Sendable, CustomTestStringConvertible {
    enum Verdict: Equatable, Sendable {
        case accept
        /// The answer's status, and the phrase by which we know that it is refused for the right reason.
        case refuse(Int, String)
        case drop
    }

    let file: String
    let section: String
    let verdict: Verdict
    /// Compares what was read of a message that is well formed.
    let inspect: @Sendable (SIPMessage) throws -> Void

    init(
        _ file: String, _ section: String, _ verdict: Verdict,
        inspect: @escaping @Sendable (SIPMessage) throws -> Void = { _ in }
    ) {
        self.file = file
        self.section = section
        self.verdict = verdict
        self.inspect = inspect
    }

    var testDescription: String { "\(file) (RFC 4475 §\(section))" }

    static let all = valid + invalid + semantics

    static func bytes(_ file: String) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Torture")
        return [UInt8](try Data(contentsOf: folder.appending(path: file + ".dat")))
    }
}

/// A server that knows every method of the suite, so that verdicts are about the messages and not about its limits.
let tortureServer = SIPCapabilities(
    methods: [.invite, .bye, .options, .register, .message]
        + ["!interesting-Method0123456789_*+`.%indeed'~", "RE%47IST%45R", "NEWMETHOD"].map(SIPMethod.other),
    extensions: ["100rel", "timer"], contentTypes: ["application/sdp", "text/plain"])

@Suite struct TortureTests {
    @Test(arguments: TortureCase.all) func eachTortureMessageGetsItsVerdict(_ torture: TortureCase) throws {
        let bytes = try TortureCase.bytes(torture.file)
        do throws(SIPParseError) {
            let message = try SIPMessage(parsing: bytes)
            #expect(verdict(message.judgement(by: tortureServer)) == torture.verdict)
            #expect(throws: Never.self) { try torture.inspect(message) }
        } catch {
            #expect(verdict(error) == torture.verdict)
        }
    }

    @Test func theTableHoldsEachFileOnce() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Torture")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(files.count == 49)
        #expect(TortureCase.all.map { $0.file + ".dat" }.sorted() == files)
        #expect(Set(TortureCase.all.map(\.section)).count == 49)
    }

    @Test func acceptingOrRefusingEverythingWouldFail() {
        let verdicts = TortureCase.all.map(\.verdict)
        #expect(verdicts.filter { $0 == .accept }.count == 21)
        #expect(verdicts.filter { $0 == .drop }.count == 3)
    }

    private func verdict(_ judgement: Judgement) -> TortureCase.Verdict {
        switch judgement {
        case .accept: .accept
        case .drop: .drop
        case .refuse(let refusal): .refuse(Int(refusal.status.code), refusal.phrase ?? refusal.status.phrase)
        }
    }

    private func verdict(_ error: SIPParseError) -> TortureCase.Verdict {
        switch error {
        case .unreadable: .drop
        case .refused(let request): .refuse(Int(request.status.code), request.flaw.phrase)
        }
    }
}

extension SIPMessage {
    /// The body as text.
    var bodyText: String { String(decoding: body, as: UTF8.self) }
}
