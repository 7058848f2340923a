import CallModel
import GRDB
import GRDBSQLite

/// A cached statement whose places are filled and whose columns are read one after the other.
///
/// Values go straight to SQLite: GRDB's arguments and rows cost several times what the statement does, and these are
/// the statements of every call.
struct BoundStatement {
    private let statement: Statement
    private let db: Database
    private var place: Int32 = 0

    private var handle: OpaquePointer { statement.sqliteStatement }

    init(_ sql: String, in db: Database) throws {
        self.db = db
        statement = try db.cachedStatement(sql: sql)
    }

    /// Fills the next place.
    mutating func append(_ value: (some ColumnValue)?) {
        place += 1
        if let value { value.put(into: handle, at: place) } else { sqlite3_bind_null(handle, place) }
    }

    mutating func append<Value: RawRepresentable>(raw value: Value?) where Value.RawValue: ColumnValue {
        append(value?.rawValue)
    }

    mutating func append(list: [String]) { append(list.joined(separator: "\n")) }

    mutating func appendNulls(_ count: Int) {
        for _ in 0..<count { append(nil as Int64?) }
    }

    /// Runs the statement and returns the first column of its first row, where it has one.
    @discardableResult
    func run() throws -> Int64? {
        defer { sqlite3_reset(handle) }
        return try step() ? sqlite3_column_int64(handle, 0) : nil
    }

    /// Runs the statement and reads its rows.
    func rows<Value>(_ read: (inout ColumnReader) throws -> Value) throws -> [Value] {
        defer { sqlite3_reset(handle) }
        var values: [Value] = []
        while try step() {
            var columns = ColumnReader(handle)
            values.append(try read(&columns))
        }
        return values
    }

    private func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
        }
    }
}

/// Reads a row's columns from left to right.
struct ColumnReader {
    private let handle: OpaquePointer
    private var index: Int32 = 0

    fileprivate init(_ handle: OpaquePointer) { self.handle = handle }

    mutating func skip(_ count: Int32) { index += count }

    mutating func optional<Value: ColumnValue>() -> Value? {
        defer { index += 1 }
        if sqlite3_column_type(handle, index) == SQLITE_NULL { return nil }
        return Value(column: index, of: handle)
    }

    mutating func next<Value: ColumnValue>() throws -> Value {
        guard let value: Value = optional() else { throw StoreFailure.damaged("column \(index - 1) is empty") }
        return value
    }

    mutating func list() throws -> [String] {
        let text: String = try next()
        return text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    mutating func list<Value>(of make: (String) -> Value?) throws -> [Value] {
        try list().map { text in
            guard let value = make(text) else { throw StoreFailure.damaged(text) }
            return value
        }
    }

    /// A value that is stored as the raw form of an enumeration or an identity.
    mutating func raw<Value: RawRepresentable>() throws -> Value where Value.RawValue: ColumnValue {
        let raw: Value.RawValue = try next()
        guard let value = Value(rawValue: raw) else { throw StoreFailure.damaged("\(Value.self) \(raw)") }
        return value
    }

    mutating func optionalRaw<Value: RawRepresentable>() throws -> Value? where Value.RawValue: ColumnValue {
        guard let raw: Value.RawValue = optional() else { return nil }
        guard let value = Value(rawValue: raw) else { throw StoreFailure.damaged("\(Value.self) \(raw)") }
        return value
    }
}
