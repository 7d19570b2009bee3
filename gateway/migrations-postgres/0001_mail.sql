-- Mail that lives here. Text compares by its bytes (COLLATE "C") wherever its order matters, whatever the database's
-- own order is.

CREATE TABLE accounts (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL UNIQUE,
    validity bigint NOT NULL,
    -- JSON.
    settings text NOT NULL,
    checked_at bigint,
    -- Counters: what they gave once they never give again.
    last_uid bigint NOT NULL DEFAULT 0,
    last_folder bigint NOT NULL DEFAULT 0
);

CREATE TABLE folders (
    account bigint NOT NULL REFERENCES accounts,
    id text COLLATE "C" NOT NULL,
    parent text COLLATE "C",
    name text NOT NULL,
    -- Kept by triggers on messages.
    total bigint NOT NULL DEFAULT 0,
    unread bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (account, id)
);

-- What lists show and are ordered by. Flags are in no index, and pages keep some room: changing a few flags touches
-- these rows alone.
CREATE TABLE messages (
    account bigint NOT NULL,
    uid bigint NOT NULL,
    folder text COLLATE "C" NOT NULL,
    -- Where it was before Deleted Items.
    origin text COLLATE "C",
    hash bytea NOT NULL,
    size bigint NOT NULL,
    -- One bit each, \Seen is the lowest.
    flags smallint NOT NULL,
    -- JSON: a list of names.
    keywords text NOT NULL,
    -- JSON: lists of addresses.
    senders text NOT NULL,
    recipients text NOT NULL,
    subject text NOT NULL,
    preview text,
    sent bigint,
    received bigint NOT NULL,
    has_attachment boolean NOT NULL,
    unreadable boolean NOT NULL,
    partial boolean NOT NULL,
    -- What lists are ordered by: the Date header or the time received; sender and subject folded, their beginnings.
    by_date bigint NOT NULL,
    by_sender text COLLATE "C" NOT NULL,
    by_subject text COLLATE "C" NOT NULL,
    PRIMARY KEY (account, uid),
    FOREIGN KEY (account, folder) REFERENCES folders
) WITH (fillfactor = 85);

CREATE INDEX messages_by_arrival ON messages (account, folder, received, uid);
CREATE INDEX messages_by_date ON messages (account, folder, by_date, uid);
CREATE INDEX messages_by_sender ON messages (account, folder, by_sender, uid);
CREATE INDEX messages_by_subject ON messages (account, folder, by_subject, uid);
CREATE INDEX messages_by_size ON messages (account, folder, size, uid);

-- What is large or only searched. A message that is moved or flagged leaves it alone.
CREATE TABLE contents (
    account bigint NOT NULL,
    uid bigint NOT NULL,
    layout bytea NOT NULL,
    -- Folded, for parts of names, addresses and subjects.
    senders text NOT NULL,
    recipients text NOT NULL,
    subject text NOT NULL,
    -- All words in their order, a space around each, a line a field; and which ones there are.
    words text NOT NULL,
    search tsvector NOT NULL,
    PRIMARY KEY (account, uid)
);

CREATE INDEX contents_search ON contents USING gin (search);

CREATE TABLE ledger (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL REFERENCES accounts,
    unique_id text,
    hash bytea NOT NULL,
    partial boolean NOT NULL,
    -- Absent once the message was removed.
    uid bigint,
    downloaded_at bigint NOT NULL,
    copy_deleted_at bigint,
    -- The message's first sender (JSON) and subject: they stay when it is removed.
    sender text,
    subject text NOT NULL,
    UNIQUE (account, unique_id)
);

CREATE INDEX ledger_uids ON ledger (account, uid);

-- Counts of folders follow every change of messages, in its transaction.
CREATE FUNCTION count_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE folders SET total = folders.total + d.total, unread = folders.unread + d.unread
        FROM (SELECT account, folder, count(*) AS total, count(*) FILTER (WHERE flags & 1 = 0) AS unread
              FROM after_it GROUP BY account, folder) AS d
        WHERE folders.account = d.account AND folders.id = d.folder;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE folders SET total = folders.total - d.total, unread = folders.unread - d.unread
        FROM (SELECT account, folder, count(*) AS total, count(*) FILTER (WHERE flags & 1 = 0) AS unread
              FROM before_it GROUP BY account, folder) AS d
        WHERE folders.account = d.account AND folders.id = d.folder;
    ELSE
        UPDATE folders SET total = folders.total + d.total, unread = folders.unread + d.unread
        FROM (SELECT account, folder, sum(step) AS total, sum(CASE WHEN flags & 1 = 0 THEN step ELSE 0 END) AS unread
              FROM (SELECT account, folder, flags, 1 AS step FROM after_it
                    UNION ALL SELECT account, folder, flags, -1 FROM before_it) AS steps
              GROUP BY account, folder) AS d
        WHERE folders.account = d.account AND folders.id = d.folder AND (d.total <> 0 OR d.unread <> 0);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER messages_came AFTER INSERT ON messages
    REFERENCING NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION count_messages();
CREATE TRIGGER messages_went AFTER DELETE ON messages
    REFERENCING OLD TABLE AS before_it FOR EACH STATEMENT EXECUTE FUNCTION count_messages();
CREATE TRIGGER messages_changed AFTER UPDATE ON messages
    REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
    FOR EACH STATEMENT EXECUTE FUNCTION count_messages();
