public import CallModel
import Foundation
import Hummingbird
public import Logging
public import NIOCore

/// What the HTTP server needs to know.
public struct HTTPServerConfiguration: Sendable {
    /// The address or name to listen on.
    public var host: String
    /// 0 lets the system choose.
    public var port: Int
    public var trustedProxies: [AddressBlock]
    /// Who bears it may read the metrics from anywhere; without one they are for loopback.
    public var metricsToken: String?
    /// For comparing numbers: E.164 digits without `+`.
    public var country: String
    public var zone: TimestampZone

    public init(
        host: String, port: Int, trustedProxies: [AddressBlock] = [], metricsToken: String? = nil, country: String,
        zone: TimestampZone
    ) {
        self.host = host
        self.port = port
        self.trustedProxies = trustedProxies
        self.metricsToken = metricsToken
        self.country = country
        self.zone = zone
    }
}

/// The HTTP server with the API's routes.
public struct HTTPServer: Sendable {
    private let configuration: HTTPServerConfiguration
    private let responder: APIResponder
    private let logger: Logger

    /// - Parameter remembered: the requests accepted before the server started and not expired yet.
    public init(
        _ configuration: HTTPServerConfiguration, tenants: CurrentTenants, remembered: [RememberedCall],
        commands: CallCommands, sounds: SoundCommands, links: RecordingLinks, logger: Logger
    ) {
        self.init(
            configuration, tenants: tenants, remembered: remembered, commands: commands, sounds: sounds, links: links,
            logger: logger,
            clock: { WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) })
    }

    init(
        _ configuration: HTTPServerConfiguration, tenants: CurrentTenants, remembered: [RememberedCall],
        commands: CallCommands, sounds: SoundCommands, links: RecordingLinks, logger: Logger,
        clock: @escaping @Sendable () -> WallTime
    ) {
        let calls = CallRoutes(
            commands: commands, replays: ReplayTable(remembered: remembered), country: configuration.country,
            zone: configuration.zone, voiceFiles: sounds.voiceFiles, logger: logger)
        let authenticator = Authenticator(
            tenants: tenants, zone: configuration.zone, trustedProxies: configuration.trustedProxies)
        let api = CallbackAPI(
            authenticator: authenticator, calls: calls,
            voiceFiles: VoiceFileRoutes(commands: sounds, authenticator: authenticator),
            recordings: RecordingRoutes(commands: sounds, links: links, zone: configuration.zone, logger: logger),
            commands: commands, gate: RequestGate(), metricsToken: configuration.metricsToken,
            clock: clock, logger: logger)
        self.configuration = configuration
        self.responder = APIResponder(api: api)
        self.logger = logger
    }

    /// Serves until the surrounding service group shuts down gracefully or the task is cancelled.
    ///
    /// - Parameters:
    ///   - loops: where the connections live.
    ///   - whenBound: called once, with the port it listens on.
    /// - Throws: when it cannot listen.
    public func run(
        on loops: any EventLoopGroup, whenBound: @escaping @Sendable (Int) async -> Void
    ) async throws {
        try await application(on: loops, whenBound: whenBound).run()
    }

    func application(
        on loops: any EventLoopGroup, whenBound: @escaping @Sendable (Int) async -> Void
    ) -> Application<APIResponder> {
        Application(
            responder: responder, server: .http1(configuration: HTTPConnections.configuration),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "duocall",
                availableConnectionsDelegate: HTTPConnections.bound(logger: logger)),
            onServerRunning: { channel in await whenBound(channel.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(loops), logger: logger)
    }
}
