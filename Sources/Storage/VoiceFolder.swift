public import CallModel
import Foundation

/// The folder of prepared voice files: each as `ID.alaw` and `ID.ulaw`, bare codes in whole frames of 160.
public struct VoiceFolder: Sendable {
    private static let extensions = ["alaw", "ulaw"]

    public let path: String

    /// Makes the folder where it is missing.
    public init(path: String) throws(StoreFailure) {
        self.path = path
        try DurableFile.makeFolder(path)
    }

    /// Writes a file in both codecs; when it returns they survive the loss of power. Blocks.
    public func write(_ id: VoiceFileID, aLaw: [UInt8], muLaw: [UInt8]) throws(StoreFailure) {
        do throws(StoreFailure) {
            try DurableFile.write(aLaw, to: "\(path)/\(id).alaw")
            try DurableFile.write(muLaw, to: "\(path)/\(id).ulaw")
            try DurableFile.synchronise(folder: path)
        } catch {
            try remove(id)
            throw error
        }
    }

    public func remove(_ id: VoiceFileID) throws(StoreFailure) {
        for name in Self.extensions { try DurableFile.remove("\(path)/\(id).\(name)") }
    }

    /// Removes what belongs to none of `known`: uploads that a crash interrupted.
    public func sweep(keeping known: Set<VoiceFileID>) throws(StoreFailure) {
        let names = try asStoreFailure { try FileManager.default.contentsOfDirectory(atPath: path) }
        for name in names {
            guard let id = VoiceFileID(name.prefix { $0 != "." }), !known.contains(id) else { continue }
            try DurableFile.remove("\(path)/\(name)")
        }
    }
}
