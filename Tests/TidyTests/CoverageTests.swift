import Foundation
import Testing

/// The table of `docs/rfc-coverage.md` against the files it names and the citations in the sources.
@Suite struct CoverageTests {
    private static let rooms: Set<String> = ["SIPSyntax", "SIPTransactions", "SIPUserAgent", "SDP"]

    @Test func `every path of the table exists`() throws {
        let rows = try Checkout.text(of: "docs/rfc-coverage.md").split(separator: "\n")
            .filter { $0.hasPrefix("| RFC ") && !$0.hasPrefix("| RFC |") }
        #expect(rows.count >= 20)
        for row in rows {
            let paths = row.matches(of: #/`([^`]+)`/#).map { String($0.1) }
            #expect(paths.count == 2, "\(row)")
            for path in paths {
                let exists = FileManager.default.fileExists(atPath: Checkout.root.appending(path: path).path)
                #expect(exists, "\(path) does not exist")
            }
        }
    }

    @Test func `every RFC that the SIP rooms cite is in the table`() throws {
        let page = try Checkout.text(of: "docs/rfc-coverage.md")
        for file in try Checkout.swiftFiles(below: "Sources") where Self.rooms.contains(file.room) {
            for line in file.lines {
                for citation in line.matches(of: #/RFC (\d+)/#) {
                    #expect(page.contains("RFC \(citation.1)"), "\(file.path) cites RFC \(citation.1)")
                }
            }
        }
    }
}
