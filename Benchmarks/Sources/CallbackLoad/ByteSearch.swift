internal import Glibc

/// Where things stand in text that arrived.
extension UnsafeRawBufferPointer {
    /// Where `needle` first stands at or after `start`.
    func position(of needle: StaticString, from start: Int = 0) -> Int? {
        let length = needle.utf8CodeUnitCount
        guard let base = baseAddress else { return nil }
        var place = start
        while place + length <= count {
            guard let first = memchr(base + place, Int32(needle.utf8Start[0]), count - length + 1 - place) else {
                return nil
            }
            if memcmp(first, needle.utf8Start, length) == 0 { return UnsafeRawPointer(first) - base }
            place = UnsafeRawPointer(first) - base + 1
        }
        return nil
    }

    /// What follows `needle`, up to but not with the byte `end`.
    func range(after needle: StaticString, to end: UInt8) -> Range<Int>? {
        guard let found = position(of: needle) else { return nil }
        let start = found + needle.utf8CodeUnitCount
        guard let stop = self[start...].firstIndex(of: end) else { return nil }
        return start..<stop
    }

    /// The decimal number in these bytes; `nil` when there are none or others than digits.
    func number(in range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        var value = 0
        for byte in self[range] {
            guard byte >= 48, byte <= 57, value < 1_000_000_000 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        return value
    }

    func starts(with prefix: StaticString) -> Bool {
        guard let base = baseAddress, count >= prefix.utf8CodeUnitCount else { return false }
        return memcmp(base, prefix.utf8Start, prefix.utf8CodeUnitCount) == 0
    }
}

extension [UInt8] {
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    /// Decimal, with leading zeros up to 8 digits, of which a number here has no more.
    mutating func append(number: Int) {
        var scale = 10_000_000
        while scale > 0 {
            append(UInt8(48 + number / scale % 10))
            scale /= 10
        }
    }
}
