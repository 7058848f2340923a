internal import CSRTP
internal import Glibc
internal import LinuxIO
internal import RTP

/// What makes the far ends' packets SRTP, for each leg.
final class LegSeals {
    private var sessions: [srtp_t?]

    init(legs: Int) throws(SystemError) {
        guard csrtp_start() == 0 else { throw SystemError(code: ENOTSUP, attempt: "start libsrtp2") }
        sessions = [srtp_t?](repeating: nil, count: legs)
        for leg in 0..<legs {
            let status = LegSeals.keys(of: leg).receives.bytes.withUnsafeBufferPointer { bytes in
                let key = csrtp_key(bytes: bytes.baseAddress, identifier: nil, identifier_length: 0, tag: 80)
                return csrtp_open(&sessions[leg], csrtp_sends, key, UInt32(leg))
            }
            guard status == 0 else { throw SystemError(code: EINVAL, attempt: "srtp_create") }
        }
    }

    deinit { for case let session? in sessions { srtp_dealloc(session) } }

    /// A leg's keys, as the packet loop has them.
    static func keys(of leg: Int) -> SRTPKeys {
        func key(_ direction: UInt8) -> SRTPMasterKey {
            let bytes = (0..<30).map { UInt8(truncatingIfNeeded: $0 * 7 + leg >> ($0 % 3 * 8)) ^ direction }
            guard let key = SRTPMasterKey(suite: .aesCM128Tag80, bytes: bytes) else {
                preconditionFailure("thirty bytes are a key")
            }
            return key
        }
        return SRTPKeys(sends: key(0x55), receives: key(0xAA))
    }

    /// Seals the packet in place and returns its length.
    func seal(_ buffer: UnsafeMutableRawBufferPointer, length: Int, of leg: Int) -> Int {
        var sealed = Int32(length)
        let status = srtp_protect(sessions[leg], buffer.baseAddress, &sealed)
        precondition(status == srtp_err_status_ok, "a packet that goes on from the last one can be sealed")
        return Int(sealed)
    }
}
