import CallModel
import GRDB

/// Registered phones to rows of `phones` and back.
enum PhoneRows {
    /// Puts an extension's phones, oldest first, in the place of those there were.
    static func replace(_ user: String, with phones: [PhoneBinding], in db: Database) throws {
        var deletion = try BoundStatement("DELETE FROM phones WHERE extension = ?", in: db)
        deletion.append(user)
        try deletion.run()
        for (position, phone) in phones.enumerated() {
            var statement = try BoundStatement(
                """
                INSERT INTO phones (extension, position, contact, listener, source, validity) VALUES (?, ?, ?, ?, ?, ?)
                """, in: db)
            statement.append(user)
            statement.append(position)
            statement.append(phone.contact)
            statement.append(phone.listener)
            statement.append(phone.source)
            statement.append(phone.validity)
            try statement.run()
        }
    }

    static func all(in db: Database) throws -> [String: [PhoneBinding]] {
        let sql = """
            SELECT extension, contact, listener, source, validity FROM phones ORDER BY extension, position
            """
        let rows = try BoundStatement(sql, in: db).rows { columns -> (user: String, phone: PhoneBinding) in
            (
                try columns.next(),
                PhoneBinding(
                    contact: try columns.next(), listener: try columns.next(), source: try columns.next(),
                    validity: try columns.next())
            )
        }
        return Dictionary(grouping: rows, by: \.user).mapValues { $0.map(\.phone) }
    }
}
