import CallModel
import GRDB

/// Accounts and apps to rows of `accounts`, `apps` and `numbers`, and back.
enum TenantRows {
    /// Adds and replaces; what the directory does not name stays.
    static func put(_ directory: TenantDirectory, in db: Database) throws {
        for account in directory.accounts.values { try put(account, in: db) }
        for app in directory.apps.values { try put(app, in: db) }
    }

    private static func put(_ account: Account, in db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO accounts (id, secret_key, enabled, parent, app, callback_url) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET secret_key = excluded.secret_key, enabled = excluded.enabled,
                    parent = excluded.parent, app = excluded.app, callback_url = excluded.callback_url
                """,
            arguments: [
                account.id.rawValue, account.secretKey, account.enabled, account.parent?.rawValue,
                account.app?.rawValue, account.callbackURL,
            ])
    }

    private static func put(_ app: App, in db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO apps (id, account, online, callback_url, allow_basic, allow_sip, destinations,
                    ip_white_list, allow_extensions)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET account = excluded.account, online = excluded.online,
                    callback_url = excluded.callback_url, allow_basic = excluded.allow_basic,
                    allow_sip = excluded.allow_sip, destinations = excluded.destinations,
                    ip_white_list = excluded.ip_white_list, allow_extensions = excluded.allow_extensions
                """,
            arguments: [
                app.id.rawValue, app.account.rawValue, app.online, app.callbackURL, app.allowBasic, app.allowSIP,
                app.destinations.joined(separator: "\n"), app.ipWhiteList.joined(separator: "\n"),
                app.allowExtensions,
            ])
        try db.execute(sql: "DELETE FROM numbers WHERE app = ?", arguments: [app.id.rawValue])
        for (position, number) in app.numbers.enumerated() {
            try db.execute(
                sql: "INSERT INTO numbers (app, position, number) VALUES (?, ?, ?)",
                arguments: [app.id.rawValue, position, number.dialled])
        }
    }

    static func directory(in db: Database) throws -> TenantDirectory {
        let numbers = try callerNumbers(in: db)
        let accounts = try BoundStatement(
            "SELECT id, secret_key, enabled, parent, app, callback_url FROM accounts", in: db)
        let apps = try BoundStatement(
            """
            SELECT id, account, online, callback_url, allow_basic, allow_sip, allow_extensions, destinations,
                ip_white_list
            FROM apps
            """, in: db)
        return TenantDirectory(
            accounts: try accounts.rows(account), apps: try apps.rows { try app(&$0, numbers: numbers) })
    }

    private static func callerNumbers(in db: Database) throws -> [String: [PhoneNumber]] {
        let statement = try BoundStatement("SELECT app, number FROM numbers ORDER BY app, position", in: db)
        let rows = try statement.rows { columns in (try columns.next() as String, try columns.number()) }
        return Dictionary(rows.map { ($0.0, [$0.1]) }, uniquingKeysWith: +)
    }

    private static func account(_ columns: inout ColumnReader) throws -> Account {
        Account(
            id: try columns.raw(), secretKey: try columns.next(), enabled: try columns.next(),
            parent: try columns.optionalRaw(), app: try columns.optionalRaw(), callbackURL: columns.optional())
    }

    private static func app(_ columns: inout ColumnReader, numbers: [String: [PhoneNumber]]) throws -> App {
        let id: AppID = try columns.raw()
        return App(
            id: id, account: try columns.raw(), online: try columns.next(), callbackURL: columns.optional(),
            allowBasic: try columns.next(), allowSIP: try columns.next(), allowExtensions: try columns.next(),
            destinations: try columns.list(), ipWhiteList: try columns.list(), numbers: numbers[id.rawValue] ?? [])
    }
}

extension ColumnReader {
    fileprivate mutating func number() throws -> PhoneNumber {
        let text: String = try next()
        guard let number = PhoneNumber(text) else { throw StoreFailure.damaged("number \(text)") }
        return number
    }
}
