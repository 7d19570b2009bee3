-- Which messages of an IMAP server's folders are here, by their UIDs in one UIDVALIDITY.
CREATE TABLE copied (
    account bigint NOT NULL REFERENCES accounts,
    server text COLLATE "C" NOT NULL,
    -- What the server calls it.
    folder bytea NOT NULL,
    validity bigint NOT NULL,
    -- JSON: ranges.
    uids text NOT NULL,
    PRIMARY KEY (account, server, folder)
);

-- The mailboxes of IMAP servers that were used here: user and server.
CREATE TABLE imap_used (
    mailbox text COLLATE "C" PRIMARY KEY
);
