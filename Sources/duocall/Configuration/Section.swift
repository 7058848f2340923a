import Yams

/// A value with the place it came from.
struct Located<Value> {
    var value: Value
    var place: ConfigurationError.Place
}

/// One mapping of the configuration, read key by key; a key that nobody read is unknown.
final class Section {
    private let source: ConfigurationSource
    private let path: [String]
    private let line: Int?
    private var entries: [String: (key: Node, value: Node)] = [:]
    private var known: Set<String> = []

    /// The whole configuration.
    static func root(of source: ConfigurationSource) throws(ConfigurationError) -> Section {
        try Section(source.root, path: [], in: source)
    }

    private init(_ node: Node?, path: [String], in source: ConfigurationSource) throws(ConfigurationError) {
        self.source = source
        self.path = path
        self.line = node?.mark?.line
        guard let node, !node.isNull else { return }
        guard case .mapping(let mapping) = node else { throw error("expected keys with values", at: node) }
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw error("expected a key", at: key) }
            entries[name] = (key, value)
        }
    }

    /// A single value; `nil` when it is absent, null or, in the environment, empty.
    func scalar(_ key: String) throws(ConfigurationError) -> Located<String>? {
        known.insert(key)
        if let (variable, text) = source.override(path + [key]) {
            return text.isEmpty ? nil : Located(value: text, place: .environment(variable))
        }
        guard let node = entries[key]?.value, !node.isNull else { return nil }
        guard let scalar = node.scalar else { throw error("expected a single value", key: key, at: node) }
        return Located(value: scalar.string, place: place(of: node))
    }

    /// A list of single values; in the environment they are separated by commas. `nil` when absent.
    func list(_ key: String) throws(ConfigurationError) -> [Located<String>]? {
        known.insert(key)
        if let (variable, text) = source.override(path + [key]) {
            return text.split(separator: ",").map { part in
                Located(value: part.trimmed, place: .environment(variable))
            }
        }
        guard let node = entries[key]?.value, !node.isNull else { return nil }
        guard case .sequence(let sequence) = node else { throw error("expected a list", key: key, at: node) }
        var values: [Located<String>] = []
        for element in sequence {
            guard let scalar = element.scalar, !element.isNull else {
                throw error("expected a list of single values", key: key, at: element)
            }
            values.append(Located(value: scalar.string, place: place(of: element)))
        }
        return values
    }

    /// A mapping below this one, empty when absent.
    func section<Value>(
        _ key: String, _ read: (Section) throws(ConfigurationError) -> Value
    ) throws(ConfigurationError) -> Value {
        known.insert(key)
        return try Section(entries[key]?.value, path: path + [key], in: source).wholly(read)
    }

    /// A list of mappings; a variable with the next index, as `DUOCALL_TRUNKS_0_URI`, adds one.
    func sections<Value>(
        _ key: String, _ read: (Section) throws(ConfigurationError) -> Value
    ) throws(ConfigurationError) -> [Value] {
        known.insert(key)
        var nodes: [Node] = []
        if let node = entries[key]?.value, !node.isNull {
            guard case .sequence(let sequence) = node else { throw error("expected a list", key: key, at: node) }
            nodes = Array(sequence)
        }
        var values: [Value] = []
        while values.count < nodes.count || source.overridesBelow(path + [key, "\(values.count)"]) {
            let node = values.count < nodes.count ? nodes[values.count] : nil
            let section = try Section(node, path: path + [key, "\(values.count)"], in: source)
            values.append(try section.wholly(read))
        }
        return values
    }

    /// Whether the key is given with more than null, in whatever shape.
    func isGiven(_ key: String) -> Bool {
        known.insert(key)
        if let (_, text) = source.override(path + [key]) { return !text.isEmpty }
        if source.overridesBelow(path + [key]) { return true }
        return entries[key].map { !$0.value.isNull && !$0.value.isEmptyCollection } ?? false
    }

    /// An error about this mapping or one of its keys, at the place of the value.
    func error(_ problem: String, key: String? = nil) -> ConfigurationError {
        if let key, source.environment[ConfigurationSource.variable(for: path + [key])] != nil {
            return error(problem, key: key, place: .environment(ConfigurationSource.variable(for: path + [key])))
        }
        let line = key.flatMap { entries[$0]?.value.mark?.line } ?? line
        return error(problem, key: key, place: .file(source.fileName, line: line))
    }

    func error(_ problem: String, key: String?, place: ConfigurationError.Place) -> ConfigurationError {
        let whole = path + [key].compactMap(\.self)
        return ConfigurationError(
            place: place, key: whole.isEmpty ? nil : whole.joined(separator: "."), problem: problem)
    }

    /// Reads all of the mapping and refuses what was left over.
    func wholly<Value>(_ read: (Section) throws(ConfigurationError) -> Value) throws(ConfigurationError) -> Value {
        let value = try read(self)
        let unknown = entries.filter { !known.contains($0.key) }
        guard let first = unknown.min(by: { ($0.value.key.mark?.line ?? 0) < ($1.value.key.mark?.line ?? 0) }) else {
            return value
        }
        throw error(
            "unknown key; expected one of: \(known.sorted().joined(separator: ", "))", key: first.key,
            at: first.value.key)
    }

    private func error(_ problem: String, key: String? = nil, at node: Node) -> ConfigurationError {
        error(problem, key: key, place: place(of: node))
    }

    private func place(of node: Node) -> ConfigurationError.Place {
        .file(source.fileName, line: node.mark?.line ?? line)
    }
}

extension Node {
    /// A plain empty scalar, `~` or `null`.
    fileprivate var isNull: Bool {
        guard let scalar else { return false }
        let isPlain = scalar.style != .singleQuoted && scalar.style != .doubleQuoted
        return isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    fileprivate var isEmptyCollection: Bool {
        switch self {
        case .mapping(let mapping): mapping.isEmpty
        case .sequence(let sequence): sequence.isEmpty
        case .scalar, .alias: false
        @unknown default: false
        }
    }
}

extension StringProtocol {
    /// Without the spaces around it.
    var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
