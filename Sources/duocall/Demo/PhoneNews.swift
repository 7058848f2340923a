import Foundation
import Phones

/// What a phone process says of one of its phones: one line of JSON on its standard output.
struct PhoneNews: Codable, Equatable, Sendable {
    enum Kind: String, Codable, Sendable {
        case rang, answered
        /// The phone hung up by itself.
        case hungUp
        /// The other side hung up, or gave up.
        case released
    }

    /// What arrived in the phone's RTP.
    struct Heard: Codable, Equatable, Sendable {
        var packets: Int
        /// The strongest tone in hertz, and its level in dBm0; `nil` where there was only silence.
        var tone: Int?
        var level: Double?
        /// Between two packets, in milliseconds.
        var longestGap: Int

        var words: String {
            let sound =
                if let tone, let level { String(format: "a tone of %d Hz at %.1f dBm0", tone, level) } else {
                    "silence"
                }
            return "\(packets) packets, \(sound), no gap above \(longestGap) ms"
        }
    }

    var phone: String
    var kind: Kind
    /// With the end of a call that had a voice.
    var heard: Heard?

    var words: String {
        switch kind {
        case .rang: "phone \(phone) rings"
        case .answered: "phone \(phone) answers"
        case .hungUp: "phone \(phone) hangs up"
        case .released: "phone \(phone) is released"
        }
    }

    /// Reads a line; `nil` for one that is no news of a phone, such as that it is ready.
    init?(line: String) {
        guard let news = try? JSONDecoder().decode(PhoneNews.self, from: Data(line.utf8)) else { return nil }
        self = news
    }

    init(phone: String, kind: Kind, heard: Heard? = nil) {
        self.phone = phone
        self.kind = kind
        self.heard = heard
    }

    init(_ report: PhoneReport) {
        phone = report.phone
        kind =
            switch report.kind {
            case .rang: .rang
            case .answered: .answered
            case .hungUp: .hungUp
            case .released: .released
            }
        heard = report.heard.map { heard in
            Heard(
                packets: heard.packets, tone: heard.tone?.frequency, level: heard.tone?.level,
                longestGap: Int(heard.longestGap / .milliseconds(1)))
        }
    }

    var line: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
