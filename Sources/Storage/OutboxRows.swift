import CallModel
import GRDB

/// Events on their way to rows of `outbox` and `dead_letters`, and back.
enum OutboxRows {
    private static let columns = "number, call, event, sequence, time, kind, url, signer, app, attempts, due, error"
    private static let insertSQL = """
        INSERT INTO outbox (call, event, sequence, time, kind, url, signer, app, attempts, due)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
        """
    private static let deleteSQL = "DELETE FROM outbox WHERE number = ?"
    private static let retrySQL = "UPDATE outbox SET attempts = ?, due = ?, error = ? WHERE number = ?"
    private static let burySQL = """
        INSERT OR REPLACE INTO dead_letters (\(columns))
        SELECT number, call, event, sequence, time, kind, url, signer, app, ?, ?, ? FROM outbox WHERE number = ?
        """

    static func insert(_ event: CallEvent, to target: EventTarget, call number: Int64, in db: Database) throws {
        var values = ColumnValues(reservingCapacity: 9)
        values.append(number)
        values.append(event.id)
        values.append(event.sequence)
        values.append(event.time)
        values.append(EventKind(event.kind).rawValue)
        values.append(target.url)
        values.append(target.signer.rawValue)
        values.append(target.app.rawValue)
        values.append(event.time)
        try run(insertSQL, values, in: db)
    }

    static func delete(_ number: Int64, in db: Database) throws {
        var values = ColumnValues(reservingCapacity: 1)
        values.append(number)
        try run(deleteSQL, values, in: db)
    }

    static func retry(_ number: Int64, attempts: Int, due: WallTime, error: String, in db: Database) throws {
        try run(retrySQL, values(attempts, due, error, number), in: db)
    }

    static func bury(_ number: Int64, attempts: Int, error: String, at time: WallTime, in db: Database) throws {
        try run(burySQL, values(attempts, time, error, number), in: db)
        try delete(number, in: db)
    }

    private static func values(_ attempts: Int, _ time: WallTime, _ error: String, _ number: Int64) -> ColumnValues {
        var values = ColumnValues(reservingCapacity: 4)
        values.append(attempts)
        values.append(time)
        values.append(error)
        values.append(number)
        return values
    }

    private static func run(_ sql: String, _ values: ColumnValues, in db: Database) throws {
        let statement = try db.cachedStatement(sql: sql)
        statement.setUncheckedArguments(StatementArguments(values.values))
        try statement.execute()
    }

    static func entries(in db: Database, after number: Int64, limit: Int) throws -> [OutboxEntry] {
        let sql = select(from: "outbox") + " WHERE entry.number > ? ORDER BY entry.number LIMIT ?"
        return try fetch(sql, [number, limit], in: db)
    }

    static func deadLetters(in db: Database, limit: Int) throws -> [OutboxEntry] {
        try fetch(select(from: "dead_letters") + " ORDER BY entry.number LIMIT ?", [limit], in: db)
    }

    static func due(in db: Database, to url: String, at time: WallTime, limit: Int) throws -> DueEntries {
        let sql = """
            \(select(from: "outbox")) WHERE entry.url = ? AND entry.due <= ? AND NOT EXISTS (
                SELECT 1 FROM outbox AS earlier WHERE earlier.call = entry.call AND earlier.number < entry.number)
            ORDER BY entry.due, entry.number LIMIT ?
            """
        let later = try db.cachedStatement(sql: "SELECT min(due) FROM outbox WHERE url = ? AND due > ?")
        let next = try Int64.fetchOne(later, arguments: [url, time.milliseconds])
        return DueEntries(
            entries: try fetch(sql, [url, time.milliseconds, limit], in: db),
            next: next.map(WallTime.init(milliseconds:)))
    }

    static func summary(in db: Database) throws -> OutboxSummary {
        let last = try Int64.fetchOne(db, sql: "SELECT max(number) FROM outbox") ?? 0
        let rows = try Row.fetchAll(db, sql: "SELECT url, min(due) FROM outbox GROUP BY url")
        let receivers = rows.map { ($0[0] as String, WallTime(milliseconds: $0[1])) }
        return OutboxSummary(lastNumber: last, receivers: Dictionary(uniqueKeysWithValues: receivers))
    }

    private static func select(from table: String) -> String {
        """
        SELECT entry.number, entry.event, entry.sequence, entry.time, entry.kind, entry.url, entry.signer, entry.app,
            entry.attempts, entry.due, entry.error, \(CallRows.selectedColumns)
        FROM \(table) AS entry CROSS JOIN calls ON calls.number = entry.call \(CallRows.legJoins)
        """
    }

    private static func fetch(
        _ sql: String, _ arguments: StatementArguments, in db: Database
    ) throws -> [OutboxEntry] {
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
        var entries: [OutboxEntry] = []
        while let row = try rows.next() { entries.append(try read(row)) }
        return entries
    }

    private static func read(_ row: Row) throws -> OutboxEntry {
        var columns = ColumnReader(row)
        let number: Int64 = try columns.next()
        let event = try columns.id()
        let sequence: Int = try columns.next()
        let time = try columns.time()
        let kind: EventKind = try columns.raw()
        let target = EventTarget(url: try columns.next(), signer: try columns.raw(), app: try columns.raw())
        let attempts: Int = try columns.next()
        let due = try columns.time()
        let error: String? = columns.optional()
        let record = try CallRows.read(&columns).record
        return OutboxEntry(
            number: number,
            event: CallEvent(id: event, call: record.id, sequence: sequence, time: time, kind: kind.told(of: record)),
            target: target, attempts: attempts, due: due, lastError: error)
    }
}

/// The kinds of events as the `kind` column names them.
private enum EventKind: String {
    case end

    init(_ kind: CallEvent.Kind) {
        switch kind {
        case .end: self = .end
        }
    }

    func told(of record: CallRecord) -> CallEvent.Kind {
        switch self {
        case .end: .end(record)
        }
    }
}
