-- The record: releases, cases, their events, what must happen outside, and keys of requests. The same tables as on SQLite.
-- Every table carries its provider. Bytes are bytea, text of events is kept byte for byte. Times are UTC in RFC 3339, as text: they
-- come back with every digit with which they went in. Text that is compared is ordered by bytes, whatever the locale of the database.

CREATE TABLE providers (
    provider TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    title    TEXT NOT NULL
);

INSERT INTO providers (provider, title) VALUES ('default', 'Default provider');

-- Immutable; named by the SHA-256 of its canonical form. Content is the same for every provider, activation is not.
CREATE TABLE releases (
    hash      BYTEA  NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32),
    language  BIGINT NOT NULL,
    canonical TEXT   NOT NULL,
    kept_at   TEXT   NOT NULL
);

CREATE TABLE activations (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider     TEXT COLLATE "C" NOT NULL REFERENCES providers (provider),
    hash         BYTEA NOT NULL REFERENCES releases (hash),
    activated_at TEXT  NOT NULL
);

CREATE INDEX activations_by_provider ON activations (provider, id);

-- The head and the row in lists. All but secret and key can be rebuilt from the events.
-- Each answer updates one row: room is left in the page, and no index is on a column that changes, so that the new row goes beside
-- the old one and no index is written.
CREATE TABLE cases (
    provider    TEXT COLLATE "C" NOT NULL REFERENCES providers (provider),
    case_id     BYTEA  NOT NULL CHECK (octet_length(case_id) = 16),
    seq         BIGINT NOT NULL CHECK (seq > 0),
    head        BYTEA  NOT NULL CHECK (octet_length(head) = 32),
    secret      BYTEA  NOT NULL CHECK (octet_length(secret) = 32),
    mark        TEXT   NOT NULL,
    opened_at   TEXT   COLLATE "C" NOT NULL,
    changed_at  TEXT   COLLATE "C" NOT NULL,
    contacts    BIGINT NOT NULL,
    channel     TEXT   NOT NULL,
    release     BYTEA  NOT NULL REFERENCES releases (hash),
    disposition TEXT,
    ended       BIGINT NOT NULL,
    PRIMARY KEY (case_id)
) WITH (fillfactor = 60);

-- Apart from the case, so that destroying a key is one deletion that no event notices.
CREATE TABLE case_keys (
    case_id  BYTEA NOT NULL PRIMARY KEY REFERENCES cases (case_id),
    provider TEXT  COLLATE "C" NOT NULL,
    wrapped  BYTEA NOT NULL
);

-- Append-only: the triggers below refuse any change, whoever asks.
CREATE TABLE events (
    case_id  BYTEA  NOT NULL REFERENCES cases (case_id),
    seq      BIGINT NOT NULL CHECK (seq > 0),
    provider TEXT   COLLATE "C" NOT NULL,
    event    TEXT   NOT NULL,
    sealed   BYTEA,
    previous BYTEA  NOT NULL CHECK (octet_length(previous) = 32),
    hash     BYTEA  NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (case_id, seq)
);

CREATE FUNCTION events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never changed or deleted' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_are_append_only();

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_are_append_only();

CREATE TRIGGER events_are_never_truncated BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_are_append_only();

-- What must happen outside; written with the event that caused it. `key` is what the receiver sees.
CREATE TABLE outbox (
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider        TEXT   COLLATE "C" NOT NULL REFERENCES providers (provider),
    case_id         BYTEA  NOT NULL REFERENCES cases (case_id),
    seq             BIGINT NOT NULL CHECK (seq > 0),
    kind            TEXT   COLLATE "C" NOT NULL,
    key             TEXT   NOT NULL,
    payload         TEXT   NOT NULL,
    queued_at       TEXT   NOT NULL,
    attempts        BIGINT NOT NULL DEFAULT 0,
    next_attempt_at TEXT,
    delivered_at    TEXT,
    acknowledged_at TEXT,
    UNIQUE (case_id, seq, kind)
);

CREATE INDEX outbox_waiting ON outbox (provider, id) WHERE delivered_at IS NULL;

-- Keys of requests: a resend has no second effect and gets the same reply.
CREATE TABLE idempotency (
    provider    TEXT   COLLATE "C" NOT NULL REFERENCES providers (provider),
    key         BYTEA  NOT NULL CHECK (octet_length(key) = 32),
    request     BYTEA  NOT NULL CHECK (octet_length(request) = 32),
    case_id     BYTEA  NOT NULL REFERENCES cases (case_id),
    seq         BIGINT NOT NULL CHECK (seq > 0),
    sealed      BYTEA,
    recorded_at TEXT   NOT NULL,
    PRIMARY KEY (provider, key)
);

-- Signed checkpoints over all heads: the shape, for the work on tamper evidence. Nothing writes here yet.
CREATE TABLE checkpoints (
    number    BIGINT NOT NULL PRIMARY KEY,
    provider  TEXT   COLLATE "C" NOT NULL REFERENCES providers (provider),
    made_at   TEXT   NOT NULL,
    cases     BIGINT NOT NULL,
    root      BYTEA  NOT NULL CHECK (octet_length(root) = 32),
    previous  BYTEA  NOT NULL CHECK (octet_length(previous) = 32),
    key_id    TEXT   NOT NULL,
    signature BYTEA  NOT NULL
);
