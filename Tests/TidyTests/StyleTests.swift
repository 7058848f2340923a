import Foundation
import Testing

/// Rules of style that a reader would otherwise have to remember.
@Suite struct StyleTests {
    @Test func `no file is longer than 400 lines`() throws {
        for file in try Checkout.swiftFiles(below: "Sources") {
            #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines")
        }
        for file in try Checkout.swiftFiles(below: "Tests") {
            #expect(file.lines.count <= 600, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test func `type names avoid words that say nothing`() throws {
        let declaration = #/\b(?:struct|class|enum|protocol|actor|typealias) ([A-Z][A-Za-z0-9]*)/#
        let empty = #/(Manager|Helper|Util|Common|Base|Impl|Info|Data|Wrapper|Factory)(?![a-z0-9])/#
        for file in try Checkout.swiftFiles(below: "Sources") {
            for line in file.lines where !line.trimmingCharacters(in: .whitespaces).hasPrefix("//") {
                guard let name = line.firstMatch(of: declaration)?.1 else { continue }
                #expect(!name.contains(empty), "\(file.path): \(name)")
                #expect(String(name) != file.room, "\(file.path): a type bears its module's name")
            }
        }
    }

    @Test func `nothing is left for later or silenced`() throws {
        let forbidden = [
            "TO" + "DO", "FIX" + "ME", "XX" + "X ", "fatal" + "Error(\"not implemented", ".disab" + "led(",
        ]
        for folder in ["Sources", "Tests"] {
            for file in try Checkout.swiftFiles(below: folder) {
                for line in file.lines {
                    for word in forbidden { #expect(!line.contains(word), "\(file.path): \(line)") }
                }
            }
        }
    }

    @Test func `no merge was left half done`() throws {
        let marks = ["<", ">"].map { String(repeating: $0, count: 7) + " " }
        for folder in ["Sources", "Tests", "Benchmarks/Sources", "Fuzzing/Sources", "docs"] {
            for file in try Checkout.files(below: folder, ending: ["swift", "md", "c", "h"]) {
                for line in file.lines { #expect(!marks.contains { line.hasPrefix($0) }, "\(file.path): \(line)") }
            }
        }
    }

    @Test func `unchecked sendability stays within the media loop and what it stands on`() throws {
        for file in try Checkout.swiftFiles(below: "Sources")
        where !["MediaNetwork", "LinuxIO"].contains(file.room) {
            for line in file.lines { #expect(!line.contains("@unchecked " + "Sendable"), "\(file.path): \(line)") }
        }
    }

    @Test func `public declarations of the pure rooms have doc comments`() throws {
        let pure = Set(try RoomTableTests.rooms().filter(\.isPure).map(\.name))
        for file in try Checkout.swiftFiles(below: "Sources") where pure.contains(file.room) {
            for (index, line) in file.lines.enumerated() where index > 0 && declaresPublicType(line) {
                var above = index - 1
                while above > 0, file.lines[above].trimmingCharacters(in: .whitespaces).hasPrefix("@") { above -= 1 }
                let comment = file.lines[above].trimmingCharacters(in: .whitespaces)
                #expect(comment.hasPrefix("///"), "\(file.path):\(index + 1): \(line)")
            }
        }
    }

    private func declaresPublicType(_ line: Substring) -> Bool {
        line.contains(#/^\s*public (?:final )?(?:struct|class|enum|protocol) /#)
    }
}
