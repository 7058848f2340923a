import CallModel
import CallRuntime
import CallSwitching
import Foundation
import HTTPAPI
import Logging
import NIOCore
import NIOPosix
import SIPNetwork
import SansIO
import ServiceLifecycle
import Storage
import Webhooks

/// The whole server, put together from its rooms.
struct Server: Sendable {
    /// How long events may take to leave when the server stops.
    private static let eventPatience: Duration = .seconds(3)
    /// How long the last answers may take when the server stops.
    private static let httpPatience: Duration = .seconds(5)

    let configuration: Configuration
    private let folder: StoreFolder
    private let log: LogQueue
    private let logger: Logger
    private let store: SQLiteStore
    private let committer: GroupCommitter
    private let sounds: SoundKeeping
    private let publicURL: PublicURL

    /// Opens the store and brings the configured accounts into it.
    init(_ configuration: Configuration) throws {
        self.configuration = configuration
        folder = try StoreFolder(path: configuration.dataFolder)
        let log = LogQueue()
        self.log = log
        logger = Logger(label: "duocall") { label in
            LogfmtHandler(label: label, level: configuration.logLevel.level, queue: log)
        }
        store = try SQLiteStore(path: folder.database)
        try store.commit([.provisioned(configuration.tenants)])
        committer = GroupCommitter(store: store)
        publicURL = PublicURL(configuration.http)
        sounds = try SoundKeeping(
            folder: folder, store: store, committer: committer, publicURL: publicURL,
            retention: configuration.recordingRetention, logger: logger)
    }

    /// Serves until a signal has stopped it.
    ///
    /// - Parameter whenReady: called once, when calls are taken, with the addresses for people to read.
    func run(whenReady: @escaping @Sendable (_ http: String, _ sip: String) -> Void) async throws {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let result: Result<Void, any Error>
        do {
            let webhooks = try webhooks(on: loops)
            // Before the event loop takes over: binding waits for another loop, which an event loop must not.
            let (service, refresh, listeners) = try startCalls { webhooks.take($0) }
            defer { refresh.stop() }
            let sip = listeners.prefix(configuration.sip.listen.count).map(\.description).joined(separator: ",")
            try await withTaskExecutorPreference(EventLoopExecutor(loops.next())) {
                try await run(service, listeners, webhooks, on: loops) { whenReady($0, sip) }
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await loops.shutdownGracefully()
        try result.get()
    }

    /// Whatever speaks HTTP shares the loops' one thread, so that waking it for one thing often serves another.
    private func run(
        _ service: CallService, _ listeners: [ListenAddress], _ webhooks: WebhookDispatcher,
        on loops: any EventLoopGroup,
        whenReady: @escaping @Sendable (_ http: String) -> Void
    ) async throws {
        let signals = StopSignals { service.terminate() }
        let serving = serving(try httpServer(service, listeners, webhooks), on: loops) { port in
            publicURL.bound(to: httpAddress(port))
            whenReady("http://\(httpAddress(port))")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // The links that they tell bear the port.
                await publicURL.untilBound()
                await webhooks.run()
            }
            group.addTask { await keepHouse() }
            group.addTask { await sounds.run { webhooks.take($0) } }
            group.addTask {
                await service.untilStopped()
                await letEventsLeave(webhooks)
                await serving.triggerGracefulShutdown()
            }
            defer {
                service.terminate()
                group.cancelAll()
            }
            do {
                // Until the calls have ended, or at once if it cannot listen.
                try await serving.run()
            } catch {
                throw CommandFailure("http.listen \(configuration.http.listen): \(error)")
            }
        }
        committer.stop()
        log.flush()
        withExtendedLifetime(signals) {}
    }

    private func httpAddress(_ port: Int) -> String {
        configuration.http.listen.description.replacing(/[0-9]+$/, with: String(port))
    }

    /// The last calls' events have a moment to be delivered; what is left goes out after the next start.
    private func letEventsLeave(_ webhooks: WebhookDispatcher) async {
        let end = ContinuousClock.now + Self.eventPatience
        while ContinuousClock.now < end {
            do {
                let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
                let isOwed = try store.outboxSummary().receivers.values.contains { $0 <= now }
                if committer.waitingCount == 0, webhooks.counts.running == 0, !isOwed { return }
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                return logger.warning("events wait for the next start", metadata: ["error": "\(error)"])
            }
        }
    }

    private func keepHouse() async {
        await Housekeeping(store: store, committer: committer, callRetention: configuration.callRetention).run {
            error in
            logger.warning("old calls are kept for another minute", metadata: ["error": "\(error)"])
        }
    }
}

// MARK: - The parts

extension Server {
    private func startCalls(
        _ eventsCommitted: @escaping @Sendable ([OutboxEntry]) -> Void
    ) throws -> (service: CallService, refresh: TrunkRefresh, listeners: [ListenAddress]) {
        let sockets = try SignallingSockets(
            listen: configuration.listeners, identity: try TLSIdentity(configuration.sip.tls))
        var resolution = TrunkResolution(configuration: configuration, listeners: sockets.listeners)
        let switchboard = try resolution.switchboardSettings()
        resolution.media = switchboard.mediaBindAddress
        let targets = switchboard.trunks.map(\.targets)
        sockets.expect(resolution.tlsPeers(targets))
        let listeners = sockets.listeners
        let settings = CallService.Settings(
            switchboard: switchboard,
            mediaThreads: max(1, ProcessInfo.processInfo.activeProcessorCount / 2),
            voiceFolder: folder.voices, recordingFolder: folder.recordings,
            drainTimeout: configuration.drainTimeout)
        let interrupted = try store.liveCalls().map { InterruptedCall(record: $0.record, cancelled: $0.cancelled) }
        let service = try CallService(
            settings, sockets: sockets, interrupted: interrupted, phones: try store.registeredPhones(),
            committer: committer, log: log,
            eventsCommitted: eventsCommitted)
        logger.info(
            "media threads", metadata: ["count": "\(settings.mediaThreads)", "urgency": "\(service.mediaUrgency)"])
        let refresh = try TrunkRefresh(resolution, from: targets, service: service, logger: logger)
        return (service, refresh, listeners)
    }

    private func webhooks(on loops: any EventLoopGroup) throws -> WebhookDispatcher {
        let tenants = try store.tenants()
        return WebhookDispatcher(
            store: store,
            settings: WebhookSettings(
                allowPrivate: configuration.webhooksAllowPrivate,
                timestampZone: TimeZone(identifier: configuration.timestampZone) ?? .gmt),
            tenants: { tenants }, links: { [links = sounds.links] in links.url(ofFile: $0, until: $1) },
            commit: { [committer] in try await committer.commit($0) },
            surroundings: .system(eventLoops: loops), log: logger)
    }

    private func serving(
        _ server: HTTPServer, on loops: any EventLoopGroup, whenBound: @escaping @Sendable (Int) async -> Void
    ) -> ServiceGroup {
        var settings = ServiceGroupConfiguration(
            services: [HTTPService(server: server, loops: loops, whenBound: whenBound)], logger: logger)
        settings.maximumGracefulShutdownDuration = Self.httpPatience
        return ServiceGroup(configuration: settings)
    }

    private func httpServer(
        _ service: CallService, _ listeners: [ListenAddress], _ webhooks: WebhookDispatcher
    ) throws -> HTTPServer {
        guard let zone = TimestampZone(identifier: configuration.timestampZone) else {
            throw CommandFailure("auth.timestamp_zone: the system does not know \(configuration.timestampZone)")
        }
        let listen = configuration.http.listen
        let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        return HTTPServer(
            HTTPServerConfiguration(
                host: listen.ip.description, port: Int(listen.port),
                trustedProxies: configuration.http.trustedProxies.compactMap { AddressBlock($0) },
                metricsToken: configuration.http.metricsToken, country: configuration.country, zone: zone),
            tenants: CurrentTenants(try store.tenants()), remembered: try store.rememberedCalls(notExpiredAt: now),
            commands: APICommands(
                service: service, store: store, committer: committer, log: log, webhooks: webhooks,
                ownAddresses: listeners.map(\.address)
            ).commands,
            sounds: sounds.commands, links: sounds.links, logger: logger)
    }
}

/// The HTTP server as a service that is asked to end rather than cancelled in the middle of an answer.
private struct HTTPService: Service {
    let server: HTTPServer
    let loops: any EventLoopGroup
    let whenBound: @Sendable (Int) async -> Void

    func run() async throws { try await server.run(on: loops, whenBound: whenBound) }
}

extension Configuration.LogLevel {
    fileprivate var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
