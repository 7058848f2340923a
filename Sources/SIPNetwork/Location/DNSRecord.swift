import SansIO

/// One resource record of an answer, of the types that servers are found by.
struct DNSRecord: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        /// RFC 2782. An empty target: the service is decidedly not offered.
        case srv(priority: UInt16, weight: UInt16, port: UInt16, target: String)
        /// RFC 3403; only what RFC 3263 §4.1 needs.
        case naptr(order: UInt16, preference: UInt16, flags: String, service: String, replacement: String)
    }

    let content: Content
    /// Seconds.
    let timeToLive: UInt32
}

extension DNSRecord {
    /// The SRV and NAPTR records in the answer section of a message (RFC 1035 §4.1); `nil` if it is not well formed.
    static func answers(in message: UnsafeRawBufferPointer) -> [DNSRecord]? {
        var reader = DNSReader(message)
        guard reader.skip(4), let questions = reader.number(), let answers = reader.number(), reader.skip(4)
        else { return nil }
        for _ in 0..<questions {
            guard reader.name() != nil, reader.skip(4) else { return nil }
        }
        var records: [DNSRecord] = []
        for _ in 0..<answers {
            guard reader.name() != nil, let type = reader.number(), reader.skip(2), let high = reader.number(),
                let low = reader.number(), let length = reader.number()
            else { return nil }
            let end = reader.position + Int(length)
            guard end <= message.count else { return nil }
            let timeToLive = UInt32(high) << 16 | UInt32(low)
            switch type {
            case DNSRecord.srvType, DNSRecord.naptrType:
                guard let content = type == DNSRecord.srvType ? reader.srv() : reader.naptr() else { return nil }
                records.append(DNSRecord(content: content, timeToLive: timeToLive))
            case _: break
            }
            reader.position = end
        }
        return records
    }

    static let srvType: UInt16 = 33
    static let naptrType: UInt16 = 35
}

/// Reads a DNS message from its beginning.
private struct DNSReader {
    private let message: UnsafeRawBufferPointer
    var position = 0

    init(_ message: UnsafeRawBufferPointer) { self.message = message }

    mutating func skip(_ count: Int) -> Bool {
        position += count
        return position <= message.count
    }

    mutating func number() -> UInt16? {
        guard position + 2 <= message.count else { return nil }
        defer { position += 2 }
        return UInt16(message[position]) << 8 | UInt16(message[position + 1])
    }

    /// A character-string (RFC 1035 §3.3).
    private mutating func string() -> String? {
        guard position < message.count else { return nil }
        let end = position + 1 + Int(message[position])
        guard end <= message.count else { return nil }
        defer { position = end }
        return String(decoding: message[position + 1..<end], as: UTF8.self)
    }

    /// A domain name without the dot at its end, compressed or not (RFC 1035 §4.1.4).
    mutating func name() -> String? {
        var labels: [String] = []
        var index = position
        var isFollowing = false
        // Each pointer leads back, so there are fewer than bytes.
        for _ in 0..<message.count {
            guard index < message.count else { return nil }
            let length = Int(message[index])
            switch length {
            case 0:
                if !isFollowing { position = index + 1 }
                return labels.joined(separator: ".")
            case 1..<64:
                guard index + 1 + length <= message.count, labels.count < 128 else { return nil }
                labels.append(String(decoding: message[index + 1..<index + 1 + length], as: UTF8.self))
                index += 1 + length
            case 192...:
                guard index + 1 < message.count else { return nil }
                if !isFollowing { position = index + 2 }
                isFollowing = true
                let target = (length & 63) << 8 | Int(message[index + 1])
                guard target < index else { return nil }
                index = target
            case _: return nil
            }
        }
        return nil
    }

    mutating func srv() -> DNSRecord.Content? {
        guard let priority = number(), let weight = number(), let port = number(), let target = name()
        else { return nil }
        return .srv(priority: priority, weight: weight, port: port, target: target)
    }

    mutating func naptr() -> DNSRecord.Content? {
        guard let order = number(), let preference = number(), let flags = string(), let service = string(),
            string() != nil, let replacement = name()
        else { return nil }
        return .naptr(
            order: order, preference: preference, flags: flags, service: service, replacement: replacement)
    }
}
