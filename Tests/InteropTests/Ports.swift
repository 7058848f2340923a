import Foundation
import Glibc
import Synchronization

/// What the kernel lists of sockets.
enum SocketTable: String {
    case tcp, udp

    /// The states of all sockets at the port, on any address.
    fileprivate func states(of port: UInt16) throws -> [Substring] {
        try sockets().filter { $0.port == port }.map(\.state)
    }

    fileprivate func sockets() throws -> [(port: UInt16, state: Substring)] {
        let files = ["/proc/net/\(rawValue)", "/proc/net/\(rawValue)6"].filter(FileManager.default.fileExists)
        return try files.flatMap { file in
            try Self.text(of: file).split(separator: "\n").compactMap { line in
                let fields = line.split(separator: " ")
                guard fields.count > 3, let port = UInt16(fields[1].suffix(4), radix: 16) else { return nil }
                return (port, fields[3])
            }
        }
    }
}

extension SocketTable {
    /// The kernel hands such a file out by the page, which whoever asks for its size first takes for its end.
    private static func text(of file: String) throws -> String {
        let handle = try FileHandle(forReadingFrom: URL(filePath: file))
        var bytes = Data()
        while let more = try handle.read(upToCount: 65_536), !more.isEmpty { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Whether a program listens for TCP at the port, on any address.
func isListening(_ port: UInt16) throws -> Bool { try SocketTable.tcp.states(of: port).contains("0A") }

/// Whether a program takes datagrams at the port, on any address.
func isBound(_ port: UInt16) throws -> Bool { try !SocketTable.udp.states(of: port).isEmpty }

/// The ports that this run's programs were told: none is told twice, though it may be long until it is bound.
private let told = Mutex<Set<UInt16>>([])

/// A UDP port that was free a moment ago, and of TCP too.
func freePort() throws -> UInt16 { try freePorts(1) }

/// The first of so many such ports in a row. Of several the first is even, as RTP wants it.
func freePorts(_ count: UInt16) throws -> UInt16 {
    while true {
        let first = try freeUDPPort()
        let ports = Set(first..<first + count)
        guard count == 1 || first % 2 == 0,
            try ports.allSatisfy({ try !isBound($0) && SocketTable.tcp.states(of: $0).isEmpty })
        else { continue }
        let areOurs = told.withLock { told in
            guard told.isDisjoint(with: ports) else { return false }
            told.formUnion(ports)
            return true
        }
        if areOurs { return first }
    }
}

/// The range of ports for RTP that was told last. Each server gets the next one: none is bound before there is a call.
private let lastMediaRange = Mutex(Int.random(in: 0..<30))

/// Ports for a server's RTP that nobody uses: another run beside this one may have a server too. Below those that the system
/// gives away, and beyond those that baresip takes.
func freeMediaPorts() throws -> ClosedRange<UInt16> {
    let taken = try SocketTable.udp.sockets().map(\.port)
    return try lastMediaRange.withLock { last in
        for _ in 0..<30 {
            last = (last + 1) % 30
            let first = 20_400 + UInt16(last) * 400
            if !taken.contains(where: (first...first + 399).contains) { return first...first + 399 }
        }
        throw InteropFailure("there are no ports for RTP")
    }
}

private func freeUDPPort() throws -> UInt16 {
    let handle = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(handle) }
    return try bindToLoopback(handle)
}

/// Binds a UDP socket to a port of the loopback, some free one if it is 0.
@discardableResult
func bindToLoopback(_ handle: Int32, port: UInt16 = 0) throws -> UInt16 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(handle, $0, length) == 0 && getsockname(handle, $0, &length) == 0
        }
    }
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
    return UInt16(bigEndian: address.sin_port)
}
