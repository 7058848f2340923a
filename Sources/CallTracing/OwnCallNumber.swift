extension [UInt8] {
    /// The number in a SIP message's Call-ID, if the Call-ID may be one of ours: two digits of the shard, then the number
    /// in sixteen. Only a sieve; nothing else of the message is read.
    var ownCallNumber: UInt64? {
        withUnsafeBytes { bytes in
            var index = 0
            while index + 22 < bytes.count {
                guard let offset = bytes.lineFeed(in8From: index) else {
                    index += 8
                    continue
                }
                index += offset + 1
                let name = bytes[index] | 0x20
                if name == UInt8(ascii: "c"), let start = bytes.valueStart(of: "call-id", at: index) {
                    return bytes.number(at: start)
                }
                if name == UInt8(ascii: "i"), let start = bytes.valueStart(of: "i", at: index) {
                    return bytes.number(at: start)
                }
                // The end of the headers.
                if bytes[index] == 0x0D || bytes[index] == 0x0A { return nil }
            }
            return nil
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Where the first line feed stands among the eight bytes from `index` on, all of them within the message.
    fileprivate func lineFeed(in8From index: Int) -> Int? {
        let word = UInt64(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self)) ^ 0x0A0A_0A0A_0A0A_0A0A
        let hits = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
        return hits == 0 ? nil : hits.trailingZeroBitCount / 8
    }

    /// Where the value of the header begins whose name should stand at `index`; `nil` if another stands there.
    fileprivate func valueStart(of name: StaticString, at index: Int) -> Int? {
        let length = name.utf8CodeUnitCount
        guard index + length < count else { return nil }
        for offset in 0..<length where self[index + offset] | 0x20 != name.utf8Start[offset] { return nil }
        var position = index + length
        while position < count, isBlank(position) { position += 1 }
        guard position < count, self[position] == UInt8(ascii: ":") else { return nil }
        position += 1
        while position < count, isBlank(position) { position += 1 }
        return position
    }

    private func isBlank(_ index: Int) -> Bool { self[index] == 0x20 || self[index] == 0x09 }

    fileprivate func number(at start: Int) -> UInt64? {
        guard start + 18 <= count else { return nil }
        var number: UInt64 = 0
        for index in start + 2..<start + 18 {
            switch self[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(self[index] - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                number = number << 4 | UInt64(self[index] - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return number
    }
}
