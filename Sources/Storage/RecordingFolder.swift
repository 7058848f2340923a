public import CallModel
import Crypto
import Foundation

/// What lies on disk of a recording that has ended.
public struct FinishedFile: Hashable, Sendable {
    /// Per channel; `nil` where that does not follow from the size.
    public var samples: Int64?
    public var bytes: Int64
    public var sha256: [UInt8]

    public init(samples: Int64?, bytes: Int64, sha256: [UInt8]) {
        self.samples = samples
        self.bytes = bytes
        self.sha256 = sha256
    }
}

/// The folder of recordings.
public struct RecordingFolder: Sendable {
    private static let piece = 1 << 20

    public let path: String

    /// Makes the folder where it is missing.
    public init(path: String) throws(StoreFailure) {
        self.path = path
        try DurableFile.makeFolder(path)
    }

    public func path(of recording: Recording) -> String { "\(path)/\(recording.fileName)" }

    /// Checks a file that is written to its end, and digests it; blocks. A WAV file whose writer was interrupted gets
    /// the sizes in its header from what lies behind it.
    ///
    /// - Returns: `nil` where there is no file or no sound in it.
    public func finish(_ recording: Recording) throws(StoreFailure) -> FinishedFile? {
        let file = path(of: recording)
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        return try asStoreFailure {
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
            defer { Self.close(handle) }
            var samples: Int64?
            if let width = recording.format.bytesPerSample {
                let block = Int64(width * recording.channels.rawValue)
                guard let sound = try WAVRepair.mend(handle, block: block), sound >= block else { return nil }
                samples = sound / block
            }
            let (bytes, digest) = try Self.digest(handle)
            guard bytes > 0 else { return nil }
            return FinishedFile(samples: samples, bytes: bytes, sha256: digest)
        }
    }

    /// Removes the file; one that is not there is removed already.
    public func remove(_ recording: Recording) throws(StoreFailure) { try DurableFile.remove(path(of: recording)) }

    private static func digest(_ handle: FileHandle) throws -> (bytes: Int64, digest: [UInt8]) {
        try handle.seek(toOffset: 0)
        var hash = SHA256()
        var bytes: Int64 = 0
        while let piece = try handle.read(upToCount: Self.piece), !piece.isEmpty {
            hash.update(data: piece)
            bytes += Int64(piece.count)
        }
        return (bytes, Array(hash.finalize()))
    }

    private static func close(_ handle: FileHandle) {
        // What was read is good whatever closing says, and what was mended is made durable before.
        try? handle.close()
    }
}
