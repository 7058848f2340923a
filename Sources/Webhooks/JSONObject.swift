/// Writes one JSON object (RFC 8259), key by key.
struct JSONObject {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    init() { bytes.reserveCapacity(640) }

    mutating func add(_ key: StaticString, _ value: String?) {
        add(key: key)
        guard let value else { return bytes.append(contentsOf: "null".utf8) }
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 { append(escaping: byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func add(_ key: StaticString, _ value: Int64?) {
        add(key: key)
        bytes.append(contentsOf: (value.map { String($0) } ?? "null").utf8)
    }

    mutating func add(_ key: StaticString, _ value: Bool) {
        add(key: key)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// A number of at least 0 with two decimals, rounded.
    mutating func add(_ key: StaticString, decimal value: Double?) {
        add(key: key)
        guard let value else { return bytes.append(contentsOf: "null".utf8) }
        let (whole, rest) = Int64((value * 100).rounded()).quotientAndRemainder(dividingBy: 100)
        bytes.append(contentsOf: "\(whole).\(rest < 10 ? "0" : "")\(rest)".utf8)
    }

    mutating func add(_ key: StaticString, _ members: (inout JSONObject) -> Void) {
        add(key: key)
        var inner = JSONObject()
        members(&inner)
        bytes += inner.finish()
    }

    consuming func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func add(key: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// Only quotation mark, reverse solidus and control characters must be escaped (§7); the rest is UTF-8.
    private mutating func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0..<0x20:
            let hex = String(byte, radix: 16)
            bytes.append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
            bytes.append(contentsOf: hex.utf8)
        default: bytes.append(byte)
        }
    }
}
