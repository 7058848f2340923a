internal import Glibc
internal import LinuxIO

/// A TCP socket on 127.0.0.1 that never blocks in reading; closed when it goes.
final class TCPSocket {
    let descriptor: Int32

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var on: Int32 = 1
        // Only delays answers when it fails.
        _ = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    /// Loopback connects at once, so that this may block.
    static func connected(to port: UInt16) throws -> TCPSocket {
        let socket = TCPSocket(try made("socket"))
        let result = withAddress(port) { connect(socket.descriptor, $0, $1) }
        guard result == 0 else { throw SystemError(code: errno, attempt: "connect 127.0.0.1:\(port)") }
        guard fcntl(socket.descriptor, F_SETFL, O_NONBLOCK) == 0 else {
            throw SystemError(code: errno, attempt: "fcntl O_NONBLOCK")
        }
        return socket
    }

    static func listening() throws -> TCPSocket {
        let socket = TCPSocket(try made("socket"))
        guard withAddress(0, { bind(socket.descriptor, $0, $1) }) == 0, listen(socket.descriptor, 1024) == 0,
            fcntl(socket.descriptor, F_SETFL, O_NONBLOCK) == 0
        else { throw SystemError(code: errno, attempt: "listen on 127.0.0.1") }
        return socket
    }

    /// `nil` when nobody waits.
    func accepted() -> TCPSocket? {
        let taken = accept(descriptor, nil, nil)
        guard taken >= 0 else { return nil }
        let socket = TCPSocket(taken)
        return fcntl(taken, F_SETFL, O_NONBLOCK) == 0 ? socket : nil
    }

    var port: UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        precondition(result == 0, "getsockname: errno \(errno)")
        return UInt16(bigEndian: address.sin_port)
    }

    /// Requests and answers here are far smaller than the kernel's buffer, so that less than all is a failure.
    func send(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } == bytes.count
    }

    /// The number of bytes; 0 when the far end has closed, `nil` when nothing is there.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        if count < 0, errno == EAGAIN { return nil }
        return max(0, count)
    }

    private static func made(_ attempt: String) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(code: errno, attempt: attempt) }
        return descriptor
    }

    private static func withAddress(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
