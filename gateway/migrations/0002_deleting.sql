-- An account's choices for deleting; no row means the default ones.
CREATE TABLE deleting_settings (
    account TEXT PRIMARY KEY NOT NULL,
    trash INTEGER NOT NULL, -- Delete moves to the folder with the \Trash role
    ask_before_purge INTEGER NOT NULL,
    purge_on_leave INTEGER NOT NULL,
    purge_on_sign_out INTEGER NOT NULL,
    hide_deleted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Marked messages of a folder. A folder has one UIDVALIDITY at a time.
CREATE TABLE marked_messages (
    account TEXT NOT NULL,
    folder TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('here', 'put_back')),
    validity INTEGER NOT NULL,
    uids TEXT NOT NULL, -- ranges, as JSON
    PRIMARY KEY (account, folder, kind)
) STRICT, WITHOUT ROWID;
