internal import CSRTP
internal import Glibc
internal import LinuxIO
internal import MediaControl
internal import RTP

/// What makes a leg's packets SRTP and SRTCP, and such packets plain again (RFC 3711).
///
/// Sessions are made, changed and freed by commands; a packet allocates nothing, but for the first one of each source,
/// of which there is a bound.
struct PacketCipher: ~Copyable {
    /// The most bytes that a packet grows by.
    static var longestTrailer: Int { Int(csrtp_longest_trailer) }
    /// Sources that one far end may send as, over all its keys; packets of further ones count as forged.
    static let sourceLimit = 64

    /// What became of a received packet.
    enum Opened {
        /// Its length now.
        case packet(Int)
        case forged
        case replayed
        /// There is no key yet.
        case untimely
    }

    private enum Mode {
        case plain
        case closed
        case keyed
    }

    /// What packets seldom need, apart from what each does.
    private struct Knowledge {
        var keys: SRTPKeys
        /// All that were heard.
        var sources: [UInt32] = []
    }

    private var mode = Mode.plain
    /// Whether received packets have their key's identifier, as the library wants to be told: 0 or 1.
    private var hasIdentifier: UInt32 = 0
    /// The source heard last.
    private var source: UInt32?
    private var sending: srtp_t?
    private var receiving: srtp_t?
    /// There while there are keys.
    private var knowledge: UnsafeMutablePointer<Knowledge>?

    init() {}

    deinit {
        if let sending { srtp_dealloc(sending) }
        if let receiving { srtp_dealloc(receiving) }
        knowledge?.deinitialize(count: 1).deallocate()
    }

    private static let startStatus = csrtp_start()

    /// Makes the library ready; it checks its ciphers, which takes some 30 ms the first time.
    static func start() throws(SystemError) {
        guard startStatus == 0 else { throw SystemError(code: ENOTSUP, attempt: "start libsrtp2 (\(startStatus))") }
    }

    var isPlain: Bool {
        switch mode {
        case .plain: true
        case .closed, .keyed: false
        }
    }
}

// MARK: - Keys

extension PacketCipher {
    /// - Parameter ssrc: our own source, always the same.
    mutating func apply(_ protection: MediaProtection, ssrc: UInt32) {
        switch protection {
        case .plain:
            forget()
            mode = .plain
        case .awaitsKeys:
            forget()
            mode = .closed
        case .srtp(let new):
            let keys = knowledge?.pointee.keys
            if new.sends != keys?.sends { PacketCipher.put(new.sends, into: &sending, csrtp_sends, ssrc) }
            if new.receives != keys?.receives { PacketCipher.put(new.receives, into: &receiving, csrtp_receives, 0) }
            know(new)
            hasIdentifier = new.receives.identifier.isEmpty ? 0 : 1
            mode = .keyed
        }
    }

    /// Only a broken key or a lack of memory makes it fail.
    private static func put(
        _ key: SRTPMasterKey, into session: inout srtp_t?, _ direction: csrtp_direction, _ ssrc: UInt32
    ) {
        let tag: Int32 =
            switch key.suite {
            case .aesCM128Tag80: 80
            case .aesCM128Tag32: 32
            }
        let status = key.bytes.withUnsafeBufferPointer { bytes in
            key.identifier.withUnsafeBufferPointer { identifier in
                let terms = csrtp_key(
                    bytes: bytes.baseAddress, identifier: identifier.baseAddress,
                    identifier_length: UInt32(identifier.count), tag: tag)
                return session.map { csrtp_change($0, direction, terms, ssrc) }
                    ?? csrtp_open(&session, direction, terms, ssrc)
            }
        }
        precondition(status == 0, "libsrtp2 takes a key of 30 bytes: \(status)")
    }

    private mutating func know(_ keys: SRTPKeys) {
        if let knowledge {
            knowledge.pointee.keys = keys
        } else {
            let new = UnsafeMutablePointer<Knowledge>.allocate(capacity: 1)
            new.initialize(to: Knowledge(keys: keys))
            knowledge = new
        }
    }

    private mutating func forget() { self = PacketCipher() }
}

// MARK: - Packets

extension PacketCipher {
    /// Checks an RTP packet and decrypts it in place.
    mutating func open(_ packet: UnsafeMutableRawBufferPointer) -> Opened {
        open(packet, sourceAt: 8, srtp_unprotect_mki)
    }

    /// Checks an RTCP packet and decrypts it in place.
    mutating func openControl(_ packet: UnsafeMutableRawBufferPointer) -> Opened {
        isPlain ? .packet(packet.count) : open(packet, sourceAt: 4, srtp_unprotect_rtcp_mki)
    }

    private mutating func open(
        _ packet: UnsafeMutableRawBufferPointer, sourceAt offset: Int,
        _ unprotect: (srtp_t?, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>?, UInt32) -> srtp_err_status_t
    ) -> Opened {
        guard let receiving, let knowledge else { return .untimely }
        guard packet.count >= offset + 4 else { return .forged }
        let ssrc = UInt32(bigEndian: packet.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        let isNew = ssrc != source && !knowledge.pointee.sources.contains(ssrc)
        guard !isNew || knowledge.pointee.sources.count < PacketCipher.sourceLimit else { return .forged }
        var length = Int32(packet.count)
        switch unprotect(receiving, packet.baseAddress, &length, hasIdentifier) {
        case srtp_err_status_ok:
            if isNew { knowledge.pointee.sources.append(ssrc) }
            source = ssrc
            return .packet(Int(length))
        case srtp_err_status_replay_fail, srtp_err_status_replay_old: return .replayed
        case _: return .forged
        }
    }

    /// The packet as it goes out, in `space` where it is encrypted; `nil` where it may not go out: there is no key, or its
    /// number went out before.
    func seal(
        _ packet: UnsafeRawBufferPointer, in space: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        isPlain ? packet : seal(packet, in: space, srtp_protect)
    }

    /// The same for an RTCP packet.
    func sealControl(
        _ packet: UnsafeRawBufferPointer, in space: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        isPlain ? packet : seal(packet, in: space, srtp_protect_rtcp)
    }

    private func seal(
        _ packet: UnsafeRawBufferPointer, in space: UnsafeMutableRawBufferPointer,
        _ protect: (srtp_t?, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>?) -> srtp_err_status_t
    ) -> UnsafeRawBufferPointer? {
        guard let sending, packet.count + PacketCipher.longestTrailer <= space.count else { return nil }
        space.copyMemory(from: packet)
        var length = Int32(packet.count)
        guard protect(sending, space.baseAddress, &length) == srtp_err_status_ok else { return nil }
        return UnsafeRawBufferPointer(rebasing: space[..<Int(length)])
    }
}

extension Leg {
    /// The length of a packet that can be looked at; the others are counted.
    mutating func accepted(_ opened: PacketCipher.Opened) -> Int? {
        switch opened {
        case .packet(let length): return length
        case .forged: counts.forged += 1
        case .replayed: counts.replayed += 1
        case .untimely: counts.refused += 1
        }
        return nil
    }
}
