internal import Glibc

/// One line of the table: what was measured, beside what is wanted.
public struct Figure: Sendable {
    /// Where the wanted values lie.
    public enum Target: Sendable {
        case atMost(Double)
        case under(Double)
        case atLeast(Double)
        case exactly(Double)
        /// Told, not judged.
        case none

        func isMet(by value: Double) -> Bool {
            switch self {
            case .atMost(let bound): value <= bound
            case .under(let bound): value < bound
            case .atLeast(let bound): value >= bound
            case .exactly(let wanted): value == wanted
            case .none: true
            }
        }
    }

    private let name: String
    private let value: Double
    private let unit: String
    private let decimals: Int
    private let target: Target

    /// - Parameter decimals: how many are printed; the target is held against the unrounded value.
    public init(_ name: String, _ value: Double, _ unit: String, decimals: Int = 0, target: Target = .none) {
        self.name = name
        self.value = value
        self.unit = unit
        self.decimals = decimals
        self.target = target
    }

    /// Writes the line to standard output, its cells separated by tabs, as `scripts/bench` wants it.
    public func print() {
        let verdict = target.isMet(by: value) ? "met" : "MISSED"
        let cells: [String] =
            switch target {
            case .atMost(let bound): ["at most \(text(bound))", verdict]
            case .under(let bound): ["under \(text(bound))", verdict]
            case .atLeast(let bound): ["at least \(text(bound))", verdict]
            case .exactly(let wanted): ["\(text(wanted))", verdict]
            case .none: ["", ""]
            }
        Swift.print(
            (["figure", name, unit.isEmpty ? text(value) : "\(text(value)) \(unit)"] + cells).joined(separator: "\t"))
        fflush(nil)
    }

    private func text(_ number: Double) -> String {
        guard number.isFinite else { return "none" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let rounded = (number * scale).rounded()
        let whole = Int(abs(rounded) / scale)
        let fraction = Int(abs(rounded)) - whole * Int(scale)
        let digits = String(fraction)
        let sign = rounded < 0 ? "-" : ""
        guard decimals > 0 else { return sign + Figure.grouped(whole) }
        return sign + Figure.grouped(whole) + "." + String(repeating: "0", count: decimals - digits.count) + digits
    }

    /// `165000` as `165,000`.
    private static func grouped(_ number: Int) -> String {
        let digits = String(number)
        guard digits.count > 4 else { return digits }
        return grouped(number / 1000) + "," + digits.suffix(3)
    }
}
