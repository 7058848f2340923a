import Audio
import Glibc
import LinuxIO
import MediaControl
import RTP
import SansIO
import Synchronization
import Testing

@testable import MediaNetwork

let loopback = IPAddress.v4(0x7F00_0001)

struct TooLate: Error, CustomStringConvertible {
    let description: String
}

/// How long a test waits for what must come; far more than it ever takes.
private let patience = Duration.seconds(10)

private let takenPorts = Mutex<Set<UInt16>>([])

/// The first of two free neighbouring ports, not handed out before. The kernel picks them at random from many, so that
/// processes side by side hardly ever get the same.
func freePorts(at ip: IPAddress = loopback) throws -> UInt16 {
    while true {
        do throws(SystemError) {
            let first = try UDPSocket(boundTo: TransportAddress(ip: ip, port: 0))
            let port = try first.localAddress().port
            guard port < .max else { continue }
            _ = try UDPSocket(boundTo: TransportAddress(ip: ip, port: port + 1))
            let isNew = takenPorts.withLock { taken in
                defer { taken.formUnion([port, port + 1]) }
                return taken.isDisjoint(with: [port, port + 1])
            }
            if isNew { return port }
        } catch  where !error.isAddressInUse {
            throw error
        } catch {
            continue
        }
    }
}

/// A bound port, free again when this goes.
final class TestPort {
    let number: UInt16
    private let socket: UDPSocket

    init(_ number: UInt16) throws {
        self.number = number
        socket = try UDPSocket(boundTo: TransportAddress(ip: loopback, port: number))
    }
}

/// Collects reports, and lets a test wait for them.
final class ReportLog: Sendable {
    private let reports = Mutex<[MediaReport]>([])
    private let wakeUp: WakeUp

    init() throws { wakeUp = try WakeUp() }

    func add(_ more: [MediaReport]) {
        reports.withLock { $0 += more }
        wakeUp.signal()
    }

    var all: [MediaReport] { reports.withLock { $0 } }

    /// Waits until a report has come that was not taken yet, and takes it.
    @discardableResult
    func take(_ wanted: MediaReport) throws -> MediaReport { try take("\(wanted)") { $0 == wanted } }

    @discardableResult
    func take(_ what: String, where matches: (MediaReport) -> Bool) throws -> MediaReport {
        let poller = try Poller()
        try poller.add(wakeUp.descriptor, token: 0)
        let deadline = MonotonicClock.now() + patience
        while true {
            let found = reports.withLock { reports in
                reports.firstIndex(where: matches).map { reports.remove(at: $0) }
            }
            if let found { return found }
            guard MonotonicClock.now() < deadline else { throw TooLate(description: "\(what) in \(all)") }
            _ = poller.wait(.milliseconds(100))
            wakeUp.acknowledge()
        }
    }

    func summary(of leg: MediaLegID) throws -> MediaSummary {
        let report = try take("closed") { if case .closed(leg, _) = $0 { true } else { false } }
        guard case .closed(_, let summary) = report else { throw TooLate(description: "no summary") }
        return summary
    }
}

/// An engine of one thread with its reports, stopped at the end.
final class Bench {
    let log: ReportLog
    let engine: MediaEngine
    /// Of voice files and recordings.
    let folder: TestFolder

    init(threads: Int = 1, legLimit: Int = 100) throws {
        let log = try ReportLog()
        self.log = log
        let folder = try TestFolder()
        self.folder = folder
        engine = try MediaEngine(
            threads: threads, legLimit: legLimit, voiceFolder: folder.path, recordingFolder: folder.path
        ) { log.add($0) }
    }

    deinit { engine.stop() }

    /// Opens a leg whose far end is `phone`; its SSRC is its number and its stream begins at 1,000 and 50,000.
    func open(
        _ number: UInt64, _ phone: TestPhone, describe remote: RemoteMedia? = nil, firstSequence: UInt16 = 1_000
    ) throws -> MediaLegID {
        let leg = MediaLegID(number: number)
        engine.perform([
            .open(
                leg,
                MediaEndpoint.test(
                    port: phone.server.port, ssrc: UInt32(number), ip: phone.server.ip, firstSequence: firstSequence)),
            .describe(leg, remote ?? phone.media()),
        ])
        try log.take(.opened(leg))
        return leg
    }
}

/// Opens a leg at ports that nobody else took in between.
func openAnywhere(_ leg: MediaLegID, _ engine: MediaEngine, _ log: ReportLog) throws {
    var isOpen = false
    while !isOpen {
        engine.perform([.open(leg, .test(port: try freePorts()))])
        let report = try log.take("opened or not") { $0 == .opened(leg) || $0 == .openFailed(leg) }
        isOpen = report == .opened(leg)
    }
}

extension MediaEndpoint {
    static func test(
        port: UInt16, ssrc: UInt32 = 1, ip: IPAddress = loopback, firstSequence: UInt16 = 1_000
    ) -> MediaEndpoint {
        MediaEndpoint(address: ip, port: port, ssrc: ssrc, firstSequence: firstSequence, firstTimestamp: 50_000)
    }
}

struct Arrived {
    var header: RTPHeader
    var payload: [UInt8]
    var source: TransportAddress
}

/// The far end of a leg: a port pair, and the leg's address at the server.
final class TestPhone {
    let rtp: UDPSocket
    let rtcp: UDPSocket
    let address: TransportAddress
    let server: TransportAddress

    init(ip: IPAddress = loopback, server: TransportAddress? = nil) throws {
        let port = try freePorts(at: ip)
        address = TransportAddress(ip: ip, port: port)
        rtp = try UDPSocket(boundTo: address)
        rtcp = try UDPSocket(boundTo: TransportAddress(ip: ip, port: port + 1))
        self.server = try server ?? TransportAddress(ip: ip, port: freePorts(at: ip))
    }

    func media(
        codec: G711 = .pcma, anySource: Bool = false, eventsAs: UInt8? = nil, mayReceive: Bool = true,
        maySend: Bool = true, protection: MediaProtection = .plain
    ) -> RemoteMedia {
        let mapping = PayloadMapping(payloadType: codec.staticPayloadType, codec: codec)
        return RemoteMedia(
            rtp: address, rtcp: TransportAddress(ip: address.ip, port: address.port + 1),
            latching: LatchPolicy(anySource: anySource, signallingPeer: address.ip), sends: mapping, accepts: [mapping],
            sendsEventsAs: eventsAs, acceptsEventsAs: eventsAs, mayReceive: mayReceive, maySend: maySend,
            protection: protection)
    }

    func send(
        _ sequence: UInt16, type: UInt8 = 8, timestamp: UInt32? = nil, marker: Bool = false, ssrc: UInt32 = 99,
        _ payload: [UInt8] = [UInt8](repeating: 0x2A, count: 160)
    ) throws {
        let header = RTPHeader(
            marker: marker, payloadType: type, sequence: sequence, timestamp: timestamp ?? UInt32(sequence) * 160,
            ssrc: ssrc)
        var bytes = [UInt8](repeating: 0, count: RTPHeader.size) + payload
        bytes.withUnsafeMutableBytes { header.write(to: $0) }
        try sendRaw(bytes)
    }

    func sendRaw(_ bytes: [UInt8]) throws {
        let outcome = bytes.withUnsafeBytes { rtp.send($0, to: server) }
        try #require(outcome == .sent)
    }

    func sendControl(_ bytes: [UInt8]) throws {
        let destination = TransportAddress(ip: server.ip, port: server.port + 1)
        let outcome = bytes.withUnsafeBytes { rtcp.send($0, to: destination) }
        try #require(outcome == .sent)
    }

    /// The next RTP packet, which must come.
    func next() throws -> Arrived {
        let (bytes, source) = try TestPhone.read(rtp)
        guard let packet = bytes.withUnsafeBytes({ ReceivedRTP($0) }) else { throw TooLate(description: "not RTP") }
        return Arrived(header: packet.header, payload: Array(bytes[packet.payload]), source: source)
    }

    /// The next RTCP packet, which must come.
    func nextControl() throws -> [UInt8] { try TestPhone.read(rtcp).0 }

    /// Whether something lies unread.
    func hasMore() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 2048)
        let outcome = buffer.withUnsafeMutableBytes { rtp.receive(into: $0) }
        return outcome != .nothing
    }

    static func read(_ socket: borrowing UDPSocket) throws -> ([UInt8], TransportAddress) {
        let poller = try Poller()
        try poller.add(socket.descriptor, token: 0)
        var buffer = [UInt8](repeating: 0, count: 2048)
        var source = TransportAddress(ip: loopback, port: 0)
        let deadline = MonotonicClock.now() + patience
        while MonotonicClock.now() < deadline {
            let outcome = buffer.withUnsafeMutableBytes { socket.receive(into: $0, source: &source) }
            if case .datagram(let length) = outcome { return (Array(buffer[..<length]), source) }
            _ = poller.wait(.milliseconds(100))
        }
        throw TooLate(description: "no packet came")
    }
}
