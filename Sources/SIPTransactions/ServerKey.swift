import SIPSyntax

/// What makes two arrivals the same request (RFC 3261 §17.2.3), as bytes.
///
/// Branch, sent-by and method, where the branch bears the magic cookie; otherwise what RFC 2543
/// compared. The To tag is left out there: INVITE and ACK differ in it, and the rest is telling enough.
struct ServerKey: Hashable, Sendable {
    private let bytes: [UInt8]

    /// `method` is that of the transaction looked for: INVITE for an ACK, and for the INVITE that a CANCEL means.
    init(_ request: SIPMessage, method: SIPMethod) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(96)
        bytes.append(contentsOf: method.description.utf8)
        let via = request.topVia
        if via.hasUniqueBranch, let branch = via.branch {
            bytes.append(0)
            ServerKey.append(branch, to: &bytes)
            bytes.append(0)
            ServerKey.append(via.host, to: &bytes)
            let port = via.port ?? 5060
            bytes.append(UInt8(port >> 8))
            bytes.append(UInt8(port & 255))
        } else {
            bytes.append(1)
            ServerKey.appendOldStyle(request, to: &bytes)
        }
        self.bytes = bytes
    }

    private static func appendOldStyle(_ request: SIPMessage, to bytes: inout [UInt8]) {
        let parts = [request.requestURI?.text, request.from.tag, request.callID, request.topVia.text]
        for part in parts {
            if let part { bytes.append(contentsOf: part.slice) }
            bytes.append(0)
        }
        bytes.append(contentsOf: String(request.cseq.number).utf8)
    }

    /// Tokens are compared without regard to case (RFC 3261 §7.3.1).
    private static func append(_ token: SIPText, to bytes: inout [UInt8]) {
        for byte in token.slice {
            bytes.append((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte)
        }
    }
}
