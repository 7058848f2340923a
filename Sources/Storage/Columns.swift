import CallModel
import GRDB
import GRDBSQLite

/// A value that a column can hold.
protocol ColumnValue {
    init(column index: Int32, of statement: OpaquePointer)
    func put(into statement: OpaquePointer, at index: Int32)
}

extension ColumnValue where Self: FixedWidthInteger {
    init(column index: Int32, of statement: OpaquePointer) {
        self.init(clamping: sqlite3_column_int64(statement, index))
    }

    func put(into statement: OpaquePointer, at index: Int32) {
        sqlite3_bind_int64(statement, index, Int64(clamping: self))
    }
}

extension Int: ColumnValue {}
extension Int64: ColumnValue {}
extension UInt8: ColumnValue {}
extension UInt16: ColumnValue {}
extension UInt32: ColumnValue {}
extension UInt64: ColumnValue {}

extension Double: ColumnValue {
    init(column index: Int32, of statement: OpaquePointer) { self = sqlite3_column_double(statement, index) }

    func put(into statement: OpaquePointer, at index: Int32) { sqlite3_bind_double(statement, index, self) }
}

extension Bool: ColumnValue {
    init(column index: Int32, of statement: OpaquePointer) { self = sqlite3_column_int(statement, index) != 0 }

    func put(into statement: OpaquePointer, at index: Int32) { sqlite3_bind_int(statement, index, self ? 1 : 0) }
}

/// SQLite copies what is bound, before the call returns.
private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension String: ColumnValue {
    init(column index: Int32, of statement: OpaquePointer) {
        guard let text = sqlite3_column_text(statement, index) else {
            self = ""
            return
        }
        let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, index)))
        self = String(decoding: bytes, as: UTF8.self)
    }

    func put(into statement: OpaquePointer, at index: Int32) {
        var text = self
        text.withUTF8 { bytes in
            // Text that is empty has no address, and an absent address would be NULL.
            guard let start = UnsafeRawPointer(bytes.baseAddress) else {
                sqlite3_bind_text(statement, index, "", 0, copied)
                return
            }
            let characters = start.assumingMemoryBound(to: CChar.self)
            sqlite3_bind_text(statement, index, characters, Int32(clamping: bytes.count), copied)
        }
    }
}

extension [UInt8]: ColumnValue {
    init(column index: Int32, of statement: OpaquePointer) {
        let count = Int(sqlite3_column_bytes(statement, index))
        self = [UInt8](UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, index), count: count))
    }

    func put(into statement: OpaquePointer, at index: Int32) {
        withUnsafeBytes { bytes in
            _ = sqlite3_bind_blob(statement, index, bytes.baseAddress, Int32(clamping: bytes.count), copied)
        }
    }
}

extension RandomIdentity where Self: ColumnValue {
    init(column index: Int32, of statement: OpaquePointer) {
        guard let bytes = sqlite3_column_blob(statement, index), sqlite3_column_bytes(statement, index) == 16 else {
            self.init(high: 0, low: 0)
            return
        }
        let halves = (
            bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        )
        self.init(high: UInt64(bigEndian: halves.0), low: UInt64(bigEndian: halves.1))
    }

    func put(into statement: OpaquePointer, at index: Int32) {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes in
            _ = sqlite3_bind_blob(statement, index, bytes.baseAddress, 16, copied)
        }
    }
}

extension CallID: ColumnValue {}
extension VoiceFileID: ColumnValue {}
extension RecordingID: ColumnValue {}

extension WallTime: ColumnValue {
    init(column index: Int32, of statement: OpaquePointer) {
        self.init(milliseconds: sqlite3_column_int64(statement, index))
    }

    func put(into statement: OpaquePointer, at index: Int32) { milliseconds.put(into: statement, at: index) }
}

extension Duration: ColumnValue {
    init(column index: Int32, of statement: OpaquePointer) {
        self = .nanoseconds(sqlite3_column_int64(statement, index))
    }

    func put(into statement: OpaquePointer, at index: Int32) {
        let (seconds, attoseconds) = components
        (seconds * 1_000_000_000 + attoseconds / 1_000_000_000).put(into: statement, at: index)
    }
}
