import GRDB

/// The tables. Times are epoch milliseconds, durations nanoseconds, ids of calls and events 16 bytes.
///
/// A released migration is never edited; a change is a new one.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 calls, legs, replays, outbox") { try $0.execute(sql: calls + outbox) }
        migrator.registerMigration("1 tenants") { try $0.execute(sql: tenants) }
        migrator.registerMigration("2 forgetting calls") { try $0.execute(sql: forgettingCalls) }
        migrator.registerMigration("3 voice files, recordings") { try $0.execute(sql: voiceFiles + recordings) }
        migrator.registerMigration("4 sounds, wanted events, quality") { try $0.execute(sql: sounds) }
        migrator.registerMigration("5 extensions") { db in
            try db.execute(sql: "ALTER TABLE apps ADD COLUMN allow_extensions INTEGER NOT NULL DEFAULT 0")
        }
        migrator.registerMigration("6 registered phones") { try $0.execute(sql: phones) }
        return migrator
    }

    private static let phones = """
        CREATE TABLE phones (
            extension TEXT NOT NULL, position INTEGER NOT NULL, contact TEXT NOT NULL, listener INTEGER NOT NULL,
            source TEXT NOT NULL, validity INTEGER NOT NULL,
            PRIMARY KEY (extension, position)
        ) STRICT, WITHOUT ROWID;
        """

    /// `number` grows in the order of acceptance, so that a live call's rows lie close together on few pages. An id
    /// begins with the time, so that the index of ids grows at its end too.
    ///
    /// The index `calls_by_time` answers lists and their totals without reading rows; a list of live calls uses
    /// `calls_alive`, which a call enters once and leaves once, whatever states it passes.
    private static let calls = """
        CREATE TABLE calls (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            account TEXT NOT NULL, main_account TEXT NOT NULL, app TEXT NOT NULL,
            to1 TEXT NOT NULL, to2 TEXT NOT NULL, from1 TEXT, from2 TEXT, caller_numbers TEXT NOT NULL,
            ring_tone TEXT, ring_tone_mode INTEGER NOT NULL,
            max_dial_duration1 INTEGER NOT NULL, max_dial_duration2 INTEGER NOT NULL,
            max_call_duration INTEGER NOT NULL, media_timeout INTEGER NOT NULL, user_data TEXT,
            target_url TEXT, target_signer TEXT, target_app TEXT,
            begin_time INTEGER NOT NULL, state INTEGER NOT NULL, connect_time INTEGER, end_time INTEGER,
            end_reason TEXT, hangup_by INTEGER, duration INTEGER, cancel_reason TEXT
        ) STRICT;
        CREATE INDEX calls_by_time ON calls (main_account, begin_time, number, app, account);
        CREATE INDEX calls_alive ON calls (number) WHERE end_time IS NULL;

        CREATE TABLE legs (
            call INTEGER NOT NULL REFERENCES calls (number) ON DELETE CASCADE,
            party INTEGER NOT NULL CHECK (party IN (1, 2)),
            caller TEXT, trunk TEXT, dial_time INTEGER, ring_time INTEGER, answer_time INTEGER, end_time INTEGER,
            sip_status INTEGER, sip_reason TEXT, q850 INTEGER, post_dial_delay INTEGER, codec TEXT, sip_call_id TEXT,
            packets_received INTEGER, packets_sent INTEGER, packets_lost INTEGER,
            signalling INTEGER, dialog_call_id TEXT, local_name TEXT, remote_name TEXT, local_tag TEXT,
            remote_tag TEXT, target TEXT, via TEXT, routes TEXT, local_sequence INTEGER, remote_sequence INTEGER,
            destination TEXT, local_description TEXT, remote_description TEXT,
            PRIMARY KEY (call, party)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE replays (
            expires INTEGER NOT NULL, account TEXT NOT NULL, hmac BLOB NOT NULL,
            call INTEGER NOT NULL REFERENCES calls (number) ON DELETE CASCADE,
            PRIMARY KEY (expires, account, hmac)
        ) STRICT, WITHOUT ROWID;

        """

    /// An event's body is built from its call's row when it is sent.
    private static let outbox = """
        CREATE TABLE outbox (
            number INTEGER PRIMARY KEY,
            call INTEGER NOT NULL REFERENCES calls (number),
            event BLOB NOT NULL, sequence INTEGER NOT NULL, time INTEGER NOT NULL, kind TEXT NOT NULL,
            url TEXT NOT NULL, signer TEXT NOT NULL, app TEXT NOT NULL,
            attempts INTEGER NOT NULL, due INTEGER NOT NULL, error TEXT
        ) STRICT;
        CREATE INDEX outbox_by_receiver ON outbox (url, due);
        CREATE TABLE dead_letters (
            number INTEGER PRIMARY KEY,
            call INTEGER NOT NULL REFERENCES calls (number),
            event BLOB NOT NULL, sequence INTEGER NOT NULL, time INTEGER NOT NULL, kind TEXT NOT NULL,
            url TEXT NOT NULL, signer TEXT NOT NULL, app TEXT NOT NULL,
            attempts INTEGER NOT NULL, due INTEGER NOT NULL, error TEXT
        ) STRICT;
        CREATE TABLE probes (number INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT;
        INSERT INTO probes VALUES (1, 0);
        """

    /// A call that goes must not have all events and replay keys searched for it. Replay keys are long gone by then,
    /// so they need not refer to it.
    private static let forgettingCalls = """
        CREATE INDEX outbox_by_call ON outbox (call);
        CREATE INDEX dead_letters_by_call ON dead_letters (call);
        CREATE TABLE free_replays (
            expires INTEGER NOT NULL, account TEXT NOT NULL, hmac BLOB NOT NULL, call INTEGER NOT NULL,
            PRIMARY KEY (expires, account, hmac)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO free_replays SELECT expires, account, hmac, call FROM replays;
        DROP TABLE replays;
        ALTER TABLE free_replays RENAME TO replays;
        """

    private static let tenants = """
        CREATE TABLE accounts (
            id TEXT PRIMARY KEY, secret_key TEXT NOT NULL, enabled INTEGER NOT NULL,
            parent TEXT REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
            app TEXT REFERENCES apps (id) DEFERRABLE INITIALLY DEFERRED, callback_url TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE apps (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
            online INTEGER NOT NULL, callback_url TEXT, allow_basic INTEGER NOT NULL, allow_sip INTEGER NOT NULL,
            destinations TEXT NOT NULL, ip_white_list TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE numbers (
            app TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE, position INTEGER NOT NULL, number TEXT NOT NULL,
            PRIMARY KEY (app, position)
        ) STRICT, WITHOUT ROWID;
        """

    private static let voiceFiles = """
        CREATE TABLE voice_files (
            id BLOB PRIMARY KEY, app TEXT NOT NULL, subaccount TEXT, name TEXT NOT NULL,
            frames INTEGER NOT NULL, size INTEGER NOT NULL, upload_time INTEGER NOT NULL, delete_time INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX voice_files_by_name ON voice_files (app, name) WHERE delete_time IS NULL;

        """

    /// An event's `detail` is what its call's row cannot tell; a call's `event_count` is the number of its last event.
    private static let recordings = """
        CREATE TABLE recordings (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            call INTEGER NOT NULL REFERENCES calls (number),
            main_account TEXT NOT NULL, app TEXT NOT NULL, subaccount TEXT,
            begin_time INTEGER NOT NULL, channels INTEGER NOT NULL, format INTEGER NOT NULL,
            samples INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 BLOB, state INTEGER NOT NULL,
            awaited_for INTEGER
        ) STRICT;
        CREATE INDEX recordings_by_time ON recordings (main_account, app, begin_time, number) WHERE state IN (1, 2);
        CREATE INDEX recordings_by_call ON recordings (call);
        CREATE INDEX recordings_by_age ON recordings (begin_time) WHERE state = 2;
        CREATE INDEX recordings_unfinished ON recordings (state, number) WHERE state IN (0, 1);
        ALTER TABLE calls ADD COLUMN event_count INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE outbox ADD COLUMN detail TEXT;
        ALTER TABLE dead_letters ADD COLUMN detail TEXT;
        """

    /// `sounds` is what is heard and recorded, as JSON, where anything was asked for; `events` has a bit for each name.
    private static let sounds = """
        ALTER TABLE calls DROP COLUMN ring_tone;
        ALTER TABLE calls DROP COLUMN ring_tone_mode;
        ALTER TABLE calls ADD COLUMN sounds TEXT;
        ALTER TABLE calls ADD COLUMN user_data1 TEXT;
        ALTER TABLE calls ADD COLUMN user_data2 TEXT;
        ALTER TABLE calls ADD COLUMN events INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE calls ADD COLUMN notify_on_cancel INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE calls ADD COLUMN record_file TEXT;
        ALTER TABLE legs ADD COLUMN loss REAL;
        ALTER TABLE legs ADD COLUMN jitter INTEGER;
        ALTER TABLE legs ADD COLUMN round_trip INTEGER;
        ALTER TABLE legs ADD COLUMN opinion_score REAL;
        """
}
