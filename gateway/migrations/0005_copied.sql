-- Which messages of an IMAP server's folders are here, by their UIDs in one UIDVALIDITY.
CREATE TABLE mail_copied (
    account INTEGER NOT NULL REFERENCES mail_accounts (id),
    server TEXT NOT NULL,
    folder BLOB NOT NULL, -- what the server calls it
    validity INTEGER NOT NULL,
    uids TEXT NOT NULL, -- ranges, as JSON
    PRIMARY KEY (account, server, folder)
) STRICT, WITHOUT ROWID;

-- The mailboxes of IMAP servers that were used here: user and server.
CREATE TABLE mail_imap_used (
    mailbox TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
