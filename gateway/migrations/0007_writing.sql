-- Messages being written. Ids are drawn by browsers: all 64 bits of them, as SQLite has numbers.
CREATE TABLE drafts (
    account TEXT NOT NULL,
    id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    content TEXT NOT NULL, -- as JSON
    saved_at INTEGER NOT NULL,
    message_id TEXT NOT NULL, -- of the first save: it stays
    copy TEXT, -- which revision lies in the folder Drafts and where, as JSON
    PRIMARY KEY (account, id)
) STRICT;

-- Messages on their way.
CREATE TABLE outbox (
    account TEXT NOT NULL,
    id INTEGER NOT NULL, -- the draft's
    revision INTEGER NOT NULL, -- the draft's last one; 0 where it was never saved
    content TEXT NOT NULL, -- as JSON
    message_id TEXT NOT NULL,
    date INTEGER NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('queued', 'sending', 'sent', 'unknown', 'failed')),
    state TEXT NOT NULL, -- the stage and what is known of it, as JSON
    attempts INTEGER NOT NULL,
    left_over TEXT NOT NULL, -- recipients that it has still to reach, as JSON
    refused TEXT NOT NULL, -- recipients that refused it while others took it, as JSON
    copied INTEGER NOT NULL,
    marked INTEGER NOT NULL,
    learned INTEGER NOT NULL,
    copy TEXT, -- what is still to be removed from the folder Drafts, as JSON
    PRIMARY KEY (account, id)
) STRICT;

-- Drafts that are no more. They are remembered for ever: a late save brings nothing back, a late Send sends nothing again.
CREATE TABLE ended_drafts (
    account TEXT NOT NULL,
    id INTEGER NOT NULL,
    sent INTEGER NOT NULL, -- otherwise it was thrown away
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

-- What may lie in the folder Drafts of drafts that were thrown away, and is still to be removed from there.
CREATE TABLE left_copies (
    account TEXT NOT NULL,
    id INTEGER NOT NULL, -- the draft's
    message_id TEXT NOT NULL,
    copy TEXT, -- where it was noted to lie, as JSON
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

-- An account's identities and habits; no row means none were chosen.
CREATE TABLE writing_settings (
    account TEXT PRIMARY KEY NOT NULL,
    settings TEXT NOT NULL -- as JSON
) STRICT, WITHOUT ROWID;

-- People that mail came from and went to.
CREATE TABLE correspondents (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    folded TEXT NOT NULL, -- the address in lower case: names one
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    source INTEGER NOT NULL, -- 0: read, 1: written to, 2: a contact
    rank INTEGER NOT NULL, -- how much and how lately used
    UNIQUE (account, folded)
) STRICT;
CREATE INDEX correspondents_by_rank ON correspondents (account, (source = 2), rank);

-- What people may type to find one, folded.
CREATE TABLE correspondent_keys (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    correspondent INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    PRIMARY KEY (account, key, correspondent)
) STRICT, WITHOUT ROWID;

-- Contacts as they were imported.
CREATE TABLE contacts (
    account TEXT NOT NULL,
    uid TEXT NOT NULL,
    name TEXT NOT NULL,
    is_group INTEGER NOT NULL,
    card TEXT NOT NULL, -- a vCard
    PRIMARY KEY (account, uid)
) STRICT;
-- Groups are looked for at every letter that is typed into an address.
CREATE INDEX contact_groups ON contacts (account, name, uid) WHERE is_group;
