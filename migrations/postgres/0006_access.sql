-- Who may: machine clients, their secrets and tokens; codes to carry a case on, what they granted, and what was tried in vain.
-- Nothing here opens anything by itself: secrets and tokens are kept as SHA-256 of 256 random bits, a code as a keyed digest.
-- Times that are compared are whole seconds, so that the order of their text is the order of time.

CREATE TABLE clients (
    client_id   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    provider    TEXT COLLATE "C" NOT NULL REFERENCES providers (provider),
    title       TEXT NOT NULL,
    scopes      TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    disabled_at TEXT
);

-- At most two stand at once, so that a secret can be changed without a gap.
CREATE TABLE client_secrets (
    secret    BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(secret) = 32),
    client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (client_id),
    provider  TEXT COLLATE "C" NOT NULL REFERENCES providers (provider),
    made_at   TEXT COLLATE "C" NOT NULL
);

CREATE INDEX client_secrets_by_client ON client_secrets (client_id, made_at);

CREATE TABLE access_tokens (
    token      BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(token) = 32),
    client_id  TEXT COLLATE "C" NOT NULL REFERENCES clients (client_id),
    provider   TEXT COLLATE "C" NOT NULL REFERENCES providers (provider),
    scopes     TEXT NOT NULL,
    issued_at  TEXT NOT NULL,
    expires_at TEXT COLLATE "C" NOT NULL
);

CREATE INDEX access_tokens_by_end ON access_tokens (expires_at);

-- One code a case: another takes its place. The digest is of the code together with the second thing that the person gave.
CREATE TABLE carry_on_codes (
    case_id    BYTEA NOT NULL PRIMARY KEY REFERENCES cases (case_id),
    provider   TEXT COLLATE "C" NOT NULL REFERENCES providers (provider),
    proof      BYTEA NOT NULL UNIQUE CHECK (octet_length(proof) = 32),
    made_at    TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C" NOT NULL,
    used_at    TEXT
);

-- Further secrets that open a case, beside the one of its start.
CREATE TABLE case_secrets (
    secret     BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(secret) = 32),
    case_id    BYTEA NOT NULL REFERENCES cases (case_id),
    provider   TEXT COLLATE "C" NOT NULL REFERENCES providers (provider),
    granted_at TEXT NOT NULL
);

-- What guards a secret is counted here, for all nodes together. The subject is a keyed digest: of an address, of a code.
CREATE TABLE attempts (
    kind     TEXT COLLATE "C" NOT NULL,
    subject  BYTEA NOT NULL CHECK (octet_length(subject) = 32),
    since    TEXT COLLATE "C" NOT NULL,
    until    TEXT COLLATE "C" NOT NULL,
    provider TEXT COLLATE "C" NOT NULL REFERENCES providers (provider),
    tried    BIGINT NOT NULL,
    PRIMARY KEY (kind, subject, since)
);

CREATE INDEX attempts_by_end ON attempts (until);
