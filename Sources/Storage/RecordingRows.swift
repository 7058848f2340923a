import CallModel
import GRDB

/// Recordings to rows of `recordings` and back.
enum RecordingRows {
    private static let insertSQL = """
        INSERT INTO recordings (id, call, main_account, app, subaccount, begin_time, channels, format, samples, bytes,
            sha256, state)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    /// What `read` reads; `call` is the call's own id.
    private static let selectedColumns = """
        recordings.id, calls.id, recordings.main_account, recordings.app, recordings.subaccount,
        recordings.begin_time, recordings.channels, recordings.format, recordings.samples, recordings.bytes,
        recordings.sha256, recordings.state
        """
    private static let select =
        "SELECT \(selectedColumns) FROM recordings CROSS JOIN calls ON calls.number = recordings.call"

    static func insert(_ recording: Recording, call: Int64, in db: Database) throws {
        var statement = try BoundStatement(insertSQL, in: db)
        statement.append(recording.id)
        statement.append(call)
        statement.append(raw: recording.mainAccount)
        statement.append(raw: recording.app)
        statement.append(raw: recording.subaccount)
        statement.append(recording.began)
        statement.append(raw: recording.channels)
        statement.append(raw: recording.format)
        statement.append(recording.samples)
        statement.append(recording.bytes)
        statement.append(recording.sha256)
        statement.append(raw: recording.state)
        try statement.run()
    }

    static func end(
        _ id: RecordingID, samples: Int64, bytes: Int64, as state: RecordingState, in db: Database
    ) throws {
        var statement = try BoundStatement(
            """
            UPDATE recordings SET samples = ?, bytes = ?, state = ?
            WHERE id = ? AND (state = 0 OR (state = 1 AND ? = 3))
            """, in: db)
        statement.append(samples)
        statement.append(bytes)
        statement.append(raw: state)
        statement.append(id)
        statement.append(raw: state)
        try statement.run()
    }

    static func await(_ id: RecordingID, for duration: Duration, in db: Database) throws {
        var statement = try BoundStatement(
            "UPDATE recordings SET awaited_for = ? WHERE id = ? AND state IN (0, 1)", in: db)
        statement.append(duration)
        statement.append(id)
        try statement.run()
    }

    static func finish(
        _ id: RecordingID, samples: Int64, bytes: Int64, sha256: [UInt8], in db: Database
    ) throws {
        var statement = try BoundStatement(
            """
            UPDATE recordings SET samples = ?, bytes = ?, sha256 = ?, state = 2, awaited_for = NULL
            WHERE id = ? AND state = 1 RETURNING number
            """, in: db)
        statement.append(samples)
        statement.append(bytes)
        statement.append(sha256)
        statement.append(id)
        guard try statement.run() != nil else { throw StoreFailure.conflict("recording \(id) is not being finished") }
    }

    static func delete(_ id: RecordingID, in db: Database) throws {
        var statement = try BoundStatement("UPDATE recordings SET state = 4 WHERE id = ?", in: db)
        statement.append(id)
        try statement.run()
    }

    static func recording(_ id: RecordingID, in db: Database) throws -> Recording? {
        var statement = try BoundStatement(select + " WHERE recordings.id = ?", in: db)
        statement.append(id)
        return try statement.rows(read).first
    }

    static func inProgress(in db: Database) throws -> [Recording] {
        try BoundStatement(select + " WHERE recordings.state = 0 ORDER BY recordings.number", in: db).rows(read)
    }

    static func ready(beganBefore time: WallTime, limit: Int, in db: Database) throws -> [Recording] {
        var statement = try BoundStatement(
            """
            \(select) WHERE recordings.state = 2 AND recordings.begin_time < ?
            ORDER BY recordings.begin_time LIMIT ?
            """, in: db)
        statement.append(time)
        statement.append(limit)
        return try statement.rows(read)
    }

    static func finishing(limit: Int, in db: Database) throws -> [FinishingRecording] {
        let sql = """
            SELECT \(selectedColumns), recordings.awaited_for, \(CallRows.selectedColumns)
            FROM recordings CROSS JOIN calls ON calls.number = recordings.call \(CallRows.legJoins)
            WHERE recordings.state = 1 AND calls.end_time IS NOT NULL ORDER BY recordings.number LIMIT ?
            """
        var statement = try BoundStatement(sql, in: db)
        statement.append(limit)
        return try statement.rows { columns in
            FinishingRecording(
                recording: try read(&columns), awaitedFor: columns.optional(),
                callRecord: try CallRows.read(&columns).record)
        }
    }

    private static func read(_ columns: inout ColumnReader) throws -> Recording {
        try Recording(
            id: columns.next(), call: columns.next(), mainAccount: columns.raw(), app: columns.raw(),
            subaccount: columns.optionalRaw(), began: columns.next(), channels: columns.raw(), format: columns.raw(),
            samples: columns.next(), bytes: columns.next(), sha256: columns.optional(), state: columns.raw())
    }
}

// Lists.
extension RecordingRows {
    static func page(_ query: RecordingQuery, in db: Database) throws -> Page<Recording> {
        Page(elements: try elements(query, in: db), totalCount: try count(query, in: db))
    }

    private static func filter(_ query: RecordingQuery) -> String {
        let subaccount = query.scope.subaccount == nil ? "" : " AND recordings.subaccount = ?"
        let call = query.call == nil ? "" : " AND recordings.call = (SELECT number FROM calls WHERE id = ?)"
        return """
            recordings.main_account = ? AND recordings.app = ? AND recordings.begin_time BETWEEN ? AND ? \
            AND recordings.state IN (1, 2)\(subaccount)\(call)
            """
    }

    private static func fill(_ statement: inout BoundStatement, _ query: RecordingQuery) {
        statement.append(raw: query.scope.mainAccount)
        statement.append(raw: query.scope.app)
        statement.append(query.start)
        statement.append(query.end)
        if let subaccount = query.scope.subaccount { statement.append(raw: subaccount) }
        if let call = query.call { statement.append(call) }
    }

    private static func elements(_ query: RecordingQuery, in db: Database) throws -> [Recording] {
        let (offset, overflow) = (query.page - 1).multipliedReportingOverflow(by: query.pageSize)
        if overflow || query.page < 1 { return [] }
        let sql = """
            \(select) WHERE \(filter(query)) ORDER BY recordings.begin_time DESC, recordings.number DESC
            LIMIT ? OFFSET ?
            """
        var statement = try BoundStatement(sql, in: db)
        fill(&statement, query)
        statement.append(query.pageSize)
        statement.append(offset)
        return try statement.rows(read)
    }

    private static func count(_ query: RecordingQuery, in db: Database) throws -> Int {
        var statement = try BoundStatement("SELECT count(*) FROM recordings WHERE \(filter(query))", in: db)
        fill(&statement, query)
        return Int(try statement.run() ?? 0)
    }
}
