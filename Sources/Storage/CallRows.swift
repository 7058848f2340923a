import CallModel
import GRDB

/// Calls to rows of `calls` and back.
enum CallRows {
    private static let requestColumns = [
        "account", "main_account", "app", "to1", "to2", "from1", "from2", "caller_numbers", "sounds",
        "max_dial_duration1", "max_dial_duration2", "max_call_duration", "media_timeout",
        "user_data", "user_data1", "user_data2", "events", "notify_on_cancel", "target_url", "target_signer",
        "target_app", "begin_time",
    ]
    private static let stateColumns = [
        "state", "connect_time", "end_time", "end_reason", "hangup_by", "duration", "record_file", "event_count",
    ]
    private static let writtenColumns = ["id"] + requestColumns + stateColumns

    /// What `read` reads: a call with both legs, from `calls` joined with `legJoins`.
    static let selectedColumns = """
        \((["cancel_reason"] + writtenColumns).map { "calls.\($0)" }.joined(separator: ", ")), \
        \(LegRows.columns(of: "leg1")), \(LegRows.columns(of: "leg2"))
        """
    static let legJoins = """
        LEFT JOIN legs AS leg1 ON leg1.call = calls.number AND leg1.party = 1
        LEFT JOIN legs AS leg2 ON leg2.call = calls.number AND leg2.party = 2
        """
    /// Selects calls with both legs; a `WHERE` over `calls` may follow.
    static let select = "SELECT \(selectedColumns) FROM calls \(legJoins)"

    private static let insertSQL = """
        INSERT INTO calls (\(writtenColumns.joined(separator: ", ")))
        VALUES (\(writtenColumns.map { _ in "?" }.joined(separator: ", ")))
        """
    private static let findSQL = "SELECT number FROM calls WHERE id = ? AND end_time IS NULL"
    private static let progressSQL =
        "UPDATE calls SET state = ?, connect_time = coalesce(?, connect_time) WHERE number = ?"
    private static let cancelSQL = "UPDATE calls SET cancel_reason = ? WHERE number = ?"
    private static let endSQL =
        "UPDATE calls SET \(stateColumns.map { "\($0) = ?" }.joined(separator: ", ")) WHERE number = ?"
    private static let countEventSQL = """
        UPDATE calls SET event_count = event_count + 1 WHERE id = ? AND end_time IS NOT NULL
        RETURNING number, event_count, target_url, target_signer, target_app
        """

    /// Returns the new row's number.
    static func insert(_ record: CallRecord, into db: Database) throws -> Int64 {
        var statement = try BoundStatement(insertSQL, in: db)
        statement.append(record.id)
        try statement.append(record.request)
        statement.append(record.beginTime)
        statement.append(stateOf: record)
        try statement.run()
        return db.lastInsertedRowID
    }

    /// The number of a call that is not over.
    static func findLive(_ id: CallID, in db: Database) throws -> Int64? {
        var statement = try BoundStatement(findSQL, in: db)
        statement.append(id)
        return try statement.run()
    }

    static func progress(
        _ number: Int64, to state: CallState, connectTime: WallTime?, in db: Database
    ) throws {
        var statement = try BoundStatement(progressSQL, in: db)
        statement.append(raw: state)
        statement.append(connectTime)
        statement.append(number)
        try statement.run()
    }

    static func cancel(_ number: Int64, reason: EndReason, in db: Database) throws {
        var statement = try BoundStatement(cancelSQL, in: db)
        statement.append(reason.token)
        statement.append(number)
        try statement.run()
    }

    static func end(_ number: Int64, as record: CallRecord, in db: Database) throws {
        var statement = try BoundStatement(endSQL, in: db)
        statement.append(stateOf: record)
        statement.append(number)
        try statement.run()
    }

    /// The number of a live call's last event.
    static func noteEvents(_ count: Int, of number: Int64, in db: Database) throws {
        var statement = try BoundStatement("UPDATE calls SET event_count = ? WHERE number = ?", in: db)
        statement.append(count)
        statement.append(number)
        try statement.run()
    }

    /// A live call is being recorded.
    static func noteRecording(_ file: String, of number: Int64, in db: Database) throws {
        var statement = try BoundStatement("UPDATE calls SET record_file = ? WHERE number = ?", in: db)
        statement.append(file)
        statement.append(number)
        try statement.run()
    }

    /// The legs go with their call.
    static func forget(_ id: CallID, in db: Database) throws {
        var find = try BoundStatement("SELECT calls.number FROM calls WHERE calls.id = ? AND \(forgettable)", in: db)
        find.append(id)
        guard let number = try find.run() else { return }
        for sql in [
            "DELETE FROM dead_letters WHERE call = ?", "DELETE FROM recordings WHERE call = ?",
            "DELETE FROM calls WHERE number = ?",
        ] {
            var delete = try BoundStatement(sql, in: db)
            delete.append(number)
            try delete.run()
        }
    }

    /// Account by account, so that the index finds the old calls without reading the others.
    static func forgettable(acceptedBefore time: WallTime, limit: Int, in db: Database) throws -> [CallID] {
        let sql = """
            WITH RECURSIVE mains (id) AS (
                SELECT min(main_account) FROM calls UNION ALL
                SELECT (SELECT min(main_account) FROM calls WHERE main_account > mains.id) FROM mains
                WHERE mains.id IS NOT NULL
            )
            SELECT calls.id FROM mains CROSS JOIN calls ON calls.main_account = mains.id
            WHERE calls.begin_time < ? AND \(forgettable) LIMIT ?
            """
        var statement = try BoundStatement(sql, in: db)
        statement.append(time)
        statement.append(limit)
        return try statement.rows { try $0.next() }
    }

    private static let forgettable = """
        calls.end_time IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.call = calls.number) \
        AND NOT EXISTS (SELECT 1 FROM recordings WHERE recordings.call = calls.number AND recordings.state < 3)
        """

    /// Takes the next event number of a call that is over.
    static func countEvent(
        of id: CallID, in db: Database
    ) throws -> (call: Int64, sequence: Int, target: EventTarget?)? {
        var statement = try BoundStatement(countEventSQL, in: db)
        statement.append(id)
        let counted = try statement.rows { columns in
            (call: try columns.next() as Int64, sequence: try columns.next() as Int, target: try columns.eventTarget())
        }
        return counted.first
    }

    /// Reads `selectedColumns`.
    static func read(_ columns: inout ColumnReader) throws -> (record: CallRecord, cancelled: EndReason?) {
        let cancelled = try columns.optionalReason()
        let id: CallID = try columns.next()
        let request = try columns.request()
        var record = CallRecord(id: id, request: request, beginTime: try columns.next())
        record.state = try columns.raw()
        record.connectTime = columns.optional()
        record.endTime = columns.optional()
        record.ending = try columns.ending()
        record.recordFile = columns.optional()
        record.eventCount = try columns.next()
        record.leg1 = try columns.leg()
        record.leg2 = try columns.leg()
        return (record, cancelled)
    }
}

extension BoundStatement {
    fileprivate mutating func append(_ request: CallbackRequest) throws {
        append(raw: request.account)
        append(raw: request.mainAccount)
        append(raw: request.app)
        append(request.to1.text)
        append(request.to2.text)
        append(request.from1?.dialled)
        append(request.from2?.dialled)
        append(list: request.callerNumbers.map(\.dialled))
        try append(json: request.sounds == .none ? nil : request.sounds)
        append(request.maxDialDuration1)
        append(request.maxDialDuration2)
        append(request.maxCallDuration)
        append(request.mediaTimeout)
        append(request.userData)
        append(request.userData1)
        append(request.userData2)
        append(raw: request.events)
        append(request.notifiesOnCancel)
        append(request.eventTarget?.url)
        append(raw: request.eventTarget?.signer)
        append(raw: request.eventTarget?.app)
    }

    fileprivate mutating func append(stateOf record: CallRecord) {
        append(raw: record.state)
        append(record.connectTime)
        append(record.endTime)
        append(record.ending?.reason.token)
        append(raw: record.ending?.hangupBy)
        append(record.ending?.duration)
        append(record.recordFile)
        append(record.eventCount)
    }
}

extension ColumnReader {
    fileprivate mutating func request() throws -> CallbackRequest {
        CallbackRequest(
            account: try raw(), mainAccount: try raw(), app: try raw(), to1: try destination(), to2: try destination(),
            from1: try optionalNumber(), from2: try optionalNumber(), callerNumbers: try list(of: { PhoneNumber($0) }),
            sounds: try optionalJSON() ?? CallSounds.none, maxDialDuration1: try next(),
            maxDialDuration2: try next(), maxCallDuration: try next(), mediaTimeout: try next(),
            userData: optional(), userData1: optional(), userData2: optional(), events: try raw(),
            notifiesOnCancel: try next(), eventTarget: try eventTarget())
    }

    private mutating func destination() throws -> Destination {
        let text: String = try next()
        if let number = PhoneNumber(text) { return .number(number) }
        guard text.hasPrefix("sip:"), let at = text.lastIndex(of: "@") else {
            throw StoreFailure.damaged("destination \(text)")
        }
        let user = text[..<at].dropFirst("sip:".count)
        return .sip(user: String(user), host: String(text[text.index(after: at)...]))
    }

    private mutating func optionalNumber() throws -> PhoneNumber? {
        guard let text: String = optional() else { return nil }
        guard let number = PhoneNumber(text) else { throw StoreFailure.damaged("number \(text)") }
        return number
    }

    fileprivate mutating func eventTarget() throws -> EventTarget? {
        guard let url: String = optional() else {
            skip(2)
            return nil
        }
        return EventTarget(url: url, signer: try raw(), app: try raw())
    }

    fileprivate mutating func ending() throws -> CallEnding? {
        guard let reason = try optionalReason() else {
            skip(2)
            return nil
        }
        return CallEnding(reason: reason, hangupBy: try optionalRaw(), duration: try next())
    }

    fileprivate mutating func optionalReason() throws -> EndReason? {
        guard let token: String = optional() else { return nil }
        guard let reason = endReasons[token] else { throw StoreFailure.damaged("end reason \(token)") }
        return reason
    }
}

/// Every end reason by its token.
private let endReasons = Dictionary(uniqueKeysWithValues: EndReason.all.map { ($0.token, $0) })
