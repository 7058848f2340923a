import Foundation
import Hummingbird
import NIOCore

/// An application's receiver of events: answers 200 and remembers the bodies.
actor EventReceiver {
    struct Received: @unchecked Sendable {
        let headers: [String: String]
        let body: [String: Any]
    }

    private(set) var received: [Received] = []
    private(set) var port: Int?

    private func keep(_ event: Received) { received.append(event) }
    private func listening(on port: Int?) { self.port = port }

    /// Runs `body` while the receiver listens on a port of the loopback.
    static func listening(_ body: @Sendable (EventReceiver, URL) async throws -> Void) async throws {
        let receiver = EventReceiver()
        let router = Router()
        router.post("events") { request, _ in
            let buffer = try await request.body.collect(upTo: 65_536)
            let object = try JSONSerialization.jsonObject(with: Data(buffer.readableBytesView)) as? [String: Any] ?? [:]
            let headers = Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }) { $1 }
            await receiver.keep(Received(headers: headers, body: object))
            return HTTPResponse.Status.ok
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in await receiver.listening(on: channel.localAddress?.port) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            guard try await eventually(.seconds(10), { await receiver.port != nil }), let port = await receiver.port,
                let url = URL(string: "http://127.0.0.1:\(port)/events")
            else { throw InteropFailure("the receiver does not listen") }
            try await body(receiver, url)
            group.cancelAll()
        }
    }

    /// The events of a call, waiting until there is one.
    nonisolated func events(of call: String, _ limit: Duration = .seconds(20)) async throws -> [[String: Any]] {
        try await eventually(limit) { await self.received.contains { $0.body["id"] as? String == call } }
        return await received.map(\.body).filter { $0["id"] as? String == call }
    }
}
