internal import Glibc

/// A system call that failed.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The `errno` value.
    public let code: Int32
    /// What was tried, such as `bind 127.0.0.1:5060`.
    public let attempt: String

    public init(code: Int32, attempt: String) {
        self.code = code
        self.attempt = attempt
    }

    /// The attempt and the system's words for the error.
    public var description: String { "\(attempt): \(String(cString: strerror(code)))" }

    /// Whether an address or port is taken already.
    public var isAddressInUse: Bool { code == EADDRINUSE }
}

/// Throws the current `errno` if `result` is negative.
@discardableResult
func check(_ result: Int32, _ attempt: @autoclosure () -> String) throws(SystemError) -> Int32 {
    guard result >= 0 else { throw SystemError(code: errno, attempt: attempt()) }
    return result
}
