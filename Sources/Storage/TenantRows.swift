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
                    ip_white_list)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET account = excluded.account, online = excluded.online,
                    callback_url = excluded.callback_url, allow_basic = excluded.allow_basic,
                    allow_sip = excluded.allow_sip, destinations = excluded.destinations,
                    ip_white_list = excluded.ip_white_list
                """,
            arguments: [
                app.id.rawValue, app.account.rawValue, app.online, app.callbackURL, app.allowBasic, app.allowSIP,
                app.destinations.joined(separator: "\n"), app.ipWhiteList.joined(separator: "\n"),
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
        let accounts = try Row.fetchAll(
            db, sql: "SELECT id, secret_key, enabled, parent, app, callback_url FROM accounts")
        let apps = try Row.fetchAll(
            db,
            sql: """
                SELECT id, account, online, callback_url, allow_basic, allow_sip, destinations, ip_white_list FROM apps
                """)
        return TenantDirectory(
            accounts: try accounts.map(account), apps: try apps.map { try app($0, numbers: numbers) })
    }

    private static func callerNumbers(in db: Database) throws -> [String: [PhoneNumber]] {
        var numbers: [String: [PhoneNumber]] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT app, number FROM numbers ORDER BY app, position") {
            var columns = ColumnReader(row)
            let app: String = try columns.next()
            let text: String = try columns.next()
            guard let number = PhoneNumber(text) else { throw StoreFailure.damaged("number \(text)") }
            numbers[app, default: []].append(number)
        }
        return numbers
    }

    private static func account(_ row: Row) throws -> Account {
        var columns = ColumnReader(row)
        return Account(
            id: try columns.raw(), secretKey: try columns.next(), enabled: try columns.next(),
            parent: (columns.optional() as String?).map(CertID.init(rawValue:)),
            app: (columns.optional() as String?).map(AppID.init(rawValue:)), callbackURL: columns.optional())
    }

    private static func app(_ row: Row, numbers: [String: [PhoneNumber]]) throws -> App {
        var columns = ColumnReader(row)
        let id: AppID = try columns.raw()
        return App(
            id: id, account: try columns.raw(), online: try columns.next(), callbackURL: columns.optional(),
            allowBasic: try columns.next(), allowSIP: try columns.next(), destinations: try columns.list(),
            ipWhiteList: try columns.list(), numbers: numbers[id.rawValue] ?? [])
    }
}
