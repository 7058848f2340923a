import CallModel
import GRDB

/// Lists of calls.
enum CallLists {
    static func page(_ query: CallQuery, in db: Database) throws -> Page<CallRecord> {
        Page(elements: try elements(query, in: db), totalCount: try count(query, in: db))
    }

    static func live(in db: Database) throws -> [(record: CallRecord, cancelled: EndReason?)] {
        let sql = CallRows.select + " WHERE calls.end_time IS NULL ORDER BY calls.number"
        return try BoundStatement(sql, in: db).rows { try CallRows.read(&$0) }
    }

    private static func elements(_ query: CallQuery, in db: Database) throws -> [CallRecord] {
        let (offset, overflow) = (query.page - 1).multipliedReportingOverflow(by: query.pageSize)
        if overflow || query.page < 1 { return [] }
        let filter = Filter(query)
        let sql = """
            \(CallRows.select) WHERE \(filter.sql(query.state)) \
            ORDER BY calls.begin_time DESC, calls.number DESC LIMIT ? OFFSET ?
            """
        var statement = try BoundStatement(sql, in: db)
        filter.fill(&statement, query.state)
        statement.append(query.pageSize)
        statement.append(offset)
        return try statement.rows { try CallRows.read(&$0).record }
    }

    /// Ended calls are counted as all less those alive, so that no count reads the rows of ended calls.
    private static func count(_ query: CallQuery, in db: Database) throws -> Int {
        let filter = Filter(query)
        let all = "SELECT count(*) FROM calls WHERE \(filter.sql)"
        switch query.state {
        case nil: return try count(all, filter, nil, in: db)
        case .ended:
            return try count(all, filter, nil, in: db) - count(all + " AND \(Filter.alive)", filter, nil, in: db)
        case .unknown, .ringing1, .answered1, .ringing2, .talking, .queued, .scheduled, .dialling1, .dialling2:
            return try count("SELECT count(*) FROM calls WHERE \(filter.sql(query.state))", filter, query.state, in: db)
        }
    }

    private static func count(_ sql: String, _ filter: Filter, _ state: CallState?, in db: Database) throws -> Int {
        var statement = try BoundStatement(sql, in: db)
        filter.fill(&statement, state)
        return Int(try statement.run() ?? 0)
    }
}

/// The part of a query that `calls_by_time` answers, and the state.
private struct Filter {
    static let alive = "calls.end_time IS NULL"

    private(set) var sql = "calls.main_account = ?"
    private let query: CallQuery

    init(_ query: CallQuery) {
        self.query = query
        if query.start != nil { sql += " AND calls.begin_time >= ?" }
        if query.end != nil { sql += " AND calls.begin_time <= ?" }
        if query.app != nil { sql += " AND calls.app = ?" }
        if query.account != nil { sql += " AND calls.account = ?" }
    }

    /// A live state holds only for calls without an end, which lets SQLite take the small index of live calls.
    func sql(_ state: CallState?) -> String {
        switch state {
        case nil: sql
        case .ended: sql + " AND calls.end_time IS NOT NULL"
        case .unknown, .ringing1, .answered1, .ringing2, .talking, .queued, .scheduled, .dialling1, .dialling2:
            sql + " AND \(Self.alive) AND calls.state = ?"
        }
    }

    /// Fills the places of the conditions.
    func fill(_ statement: inout BoundStatement, _ state: CallState?) {
        statement.append(raw: query.mainAccount)
        if let start = query.start { statement.append(start) }
        if let end = query.end { statement.append(end) }
        if let app = query.app { statement.append(raw: app) }
        if let account = query.account { statement.append(raw: account) }
        switch state {
        case nil, .ended: break
        case .unknown, .ringing1, .answered1, .ringing2, .talking, .queued, .scheduled, .dialling1, .dialling2:
            statement.append(raw: state)
        }
    }
}
