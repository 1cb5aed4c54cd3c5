-- Projections beside the row of a case: written with the events that cause them, and rebuilt from them by command.

-- Keyed digests under which a person can be found again. They go when the key of the case goes.
CREATE TABLE match_keys (
    case_id  BYTEA  NOT NULL REFERENCES cases (case_id),
    seq      BIGINT NOT NULL,
    kind     TEXT   NOT NULL,
    digest   BYTEA  NOT NULL CHECK (octet_length(digest) = 32),
    provider TEXT   COLLATE "C" NOT NULL REFERENCES providers (provider),
    at       TEXT   COLLATE "C" NOT NULL,
    PRIMARY KEY (case_id, seq, kind, digest)
);

CREATE INDEX match_keys_by_digest ON match_keys (digest, kind, at);

-- What authors are to read: words that fitted no answer, and what people said of the service. The words stay sealed in the event.
CREATE TABLE inbox_items (
    case_id  BYTEA  NOT NULL REFERENCES cases (case_id),
    seq      BIGINT NOT NULL,
    provider TEXT   COLLATE "C" NOT NULL REFERENCES providers (provider),
    kind     TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    release  BYTEA  NOT NULL REFERENCES releases (hash),
    at       TEXT   COLLATE "C" NOT NULL,
    PRIMARY KEY (case_id, seq)
);

CREATE INDEX inbox_items_by_time ON inbox_items (provider, at);
