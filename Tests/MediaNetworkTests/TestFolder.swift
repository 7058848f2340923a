import Audio
import Foundation
import MediaControl

/// A folder of its own, gone with its content when this goes.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "duocall-media-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path): \(error)") }
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    }

    func read(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: "\(path)/\(name)"))) }

    /// A voice file in both codecs, so many frames long: each frame is filled with its number, plus 100 in µ-law, and
    /// has silence as its last sample.
    func addVoice(_ id: MediaVoiceID, frames: Int) throws {
        for (ending, offset) in [(".alaw", 0), (".ulaw", 100)] {
            let silence = offset == 0 ? G711.pcma.silence : G711.pcmu.silence
            let bytes = (0..<frames).flatMap {
                [UInt8](repeating: UInt8($0 + offset), count: G711.samplesPerFrame - 1) + [silence]
            }
            try write(bytes, to: id.description + ending)
        }
    }
}
