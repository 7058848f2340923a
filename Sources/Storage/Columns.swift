import CallModel
import Foundation
import GRDB

/// Statement arguments in the order of a table's columns.
struct ColumnValues {
    private(set) var values: [DatabaseValue] = []

    init(reservingCapacity count: Int) { values.reserveCapacity(count) }

    mutating func append(_ value: (some DatabaseValueConvertible)?) {
        values.append(value?.databaseValue ?? .null)
    }

    mutating func append(_ id: CallID) { values.append(id.blob.databaseValue) }

    mutating func append(_ time: WallTime?) { append(time?.milliseconds) }

    mutating func append(_ duration: Duration?) { append(duration?.storedNanoseconds) }

    mutating func append(list: [String]) { append(list.joined(separator: "\n")) }
}

/// Reads a row's columns from left to right.
struct ColumnReader {
    let row: Row
    private var index: Int

    init(_ row: Row, from index: Int = 0) {
        self.row = row
        self.index = index
    }

    mutating func skip(_ count: Int) { index += count }

    mutating func next<Value: DatabaseValueConvertible & StatementColumnConvertible>() throws -> Value {
        defer { index += 1 }
        guard let value: Value = row[index] else { throw StoreFailure.damaged("column \(index) is empty") }
        return value
    }

    mutating func optional<Value: DatabaseValueConvertible & StatementColumnConvertible>() -> Value? {
        defer { index += 1 }
        return row[index]
    }

    mutating func optionalTime() -> WallTime? { optional().map { WallTime(milliseconds: $0) } }

    mutating func time() throws -> WallTime { WallTime(milliseconds: try next()) }

    mutating func duration() throws -> Duration { .nanoseconds(try next() as Int64) }

    mutating func optionalDuration() -> Duration? { (optional() as Int64?).map { .nanoseconds($0) } }

    mutating func id() throws -> CallID {
        let bytes: Data = try next()
        guard let id = CallID(blob: bytes) else { throw StoreFailure.damaged("an id of \(bytes.count) bytes") }
        return id
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

    /// A value that is stored as the raw form of an enumeration.
    mutating func raw<Value: RawRepresentable>() throws -> Value
    where Value.RawValue: DatabaseValueConvertible & StatementColumnConvertible {
        let raw: Value.RawValue = try next()
        guard let value = Value(rawValue: raw) else { throw StoreFailure.damaged("\(Value.self) \(raw)") }
        return value
    }
}

extension CallID {
    var blob: Data {
        var bytes = Data(capacity: 16)
        for half in [high, low] {
            withUnsafeBytes(of: half.bigEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    init?(blob: Data) {
        guard blob.count == 16 else { return nil }
        let halves = [blob.prefix(8), blob.suffix(8)].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        self.init(high: halves[0], low: halves[1])
    }
}

extension Duration {
    fileprivate var storedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
