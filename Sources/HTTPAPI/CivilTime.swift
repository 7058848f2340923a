/// A date and time of day as a clock on the wall shows it, without a zone.
struct CivilTime: Hashable, Sendable {
    /// Seconds since 1970-01-01 00:00:00 on the same wall.
    let seconds: Int64

    init(seconds: Int64) { self.seconds = seconds }

    /// Reads `yyyyMMddHHmmss`.
    init?(compact text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count == 14 else { return nil }
        self.init(digits: digits)
    }

    /// Reads `yyyy-MM-dd HH:mm:ss`.
    init?(spaced text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let template = Array("0000-00-00 00:00:00".utf8)
        guard bytes.count == template.count,
            zip(bytes, template).allSatisfy({ $1 == UInt8(ascii: "0") || $0 == $1 })
        else { return nil }
        self.init(digits: zip(bytes, template).filter { $1 == UInt8(ascii: "0") }.map(\.0))
    }

    /// `yyyy-MM-dd HH:mm:ss`, for the years 1970 to 9999.
    var spaced: String {
        let (day, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
        var rest = Int(day)
        var year = 1970
        while rest >= (Self.isLeap(year) ? 366 : 365) {
            rest -= Self.isLeap(year) ? 366 : 365
            year += 1
        }
        var month = 1
        while rest >= Self.days(in: month, of: year) {
            rest -= Self.days(in: month, of: year)
            month += 1
        }
        let date = [year, month, rest + 1].map(Self.twoDigits).joined(separator: "-")
        let time = [second / 3600, second / 60 % 60, second % 60].map { Self.twoDigits(Int($0)) }
        return date + " " + time.joined(separator: ":")
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

    private init?(digits: [UInt8]) {
        guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + Int($1 - 48) } }
        let year = number(0..<4)
        let month = number(4..<6)
        let day = number(6..<8)
        let time = [number(8..<10), number(10..<12), number(12..<14)]
        guard year >= 1970, (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
            time[0] < 24, time[1] < 60, time[2] < 60
        else { return nil }
        let days = Self.daysBefore(year: year) + Self.daysBefore(month: month, of: year) + day - 1
        seconds = Int64(days) * 86_400 + Int64(time[0] * 3600 + time[1] * 60 + time[2])
    }

    private static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    private static let monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    private static func days(in month: Int, of year: Int) -> Int {
        month == 2 && isLeap(year) ? 29 : monthLengths[month - 1]
    }

    private static func daysBefore(month: Int, of year: Int) -> Int {
        (1..<month).reduce(0) { $0 + days(in: $1, of: year) }
    }

    /// Days from 1970-01-01 to the first of `year`.
    private static func daysBefore(year: Int) -> Int {
        let past = year - 1
        return (year - 1970) * 365 + past / 4 - past / 100 + past / 400 - 477
    }
}
