internal import Glibc
internal import LinuxIO
internal import SansIO

/// A socket that tells when each packet came to it: by the kernel's clock, so that it does not matter when we look.
final class Ear {
    private let socket: UDPSocket
    private let control = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 16)

    init(port: UInt16) throws(SystemError) {
        socket = try UDPSocket(boundTo: TransportAddress(ip: LoopRun.loopback, port: port))
        // Room for what comes while the machine is busy elsewhere.
        try socket.setBuffers(receive: 4_000_000, send: 4_000_000)
        var on: Int32 = 1
        let result = setsockopt(
            socket.descriptor, SOL_SOCKET, SO_TIMESTAMPNS_OLD, &on, socklen_t(MemoryLayout<Int32>.size))
        guard result == 0 else { throw SystemError(code: errno, attempt: "setsockopt SO_TIMESTAMPNS") }
    }

    deinit { control.deallocate() }

    /// What a full queue loses is counted as lost where packets arrive.
    func send(_ packet: UnsafeRawBufferPointer, to destination: TransportAddress) {
        _ = socket.send(packet, to: destination)
    }

    /// The next packet's length and when it came, in nanoseconds of the calendar clock; `nil` when there is none.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> (length: Int, arrival: Int64)? {
        var vector = iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
        return withUnsafeMutablePointer(to: &vector) { vector in
            var message = msghdr()
            message.msg_iov = vector
            message.msg_iovlen = 1
            message.msg_control = control.baseAddress
            message.msg_controllen = control.count
            let length = recvmsg(socket.descriptor, &message, 0)
            return length < 0 ? nil : (length, arrival(message.msg_controllen))
        }
    }

    /// The time is the only thing that was asked for: one header, then a `timespec`.
    private func arrival(_ length: Int) -> Int64 {
        let start = MemoryLayout<cmsghdr>.size
        precondition(length >= start + MemoryLayout<timespec>.size, "a packet without its time")
        let time = control.loadUnaligned(fromByteOffset: start, as: timespec.self)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
