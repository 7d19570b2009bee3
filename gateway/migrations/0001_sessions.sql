-- A browser's session. The database alone opens nothing: the id is hashed, the credential sealed under the cookie's key.
CREATE TABLE sessions (
    id_hash BLOB PRIMARY KEY NOT NULL, -- SHA-256 of the session id
    account TEXT NOT NULL,
    sealed BLOB NOT NULL,
    expires_at INTEGER NOT NULL -- seconds since 1970
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
