import Foundation

/// Random keys of the server, kept in its data folder.
enum ServerKey {
    static let length = 32

    /// The key kept in `file`, made at the first time.
    static func kept(in file: String) throws(CommandFailure) -> [UInt8] {
        if let kept = FileManager.default.contents(atPath: file) {
            guard kept.count == length else {
                throw CommandFailure("\(file) must hold \(length) bytes; remove it to get a new key")
            }
            return [UInt8](kept)
        }
        let key = (0..<length).map { _ in UInt8.random(in: .min ... .max) }
        let isKept = FileManager.default.createFile(
            atPath: file, contents: Data(key), attributes: [.posixPermissions: 0o600])
        guard isKept else { throw CommandFailure("data: cannot write \(file)") }
        return key
    }
}
