internal import CAres
internal import Glibc
internal import SansIO

/// Asks name servers through c-ares. Each question blocks; used by one thread at a time.
final class NameServers {
    /// How long one of them has for its first answer, in milliseconds, and how often each is asked.
    private static let timeout: Int32 = 1_500
    private static let tries: Int32 = 2
    private static let libraryStatus = ares_library_init(ARES_LIB_INIT_ALL)

    private var channel: ares_channel?

    /// - Parameter servers: `address:port` with commas between; `nil`: those of the system.
    init(_ servers: String? = nil) throws(LocationError) {
        var options = ares_options()
        options.timeout = Self.timeout
        options.tries = Self.tries
        var status = Self.libraryStatus
        if status == Self.success {
            status = ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES)
        }
        if status == Self.success, let servers { status = ares_set_servers_ports_csv(channel, servers) }
        guard status == Self.success else {
            throw LocationError(host: servers ?? "name servers", reason: Self.words(status))
        }
    }

    deinit { if let channel { ares_destroy(channel) } }

    private static let success = ARES_SUCCESS

    private static func words(_ status: Int32) -> String { String(cString: ares_strerror(status)) }

    func answer(to question: ServerLocation.Question) -> ServerLocation.Answer {
        switch question {
        case .naptr(let name): records(name, DNSRecord.naptrType)
        case .srv(let name): records(name, DNSRecord.srvType)
        case .addresses(let name): addresses(name)
        }
    }

    /// What a callback brought, once it did.
    private final class Reply {
        var answer: ServerLocation.Answer?
    }

    private func records(_ name: String, _ type: UInt16) -> ServerLocation.Answer {
        ask { argument in
            ares_query(
                channel, name, 1, Int32(type),
                { argument, status, _, bytes, length in
                    let message = UnsafeRawBufferPointer(start: bytes, count: max(0, Int(length)))
                    NameServers.reply(argument).answer =
                        NameServers.failure(status)
                        ?? DNSRecord.answers(in: message).map { .records($0) } ?? .failed("a malformed answer")
                }, argument)
        }
    }

    private func addresses(_ name: String) -> ServerLocation.Answer {
        ask { argument in
            var hints = ares_addrinfo_hints()
            hints.ai_family = AF_UNSPEC
            ares_getaddrinfo(
                channel, name, nil, &hints,
                { argument, status, _, found in
                    NameServers.reply(argument).answer = NameServers.failure(status) ?? NameServers.addresses(found)
                    if let found { ares_freeaddrinfo(found) }
                }, argument)
        }
    }

    private static func addresses(_ found: UnsafeMutablePointer<ares_addrinfo>?) -> ServerLocation.Answer {
        var addresses: [IPAddress] = []
        var times: [UInt32] = []
        for node in sequence(first: found?.pointee.nodes, next: { $0?.pointee.ai_next }) {
            guard let node = node?.pointee, let address = node.ai_addr.flatMap({ IPAddress($0, node.ai_family) }),
                !addresses.contains(address)
            else { continue }
            addresses.append(address)
            if node.ai_ttl > 0 { times.append(UInt32(node.ai_ttl)) }
        }
        return addresses.isEmpty ? .nothing : .addresses(addresses, timeToLive: times.min())
    }

    /// `nil` for success.
    private static func failure(_ status: Int32) -> ServerLocation.Answer? {
        switch status {
        case ARES_SUCCESS: nil
        case ARES_ENODATA, ARES_ENOTFOUND: .nothing
        case _: .failed(words(status))
        }
    }

    private static func reply(_ argument: UnsafeMutableRawPointer?) -> Reply {
        guard let argument else { preconditionFailure("the argument is handed through") }
        return Unmanaged<Reply>.fromOpaque(argument).takeUnretainedValue()
    }

    private func ask(_ question: (UnsafeMutableRawPointer) -> Void) -> ServerLocation.Answer {
        let reply = Reply()
        return withExtendedLifetime(reply) {
            question(Unmanaged.passUnretained(reply).toOpaque())
            while reply.answer == nil { serve() }
            return reply.answer ?? .nothing
        }
    }

    /// Waits for the library's sockets or its next deadline, and lets it work.
    private func serve() {
        var sockets = [ares_socket_t](repeating: -1, count: 16)
        let bits = ares_getsock(channel, &sockets, Int32(sockets.count))
        var polled = sockets.enumerated().compactMap { index, socket -> pollfd? in
            let isReadable = bits & 1 << index != 0
            let isWritable = bits & 1 << (index + 16) != 0
            guard isReadable || isWritable else { return nil }
            let events = (isReadable ? POLLIN : 0) | (isWritable ? POLLOUT : 0)
            return pollfd(fd: socket, events: Int16(events), revents: 0)
        }
        var longest = timeval(tv_sec: 1, tv_usec: 0)
        var wait = timeval()
        ares_timeout(channel, &longest, &wait)
        _ = poll(&polled, nfds_t(polled.count), Int32(wait.tv_sec * 1_000 + wait.tv_usec / 1_000 + 1))
        for entry in polled where entry.revents != 0 {
            let canRead = Int32(entry.revents) & ~POLLOUT != 0
            let canWrite = Int32(entry.revents) & POLLOUT != 0
            ares_process_fd(channel, canRead ? entry.fd : Self.noSocket, canWrite ? entry.fd : Self.noSocket)
        }
        // Deadlines that passed.
        ares_process_fd(channel, Self.noSocket, Self.noSocket)
    }

    private static let noSocket: ares_socket_t = -1
}

extension IPAddress {
    fileprivate init?(_ address: UnsafeMutablePointer<sockaddr>, _ family: Int32) {
        switch family {
        case AF_INET:
            let v4 = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self)
            self = .v4(UInt32(bigEndian: v4.sin_addr.s_addr))
        case AF_INET6:
            var v6 = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self)
            self = withUnsafeBytes(of: &v6.sin6_addr) { bytes in
                .v6(
                    UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
            }
        default: return nil
        }
    }
}
