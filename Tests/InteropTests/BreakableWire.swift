import Foundation
import Glibc
import Synchronization

/// A relay of TCP connections in front of a program's port, which can break them all.
final class BreakableWire: Sendable {
    private struct State {
        var target: UInt16 = 0
        /// Both ends of each connection that is there.
        var ends: Set<Int32> = []
        var accepted = 0
    }

    /// What the threads hold.
    private final class Wire: Sendable {
        let listener: Int32
        let state = Mutex(State())

        init(listener: Int32) { self.listener = listener }
    }

    let port: UInt16
    private let wire: Wire

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        port = try bindToLoopback(listener)
        guard listen(listener, 64) == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        let wire = Wire(listener: listener)
        self.wire = wire
        Thread.detachNewThread { Self.accept(wire) }
    }

    deinit {
        // Wakes the thread that accepts.
        shutdown(wire.listener, Int32(SHUT_RDWR))
        cut()
    }

    /// The port that connections lead to from now on.
    func lead(to target: UInt16) { wire.state.withLock { $0.target = target } }

    /// How many connections there were.
    var accepted: Int { wire.state.withLock(\.accepted) }

    /// Breaks all connections that there are, without a word to either end before.
    func cut() {
        wire.state.withLock { state in
            for end in state.ends { shutdown(end, Int32(SHUT_RDWR)) }
        }
    }

    private static func accept(_ wire: Wire) {
        while true {
            let near = Glibc.accept(wire.listener, nil, nil)
            guard near >= 0 else { break }
            let far = connected(to: wire.state.withLock(\.target))
            guard far >= 0 else {
                close(near)
                continue
            }
            wire.state.withLock { state in
                state.ends.formUnion([near, far])
                state.accepted += 1
            }
            Thread.detachNewThread { relay(near, far, wire) }
        }
        close(wire.listener)
    }

    private static func connected(to port: UInt16) -> Int32 {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if !isConnected { close(handle) }
        return isConnected ? handle : -1
    }

    private static func relay(_ near: Int32, _ far: Int32, _ wire: Wire) {
        var polled = [near, far].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&polled, 2, -1) > 0 {
            let isOver = (0..<2).contains {
                polled[$0].revents != 0 && !copy(from: polled[$0].fd, to: polled[1 - $0].fd)
            }
            if isOver { break }
        }
        wire.state.withLock { $0.ends.subtract([near, far]) }
        close(near)
        close(far)
    }

    /// `false` when there is nothing more to come.
    private static func copy(from source: Int32, to sink: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(source, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        var sent = 0
        while sent < count {
            let written = bytes[sent..<count].withUnsafeBytes {
                send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard written > 0 else { return false }
            sent += written
        }
        return true
    }
}
