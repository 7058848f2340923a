/// The parameters of a request, read by the contract's leniency: null and an empty string are "not given", an integer
/// may come as a string of digits, a boolean as `0`, `1` or a word.
struct Parameters {
    private let object: JSONObject

    init(_ object: JSONObject) { self.object = object }

    /// Reads the JSON object in a request's body.
    init(body: [UInt8]) throws(Refusal) {
        do { object = try JSONReader.object(in: body) } catch { throw .parameter(error.rule) }
    }

    /// Reads a query string (`a=1&b=2`, percent-encoded, plus for space).
    init(query: String) throws(Refusal) {
        var object = JSONObject()
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(parts[0]), let value = Self.decode(parts.count == 2 ? parts[1] : "") else {
                throw .parameter("query must be percent-encoded UTF-8")
            }
            do { try object.append(name, .string(value)) } catch { throw .parameter(error.rule) }
        }
        self.object = object
    }

    /// In the order in which they were sent.
    var names: some Sequence<String> { object.members.lazy.map(\.name) }

    /// What was given under `name`.
    func given(_ name: String) -> JSONValue? {
        switch object[name] {
        case nil, .null, .string(""): nil
        case .some(let value): value
        }
    }

    func text(_ name: String) throws(Refusal) -> String? {
        guard let value = given(name) else { return nil }
        guard case .string(let text) = value else { throw .parameter("\(name) must be a string") }
        guard !text.utf8.contains(0) else { throw .parameter("\(name) must not contain U+0000") }
        return text
    }

    /// - Parameter limit: in Unicode scalars.
    func text(_ name: String, atMost limit: Int) throws(Refusal) -> String? {
        guard let text = try text(name) else { return nil }
        guard text.unicodeScalars.count <= limit else {
            throw .parameter("\(name) must not be longer than \(limit) characters")
        }
        return text
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(Refusal) -> Int? {
        guard let value = given(name) else { return nil }
        guard let number = value.wholeNumber, range.contains(number) else {
            throw .parameter("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func boolean(_ name: String) throws(Refusal) -> Bool? {
        guard let value = given(name) else { return nil }
        guard let truth = value.truth else { throw .parameter("\(name) must be true or false") }
        return truth
    }

    func required<Value>(_ name: String, _ value: Value?) throws(Refusal) -> Value {
        guard let value else { throw .parameter("\(name) is required") }
        return value
    }

    /// Percent-decodes `text`; `nil` unless that gives UTF-8.
    static func decode(_ text: Substring, plusIsSpace: Bool = true) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexDigit, let low = rest.popFirst()?.hexDigit else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension JSONValue {
    /// A number without point and exponent, or a string of an optional minus and ASCII digits, if it fits.
    var wholeNumber: Int? {
        let text: String
        switch self {
        case .number(let number): text = number
        case .string(let string): text = string
        case .null, .boolean, .array, .object: return nil
        }
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    fileprivate var truth: Bool? {
        switch self {
        case .boolean(let truth): truth
        case .string("true"), .string("1"), .number("1"): true
        case .string("false"), .string("0"), .number("0"): false
        case .null, .number, .string, .array, .object: nil
        }
    }
}

extension UInt8 {
    /// The value of this ASCII hex digit.
    var hexDigit: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70: self - 55
        case 97...102: self - 87
        default: nil
        }
    }
}
