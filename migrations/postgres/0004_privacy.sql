-- Master keys by name, and records that ended.

-- Which master keys the keys of cases may be wrapped under. `proof` is a known text wrapped under the key: whoever opens it has that
-- key. A row goes once nothing is wrapped under its key any more; the reference below refuses it before.
CREATE TABLE master_keys (
    key_id   TEXT  COLLATE "C" NOT NULL PRIMARY KEY,
    provider TEXT  COLLATE "C" NOT NULL DEFAULT 'default' REFERENCES providers (provider),
    proof    BYTEA NOT NULL,
    since    TEXT  COLLATE "C" NOT NULL
);

-- NULL: wrapped before master keys had names.
ALTER TABLE case_keys ADD COLUMN master_key TEXT COLLATE "C" REFERENCES master_keys (key_id);

CREATE INDEX case_keys_by_master_key ON case_keys (master_key, case_id);

-- Cases whose key was destroyed. They outlive a restore: a case may be named here that this record does not have.
CREATE TABLE tombstones (
    case_id  BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(case_id) = 16),
    provider TEXT  COLLATE "C" NOT NULL REFERENCES providers (provider),
    at       TEXT  NOT NULL,
    reason   TEXT  NOT NULL
);

CREATE FUNCTION tombstones_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'tombstones are never changed or deleted' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER tombstones_are_never_changed BEFORE UPDATE OR DELETE ON tombstones
    FOR EACH STATEMENT EXECUTE FUNCTION tombstones_stand();

CREATE TRIGGER tombstones_are_never_truncated BEFORE TRUNCATE ON tombstones
    FOR EACH STATEMENT EXECUTE FUNCTION tombstones_stand();
