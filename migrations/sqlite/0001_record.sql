-- The record: releases, cases, their events, what must happen outside, and keys of requests.
-- Every table carries its provider. Bytes are BLOBs, times are UTC in RFC 3339, text of events is kept byte for byte.

CREATE TABLE providers (
    provider TEXT NOT NULL PRIMARY KEY,
    title    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO providers (provider, title) VALUES ('default', 'Default provider');

-- Immutable; named by the SHA-256 of its canonical form. Content is the same for every provider, activation is not.
CREATE TABLE releases (
    hash      BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    language  INTEGER NOT NULL,
    canonical TEXT    NOT NULL,
    kept_at   TEXT    NOT NULL
) STRICT;

CREATE TABLE activations (
    id           INTEGER PRIMARY KEY,
    provider     TEXT NOT NULL REFERENCES providers (provider),
    hash         BLOB NOT NULL REFERENCES releases (hash),
    activated_at TEXT NOT NULL
) STRICT;

CREATE INDEX activations_by_provider ON activations (provider, id);

-- The head and the row in lists. All but secret and key can be rebuilt from the events.
CREATE TABLE cases (
    provider    TEXT    NOT NULL REFERENCES providers (provider),
    case_id     BLOB    NOT NULL CHECK (length(case_id) = 16),
    seq         INTEGER NOT NULL,
    head        BLOB    NOT NULL CHECK (length(head) = 32),
    secret      BLOB    NOT NULL CHECK (length(secret) = 32),
    mark        TEXT    NOT NULL,
    opened_at   TEXT    NOT NULL,
    changed_at  TEXT    NOT NULL,
    contacts    INTEGER NOT NULL,
    channel     TEXT    NOT NULL,
    release     BLOB    NOT NULL REFERENCES releases (hash),
    disposition TEXT,
    ended       INTEGER NOT NULL,
    PRIMARY KEY (case_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cases_by_change ON cases (provider, changed_at);

-- Apart from the case, so that destroying a key is one deletion that no event notices.
CREATE TABLE case_keys (
    case_id  BLOB NOT NULL PRIMARY KEY REFERENCES cases (case_id),
    provider TEXT NOT NULL,
    wrapped  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Append-only: the triggers below refuse any change.
CREATE TABLE events (
    case_id  BLOB    NOT NULL REFERENCES cases (case_id),
    seq      INTEGER NOT NULL,
    provider TEXT    NOT NULL,
    event    TEXT    NOT NULL,
    sealed   BLOB,
    previous BLOB    NOT NULL CHECK (length(previous) = 32),
    hash     BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (case_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

-- What must happen outside; written with the event that caused it. `key` is what the receiver sees.
CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY,
    provider        TEXT    NOT NULL REFERENCES providers (provider),
    case_id         BLOB    NOT NULL REFERENCES cases (case_id),
    seq             INTEGER NOT NULL,
    kind            TEXT    NOT NULL,
    key             TEXT    NOT NULL,
    payload         TEXT    NOT NULL,
    queued_at       TEXT    NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT,
    delivered_at    TEXT,
    acknowledged_at TEXT,
    UNIQUE (case_id, seq, kind)
) STRICT;

CREATE INDEX outbox_waiting ON outbox (provider, id) WHERE delivered_at IS NULL;

-- Keys of requests: a resend has no second effect and gets the same reply.
CREATE TABLE idempotency (
    provider    TEXT    NOT NULL REFERENCES providers (provider),
    key         BLOB    NOT NULL CHECK (length(key) = 32),
    request     BLOB    NOT NULL CHECK (length(request) = 32),
    case_id     BLOB    NOT NULL REFERENCES cases (case_id),
    seq         INTEGER NOT NULL,
    sealed      BLOB,
    recorded_at TEXT    NOT NULL,
    PRIMARY KEY (provider, key)
) STRICT, WITHOUT ROWID;

-- Signed checkpoints over all heads: the shape, for the work on tamper evidence. Nothing writes here yet.
CREATE TABLE checkpoints (
    number    INTEGER NOT NULL PRIMARY KEY,
    provider  TEXT    NOT NULL REFERENCES providers (provider),
    made_at   TEXT    NOT NULL,
    cases     INTEGER NOT NULL,
    root      BLOB    NOT NULL CHECK (length(root) = 32),
    previous  BLOB    NOT NULL CHECK (length(previous) = 32),
    key_id    TEXT    NOT NULL,
    signature BLOB    NOT NULL
) STRICT;
