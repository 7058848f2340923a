extension UnsafeRawBufferPointer {
    /// The big-endian number at an offset, wherever it lies in memory.
    func big<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
        Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }
}

extension UnsafeMutableRawBufferPointer {
    func storeBig(_ number: some FixedWidthInteger, at offset: Int) {
        storeBytes(of: number.bigEndian, toByteOffset: offset, as: type(of: number))
    }
}
