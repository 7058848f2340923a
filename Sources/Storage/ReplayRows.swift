import CallModel
import Foundation
import GRDB

/// Replay keys to rows of `replays` and back.
enum ReplayRows {
    static func insert(_ key: ReplayKey, call number: Int64, in db: Database) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO replays (expires, account, hmac, call) VALUES (?, ?, ?, ?)")
        var values = ColumnValues(reservingCapacity: 4)
        values.append(key.expires)
        values.append(key.account.rawValue)
        values.append(Data(key.hmac))
        values.append(number)
        statement.setUncheckedArguments(StatementArguments(values.values))
        try statement.execute()
    }

    static func forget(before time: WallTime, in db: Database) throws {
        let statement = try db.cachedStatement(sql: "DELETE FROM replays WHERE expires < ?")
        try statement.execute(arguments: [time.milliseconds])
    }

    static func remembered(notExpiredAt time: WallTime, in db: Database) throws -> [RememberedCall] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT replays.expires, replays.account, replays.hmac, calls.id, calls.user_data
                FROM replays JOIN calls ON calls.number = replays.call WHERE replays.expires >= ? ORDER BY calls.number
                """, arguments: [time.milliseconds])
        var remembered: [RememberedCall] = []
        while let row = try rows.next() {
            var columns = ColumnReader(row)
            let expires = try columns.time()
            let account: CertID = try columns.raw()
            let hmac: Data = try columns.next()
            remembered.append(
                RememberedCall(
                    key: ReplayKey(account: account, hmac: Array(hmac), expires: expires),
                    call: try columns.id(), userData: columns.optional()))
        }
        return remembered
    }
}
