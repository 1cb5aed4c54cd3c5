-- Projections beside the row of a case: written with the events that cause them, and rebuilt from them by command.

-- Keyed digests under which a person can be found again. They go when the key of the case goes.
CREATE TABLE match_keys (
    case_id  BLOB    NOT NULL REFERENCES cases (case_id),
    seq      INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    digest   BLOB    NOT NULL CHECK (length(digest) = 32),
    provider TEXT    NOT NULL REFERENCES providers (provider),
    at       TEXT    NOT NULL,
    PRIMARY KEY (case_id, seq, kind, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX match_keys_by_digest ON match_keys (digest, kind, at);

-- What authors are to read: words that fitted no answer, and what people said of the service. The words stay sealed in the event.
CREATE TABLE inbox_items (
    case_id  BLOB    NOT NULL REFERENCES cases (case_id),
    seq      INTEGER NOT NULL,
    provider TEXT    NOT NULL REFERENCES providers (provider),
    kind     TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    release  BLOB    NOT NULL REFERENCES releases (hash),
    at       TEXT    NOT NULL,
    PRIMARY KEY (case_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX inbox_items_by_time ON inbox_items (provider, at);
