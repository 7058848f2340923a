/// The chunks of a WAV or RF64 file that decoding needs, cut out of all that it may hold besides: a decoder that reads those
/// too can be kept busy with them for ever.
struct WAVChunks {
    /// The most chunks that are looked at before the sound.
    private static let maxChunks = 1000
    /// The longest description of a format; with all of its coefficients ADPCM's has 50 bytes.
    private static let longestFormat = 1024
    /// What the size of an RF64 file's sound is written as, where `ds64` tells it.
    private static let toldElsewhere = Int(UInt32.max)

    /// What a file with nothing else begins with, up to its sound.
    let head: [UInt8]
    let sound: UnsafeRawBufferPointer

    /// - Throws: when the file ends before one of its chunks does, or has no sound.
    init(_ bytes: UnsafeRawBufferPointer) throws(VoiceFault) {
        var found: [UInt8] = []
        var place = 12
        var longSize: UInt64 = 0
        for _ in 0..<Self.maxChunks {
            guard place + 8 <= bytes.count else { break }
            let rest = bytes.count - place - 8
            let size = Int(bytes.little(UInt32.self, at: place + 4))
            if bytes.has("data", at: place) {
                let size = size == Self.toldElsewhere && bytes.has("RF64", at: 0) ? Int(clamping: longSize) : size
                guard size <= rest else { throw .shorterThanAnnounced }
                head = Self.head(found, soundSize: size)
                sound = UnsafeRawBufferPointer(rebasing: bytes[place + 8..<place + 8 + size])
                return
            }
            guard size <= rest else { throw .shorterThanAnnounced }
            if bytes.has("fmt ", at: place) || bytes.has("fact", at: place) {
                guard size <= Self.longestFormat, found.count <= Self.longestFormat else { break }
                found += bytes[place..<place + 8 + size] + (size % 2 == 0 ? [] : [0])
            } else if bytes.has("ds64", at: place), size >= 16 {
                longSize = bytes.little(UInt64.self, at: place + 16)
            }
            // Chunks begin at even places.
            place += 8 + size + size & 1
        }
        throw .broken("no chunk with sound")
    }

    private static func head(_ chunks: [UInt8], soundSize: Int) -> [UInt8] {
        let before = Array("WAVE".utf8) + chunks + Array("data".utf8)
        return Array("RIFF".utf8) + little(before.count + 4 + soundSize) + before + little(soundSize)
    }

    private static func little(_ number: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(clamping: number).littleEndian) { Array($0) }
    }
}

extension UnsafeRawBufferPointer {
    func has(_ text: StaticString, at place: Int) -> Bool {
        guard place + text.utf8CodeUnitCount <= count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { self[place + $0] == text.utf8Start[$0] }
    }

    fileprivate func little<Number: FixedWidthInteger>(_ type: Number.Type, at place: Int) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: place, as: type))
    }
}
