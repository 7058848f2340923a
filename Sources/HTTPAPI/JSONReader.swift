/// A JSON text as RFC 8259 §2 has it, with numbers as they were written.
enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// The number's text.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// The members of a JSON object, in order; no name occurs twice.
struct JSONObject: Hashable, Sendable {
    struct Member: Hashable, Sendable {
        var name: String
        var value: JSONValue
    }

    private(set) var members: [Member] = []

    subscript(name: String) -> JSONValue? {
        // Byte by byte: `==` would also find other spellings of the same characters.
        members.first { $0.name.utf8.count == name.utf8.count && $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    mutating func append(_ name: String, _ value: JSONValue) throws(JSONFault) {
        guard members.count < JSONReader.maxMembers else { throw .tooManyMembers }
        guard self[name] == nil else { throw .duplicate(name) }
        members.append(Member(name: name, value: value))
    }
}

/// What is wrong with a body that should be a JSON object.
enum JSONFault: Error, Hashable {
    /// Not JSON, from this byte on.
    case malformed(Int)
    case notAnObject
    case duplicate(String)
    case tooDeep
    case tooManyMembers

    /// The rule that was broken.
    var rule: String {
        switch self {
        case .malformed(let offset): "body must be JSON in UTF-8 (byte \(offset))"
        case .notAnObject: "body must be a JSON object"
        case .duplicate(let name): "\(name.prefix(64)) is given twice"
        case .tooDeep: "body must not be nested deeper than \(JSONReader.maxDepth)"
        case .tooManyMembers: "an object must not have more than \(JSONReader.maxMembers) members"
        }
    }
}

/// Reads one JSON object strictly: RFC 8259's grammar and nothing else, valid UTF-8, no name twice.
struct JSONReader {
    static let maxDepth = 16
    static let maxMembers = 256

    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    private init(bytes: [UInt8]) { self.bytes = bytes }

    static func object(in bytes: [UInt8]) throws(JSONFault) -> JSONObject {
        var reader = JSONReader(bytes: bytes)
        reader.skipSpace()
        let value = try reader.value()
        reader.skipSpace()
        guard reader.index == bytes.count else { throw .malformed(reader.index) }
        guard case .object(let object) = value else { throw .notAnObject }
        return object
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    private mutating func value() throws(JSONFault) -> JSONValue {
        switch next {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONFault) -> JSONValue {
        let start = index
        for offset in 0..<text.utf8CodeUnitCount where !take(text.utf8Start[offset]) { throw .malformed(start) }
        return value
    }

    private mutating func object() throws(JSONFault) -> JSONObject {
        try enter()
        var object = JSONObject()
        skipSpace()
        while next != UInt8(ascii: "}") || !object.members.isEmpty {
            guard next == UInt8(ascii: "\"") else { throw .malformed(index) }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw .malformed(index) }
            skipSpace()
            try object.append(name, try value())
            skipSpace()
            guard take(UInt8(ascii: ",")) else { break }
            skipSpace()
        }
        try leave(UInt8(ascii: "}"))
        return object
    }

    private mutating func array() throws(JSONFault) -> [JSONValue] {
        try enter()
        var elements: [JSONValue] = []
        skipSpace()
        while next != UInt8(ascii: "]") || !elements.isEmpty {
            elements.append(try value())
            skipSpace()
            guard take(UInt8(ascii: ",")) else { break }
            skipSpace()
        }
        try leave(UInt8(ascii: "]"))
        return elements
    }

    private mutating func enter() throws(JSONFault) {
        guard depth < Self.maxDepth else { throw .tooDeep }
        depth += 1
        index += 1
    }

    private mutating func leave(_ bracket: UInt8) throws(JSONFault) {
        guard take(bracket) else { throw .malformed(index) }
        depth -= 1
    }

    /// RFC 8259 §6: no leading zero, digits on both sides of the point.
    private mutating func number() throws(JSONFault) -> String {
        let start = index
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func digits() throws(JSONFault) {
        let start = index
        while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
        guard index > start else { throw .malformed(index) }
    }

    private mutating func string() throws(JSONFault) -> String {
        index += 1
        let start = index
        var all: UInt8 = 0
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            all |= byte
            index += 1
        }
        if next == UInt8(ascii: "\"") {
            index += 1
            let plain = bytes[start..<index - 1]
            return all < 0x80 ? String(decoding: plain, as: UTF8.self) : try text(plain, from: start)
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws(JSONFault) -> String {
        var unescaped = Array(bytes[start..<index])
        while let byte = next, byte >= 0x20 {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(unescaped[...], from: start)
            case UInt8(ascii: "\\"): unescaped.append(contentsOf: try escape().utf8)
            default: unescaped.append(byte)
            }
        }
        throw .malformed(index)
    }

    private func text(_ slice: ArraySlice<UInt8>, from start: Int) throws(JSONFault) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw .malformed(start) }
        return text
    }

    private mutating func escape() throws(JSONFault) -> Character {
        let start = index
        guard let byte = next else { throw .malformed(start) }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(Unicode.Scalar(byte))
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return Character(try scalar(from: start))
        default: throw .malformed(start)
        }
    }

    /// After `\u`; a character outside the basic plane comes as two surrogates (RFC 8259 §7), and one alone is refused.
    private mutating func scalar(from start: Int) throws(JSONFault) -> Unicode.Scalar {
        let first = try hex4()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw .malformed(start) }
        let second = try hex4()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw .malformed(start) }
        return scalar
    }

    private mutating func hex4() throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = next?.hexDigit else { throw .malformed(index) }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
