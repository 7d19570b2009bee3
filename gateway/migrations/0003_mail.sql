-- Mail that lives here.

CREATE TABLE mail_accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    validity INTEGER NOT NULL, -- UIDVALIDITY of all its folders
    last_uid INTEGER NOT NULL DEFAULT 0, -- the last one given
    last_folder INTEGER NOT NULL DEFAULT 0, -- the last number given
    settings TEXT NOT NULL, -- as JSON
    checked_at INTEGER -- seconds since 1970
) STRICT;

CREATE TABLE mail_folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: origins of messages may still name it
    account INTEGER NOT NULL REFERENCES mail_accounts (id),
    key TEXT NOT NULL, -- its id outside
    parent INTEGER REFERENCES mail_folders (id),
    name TEXT NOT NULL,
    total INTEGER NOT NULL DEFAULT 0, -- kept by the triggers below, as is unread
    unread INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account, key)
) STRICT;

CREATE INDEX mail_folders_by_parent ON mail_folders (parent);

CREATE TABLE mail_messages (
    id INTEGER PRIMARY KEY, -- account << 32 | UID
    folder INTEGER NOT NULL REFERENCES mail_folders (id),
    origin INTEGER, -- the folder it was in before Deleted Items
    flags INTEGER NOT NULL, -- a bit each, \Seen is 1
    keywords TEXT NOT NULL, -- other flags, as JSON
    hash BLOB NOT NULL, -- names its blob
    size INTEGER NOT NULL,
    received INTEGER NOT NULL, -- seconds since 1970, as are the next two
    sent INTEGER,
    dated INTEGER NOT NULL, -- sent, else received: ordered by it
    sender_key TEXT NOT NULL, -- ordered by it
    subject_key TEXT NOT NULL, -- ordered by it
    subject TEXT NOT NULL,
    senders TEXT NOT NULL, -- as JSON
    recipients TEXT NOT NULL, -- To, as JSON
    preview TEXT,
    has_attachment INTEGER NOT NULL,
    unreadable INTEGER NOT NULL,
    partial INTEGER NOT NULL,
    folded_subject TEXT NOT NULL, -- what parts are looked for in, as are the next two
    folded_senders TEXT NOT NULL,
    folded_recipients TEXT NOT NULL -- To and Cc
) STRICT;

CREATE INDEX mail_by_arrival ON mail_messages (folder, received);
CREATE INDEX mail_by_date ON mail_messages (folder, dated);
CREATE INDEX mail_by_sender ON mail_messages (folder, sender_key);
CREATE INDEX mail_by_subject ON mail_messages (folder, subject_key);
CREATE INDEX mail_by_size ON mail_messages (folder, size);

-- Apart from the rows, so that looking through those reads little.
CREATE TABLE mail_layouts (
    message INTEGER PRIMARY KEY REFERENCES mail_messages (id) ON DELETE CASCADE,
    layout BLOB NOT NULL
) STRICT;

-- What search for words looks at. The gateway cuts and folds the words: here only spaces part them.
CREATE VIRTUAL TABLE mail_words USING fts5 (
    subject, senders, recipients, text, content = '', contentless_delete = 1, tokenize = 'ascii'
);

-- What was downloaded. Entries stay when their message is removed.
CREATE TABLE mail_ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES mail_accounts (id),
    unique_id TEXT,
    hash BLOB NOT NULL,
    partial INTEGER NOT NULL,
    message INTEGER REFERENCES mail_messages (id) ON DELETE SET NULL,
    downloaded_at INTEGER NOT NULL, -- seconds since 1970, as is the next one
    copy_deleted_at INTEGER,
    sender TEXT, -- the first one, as JSON
    subject TEXT NOT NULL,
    UNIQUE (account, unique_id)
) STRICT;

CREATE INDEX mail_ledger_by_message ON mail_ledger (message);

CREATE TRIGGER mail_added AFTER INSERT ON mail_messages BEGIN
    UPDATE mail_folders SET total = total + 1, unread = unread + (NEW.flags & 1 = 0) WHERE id = NEW.folder;
END;

CREATE TRIGGER mail_removed AFTER DELETE ON mail_messages BEGIN
    UPDATE mail_folders SET total = total - 1, unread = unread - (OLD.flags & 1 = 0) WHERE id = OLD.folder;
    DELETE FROM mail_words WHERE rowid = OLD.id;
END;

CREATE TRIGGER mail_moved AFTER UPDATE OF folder ON mail_messages WHEN OLD.folder <> NEW.folder BEGIN
    UPDATE mail_folders SET total = total - 1, unread = unread - (OLD.flags & 1 = 0) WHERE id = OLD.folder;
    UPDATE mail_folders SET total = total + 1, unread = unread + (NEW.flags & 1 = 0) WHERE id = NEW.folder;
END;

CREATE TRIGGER mail_read AFTER UPDATE OF flags ON mail_messages WHEN OLD.flags & 1 <> NEW.flags & 1 BEGIN
    UPDATE mail_folders SET unread = unread + (NEW.flags & 1 = 0) - (OLD.flags & 1 = 0) WHERE id = NEW.folder;
END;
