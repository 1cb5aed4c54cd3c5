-- What was proven of a content: the report, written whole by one statement. It is named by the hash of the content, and may be there before
-- the release is.
CREATE TABLE release_proofs (
    hash    BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    made_at TEXT NOT NULL,
    report  TEXT NOT NULL
) STRICT;
