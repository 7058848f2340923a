extension TracedMessage {
    /// The message without what could be used again: digest credentials, and keys in session descriptions. Bodies keep
    /// their length.
    var redacted: TracedMessage {
        TracedMessage(
            bytes: Redaction.redact(bytes), direction: direction, flow: flow, party: party, time: time)
    }
}

/// Takes out of messages what could be used again.
public enum Redaction {
    private static let secretHeaders = ["authorization", "proxy-authorization"]

    /// A session description without its keys, of the same length.
    public static func withoutKeys(_ description: [UInt8]) -> [UInt8] {
        description.lines.flatMap { redactedBody($0) }
    }

    static func redact(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var isInHead = true
        var isInSecret = false
        for line in bytes.lines {
            if isInHead {
                let isContinuation = line.first == 0x20 || line.first == 0x09
                if isContinuation, isInSecret { continue }
                isInSecret = !isContinuation && isSecret(line)
                result += isInSecret ? withoutValue(line) : Array(line)
                if line.isBlank { isInHead = false }
            } else {
                result += redactedBody(line)
            }
        }
        return result
    }

    private static func isSecret(_ line: ArraySlice<UInt8>) -> Bool {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        return secretHeaders.contains(String(name.filter { $0 != " " && $0 != "\t" }))
    }

    private static func withoutValue(_ line: ArraySlice<UInt8>) -> [UInt8] {
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        return name + Array(": Digest response=\"redacted\"\r\n".utf8)
    }

    /// RFC 4568 §6.1 writes keys behind `inline:`, RFC 4567 §3 behind `key-mgmt:`, RFC 8866 §5.12 behind `k=`. Letters of
    /// either case are taken, and blanks where they may not be, as whoever reads the description may take them.
    private static func redactedBody(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var line = Array(line)
        guard line.count >= 2, line[1] == UInt8(ascii: "=") else { return line }
        let start = line.dropFirst(2).firstIndex { $0 != 0x20 && $0 != 0x09 } ?? line.endIndex
        switch line[0] | 0x20 {
        case UInt8(ascii: "k"): line.mask(from: 2) { $0 < 0x20 }
        case UInt8(ascii: "a") where line.reads("crypto:", at: start): line.maskCrypto(from: start + 7)
        case UInt8(ascii: "a") where line.reads("key-mgmt:", at: start): line.mask(from: start + 9) { $0 < 0x20 }
        case _: break
        }
        return line
    }
}

extension [UInt8] {
    /// The lines, each with its end.
    fileprivate var lines: [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while start < count {
            let end = self[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? count
            lines.append(self[start..<end])
            start = end
        }
        return lines
    }

    /// Whether the letters of `word` are there, in either case.
    fileprivate func reads(_ word: String, at start: Int) -> Bool {
        count - start >= word.utf8.count && zip(self[start...], word.utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }

    /// Where no key is found, all may be one.
    fileprivate mutating func maskCrypto(from start: Int) {
        let keys = indices[start...].filter { reads("inline:", at: $0) }
        for key in keys {
            mask(from: key + 7) { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: ";") || $0 <= 0x20 }
        }
        if keys.isEmpty { mask(from: start) { $0 < 0x20 } }
    }

    fileprivate mutating func mask(from start: Int, upTo isEnd: (UInt8) -> Bool) {
        var index = start
        while index < count, !isEnd(self[index]) {
            self[index] = UInt8(ascii: "x")
            index += 1
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var isBlank: Bool { allSatisfy { $0 == 0x0D || $0 == 0x0A } }
}
