import CallModel
import Foundation

/// What the demo has seen of its call, and what is still missing: the judge of its success.
struct DemoLedger {
    enum News: Sendable {
        case phone(PhoneNews)
        /// The call as a read told it.
        case call(CallView)
        /// The body of an event.
        case event([UInt8])
    }

    /// A party: its phone's number and the tone that its phone speaks.
    struct Party: Sendable {
        var number: String
        /// In hertz.
        var tone: Int
    }

    let parties: (Party, Party)
    private var seen: Set<String> = []
    private var heard: [String: PhoneNews.Heard] = [:]
    private var lastState: CallState?
    private var end: EndEvent?

    init(_ first: Party, _ second: Party) { parties = (first, second) }

    /// The keys of `duocall`'s end event that the demo judges.
    private struct EndEvent: Decodable {
        var event: String
        var id: String
        var hangup_by: Int
        var duration: Int
        var error: String?
        var record_file: String?
    }

    /// What happened, in words; `nil` when it is nothing new.
    mutating func take(_ news: News) -> String? {
        switch news {
        case .phone(let report): take(report)
        case .call(let call): take(call)
        case .event(let body): take(body)
        }
    }

    private mutating func take(_ report: PhoneNews) -> String {
        seen.insert("\(report.phone) \(report.kind.rawValue)")
        if let heard = report.heard { self.heard[report.phone] = heard }
        return report.words + (report.heard.map { ", having heard \($0.words)" } ?? "")
    }

    private mutating func take(_ call: CallView) -> String? {
        guard call.callState != lastState else { return nil }
        lastState = call.callState
        seen.insert("state \(call.state)")
        return "the API reads: " + call.words
    }

    private mutating func take(_ body: [UInt8]) -> String {
        let data = Data(body)
        do {
            end = try JSONDecoder().decode(EndEvent.self, from: data)
            let object = try JSONSerialization.jsonObject(with: data)
            let text = try JSONSerialization.data(
                withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
            return "the webhook received " + String(decoding: text, as: UTF8.self)
        } catch {
            return "the webhook received what is no end event: \(String(decoding: body, as: UTF8.self))"
        }
    }

    /// The name of the call's recording, as the end event tells it.
    var recordFile: String? { end?.record_file }

    /// Whether all that must come has come.
    var isComplete: Bool { end != nil && heard.count == 2 && lastState == .ended }

    /// What is wrong or missing; empty when the demo succeeded.
    var complaints: [String] {
        [parties.0, parties.1].flatMap {
            complaints(about: $0, hearing: $0.number == parties.0.number ? parties.1 : parties.0)
        }
            + (seen.contains("state \(CallState.talking.rawValue)") ? [] : ["the two were never connected"])
            + complaintsAboutEnd
    }

    private func complaints(about party: Party, hearing other: Party) -> [String] {
        var complaints: [String] = []
        for kind in [PhoneNews.Kind.rang, .answered] where !seen.contains("\(party.number) \(kind.rawValue)") {
            complaints.append("phone \(party.number) never \(kind.rawValue)")
        }
        guard let heard = heard[party.number] else {
            return complaints + ["phone \(party.number) did not say what it heard"]
        }
        guard let tone = heard.tone, abs(tone - other.tone) < 5 else {
            return complaints + ["phone \(party.number) did not hear the other's \(other.tone) Hz"]
        }
        return complaints
    }

    private var complaintsAboutEnd: [String] {
        guard let end else { return ["no end event came"] }
        var complaints: [String] = []
        if end.error != nil { complaints.append("the call ended with error \(end.error ?? "")") }
        if end.record_file == nil { complaints.append("the event names no recording") }
        if end.hangup_by != 1 { complaints.append("party 1 hung up, but the event says \(end.hangup_by)") }
        return complaints
    }
}
