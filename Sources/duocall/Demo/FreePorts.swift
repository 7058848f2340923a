import LinuxIO
import SansIO

/// Finds ports for phones that share a machine with other phones, servers and tests.
enum FreePorts {
    /// Below the ports that the kernel hands out itself (32768 and up unless configured otherwise).
    private static let candidates: ClosedRange<UInt16> = 30_000...32_600
    private static let width: UInt16 = 100
    private static let attempts = 100

    /// A hundred ports, the first of them even, that nobody had bound a moment ago.
    static func find(at ip: IPAddress) throws -> ClosedRange<UInt16> {
        for _ in 0..<attempts {
            let first = UInt16.random(in: candidates) & ~1
            let range = first...(first + width - 1)
            if range.allSatisfy({ isFree($0, at: ip) }) { return range }
        }
        throw CommandFailure("no \(width) ports in a row are free between \(candidates.lowerBound) and 32700")
    }

    private static func isFree(_ port: UInt16, at ip: IPAddress) -> Bool {
        do {
            _ = try UDPSocket(boundTo: TransportAddress(ip: ip, port: port))
            return true
        } catch {
            return false
        }
    }
}
