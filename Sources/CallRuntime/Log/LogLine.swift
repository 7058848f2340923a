import CallModel

/// One line of the log in logfmt: `time=… level=… event=… key=value key="two words"`.
struct LogLine {
    /// The line so far, without its end.
    private(set) var bytes: [UInt8] = []

    /// - Parameters:
    ///   - event: what happened, in words that do not change.
    init(time: WallTime, level: String, event: String) {
        bytes.reserveCapacity(256)
        bytes.append(contentsOf: "time=".utf8)
        TimestampText.write(time, to: &bytes)
        field("level", level)
        field("event", event)
    }

    mutating func field(_ key: String, _ value: String) {
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: key.utf8)
        bytes.append(UInt8(ascii: "="))
        var value = value
        value.withUTF8 { utf8 in
            if utf8.isEmpty || utf8.contains(where: Self.needsQuotes) {
                appendQuoted(utf8)
            } else {
                bytes.append(contentsOf: utf8)
            }
        }
    }

    mutating func field(_ key: String, _ value: Int) { field(key, String(value)) }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        byte <= UInt8(ascii: " ") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "=") || byte == 0x7F
    }

    /// Nothing in a value can end the line or the quotes: what a far end sent may stand in it.
    private mutating func appendQuoted(_ value: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
            case UInt8(ascii: "\r"): bytes += Array("\\r".utf8)
            case UInt8(ascii: "\t"): bytes += Array("\\t".utf8)
            case 0..<0x20, 0x7F: bytes.append(UInt8(ascii: "?"))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
