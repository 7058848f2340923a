import AsyncHTTPClient
import CallModel
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import SansIO

/// Makes one attempt to deliver one event.
struct Courier: Sendable {
    /// How long an attempt may take in all.
    static let timeout = Duration.seconds(5)

    let settings: WebhookSettings
    let tenants: @Sendable () -> TenantDirectory
    let now: @Sendable () -> WallTime
    let links: RecordingLinkMaker
    let lookup: NameLookup
    let clients: PinnedClients
    let timeout: Duration

    /// Posts the event. Returns where the receiver answered 200.
    func deliver(_ entry: OutboxEntry, to receiver: Receiver) async throws(DeliveryFailure) {
        let deadline = NIODeadline.now() + TimeAmount(timeout)
        let request = try request(for: entry, to: receiver)
        let address = try await address(of: receiver, attempt: entry.attempts, deadline: deadline)
        let answer = Answer()
        do {
            try await clients.withClient(for: receiver, at: address) { client in
                try await Self.post(request, with: client, deadline: deadline, answer: answer)
            }
        } catch {
            // A status that came counts, even if the rest of the answer did not come or was too long.
            guard answer.status != nil else { throw Self.failure(error) }
        }
        guard let status = answer.status, status == 200 else { throw .status(answer.status ?? 0) }
    }

    private func request(
        for entry: OutboxEntry, to receiver: Receiver
    ) throws(DeliveryFailure) -> HTTPClient.Request {
        guard let account = tenants().accounts[entry.target.signer] else { throw .unknownSigner }
        let now = now()
        let body = EventBody.bytes(of: entry.event, attempt: entry.attempts + 1) { owed in
            links(owed.fileName, WallTime(milliseconds: now.milliseconds + owed.validity.wholeMilliseconds))
        }
        let timestamp = Timestamp.text(of: now, in: settings.timestampZone)
        let signature = EventSignature.sign(
            body: body, path: receiver.path, timestamp: timestamp, app: entry.target.app.rawValue,
            secretKey: account.secretKey)
        var request = receiver.template
        request.headers = [
            "Content-Type": EventSignature.contentType,
            "AppID": entry.target.app.rawValue,
            "CertID": account.id.rawValue,
            "Timestamp": timestamp,
            "Signature": signature,
            "User-Agent": "duocall",
        ]
        request.body = .bytes(body)
        return request
    }

    /// Where to connect to. All addresses of a name must be allowed; an attempt that follows another takes the next.
    private func address(
        of receiver: Receiver, attempt: Int, deadline: NIODeadline
    ) async throws(DeliveryFailure) -> IPAddress {
        let addresses: [IPAddress]
        if let address = receiver.literalAddress {
            addresses = [address]
        } else {
            addresses = try await lookup.addresses(of: receiver.host, deadline: deadline)
        }
        if !settings.allowPrivate {
            for address in addresses {
                if let kind = address.nonPublicClass { throw .refusedAddress(address, kind) }
            }
        }
        return addresses[attempt % addresses.count]
    }

    private static func post(
        _ request: HTTPClient.Request, with client: HTTPClient, deadline: NIODeadline, answer: Answer
    ) async throws {
        let task = client.execute(request: request, delegate: answer, deadline: deadline)
        try await withTaskCancellationHandler {
            try await task.get()
        } onCancel: {
            task.cancel()
        }
    }

    private static func failure(_ error: any Error) -> DeliveryFailure {
        if let failure = error as? DeliveryFailure { return failure }
        let timeouts: [HTTPClientError] = [.deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout]
        if let error = error as? HTTPClientError, timeouts.contains(error) { return .timeout }
        return .connection("\(error)")
    }
}

extension TimeAmount {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
