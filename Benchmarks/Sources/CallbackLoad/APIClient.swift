internal import Glibc
internal import LinuxIO
internal import SansIO

/// Places calls over connections that are kept, each with one request at a time.
final class APIClient {
    static let mostConnections = 1024

    private struct Connection {
        let socket: TCPSocket
        var messages = HTTPMessages()
        var call: Int?
    }

    let account: Account
    private let port: UInt16
    private let path: String
    private let key: [UInt8]
    private let watch: (_ descriptor: Int32, _ index: Int) throws -> Void
    private var connections: [Connection?] = []
    private var idle: [Int] = []
    private var timestamp: (second: Int, text: String) = (0, "")
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)

    /// - Parameter watch: is told each new connection with its index.
    init(port: UInt16, account: Account, watch: @escaping (Int32, Int) throws -> Void) {
        self.port = port
        self.account = account
        self.watch = watch
        path = "/v1/account/\(account.certID)/call/duo_callback"
        key = Array(account.secret.utf8)
    }

    deinit { buffer.deallocate() }

    func place(_ call: Int, _ ledger: inout CallLedger) throws {
        let index = try idle.popLast() ?? connect()
        let request = request(call)
        ledger.entries[call].postedAt = MonotonicClock.now().nanoseconds
        connections[index]?.call = call
        if connections[index]?.socket.send(request) != true { lose(index, &ledger) }
    }

    func receive(at index: Int, _ ledger: inout CallLedger) {
        guard let socket = connections[index]?.socket else { return }
        while let count = socket.receive(into: buffer) {
            if count == 0 { return lose(index, &ledger) }
            connections[index]?.messages.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        let now = MonotonicClock.now().nanoseconds
        while let refusal = connections[index]?.messages.next(Self.refusal) {
            if let call = connections[index]?.call {
                if refusal.isEmpty { ledger.accepted(call, at: now) } else { ledger.refusals[refusal, default: 0] += 1 }
            }
            connections[index]?.call = nil
            idle.append(index)
        }
    }

    /// The answer's text unless it is 000000.
    private static func refusal(_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) -> String {
        if head.starts(with: "HTTP/1.1 200"), body.position(of: "\"000000\"") != nil { return "" }
        return String(decoding: body.prefix(200), as: UTF8.self)
    }

    private func connect() throws -> Int {
        guard connections.count < Self.mostConnections else {
            throw LoadFailure("more than \(Self.mostConnections) requests wait for their answers")
        }
        let socket = try TCPSocket.connected(to: port)
        connections.append(Connection(socket: socket))
        try watch(socket.descriptor, connections.count - 1)
        return connections.count - 1
    }

    private func lose(_ index: Int, _ ledger: inout CallLedger) {
        ledger.note(connections[index]?.call == nil ? "idle HTTP connection closed" : "request without an answer")
        connections[index] = nil
        idle.removeAll { $0 == index }
    }
}

// MARK: - Requests

extension APIClient {
    private func request(_ call: Int) -> [UInt8] {
        var body: [UInt8] = []
        body.append("{\"to1\":\"")
        RequestParts.append(numberOf: Leg(call: call, isSecond: false), to: &body)
        body.append("\",\"to2\":\"")
        RequestParts.append(numberOf: Leg(call: call, isSecond: true), to: &body)
        body.append("\",\"max_call_duration\":600,\"user_data\":\"")
        body.append(number: call)
        body.append("\"}")
        let time = timestampNow()
        var text: [UInt8] = []
        text.reserveCapacity(600)
        text.append(
            "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\n"
                + "AppID: \(account.app)\r\nCertID: \(account.certID)\r\nTimestamp: \(time)\r\nSignature: ")
        text += signature(of: body, time)
        text.append("\r\nContent-Length: \(body.count)\r\n\r\n")
        return text + body
    }

    private func signature(of body: [UInt8], _ time: String) -> [UInt8] {
        var signed = Array("POST\n".utf8)
        for byte in Digests.md5(body) {
            for digit in [byte >> 4, byte & 15] { signed.append(digit < 10 ? 48 + digit : 87 + digit) }
        }
        signed.append("\napplication/json\n\(time)\n\(account.app)\n\(path)")
        return Base64.encoded(Digests.hmacSHA256(of: signed, key: key))
    }

    /// `yyyyMMddHHmmss` in the default zone, Asia/Shanghai, which has no summer time.
    private func timestampNow() -> String {
        var second = time(nil)
        if second != timestamp.second {
            timestamp.second = second
            second += 8 * 3600
            var parts = tm()
            gmtime_r(&second, &parts)
            var text = [CChar](repeating: 0, count: 16)
            strftime(&text, 16, "%Y%m%d%H%M%S", &parts)
            timestamp.text = String(decoding: text.prefix(14).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return timestamp.text
    }
}

enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// With padding.
    static func encoded(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = (0..<3).map { start + $0 < bytes.count ? UInt32(bytes[start + $0]) : 0 }
            let bits = group[0] << 16 | group[1] << 8 | group[2]
            for position in 0..<4 {
                let isPadding = start + position > bytes.count
                text.append(isPadding ? 61 : alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)])
            }
        }
        return text
    }
}
