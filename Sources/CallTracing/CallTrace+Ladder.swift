import CallModel
import SIPSyntax
import SIPTransactions
import SansIO

extension CallTrace {
    /// A ladder for people to read, and below it every message in full. Lines end with LF.
    public var text: String {
        var text = "call \(call), traced from \(TimeOfDay(wallTime))\n"
        if omitted > 0 { text += "\(omitted) messages found no room and are missing\n" }
        text += "\n" + ladderHead
        for (index, message) in messages.enumerated() { text += rung(index, message) }
        for (index, message) in messages.enumerated() { text += full(index, message) }
        return text
    }

    private static let width = 30
    private static let timeWidth = 18

    private var ladderHead: String {
        let peers = Party.allCases.map { party in
            messages.first { $0.party == party }.map { "\($0.flow.remote)" } ?? ""
        }
        let names = [peers[0], "Duocall", peers[1]].map { $0.centred(Self.width) }
        // Each name over its line.
        let indent = String(repeating: " ", count: Self.timeWidth - Self.width / 2)
        return indent + names.joined() + "\n"
    }

    private func rung(_ index: Int, _ message: TracedMessage) -> String {
        let pointsRight = (message.party == .second) == (message.direction == .sent)
        let arrow = message.label.arrow(pointsRight: pointsRight, width: Self.width - 1)
        let gap = String(repeating: " ", count: Self.width - 1)
        let (left, right) = message.party == .first ? (arrow, gap) : (gap, arrow)
        let place = "\(index + 1)".leading(4) + "  " + offset(of: message).leading(Self.timeWidth - 8)
        return "\(place)  │\(left)│\(right)│\(otherPeer(of: message))\n"
    }

    /// The peer, where it is another than the one the column is headed with.
    private func otherPeer(of message: TracedMessage) -> String {
        let first = messages.first { $0.party == message.party }
        return first?.flow.remote == message.flow.remote ? "" : " \(message.flow.remote)"
    }

    private func full(_ index: Int, _ message: TracedMessage) -> String {
        let way = message.direction == .sent ? "to" : "from"
        let head =
            "\n#\(index + 1)  \(offset(of: message))  \(way) \(message.flow.remote), party \(message.party.rawValue)\n\n"
        return head + String(decoding: message.bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    }

    private func offset(of message: TracedMessage) -> String {
        let microseconds = (message.time - begin).wholeNanoseconds / 1000
        let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
        return "+\(microseconds / 1_000_000).\(fraction)"
    }
}

extension TracedMessage {
    /// What the ladder calls it.
    var label: String {
        guard let message = try? SIPMessage(parsing: bytes) else { return "unreadable" }
        let body = message.body.isEmpty ? "" : " +body"
        guard let status = message.status else { return "\(message.method)\(body)" }
        let method = message.method == .invite ? "" : " \(message.method)"
        return "\(status.code)\(method) \(message.phrase?.unfolded ?? "")".prefix(20) + body
    }
}

extension String {
    fileprivate func leading(_ width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }

    fileprivate func centred(_ width: Int) -> String {
        let left = max(0, width - count) / 2
        return String(repeating: " ", count: left) + self + String(repeating: " ", count: max(0, width - count - left))
    }

    fileprivate func arrow(pointsRight: Bool, width: Int) -> String {
        let label = " \(prefix(width - 6)) "
        let left = (width - 1 - label.count) / 2
        let shaft = String(repeating: "─", count: left) + label
        let rest = String(repeating: "─", count: width - 1 - shaft.count)
        return pointsRight ? shaft + rest + "►" : "◄" + shaft + rest
    }
}

/// A time of day as `2026-11-27 00:15:02.123 UTC`.
struct TimeOfDay: CustomStringConvertible {
    private let milliseconds: Int64

    init(_ time: WallTime) { milliseconds = time.milliseconds }

    var description: String {
        let (day, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let (year, month, date) = Self.civil(day)
        let fields = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { Self.digits($0, 2) }
        return "\(year)-\(Self.digits(month, 2))-\(Self.digits(date, 2)) \(fields.joined(separator: ":"))"
            + ".\(Self.digits(rest % 1000, 3)) UTC"
    }

    /// The Gregorian date of a day counted from 1970. Years are counted from March, so that a leap day comes last.
    private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let ofEra = shifted % 146_097
        let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let isNextYear = month >= 10
        return (
            year + era * 400 + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3,
            ofYear - (153 * month + 2) / 5 + 1
        )
    }

    private static func digits(_ number: Int64, _ count: Int) -> String { "\(number)".padded(count) }
}

extension String {
    fileprivate func padded(_ width: Int) -> String { String(repeating: "0", count: max(0, width - count)) + self }
}
