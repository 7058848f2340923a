import CallModel
import GRDB

/// Lists of calls.
enum CallLists {
    static func page(_ query: CallQuery, in db: Database) throws -> Page<CallRecord> {
        Page(elements: try elements(query, in: db), totalCount: try count(query, in: db))
    }

    static func live(in db: Database) throws -> [(record: CallRecord, cancelled: EndReason?)] {
        let sql = CallRows.select + " WHERE calls.end_time IS NULL ORDER BY calls.number"
        return try fetch(sql, [], in: db)
    }

    private static func elements(_ query: CallQuery, in db: Database) throws -> [CallRecord] {
        let filter = Filter(query)
        let sql = """
            \(CallRows.select) WHERE \(filter.sql(query.state)) \
            ORDER BY calls.begin_time DESC, calls.number DESC LIMIT ? OFFSET ?
            """
        let (offset, overflow) = (query.page - 1).multipliedReportingOverflow(by: query.pageSize)
        if overflow || query.page < 1 { return [] }
        let arguments = filter.arguments(query.state) + [query.pageSize.databaseValue, offset.databaseValue]
        return try fetch(sql, arguments, in: db).map(\.record)
    }

    /// Ended calls are counted as all less those alive, so that no count reads the rows of ended calls.
    private static func count(_ query: CallQuery, in db: Database) throws -> Int {
        let filter = Filter(query)
        let all = "SELECT count(*) FROM calls WHERE \(filter.sql)"
        switch query.state {
        case nil: return try count(all, filter.arguments, in: db)
        case .ended:
            let alive = "SELECT count(*) FROM calls WHERE \(filter.sql) AND calls.end_time IS NULL"
            return try count(all, filter.arguments, in: db) - count(alive, filter.arguments, in: db)
        case .unknown, .ringing1, .answered1, .ringing2, .talking, .queued, .scheduled, .dialling1, .dialling2:
            let sql = "SELECT count(*) FROM calls WHERE \(filter.sql(query.state))"
            return try count(sql, filter.arguments(query.state), in: db)
        }
    }

    private static func count(_ sql: String, _ arguments: [DatabaseValue], in db: Database) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: sql), arguments: StatementArguments(arguments)) ?? 0
    }

    private static func fetch(
        _ sql: String, _ arguments: [DatabaseValue], in db: Database
    ) throws -> [(record: CallRecord, cancelled: EndReason?)] {
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
        var calls: [(record: CallRecord, cancelled: EndReason?)] = []
        while let row = try rows.next() {
            var columns = ColumnReader(row)
            calls.append(try CallRows.read(&columns))
        }
        return calls
    }
}

/// The part of a query that `calls_by_time` answers, and the state.
private struct Filter {
    private(set) var sql = "calls.main_account = ?"
    private(set) var arguments: [DatabaseValue]

    init(_ query: CallQuery) {
        arguments = [query.mainAccount.rawValue.databaseValue]
        add("calls.begin_time >= ?", query.start?.milliseconds)
        add("calls.begin_time <= ?", query.end?.milliseconds)
        add("calls.app = ?", query.app?.rawValue)
        add("calls.account = ?", query.account?.rawValue)
    }

    private mutating func add(_ condition: String, _ value: (some DatabaseValueConvertible)?) {
        guard let value else { return }
        sql += " AND " + condition
        arguments.append(value.databaseValue)
    }

    /// A live state holds only for calls without an end, which lets SQLite take the small index of live calls.
    func sql(_ state: CallState?) -> String {
        switch state {
        case nil: sql
        case .ended: sql + " AND calls.end_time IS NOT NULL"
        case .unknown, .ringing1, .answered1, .ringing2, .talking, .queued, .scheduled, .dialling1, .dialling2:
            sql + " AND calls.end_time IS NULL AND calls.state = ?"
        }
    }

    func arguments(_ state: CallState?) -> [DatabaseValue] {
        switch state {
        case nil, .ended: arguments
        case .unknown, .ringing1, .answered1, .ringing2, .talking, .queued, .scheduled, .dialling1, .dialling2:
            arguments + [(state?.rawValue).databaseValue]
        }
    }
}
