import CallModel
import Foundation
import Synchronization

/// The zone in which clients write their `Timestamp` and the times of lists.
public final class TimestampZone: Sendable {
    /// How far a `Timestamp` may be from the server's clock, in seconds.
    static let window: Int64 = 300

    private let zone: TimeZone
    /// The offsets around the minute last asked for: a zone's rules are slow to look up.
    private let cached: Mutex<(minute: Int64, offsets: [Int64])>

    /// `nil` unless the system knows the zone, such as `Asia/Shanghai`.
    public init?(identifier: String) {
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        self.zone = zone
        cached = Mutex((minute: .min, offsets: []))
    }

    /// The moment a `Timestamp` names, if it lies within the window around `now`.
    func moment(_ timestamp: String, around now: WallTime) -> WallTime? {
        guard let civil = CivilTime(compact: timestamp) else { return nil }
        let second = now.milliseconds.flooredDivision(by: 1000)
        for offset in offsets(around: second) {
            let candidate = civil.seconds - offset
            // Measured in milliseconds, so that the window is the same on both sides.
            if abs(candidate * 1000 - now.milliseconds) <= Self.window * 1000 {
                return WallTime(milliseconds: candidate * 1000)
            }
        }
        return nil
    }

    /// The moment of a civil time; of two (when clocks are set back), the first.
    func moment(_ civil: CivilTime) -> WallTime {
        let guess = civil.seconds - offset(at: civil.seconds)
        let candidates = [civil.seconds - offset(at: guess - 86_400), civil.seconds - offset(at: guess)]
        let exact = candidates.first { civil.seconds - offset(at: $0) == $0 }
        return WallTime(milliseconds: (exact ?? guess) * 1000)
    }

    /// What a clock in the zone shows at `time`.
    func civil(_ time: WallTime) -> CivilTime {
        let second = time.milliseconds.flooredDivision(by: 1000)
        return CivilTime(seconds: second + offset(at: second))
    }

    /// The zone's offsets, in seconds east of Greenwich, at both ends of the window: two when its clocks change within it.
    private func offsets(around second: Int64) -> [Int64] {
        let minute = second.flooredDivision(by: 60)
        return cached.withLock { cached in
            if cached.minute != minute {
                let early = offset(at: minute * 60 - Self.window)
                let late = offset(at: minute * 60 + 59 + Self.window)
                cached = (minute, early == late ? [early] : [early, late])
            }
            return cached.offsets
        }
    }

    private func offset(at second: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
