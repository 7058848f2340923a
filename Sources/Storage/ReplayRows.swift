import CallModel
import GRDB

/// Replay keys to rows of `replays` and back.
enum ReplayRows {
    static func insert(_ key: ReplayKey, call number: Int64, in db: Database) throws {
        var statement = try BoundStatement(
            "INSERT INTO replays (expires, account, hmac, call) VALUES (?, ?, ?, ?)", in: db)
        statement.append(key.expires)
        statement.append(raw: key.account)
        statement.append(key.hmac)
        statement.append(number)
        try statement.run()
    }

    static func forget(before time: WallTime, in db: Database) throws {
        var statement = try BoundStatement("DELETE FROM replays WHERE expires < ?", in: db)
        statement.append(time)
        try statement.run()
    }

    static func remembered(notExpiredAt time: WallTime, in db: Database) throws -> [RememberedCall] {
        let sql = """
            SELECT replays.expires, replays.account, replays.hmac, calls.id, calls.user_data
            FROM replays JOIN calls ON calls.number = replays.call WHERE replays.expires >= ? ORDER BY calls.number
            """
        var statement = try BoundStatement(sql, in: db)
        statement.append(time)
        return try statement.rows { columns in
            let expires: WallTime = try columns.next()
            let key = ReplayKey(account: try columns.raw(), hmac: try columns.next(), expires: expires)
            return RememberedCall(key: key, call: try columns.next(), userData: columns.optional())
        }
    }
}
