import CallModel

/// One line of the log in logfmt: `time=… level=… event=… key=value key="two words"`.
struct LogLine {
    /// The line so far, without its end.
    private(set) var bytes: [UInt8] = []

    /// - Parameters:
    ///   - event: what happened, in words that do not change.
    init(time: WallTime, level: String, event: String) {
        bytes.reserveCapacity(192)
        field("time", TimestampText.write(time))
        field("level", level)
        field("event", event)
    }

    mutating func field(_ key: String, _ value: String) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
        bytes.append(contentsOf: key.utf8)
        bytes.append(UInt8(ascii: "="))
        if value.utf8.isEmpty || value.utf8.contains(where: Self.needsQuotes) {
            appendQuoted(value)
        } else {
            bytes.append(contentsOf: value.utf8)
        }
    }

    mutating func field(_ key: String, _ value: Int) { field(key, String(value)) }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        byte <= UInt8(ascii: " ") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "=") || byte == 0x7F
    }

    /// Nothing in a value can end the line or the quotes: what a far end sent may stand in it.
    private mutating func appendQuoted(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
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

/// Times as RFC 3339 §5.6 writes them, in UTC with milliseconds.
enum TimestampText {
    static func write(_ time: WallTime) -> String {
        let day = floorDivide(time.milliseconds, 86_400_000)
        let inDay = Int(time.milliseconds - day * 86_400_000)
        let (year, month, dayOfMonth) = civil(day)
        let clock = [inDay / 3_600_000, inDay / 60_000 % 60, inDay / 1000 % 60].map { pad($0, 2) }
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(dayOfMonth, 2))T\(clock.joined(separator: ":"))"
            + ".\(pad(inDay % 1000, 3))Z"
    }

    /// The Gregorian date `day` days after 1970-01-01, reckoned in eras of 400 years that begin in March.
    private static func civil(_ day: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = Int(shifted - era * 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
        number >= 0 ? number / divisor : (number + 1) / divisor - 1
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
