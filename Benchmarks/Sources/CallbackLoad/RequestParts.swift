internal import Glibc

/// The lines of a SIP request that an answer needs, found without reading them.
struct RequestParts {
    enum Method {
        case invite, ack, bye, cancel
    }

    let method: Method
    /// Whose number was dialled.
    let leg: Leg?
    /// Via lines, one after the other.
    private var vias: [UInt8] = []
    private var from: UnsafeRawBufferPointer?
    private var to: UnsafeRawBufferPointer?
    private var callID: UnsafeRawBufferPointer?
    private var cseq: UnsafeRawBufferPointer?
    private var contact: UnsafeRawBufferPointer?
    /// The Proxy-Authorization line.
    private(set) var proof: UnsafeRawBufferPointer?

    /// Views of `message`: not to be kept. `nil` for what this carrier has no use for.
    init?(_ message: UnsafeRawBufferPointer) {
        if message.starts(with: "INVITE ") {
            method = .invite
        } else if message.starts(with: "ACK ") {
            method = .ack
        } else if message.starts(with: "BYE ") {
            method = .bye
        } else if message.starts(with: "CANCEL ") {
            method = .cancel
        } else {
            return nil
        }
        leg = message.range(after: "sip:", to: UInt8(ascii: "@")).flatMap { Self.leg(message, $0) }
        guard let base = message.baseAddress, method != .ack else { return }
        var start = 0
        while let found = memchr(base + start, 13, message.count - start) {
            let end = UnsafeRawPointer(found) - base
            if end == start { break }
            keep(UnsafeRawBufferPointer(rebasing: message[start..<end]))
            start = min(end + 2, message.count)
        }
        guard from != nil, to != nil, callID != nil, cseq != nil else { return nil }
    }

    /// 138 and eight digits for the first party, 139 and the same for the second.
    private static func leg(_ message: UnsafeRawBufferPointer, _ user: Range<Int>) -> Leg? {
        guard user.count == 11, let call = message.number(in: (user.lowerBound + 3)..<user.upperBound) else {
            return nil
        }
        return Leg(call: call, isSecond: message[user.lowerBound + 2] == UInt8(ascii: "9"))
    }

    private mutating func keep(_ line: UnsafeRawBufferPointer) {
        if line.starts(with: "Via:") {
            vias.append(contentsOf: line)
            vias.append("\r\n")
        } else if line.starts(with: "From:") {
            from = line
        } else if line.starts(with: "To:") {
            to = line
        } else if line.starts(with: "Call-ID:") {
            callID = line
        } else if line.starts(with: "CSeq:") {
            cseq = line
        } else if line.starts(with: "Contact:") {
            contact = line
        } else if line.starts(with: "Proxy-Authorization:") {
            proof = line
        }
    }

    /// - Parameters:
    ///   - tagged: whose tag the To gets where it has none.
    ///   - contact: where the Contact leads; `nil` leaves it out.
    ///   - lines: further headers.
    func response(
        _ status: StaticString, tagged: Leg?, contact: CarrierAddress? = nil, lines: [UInt8] = [], body: [UInt8] = []
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(700)
        text.append("SIP/2.0 ")
        text.append(status)
        text.append("\r\n")
        text += vias
        for line in [from, callID, cseq] {
            if let line { text.append(contentsOf: line) }
            text.append("\r\n")
        }
        if let to {
            text.append(contentsOf: to)
            if let tagged, to.position(of: ";tag=") == nil { Self.append(tagOf: tagged, to: &text) }
        }
        text.append("\r\n")
        if let contact, let leg {
            text.append("Contact: <sip:")
            Self.append(numberOf: leg, to: &text)
            text.append("@\(contact.host)>\r\n")
        }
        text += lines
        if !body.isEmpty { text.append("Content-Type: application/sdp\r\n") }
        text.append("Content-Length: \(body.count)\r\n\r\n")
        return text + body
    }

    /// The BYE with which the party hangs up that this INVITE is for.
    func bye(_ leg: Leg, from address: CarrierAddress) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(500)
        text.append("BYE ")
        if let contact, let uri = contact.range(after: "<", to: UInt8(ascii: ">")) {
            text.append(contentsOf: contact[uri])
        }
        text.append(" SIP/2.0\r\nVia: \(address.via);branch=z9hG4bKbye")
        text.append(number: leg.call)
        text.append("e;rport\r\nMax-Forwards: 70\r\nFrom:")
        if let to { text.append(contentsOf: to.dropFirst(3)) }
        Self.append(tagOf: leg, to: &text)
        text.append("\r\nTo:")
        if let from { text.append(contentsOf: from.dropFirst(5)) }
        text.append("\r\n")
        if let callID { text.append(contentsOf: callID) }
        text.append("\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n")
        return text
    }

    private static func append(tagOf leg: Leg, to text: inout [UInt8]) {
        text.append(leg.isSecond ? ";tag=second" : ";tag=first")
        text.append(number: leg.call)
    }

    static func append(numberOf leg: Leg, to text: inout [UInt8]) {
        text.append(leg.isSecond ? "139" : "138")
        text.append(number: leg.call)
    }
}
