import AsyncHTTPClient
import NIOCore
import NIOSSL
import SansIO
import Synchronization

/// HTTP clients that each reach one host at one address, whatever its name resolves to later; TLS verifies the name.
///
/// A client's connections stay open for the deliveries that follow; the clients that were idle longest go first.
final class PinnedClients: Sendable {
    private struct Pin: Hashable {
        var host: String
        var address: IPAddress
    }

    private struct Entry {
        var client: HTTPClient
        var users = 0
        /// Grows with each use of any client.
        var lastUse = 0
    }

    private struct Pool {
        var entries: [Pin: Entry] = [:]
        var uses = 0
        var isClosed = false
    }

    private let pool = Mutex(Pool())
    private let group: any EventLoopGroup
    private let configuration: HTTPClient.Configuration
    private let limit: Int

    /// - Parameters:
    ///   - connections: how many one client opens at most.
    ///   - limit: how many clients are kept when they are idle.
    ///   - trustRoots: whom to trust beside the system's authorities, for tests.
    init(group: any EventLoopGroup, connections: Int, limit: Int, trustRoots: [NIOSSLCertificate]) {
        self.group = group
        self.limit = limit
        configuration = Self.configuration(connections: connections, trustRoots: trustRoots)
    }

    private static func configuration(
        connections: Int, trustRoots: [NIOSSLCertificate]
    ) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.additionalTrustRoots = [.certificates(trustRoots)]
        // Many servers close an idle connection after 5 s; a delivery must not meet that moment.
        var pool = HTTPClient.Configuration.ConnectionPool(
            idleTimeout: .seconds(4), concurrentHTTP1ConnectionsPerHostSoftLimit: connections)
        pool.retryConnectionEstablishment = false
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow, connectionPool: pool, proxy: nil,
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        // Its default traces every request, into nothing.
        configuration.tracing.tracer = nil
        return configuration
    }

    /// Calls `body` with a client that reaches `receiver` at `address` and nowhere else.
    func withClient<Value: Sendable>(
        for receiver: Receiver, at address: IPAddress, _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value {
        let pin = Pin(host: receiver.host, address: address)
        let client = try acquire(pin, overrides: receiver.literalAddress == nil)
        let result: Result<Value, any Error>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        for idle in release(pin) { try await idle.shutdown() }
        return try result.get()
    }

    private func acquire(_ pin: Pin, overrides: Bool) throws(DeliveryFailure) -> HTTPClient {
        let client = pool.withLock { pool -> HTTPClient? in
            if pool.isClosed { return nil }
            var entry = pool.entries[pin] ?? Entry(client: makeClient(pin, overrides: overrides))
            pool.uses += 1
            entry.users += 1
            entry.lastUse = pool.uses
            pool.entries[pin] = entry
            return entry.client
        }
        guard let client else { throw .connection("shutting down") }
        return client
    }

    private func makeClient(_ pin: Pin, overrides: Bool) -> HTTPClient {
        var configuration = configuration
        if overrides { configuration.dnsOverride = [pin.host: pin.address.description] }
        return HTTPClient(eventLoopGroup: group, configuration: configuration)
    }

    /// Returns the client that must go, if the pool is over its limit.
    private func release(_ pin: Pin) -> [HTTPClient] {
        pool.withLock { pool in
            pool.entries[pin]?.users -= 1
            guard pool.entries.count > limit else { return [] }
            let idle = pool.entries.filter { $0.value.users == 0 }
            guard let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return [] }
            pool.entries[oldest.key] = nil
            return [oldest.value.client]
        }
    }

    /// Closes all connections; deliveries from now on fail.
    func shutDown() async throws {
        let entries = pool.withLock { pool in
            pool.isClosed = true
            defer { pool.entries = [:] }
            return Array(pool.entries.values)
        }
        for entry in entries { try await entry.client.shutdown() }
    }
}
