-- Senders whose remote images are loaded at once.
CREATE TABLE trusted_senders (
    account TEXT NOT NULL,
    sender TEXT NOT NULL, -- an address in lower case
    PRIMARY KEY (account, sender)
) STRICT, WITHOUT ROWID;
