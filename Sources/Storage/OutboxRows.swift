import CallModel
import GRDB

/// Events on their way to rows of `outbox` and `dead_letters`, and back.
enum OutboxRows {
    private static let columns =
        "number, call, event, sequence, time, kind, url, signer, app, attempts, due, error, detail"
    private static let insertSQL = """
        INSERT INTO outbox (number, call, event, sequence, time, kind, url, signer, app, attempts, due, detail)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)
        """
    private static let deleteSQL = "DELETE FROM outbox WHERE number = ?"
    private static let retrySQL = "UPDATE outbox SET attempts = ?, due = ?, error = ? WHERE number = ?"
    private static let burySQL = """
        INSERT OR REPLACE INTO dead_letters (\(columns))
        SELECT number, call, event, sequence, time, kind, url, signer, app, ?, ?, ?, detail FROM outbox WHERE number = ?
        """

    static func insert(
        _ event: CallEvent, as number: Int64, to target: EventTarget, call: Int64, in db: Database
    ) throws {
        var statement = try BoundStatement(insertSQL, in: db)
        statement.append(number)
        statement.append(call)
        statement.append(event.id)
        statement.append(event.sequence)
        statement.append(event.time)
        let (kind, detail) = try EventKind.stored(event.kind)
        statement.append(raw: kind)
        statement.append(target.url)
        statement.append(raw: target.signer)
        statement.append(raw: target.app)
        statement.append(event.time)
        statement.append(detail)
        try statement.run()
    }

    static func delete(_ number: Int64, in db: Database) throws {
        var statement = try BoundStatement(deleteSQL, in: db)
        statement.append(number)
        try statement.run()
    }

    static func retry(_ number: Int64, attempts: Int, due: WallTime, error: String, in db: Database) throws {
        try fail(retrySQL, number, attempts, due, error, in: db)
    }

    static func bury(_ number: Int64, attempts: Int, error: String, at time: WallTime, in db: Database) throws {
        try fail(burySQL, number, attempts, time, error, in: db)
        try delete(number, in: db)
    }

    private static func fail(
        _ sql: String, _ number: Int64, _ attempts: Int, _ time: WallTime, _ error: String, in db: Database
    ) throws {
        var statement = try BoundStatement(sql, in: db)
        statement.append(attempts)
        statement.append(time)
        statement.append(error)
        statement.append(number)
        try statement.run()
    }

    /// The greatest number that was used.
    static func lastNumber(in db: Database) throws -> Int64 {
        let sql = """
            SELECT max(
                (SELECT coalesce(max(number), 0) FROM outbox), (SELECT coalesce(max(number), 0) FROM dead_letters))
            """
        return try BoundStatement(sql, in: db).run() ?? 0
    }

    static func entries(in db: Database, after number: Int64, limit: Int) throws -> [OutboxEntry] {
        let sql = select(from: "outbox") + " WHERE entry.number > ? ORDER BY entry.number LIMIT ?"
        var statement = try BoundStatement(sql, in: db)
        statement.append(number)
        statement.append(limit)
        return try statement.rows(read)
    }

    static func deadLetters(in db: Database, limit: Int) throws -> [OutboxEntry] {
        var statement = try BoundStatement(
            select(from: "dead_letters") + " ORDER BY entry.number LIMIT ?", in: db)
        statement.append(limit)
        return try statement.rows(read)
    }

    /// Only later events of a call look for earlier ones, so that the many calls with one event need no index for it.
    static func due(in db: Database, to url: String, at time: WallTime, limit: Int) throws -> DueEntries {
        let sql = """
            \(select(from: "outbox")) WHERE entry.url = ? AND entry.due <= ? AND (entry.sequence = 1 OR NOT EXISTS (
                SELECT 1 FROM outbox AS earlier WHERE earlier.call = entry.call AND earlier.number < entry.number))
            ORDER BY entry.due, entry.number LIMIT ?
            """
        var statement = try BoundStatement(sql, in: db)
        statement.append(url)
        statement.append(time)
        statement.append(limit)
        return DueEntries(entries: try statement.rows(read), next: try nextDue(in: db, to: url, after: time))
    }

    private static func nextDue(in db: Database, to url: String, after time: WallTime) throws -> WallTime? {
        var statement = try BoundStatement("SELECT min(due) FROM outbox WHERE url = ? AND due > ?", in: db)
        statement.append(url)
        statement.append(time)
        return try statement.rows { $0.optional() as WallTime? }.first ?? nil
    }

    static func summary(in db: Database) throws -> OutboxSummary {
        let receivers = try BoundStatement("SELECT url, min(due) FROM outbox GROUP BY url", in: db).rows { columns in
            (try columns.next() as String, try columns.next() as WallTime)
        }
        return OutboxSummary(receivers: Dictionary(uniqueKeysWithValues: receivers))
    }

    private static func select(from table: String) -> String {
        """
        SELECT entry.number, entry.event, entry.sequence, entry.time, entry.kind, entry.url, entry.signer, entry.app,
            entry.attempts, entry.due, entry.error, entry.detail, \(CallRows.selectedColumns)
        FROM \(table) AS entry CROSS JOIN calls ON calls.number = entry.call \(CallRows.legJoins)
        """
    }

    private static func read(_ columns: inout ColumnReader) throws -> OutboxEntry {
        let number: Int64 = try columns.next()
        let event: CallID = try columns.next()
        let sequence: Int = try columns.next()
        let time: WallTime = try columns.next()
        let kind: EventKind = try columns.raw()
        let target = EventTarget(url: try columns.next(), signer: try columns.raw(), app: try columns.raw())
        let attempts: Int = try columns.next()
        let due: WallTime = try columns.next()
        let error: String? = columns.optional()
        let detail: String? = columns.optional()
        let record = try CallRows.read(&columns).record
        return OutboxEntry(
            number: number,
            event: CallEvent(
                id: event, call: record.id, sequence: sequence, time: time,
                kind: try kind.told(of: record, detail: detail)),
            target: target, attempts: attempts, due: due, lastError: error)
    }
}

/// The kinds of events as the `kind` column names them; `detail` holds what the call's row does not tell.
private enum EventKind: String {
    case end
    /// Its detail is what happened, as JSON.
    case progress
    /// Its detail is the recording's file name, a space and how many seconds its link is to work.
    case recordingLink = "recording_link"

    static func stored(_ kind: CallEvent.Kind) throws -> (kind: EventKind, detail: String?) {
        switch kind {
        case .end: (.end, nil)
        case .progress(let progress, _): (.progress, try progress.storedJSON)
        case .recordingLink(let link, _): (.recordingLink, "\(link.fileName) \(link.validity.components.seconds)")
        }
    }

    func told(of record: CallRecord, detail: String?) throws -> CallEvent.Kind {
        switch self {
        case .end: return .end(record)
        case .progress: return .progress(try CallProgress(storedJSON: detail ?? ""), of: record)
        case .recordingLink:
            let parts = (detail ?? "").split(separator: " ")
            guard parts.count == 2, let id = RecordingID(parts[0].prefix { $0 != "." }), let seconds = Int64(parts[1])
            else { throw StoreFailure.damaged("detail \(detail ?? "") of a recording's link") }
            let link = OwedLink(recording: id, fileName: String(parts[0]), validity: .seconds(seconds))
            return .recordingLink(link, of: record)
        }
    }
}
