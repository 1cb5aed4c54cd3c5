-- Master keys by name, and records that ended.

-- Which master keys the keys of cases may be wrapped under. `proof` is a known text wrapped under the key: whoever opens it has that
-- key. A row goes once nothing is wrapped under its key any more; the reference below refuses it before.
CREATE TABLE master_keys (
    key_id   TEXT NOT NULL PRIMARY KEY,
    provider TEXT NOT NULL DEFAULT 'default' REFERENCES providers (provider),
    proof    BLOB NOT NULL,
    since    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- NULL: wrapped before master keys had names.
ALTER TABLE case_keys ADD COLUMN master_key TEXT REFERENCES master_keys (key_id);

CREATE INDEX case_keys_by_master_key ON case_keys (master_key, case_id);

-- Cases whose key was destroyed. They outlive a restore: a case may be named here that this record does not have.
CREATE TABLE tombstones (
    case_id  BLOB NOT NULL PRIMARY KEY CHECK (length(case_id) = 16),
    provider TEXT NOT NULL REFERENCES providers (provider),
    at       TEXT NOT NULL,
    reason   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tombstones_are_never_changed BEFORE UPDATE ON tombstones
BEGIN SELECT RAISE(ABORT, 'tombstones are never changed'); END;

CREATE TRIGGER tombstones_are_never_deleted BEFORE DELETE ON tombstones
BEGIN SELECT RAISE(ABORT, 'tombstones are never deleted'); END;
