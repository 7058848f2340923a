extension TracedMessage {
    /// The message without what could be used again: digest credentials, and keys in session descriptions. Bodies keep
    /// their length.
    var redacted: TracedMessage {
        TracedMessage(
            bytes: Redaction.redact(bytes), direction: direction, flow: flow, party: party, time: time)
    }
}

enum Redaction {
    private static let secretHeaders = ["authorization", "proxy-authorization"]

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

    /// RFC 4568 §6.1 writes keys behind `inline:`, RFC 8866 §5.12 behind `k=`.
    private static func redactedBody(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var line = Array(line)
        if line.starts(with: "a=crypto:".utf8) {
            for start in line.indices where line[start...].starts(with: "inline:".utf8) {
                line.mask(from: start + 7) { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: ";") || $0 <= 0x20 }
            }
        } else if line.starts(with: "k=".utf8) {
            line.mask(from: 2) { $0 < 0x20 }
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
