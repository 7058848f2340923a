/// Hears the events and answers 200.
final class EventReceiver {
    private struct Connection {
        let socket: TCPSocket
        var messages = HTTPMessages()
    }

    private static let ok = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)

    let listener: TCPSocket
    private let watch: (_ descriptor: Int32, _ index: Int) throws -> Void
    private var connections: [Connection?] = []
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)

    /// - Parameter watch: is told each new connection with its index.
    init(watch: @escaping (Int32, Int) throws -> Void) throws {
        listener = try TCPSocket.listening()
        self.watch = watch
    }

    deinit { buffer.deallocate() }

    func accept() throws {
        while let socket = listener.accepted() {
            connections.append(Connection(socket: socket))
            try watch(socket.descriptor, connections.count - 1)
        }
    }

    func receive(at index: Int, _ ledger: inout CallLedger) {
        guard let socket = connections[index]?.socket else { return }
        while let count = socket.receive(into: buffer) {
            guard count > 0 else {
                connections[index] = nil
                return
            }
            connections[index]?.messages.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        while let told = connections[index]?.messages.next({ _, body in Self.read(body) }) {
            if let told, told.call < ledger.entries.count {
                ledger.eventArrived(told.call, endedWell: told.endedWell)
            } else {
                ledger.note("event that is not understood")
            }
            if !socket.send(Self.ok) { connections[index] = nil }
        }
    }

    /// Which call an event is of, and whether it ended as it was meant to: after both had talked.
    private static func read(_ body: UnsafeRawBufferPointer) -> (call: Int, endedWell: Bool)? {
        guard body.position(of: "\"duo_callback.end\"") != nil,
            let range = body.range(after: "\"user_data\":\"", to: UInt8(ascii: "\"")), let call = body.number(in: range)
        else { return nil }
        let endedWell =
            body.position(of: "\"error\":null") != nil && body.position(of: "\"answer_time2\":null") == nil
        return (call, endedWell)
    }
}
