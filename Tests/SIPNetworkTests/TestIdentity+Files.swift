import Foundation
import SIPNetwork
import TestMaterials

extension TestIdentity {
    /// Calls `body` with the identity in files.
    static func withFiles<Result>(
        of certificate: String = certificate, _ body: (TLSFiles) throws -> Result
    ) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("duocall-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // A folder left behind in the temporary directory does no harm.
            try? FileManager.default.removeItem(at: folder)
        }
        let (certificateFile, keyFile) = (folder.appendingPathComponent("c"), folder.appendingPathComponent("k"))
        try certificate.write(to: certificateFile, atomically: true, encoding: .utf8)
        try key.write(to: keyFile, atomically: true, encoding: .utf8)
        return try body(
            TLSFiles(
                certificate: certificateFile.path, key: keyFile.path, authorities: certificateFile.path))
    }
}
