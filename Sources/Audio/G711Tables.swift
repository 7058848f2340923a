extension G711 {
    /// What each code of this codec becomes in the other one: 256 bytes in plain memory that is made at the first
    /// use and never freed. `nil` where both are the same codec and nothing needs changing.
    ///
    /// Conversion goes by the linear value, with the sign kept.
    public func translation(to other: G711) -> UnsafePointer<UInt8>? {
        switch (self, other) {
        case (.pcma, .pcmu): TranslationTable.pcmaToPCMU
        case (.pcmu, .pcma): TranslationTable.pcmuToPCMA
        case (.pcma, .pcma), (.pcmu, .pcmu): nil
        }
    }

    /// The linear sample of each of the 256 codes, in plain memory that is made at the first use and never freed.
    public var linearSamples: UnsafePointer<Int16> {
        switch self {
        case .pcma: LinearTable.pcma
        case .pcmu: LinearTable.pcmu
        }
    }
}

// The tables below are written once, before their pointer is known to anyone, and only read afterwards.

private enum TranslationTable {
    nonisolated(unsafe) static let pcmaToPCMU = table(from: .pcma, to: .pcmu)
    nonisolated(unsafe) static let pcmuToPCMA = table(from: .pcmu, to: .pcma)

    private static let sign: UInt8 = 0x80

    /// Codes of positive values have the top bit set in both codecs; the negative half mirrors the positive one.
    private static func table(from source: G711, to target: G711) -> UnsafePointer<UInt8> {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        for code in sign...255 {
            let translated = target.encode(source.decode(code))
            table[Int(code)] = translated
            table[Int(code & ~sign)] = translated & ~sign
        }
        return UnsafePointer(table)
    }
}

private enum LinearTable {
    nonisolated(unsafe) static let pcma = table(of: .pcma)
    nonisolated(unsafe) static let pcmu = table(of: .pcmu)

    private static func table(of codec: G711) -> UnsafePointer<Int16> {
        let table = UnsafeMutablePointer<Int16>.allocate(capacity: 256)
        for code in UInt8.min...UInt8.max { table[Int(code)] = codec.decode(code) }
        return UnsafePointer(table)
    }
}
