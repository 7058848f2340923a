import CallModel
import Synchronization

/// Counts the API's answers by route, HTTP status and code.
final class AnswerCounts: Sendable {
    private struct Key: Hashable {
        let route: String
        let status: Int
        let code: AnswerCode
    }

    private let counts = Mutex<[Key: UInt64]>([:])

    func count(_ route: String, _ status: Int, _ code: AnswerCode) {
        counts.withLock { $0[Key(route: route, status: status, code: code), default: 0] += 1 }
    }

    var family: MetricFamily {
        let samples = counts.withLock { $0 }.map { key, count in
            MetricFamily.Sample(
                Double(count),
                labels: [
                    .init("route", key.route), .init("status", String(key.status)), .init("code", key.code.rawValue),
                ])
        }
        return MetricFamily(
            "duocall_http_answers_total", help: "Answers of the API by route, HTTP status and code.", kind: .counter,
            samples: samples.sorted { $0.order < $1.order })
    }
}

extension MetricFamily.Sample {
    fileprivate var order: String { labels.map(\.value).joined(separator: " ") }
}

/// Prometheus' text exposition format, version 0.0.4.
enum MetricsText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func write(_ families: [MetricFamily]) -> String {
        families.map { family in
            let help = "# HELP \(family.name) \(escape(family.help, quoted: false))\n"
            let type = "# TYPE \(family.name) \(family.kind.rawValue)\n"
            return help + type + family.samples.map { line(family.name, $0) }.joined()
        }.joined()
    }

    private static func line(_ name: String, _ sample: MetricFamily.Sample) -> String {
        let labels = sample.labels.map { "\($0.name)=\"\(escape($0.value, quoted: true))\"" }
        let braced = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
        return "\(name)\(sample.part?.rawValue ?? "")\(braced) \(text(sample.value))\n"
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func escape(_ text: String, quoted: Bool) -> String {
        text.map { character in
            switch character {
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\"" where quoted: "\\\""
            default: String(character)
            }
        }.joined()
    }
}
