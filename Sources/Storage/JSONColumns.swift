import Foundation

/// Values that no query looks into, kept as JSON text.
extension BoundStatement {
    mutating func append(json value: (some Encodable)?) throws {
        guard let value else { return appendNulls(1) }
        append(try value.storedJSON)
    }
}

extension Encodable {
    var storedJSON: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }
}

extension ColumnReader {
    mutating func optionalJSON<Value: Decodable>() throws -> Value? {
        guard let text: String = optional() else { return nil }
        return try Value(storedJSON: text)
    }
}

extension Decodable {
    init(storedJSON text: String) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
        } catch {
            throw StoreFailure.damaged("\(Self.self) \(text)")
        }
    }
}
