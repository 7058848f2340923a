import Foundation

/// The files of this checkout, as the tidy tests read them.
enum Checkout {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct File {
        /// From the root, as `Sources/Room/File.swift`.
        let path: String
        let lines: [Substring]

        var room: String { String(path.split(separator: "/")[1]) }
        var name: String { String(path.split(separator: "/").last ?? "") }
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// All Swift files below `folder`, sorted by path.
    static func swiftFiles(below folder: String) throws -> [File] { try files(below: folder, ending: ["swift"]) }

    /// All files below `folder` with one of these extensions, sorted by path.
    static func files(below folder: String, ending kinds: Set<String>) throws -> [File] {
        let start = root.appending(path: folder)
        guard let walk = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil) else { return [] }
        return try walk.compactMap { $0 as? URL }.filter { kinds.contains($0.pathExtension) }.map { url in
            let path = String(url.path.dropFirst(root.path.count + 1))
            let text = try String(contentsOf: url, encoding: .utf8)
            return File(path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }.sorted { $0.path < $1.path }
    }
}
