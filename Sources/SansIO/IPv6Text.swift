/// IPv6 text as RFC 4291 §2.2 reads it and RFC 5952 §4 writes it.
enum IPv6Text {
    static func write(_ high: UInt64, _ low: UInt64) -> String {
        let groups = (0..<8).map { index in
            UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - 16 * (index % 4)))
        }
        let hex = groups.map { String($0, radix: 16) }
        guard let zeros = longestZeros(in: groups) else { return hex.joined(separator: ":") }
        return hex[..<zeros.lowerBound].joined(separator: ":") + "::"
            + hex[zeros.upperBound...].joined(separator: ":")
    }

    /// The longest run of at least two zero groups, the first of equals (RFC 5952 §4.2.2, §4.2.3).
    private static func longestZeros(in groups: [UInt16]) -> Range<Int>? {
        var longest = 0..<0
        var start = 0
        for index in groups.indices {
            if groups[index] != 0 { start = index + 1 }
            if index + 1 - start > longest.count { longest = start..<index + 1 }
        }
        return longest.count >= 2 ? longest : nil
    }

    static func read(_ text: String) -> (UInt64, UInt64)? {
        guard let gap = text.firstRange(ofDoubleColon: ()) else {
            guard let groups = readGroups(text[...], mayEndDotted: true), groups.count == 8 else { return nil }
            return pack(groups)
        }
        guard let head = readGroups(text[..<gap.lowerBound], mayEndDotted: false),
            let tail = readGroups(text[gap.upperBound...], mayEndDotted: true), head.count + tail.count < 8
        else { return nil }
        return pack(head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    /// - Parameter mayEndDotted: whether the text ends the address, so that its last 32 bits may be dotted decimal.
    private static func readGroups(_ text: Substring, mayEndDotted: Bool) -> [UInt16]? {
        if text.isEmpty { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndDotted, index == parts.count - 1, let bits = IPAddress.readDotted(part) {
                groups += [UInt16(bits >> 16), UInt16(bits & 0xFFFF)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(\.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    private static func pack(_ groups: [UInt16]) -> (UInt64, UInt64) {
        let halves = [groups[..<4], groups[4...]].map { $0.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
        return (halves[0], halves[1])
    }
}

extension String {
    fileprivate func firstRange(ofDoubleColon: Void) -> Range<Index>? {
        var index = startIndex
        while index < endIndex {
            let next = self.index(after: index)
            guard next < endIndex else { return nil }
            if self[index] == ":", self[next] == ":" { return index..<self.index(after: next) }
            index = next
        }
        return nil
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        (48...57).contains(self) || (65...70).contains(self) || (97...102).contains(self)
    }
}
