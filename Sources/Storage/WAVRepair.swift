import Foundation

/// Brings the sizes in the header of a WAV file up to what was written behind it.
enum WAVRepair {
    /// The sound begins within so many bytes.
    private static let longestHeader = 4_096

    /// - Parameter block: the bytes of one sample of all channels; what is left of an unfinished one is cut off.
    /// - Returns: the bytes of sound; `nil` where the file has no header of a WAV file.
    static func mend(_ file: FileHandle, block: Int64) throws -> Int64? {
        let length = Int64(try file.seekToEnd())
        try file.seek(toOffset: 0)
        let header = try file.read(upToCount: longestHeader).map { [UInt8]($0) } ?? []
        guard let places = Places(header) else { return nil }
        let announced = Int64(header.little32(at: places.data + 4))
        let start = Int64(places.data + 8)
        // A sound of an odd length is followed by one byte that fills it up.
        if announced % block == 0, start + announced + announced % 2 == length { return announced }
        let sound = (length - start) / block * block
        guard sound <= Int64(UInt32.max) - start else { return nil }
        try file.truncate(atOffset: UInt64(start + sound))
        try file.write(UInt32(start + sound - 8), at: 4)
        try file.write(UInt32(sound), at: places.data + 4)
        if let fact = places.fact { try file.write(UInt32(sound / block), at: fact + 8) }
        try file.synchronize()
        return sound
    }

    /// Where the chunks begin whose sizes change.
    private struct Places {
        var data: Int
        /// Holds the number of samples.
        var fact: Int?

        init?(_ header: [UInt8]) {
            guard header.count >= 12, header[..<4].elementsEqual("RIFF".utf8), header[8..<12].elementsEqual("WAVE".utf8)
            else { return nil }
            var place = 12
            while place + 8 <= header.count {
                let name = header[place..<place + 4]
                if name.elementsEqual("data".utf8) {
                    data = place
                    return
                }
                if name.elementsEqual("fact".utf8), place + 12 <= header.count { fact = place }
                let size = Int(header.little32(at: place + 4))
                place += 8 + size + size % 2
            }
            return nil
        }
    }
}

extension [UInt8] {
    fileprivate func little32(at place: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(self[place + $1]) << UInt32(8 * $1) }
    }
}

extension FileHandle {
    fileprivate func write(_ value: UInt32, at place: Int) throws {
        try seek(toOffset: UInt64(place))
        try write(contentsOf: withUnsafeBytes(of: value.littleEndian) { Data($0) })
    }
}
