import GRDB

/// Why a store refused or failed.
public enum StoreFailure: Error, Hashable, Sendable {
    /// The store cannot work now (disk full, I/O error, file locked); the same call may succeed later.
    case unavailable(String)
    /// The writes contradict what the store holds: an id that exists, a call that is unknown or already over.
    /// The same writes will never succeed.
    case conflict(String)
    /// A newer release wrote the file. Holds the file's path.
    case newerSchema(path: String)
    /// What was read is not what this release writes.
    case damaged(String)
}

extension StoreFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unavailable(let reason): "the store does not work: \(reason)"
        case .conflict(let reason): "the store refused a write: \(reason)"
        case .newerSchema(let path):
            "\(path) was written by a newer release of Duocall; start that release, or use another data folder"
        case .damaged(let reason): "the store holds something unreadable: \(reason)"
        }
    }
}

extension StoreFailure {
    /// SQLite's answers to a write that it will never take.
    private static let refusals: [ResultCode] = [.SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH]

    init(_ error: any Error) {
        if let failure = error as? StoreFailure {
            self = failure
        } else if let error = error as? DatabaseError, StoreFailure.refusals.contains(error.resultCode) {
            self = .conflict(error.message ?? "\(error.resultCode)")
        } else {
            self = .unavailable("\(error)")
        }
    }
}

/// Runs `body` and tells its errors as `StoreFailure`.
func asStoreFailure<Value>(_ body: () throws -> Value) throws(StoreFailure) -> Value {
    do { return try body() } catch { throw StoreFailure(error) }
}
