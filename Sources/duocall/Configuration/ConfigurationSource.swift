import Foundation
import Yams

/// Everything a configuration is read from: one YAML file and the environment, which wins.
final class ConfigurationSource {
    /// The largest file that is read.
    static let largestFile = 1 << 20
    /// The prefix of every variable that overrides a key.
    static let prefix = "DUOCALL_"
    /// Variables that speak to the command line's client, not to the server.
    static let clientVariables: Set<String> = [
        "DUOCALL_URL", "DUOCALL_CERT_ID", "DUOCALL_SECRET", "DUOCALL_APP", "DUOCALL_ACCOUNT",
    ]

    let fileName: String
    let root: Node
    let environment: [String: String]
    private var unread: Set<String>

    /// - Parameter text: the file's content.
    init(text: String, fileName: String, environment: [String: String] = [:]) throws(ConfigurationError) {
        self.fileName = fileName
        self.environment = environment.filter { $0.key.hasPrefix(Self.prefix) && !Self.belongsToOthers($0.key) }
        self.unread = Set(self.environment.keys)
        self.root = try Self.parse(text, fileName: fileName)
    }

    convenience init(file: String, environment: [String: String]) throws(ConfigurationError) {
        try self.init(text: Self.read(file), fileName: file, environment: environment)
    }

    /// The variable for `path`, marked as known.
    func override(_ path: [String]) -> (variable: String, text: String)? {
        let variable = Self.variable(for: path)
        guard let text = environment[variable] else { return nil }
        unread.remove(variable)
        return (variable, text)
    }

    /// Whether a variable overrides something below `path`.
    func overridesBelow(_ path: [String]) -> Bool {
        let prefix = Self.variable(for: path) + "_"
        return environment.keys.contains { $0.hasPrefix(prefix) }
    }

    /// Throws for a variable that no key answers to: a misspelt override must not pass unnoticed.
    func finish() throws(ConfigurationError) {
        guard let variable = unread.min() else { return }
        throw ConfigurationError(place: .environment(variable), problem: "unknown key; no setting has this name")
    }

    static func variable(for path: [String]) -> String {
        prefix + path.joined(separator: "_").uppercased()
    }

    /// Kubernetes sets `DUOCALL_SERVICE_HOST`, `DUOCALL_PORT` and the like where a service is called duocall.
    private static func belongsToOthers(_ variable: String) -> Bool {
        clientVariables.contains(variable) || variable.hasPrefix("DUOCALL_SERVICE_")
            || variable == "DUOCALL_PORT" || variable.hasPrefix("DUOCALL_PORT_")
    }

    private static func read(_ file: String) throws(ConfigurationError) -> String {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
            let data = try handle.read(upToCount: largestFile + 1) ?? Data()
            guard data.count <= largestFile else {
                throw ConfigurationError(place: .file(file, line: nil), problem: "larger than \(largestFile) bytes")
            }
            guard let text = String(data: data, encoding: .utf8) else {
                throw ConfigurationError(place: .file(file, line: nil), problem: "expected UTF-8 text")
            }
            return text
        } catch let error as ConfigurationError {
            throw error
        } catch {
            let reason = (error as? CocoaError)?.reason ?? error.localizedDescription
            throw ConfigurationError(place: .file(file, line: nil), problem: "cannot be read: \(reason)")
        }
    }

    private static func parse(_ text: String, fileName: String) throws(ConfigurationError) -> Node {
        do {
            return try Yams.compose(yaml: text) ?? .mapping(Node.Mapping([]))
        } catch {
            let (line, problem) = describe(error)
            throw ConfigurationError(place: .file(fileName, line: line), problem: problem)
        }
    }

    private static func describe(_ error: any Error) -> (line: Int?, problem: String) {
        guard let error = error as? YamlError else { return (nil, "not YAML: \(error)") }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return (mark.line, "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            return (context.mark.line, "given twice: \(keys.joined(separator: ", "))")
        case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem), .representer(let problem):
            return (nil, "not YAML: \(problem)")
        case .no, .memory, .dataCouldNotBeDecoded:
            return (nil, "not YAML")
        @unknown default:
            return (nil, "not YAML: \(error)")
        }
    }
}

extension CocoaError {
    fileprivate var reason: String? {
        switch code {
        case .fileReadNoSuchFile, .fileNoSuchFile: "no such file"
        case .fileReadNoPermission: "permission denied"
        default: nil
        }
    }
}
