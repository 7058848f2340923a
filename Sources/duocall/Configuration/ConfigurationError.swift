/// Why a configuration cannot be used: where, which key, and what was expected there.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// Where a value came from.
    enum Place: Hashable, Sendable {
        /// A line of the file, from 1; `nil` for the file as a whole.
        case file(String, line: Int?)
        case environment(String)
    }

    var place: Place
    /// The key with those above it, as `trunks.0.uri`.
    var key: String?
    var problem: String

    var description: String {
        switch place {
        case .file(let name, let line):
            [name + (line.map { ":\($0)" } ?? ""), key, problem].compactMap(\.self).joined(separator: ": ")
        case .environment(let variable):
            "environment variable \(variable): \(problem)"
        }
    }
}
