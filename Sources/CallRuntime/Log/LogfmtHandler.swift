import CallModel
public import Logging

/// A swift-log handler that writes logfmt lines through a `LogQueue`.
public struct LogfmtHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    public var logLevel: Logger.Level
    private let label: String
    private let queue: LogQueue

    public init(label: String, level: Logger.Level, queue: LogQueue) {
        self.label = label
        self.logLevel = level
        self.queue = queue
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var line = LogLine(time: .now, level: event.level.rawValue, event: event.message.description)
        line.field("from", label)
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { line.field(key, value.description) }
        if let error = event.error { line.field("error", "\(error)") }
        queue.append(line)
    }
}
