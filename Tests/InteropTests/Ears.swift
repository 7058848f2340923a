import Dispatch
import Foundation
import Glibc
import Synchronization

/// RTP ports on the loopback that keep what comes to them, with the time of its arrival.
final class Ears: Sendable {
    struct Packet {
        /// On the monotonic clock, in seconds.
        let arrival: Double
        let bytes: [UInt8]
    }

    let ports: [UInt16]
    // Never changed, and cancelled by their own lock.
    nonisolated(unsafe) private let sources: [any DispatchSourceRead]
    private let packets: Packets

    private final class Packets: Sendable {
        let heard = Mutex<[UInt16: [Packet]]>([:])
    }

    init(count: Int) throws {
        let queue = DispatchQueue(label: "ears", qos: .userInteractive)
        let packets = Packets()
        var sources: [any DispatchSourceRead] = []
        self.packets = packets
        ports = try (0..<count).map { _ in
            let handle = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            let port = try freePorts(2)
            try bindToLoopback(handle, port: port)
            let source = DispatchSource.makeReadSource(fileDescriptor: handle, queue: queue)
            source.setEventHandler {
                Self.read(handle) { packet in packets.heard.withLock { $0[port, default: []].append(packet) } }
            }
            source.setCancelHandler { close(handle) }
            source.resume()
            sources.append(source)
            return port
        }
        self.sources = sources
    }

    deinit { for source in sources { source.cancel() } }

    func heard(at port: UInt16) -> [Packet] { packets.heard.withLock { $0[port, default: []] } }

    static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }

    private static func read(_ handle: Int32, _ take: (Packet) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 2048)
        while true {
            let count = recv(handle, &buffer, buffer.count, 0)
            guard count >= 0 else { return }
            take(Packet(arrival: now, bytes: Array(buffer[..<count])))
        }
    }
}
