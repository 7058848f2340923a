public import CallModel
public import Foundation
public import NIOCore
public import SansIO

/// What the configuration says of webhooks.
public struct WebhookSettings: Sendable {
    /// Whether receivers may lie on private, loopback or other addresses that are not public.
    public var allowPrivate: Bool
    /// The zone of the `Timestamp` header.
    public var timestampZone: TimeZone

    public init(allowPrivate: Bool, timestampZone: TimeZone) {
        self.allowPrivate = allowPrivate
        self.timestampZone = timestampZone
    }
}

/// Makes the link to a recording's file that works until a moment.
public typealias RecordingLinkMaker = @Sendable (_ fileName: String, _ expiry: WallTime) -> String

/// The world around the dispatcher.
public struct WebhookSurroundings: Sendable {
    public var now: @Sendable () -> WallTime
    /// Throws when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// All addresses of a host's name; blocks, on a thread of its own.
    public var resolve: @Sendable (String) throws -> [IPAddress]
    /// Where the connections live.
    public var eventLoops: any EventLoopGroup

    public init(
        now: @escaping @Sendable () -> WallTime, sleep: @escaping @Sendable (Duration) async throws -> Void,
        resolve: @escaping @Sendable (String) throws -> [IPAddress], eventLoops: any EventLoopGroup
    ) {
        self.now = now
        self.sleep = sleep
        self.resolve = resolve
        self.eventLoops = eventLoops
    }

    /// The machine's clock and resolver.
    public static func system(eventLoops: any EventLoopGroup) -> WebhookSurroundings {
        WebhookSurroundings(
            now: { WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) },
            sleep: { try await Task.sleep(for: $0) },
            resolve: { try NameLookup.system($0) }, eventLoops: eventLoops)
    }
}
