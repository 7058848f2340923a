import AsyncHTTPClient
import Audio
import Foundation
import NIOCore
import NIOHTTP1

/// The recording of the demo's call, fetched as any client fetches it: a WAV file of A-law, one party on each side.
struct DemoRecording: Sendable {
    /// For the server to finish the file.
    private static let patience: Duration = .seconds(10)
    private static let largestFile = 8 << 20

    /// Works without credentials, as long as the server runs.
    let link: String
    let bytes: [UInt8]

    private struct Answer: Decodable {
        var state: Int
        var url: String?
    }

    /// - Parameter fileName: the end event's `record_file`.
    static func fetch(_ fileName: String, by client: APIClient) async throws -> DemoRecording {
        let id = fileName.prefix { $0 != "." }
        let end = ContinuousClock.now + patience
        while ContinuousClock.now < end {
            let answer = try await client.get("recording/url/gen", query: "id=\(id)").payload(Answer.self)
            if answer.state == 1, let url = answer.url.flatMap({ URLComponents(string: $0) }) {
                // The server chose its port itself, so its links do not know it.
                let link = client.access.url + url.path + "?" + (url.percentEncodedQuery ?? "")
                return DemoRecording(link: link, bytes: try await download(link))
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw CommandFailure("the recording \(fileName) was not finished in time")
    }

    private static func download(_ link: String) async throws -> [UInt8] {
        let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: link), timeout: .seconds(10))
        guard response.status == .ok else { throw CommandFailure("\(link) answers \(response.status)") }
        return Array((try await response.body.collect(upTo: largestFile)).readableBytesView)
    }

    init(link: String, bytes: [UInt8]) {
        self.link = link
        self.bytes = bytes
    }

    private var samples: ArraySlice<UInt8> { bytes.dropFirst(WAVHeader.size) }

    var seconds: Double { Double(samples.count / 2) / Double(G711.sampleRate) }

    /// What is wrong with it; empty where each party is heard on its side and nowhere else.
    func complaints(_ left: DemoLedger.Party, _ right: DemoLedger.Party) -> [String] {
        zip([left, right], ["left", "right"]).enumerated().compactMap { side, channel in
            let (party, name) = channel
            return isHeard(party.tone, on: side)
                ? nil : "the recording's \(name) channel is not the \(party.tone) Hz of phone \(party.number)"
        }
    }

    /// Whether a tone is most of what a channel has, most of the time: 20 ms at a time, since a recording moves a tone by a sample
    /// now and then.
    private func isHeard(_ frequency: Int, on channel: Int) -> Bool {
        let codes = stride(from: samples.startIndex + channel, to: samples.endIndex, by: 2).map { samples[$0] }
        let shares = stride(from: 0, to: codes.count, by: G711.samplesPerFrame).map { start in
            var meter = ToneMeter(frequency: frequency, codec: .pcma)
            meter.measure(codes[start..<min(start + G711.samplesPerFrame, codes.count)])
            return meter.share
        }
        return 2 * shares.count { $0 > 0.7 } > shares.count
    }
}
