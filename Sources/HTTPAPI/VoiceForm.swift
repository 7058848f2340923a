import Glibc

/// What an upload consists of: `multipart/form-data` with the fields `name` and one file, or the file as the body with
/// `name` in the query.
struct VoiceForm {
    var name: String?
    var sound: ArraySlice<UInt8>

    init(_ request: APIRequest) throws(Refusal) {
        let given = try Parameters(query: request.query).text("name")
        let contentType = request.headers.contentType ?? ""
        guard contentType.lowercased().hasPrefix("multipart/form-data") else {
            (name, sound) = (given, request.body[...])
            return
        }
        let fields = try MultipartForm.fields(of: request.body, contentType: contentType)
        let files = fields.filter { $0.fileName != nil || $0.name == "file" }
        guard files.count == 1 else { throw .parameter("the form must hold one file, and holds \(files.count)") }
        let named = fields.first { $0.name == "name" && $0.fileName == nil }.map(\.content)
        if let named {
            guard let text = String(validating: named, as: UTF8.self) else { throw .parameter("name must be UTF-8") }
            name = text
        } else {
            name = given ?? files[0].fileName
        }
        sound = files[0].content
    }
}

/// A form as RFC 7578 has it.
enum MultipartForm {
    /// How many fields a form may have.
    static let maxFields = 16
    /// The longest head of a field, in bytes.
    static let maxHead = 4_096

    struct Field {
        var name: String
        var fileName: String?
        var content: ArraySlice<UInt8>
    }

    static func fields(of body: [UInt8], contentType: String) throws(Refusal) -> [Field] {
        guard let boundary = HeaderParameters(contentType)["boundary"], (1...70).contains(boundary.utf8.count) else {
            throw .parameter("Content-Type must name the form's boundary")
        }
        let delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter may stand at the very start, without a line end before it.
        var place = body.starts(with: delimiter.dropFirst(2)) ? delimiter.count - 2 : 0
        if place == 0 {
            guard let start = body[...].position(of: delimiter, from: 0) else { throw malformed }
            place = start + delimiter.count
        }
        var fields: [Field] = []
        while !body[place...].starts(with: "--".utf8) {
            guard fields.count < maxFields else {
                throw .parameter("the form must not have more than \(maxFields) fields")
            }
            guard let end = body[...].position(of: delimiter, from: place) else { throw malformed }
            fields.append(try field(body[place..<end]))
            place = end + delimiter.count
        }
        return fields
    }

    private static let malformed = Refusal.parameter(
        "body must be a form as its Content-Type says, with its last boundary")

    /// - Parameter part: what stands between two delimiters: the rest of the line, the head, an empty line, the content.
    private static func field(_ part: ArraySlice<UInt8>) throws(Refusal) -> Field {
        let head = part.prefix(maxHead)
        guard let end = head.position(of: Array("\r\n\r\n".utf8), from: head.startIndex),
            let text = String(validating: head[..<end], as: UTF8.self)
        else { throw malformed }
        for line in text.split(separator: "\r\n") {
            guard line.lowercased().hasPrefix("content-disposition:") else { continue }
            let parameters = HeaderParameters(line)
            guard let name = parameters["name"] else { break }
            return Field(name: name, fileName: parameters["filename"], content: part[(end + 4)...])
        }
        throw .parameter("each field of the form must have a name")
    }
}

/// The parameters behind a header's value: `; name=value` or `; name="value"` (RFC 9110 §5.6.6), the latter as RFC 7578
/// has file names: in UTF-8, with `%22` or `\"` for a quotation mark.
private struct HeaderParameters {
    private var values: [String: String] = [:]

    init(_ header: some StringProtocol) {
        var rest = String(header).drop { $0 != ";" }
        while rest.first == ";" {
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            let name = rest.prefix { $0 != "=" && $0 != ";" }
            rest = rest.dropFirst(name.count)
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst()
            values[name.lowercased()] = rest.first == "\"" ? Self.quoted(&rest) : Self.token(&rest)
            rest = rest.drop { $0 != ";" }
        }
    }

    subscript(name: String) -> String? { values[name] }

    private static func token(_ rest: inout Substring) -> String {
        let token = rest.prefix { $0 != ";" && $0 != " " }
        rest = rest.dropFirst(token.count)
        return String(token)
    }

    private static func quoted(_ rest: inout Substring) -> String {
        var value = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst(), character != "\"" {
            let isEscape = character == "\\" && (rest.first == "\"" || rest.first == "\\")
            value.append(isEscape ? rest.removeFirst() : character)
        }
        return value.replacing("%22", with: "\"")
    }
}

extension ArraySlice<UInt8> {
    /// Where `pattern` next begins, at or behind `start`.
    fileprivate func position(of pattern: [UInt8], from start: Int) -> Int? {
        var place = start
        while let next = position(of: pattern[0], from: place) {
            if self[next...].starts(with: pattern) { return next }
            place = next + 1
        }
        return nil
    }

    /// The system's search, which looks at many bytes at a time: a file may have 20 million.
    private func position(of byte: UInt8, from start: Int) -> Int? {
        self[start...].withUnsafeBytes { bytes -> Int? in
            guard let first = bytes.baseAddress, let found = memchr(first, Int32(byte), bytes.count) else { return nil }
            return start + (UnsafeRawPointer(found) - first)
        }
    }
}
