import Foundation

/// Where things lie.
enum Checkout {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// The server as `scripts/test` built it.
    static let server = root.appending(path: ".build/debug/duocall")
    static func scenario(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scenarios/\(name).xml")
    }
}

/// A folder that is gone when its owner is.
final class ScratchFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "duocall-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        // A file that a dying process still holds is left to the system's own cleaning.
        try? FileManager.default.removeItem(at: url)
    }

    func file(_ name: String) -> URL { url.appending(path: name) }
}
