import Foundation
import NIOCore
import NIOPosix
import SansIO
import Synchronization

/// Looks names up on threads of its own; whoever asks for a name that is being looked up shares the answer.
final class NameLookup: Sendable {
    private let threads: NIOThreadPool
    private let group: any EventLoopGroup
    private let resolve: @Sendable (String) throws -> [IPAddress]
    private let running = Mutex<[String: EventLoopFuture<[IPAddress]>]>([:])

    /// - Parameter resolve: blocks.
    init(group: any EventLoopGroup, resolve: @escaping @Sendable (String) throws -> [IPAddress]) {
        self.group = group
        self.resolve = resolve
        threads = NIOThreadPool(numberOfThreads: 16)
    }

    func start() { threads.start() }

    /// All addresses of `name`, as an answer that came after this call tells them.
    func addresses(of name: String, deadline: NIODeadline) async throws(DeliveryFailure) -> [IPAddress] {
        let loop = group.next()
        let answer = loop.makePromise(of: [IPAddress].self)
        let timer = loop.scheduleTask(deadline: deadline) { answer.fail(DeliveryFailure.timeout) }
        lookup(name).cascade(to: answer)
        do {
            let addresses = try await answer.futureResult.get()
            timer.cancel()
            guard !addresses.isEmpty else { throw DeliveryFailure.unknownHost(name) }
            return addresses
        } catch let failure as DeliveryFailure {
            throw failure
        } catch {
            throw .unknownHost("\(error)")
        }
    }

    private func lookup(_ name: String) -> EventLoopFuture<[IPAddress]> {
        let (future, isNew) = running.withLock { running in
            if let future = running[name] { return (future, false) }
            let future = threads.runIfActive(eventLoop: group.next()) { [resolve] in try resolve(name) }
            running[name] = future
            return (future, true)
        }
        if isNew { future.whenComplete { _ in self.running.withLock { $0[name] = nil } } }
        return future
    }

    func shutDown() async throws { try await threads.shutdownGracefully() }
}

extension NameLookup {
    private struct LookupFailure: Error, CustomStringConvertible {
        var description: String
    }

    /// Asks the system's resolver.
    static func system(_ name: String) throws -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        guard code == 0, let list else { throw LookupFailure(description: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0.pointee.ai_next }).compactMap { IPAddress(entry: $0.pointee) }
    }
}

extension IPAddress {
    fileprivate init?(entry: addrinfo) {
        guard let address = entry.ai_addr else { return nil }
        switch entry.ai_family {
        case AF_INET:
            let bits = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr.s_addr }
            self = .v4(UInt32(bigEndian: bits))
        case AF_INET6:
            var bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { $0.pointee.sin6_addr }
            let halves = withUnsafeBytes(of: &bytes) { bytes in
                [0, 8].map { UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)) }
            }
            self = .v6(halves[0], halves[1])
        default: return nil
        }
    }
}
