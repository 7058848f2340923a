import CallModel
import GRDB

/// Voice files to rows of `voice_files` and back.
enum VoiceFileRows {
    static func insert(_ file: VoiceFile, in db: Database) throws {
        var statement = try BoundStatement(
            """
            INSERT INTO voice_files (id, app, subaccount, name, frames, size, upload_time)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """, in: db)
        statement.append(file.id)
        statement.append(raw: file.app)
        statement.append(raw: file.subaccount)
        statement.append(file.name)
        statement.append(file.frames)
        statement.append(file.size)
        statement.append(file.uploaded)
        try statement.run()
    }

    static func delete(_ id: VoiceFileID, at time: WallTime, in db: Database) throws {
        var statement = try BoundStatement(
            "UPDATE voice_files SET delete_time = ? WHERE id = ? AND delete_time IS NULL", in: db)
        statement.append(time)
        statement.append(id)
        try statement.run()
    }

    static func forget(_ id: VoiceFileID, in db: Database) throws {
        var statement = try BoundStatement("DELETE FROM voice_files WHERE id = ? AND delete_time IS NOT NULL", in: db)
        statement.append(id)
        try statement.run()
    }

    static func current(in db: Database) throws -> [VoiceFile] {
        let sql = """
            SELECT id, app, subaccount, name, frames, size, upload_time FROM voice_files WHERE delete_time IS NULL
            ORDER BY app, name
            """
        return try BoundStatement(sql, in: db).rows { columns in
            VoiceFile(
                id: try columns.next(), app: try columns.raw(), subaccount: try columns.optionalRaw(),
                name: try columns.next(), frames: try columns.next(), size: try columns.next(),
                uploaded: try columns.next())
        }
    }

    static func deleted(before time: WallTime, in db: Database) throws -> [VoiceFileID] {
        var statement = try BoundStatement("SELECT id FROM voice_files WHERE delete_time < ?", in: db)
        statement.append(time)
        return try statement.rows { try $0.next() }
    }
}
