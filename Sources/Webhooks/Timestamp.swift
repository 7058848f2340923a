import CallModel
import Foundation

/// A time of day as `yyyyMMddHHmmss` in a time zone.
enum Timestamp {
    static func text(of time: WallTime, in zone: TimeZone) -> String {
        let seconds = Int((Double(time.milliseconds) / 1000).rounded(.down))
        let local = seconds + zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))
        let day = local.flooredQuotient(by: 86_400)
        let second = local - day * 86_400
        let (year, month, date) = civil(fromDay: day)
        let fields = [month, date, second / 3600, second / 60 % 60, second % 60]
        return fields.reduce(into: padded(year, to: 4)) { $0 += padded($1, to: 2) }
    }

    /// The Gregorian date of a day counted from 1970-01-01; years are taken to begin in March, so that the leap day
    /// is the last of its year.
    private static func civil(fromDay day: Int) -> (year: Int, month: Int, date: Int) {
        let shifted = day + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int {
    fileprivate func flooredQuotient(by divisor: Int) -> Int {
        self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor)
    }
}
