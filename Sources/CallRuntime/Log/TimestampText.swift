import CallModel

/// Times as RFC 3339 §5.6 writes them, in UTC with milliseconds.
enum TimestampText {
    static func write(_ time: WallTime, to text: inout [UInt8]) {
        let day = floorDivide(time.milliseconds, 86_400_000)
        let inDay = Int(time.milliseconds - day * 86_400_000)
        let date = civil(day)
        digits(date.year, 4, to: &text)
        digits(date.month, 2, after: "-", to: &text)
        digits(date.day, 2, after: "-", to: &text)
        digits(inDay / 3_600_000, 2, after: "T", to: &text)
        digits(inDay / 60_000 % 60, 2, after: ":", to: &text)
        digits(inDay / 1000 % 60, 2, after: ":", to: &text)
        digits(inDay % 1000, 3, after: ".", to: &text)
        text.append(UInt8(ascii: "Z"))
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

    /// No strings in between: several lines are written for each call.
    private static func digits(
        _ number: Int, _ width: Int, after separator: Unicode.Scalar? = nil, to text: inout [UInt8]
    ) {
        if let separator { text.append(UInt8(ascii: separator)) }
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            text.append(UInt8(48 + number / divisor % 10))
            divisor /= 10
        }
    }
}
