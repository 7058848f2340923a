import Foundation
import Testing

/// The tables of `docs/architecture.md` against the manifest and every import line.
@Suite struct RoomTableTests {
    struct Room {
        let name: String
        let sees: Set<String>
        let isPure: Bool
    }

    /// They see nothing of ours.
    static let roomsInC: Set = ["CLinux", "CSRTP"]

    static func rooms() throws -> [Room] {
        var isPure = true
        var rooms: [Room] = []
        for line in try Checkout.text(of: "docs/architecture.md").split(separator: "\n") {
            if line.hasPrefix("### Rooms that touch the world") { isPure = false }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard line.hasPrefix("| `"), cells.count == 3 else { continue }
            let sees = cells[2] == "–" ? [] : cells[2].split(separator: " ").map(String.init)
            rooms.append(
                Room(name: cells[0].trimmingCharacters(in: ["`"]), sees: Set(sees), isPure: isPure))
        }
        return rooms
    }

    @Test func `the table names every room that has sources`() throws {
        let folders = Set(try Checkout.swiftFiles(below: "Sources").map(\.room))
        let named = Set(try Self.rooms().map(\.name))
        #expect(named.subtracting(Self.roomsInC) == folders)
    }

    @Test func `every import line stays within the table`() throws {
        let rooms = Dictionary(uniqueKeysWithValues: try Self.rooms().map { ($0.name, $0) })
        for file in try Checkout.swiftFiles(below: "Sources") {
            let room = try #require(rooms[file.room], "\(file.path) lies in no room of the table")
            for module in file.lines.compactMap(importedModule) {
                let system: Set<String> = room.isPure ? [] : ["Foundation", "Glibc", "Synchronization", "Dispatch"]
                #expect(room.sees.union(system).contains(module), "\(file.path) imports \(module)")
            }
        }
    }

    @Test func `the manifest grants each room what the table says and no more`() throws {
        let manifest = try Checkout.text(of: "Package.swift")
        for room in try Self.rooms() where !Self.roomsInC.contains(room.name) {
            let granted = try #require(Self.grants(to: room.name, in: manifest), "\(room.name) is not in Package.swift")
            #expect(granted == room.sees, "\(room.name)")
        }
    }

    @Test func `pure rooms see only pure rooms`() throws {
        let rooms = try Self.rooms()
        let pure = Set(rooms.filter(\.isPure).map(\.name)).union(["HeapModule", "Crypto", "CryptoExtras"])
        for room in rooms where room.isPure { #expect(room.sees.isSubset(of: pure), "\(room.name)") }
    }

    private func importedModule(_ line: Substring) -> String? {
        let words = line.split(separator: " ").map(String.init)
        guard let keyword = words.firstIndex(of: "import"), keyword <= 2, !line.hasPrefix("//"),
            words[..<keyword].allSatisfy({
                ["public", "internal", "package", "private", "@testable", "@preconcurrency"].contains($0)
            })
        else { return nil }
        let kinds: Set<String> = ["struct", "class", "enum", "func", "protocol", "let", "var", "typealias"]
        let target = words.dropFirst(keyword + 1).first { !kinds.contains($0) }
        return target?.split(separator: ".").first.map(String.init)
    }

    /// The names in the dependency list of the target `name`, with the manifest's shorthands spelt out.
    private static func grants(to name: String, in manifest: String) -> Set<String>? {
        guard
            let start = [
                "room(\"\(name)\"", "room(\n            \"\(name)\"", "name: \"\(name)\",\n            dependencies",
            ]
            .compactMap({ manifest.range(of: $0) }).first
        else { return nil }
        let rest = manifest[start.upperBound...]
        var depth = 1
        let end = rest.firstIndex { character in
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            return depth == 0
        }
        let list = rest[..<(end ?? rest.endIndex)]
        var names = Set(list.matches(of: #/"([A-Za-z0-9]+)"(?!\s*\))/#).map { String($0.1) })
        names.formUnion(list.matches(of: #/product\(name: "([A-Za-z0-9]+)"/#).map { String($0.1) })
        names.subtract(
            list.matches(of: #/package: "([A-Za-z-]+)"/#).map { String($0.1) }.filter { package in
                !list.contains("name: \"\(package)\"")
            })
        let shorthands: [(word: Regex<Substring>, means: [String])] = [
            (#/\bnio\b/#, ["NIOCore", "NIOPosix"]), (#/\bheap\b/#, ["HeapModule"]), (#/\bdeque\b/#, ["DequeModule"]),
            (#/\bcrypto\b/#, ["Crypto"]),
            (#/\bcryptoExtras\b/#, ["CryptoExtras"]),
            (#/\blog\b/#, ["Logging"]),
        ]
        let unquoted = list.replacing(#/"[^"]*"/#, with: "")
        for shorthand in shorthands where unquoted.contains(shorthand.word) { names.formUnion(shorthand.means) }
        return names
    }
}
