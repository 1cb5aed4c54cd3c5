-- Signed checkpoints over the heads of all cases: how many heads each notes, and which. The same tables as on SQLite.
ALTER TABLE checkpoints ADD COLUMN leaves BIGINT NOT NULL DEFAULT 0;

CREATE FUNCTION checkpoints_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'checkpoints are never changed or deleted' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER checkpoints_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION checkpoints_are_append_only();

-- The heads that a checkpoint notes: of each case that has a new one since the checkpoint before. Names no row of `cases`, so that what
-- was noted of a case stays when somebody takes the case away.
CREATE TABLE checkpoint_leaves (
    number   BIGINT NOT NULL,
    case_id  BYTEA  NOT NULL CHECK (octet_length(case_id) = 16),
    seq      BIGINT NOT NULL CHECK (seq > 0),
    provider TEXT   COLLATE "C" NOT NULL,
    head     BYTEA  NOT NULL CHECK (octet_length(head) = 32),
    PRIMARY KEY (number, case_id, seq)
);

CREATE UNIQUE INDEX checkpoint_leaves_by_case ON checkpoint_leaves (case_id, seq);

CREATE TRIGGER checkpoint_leaves_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint_leaves
    FOR EACH STATEMENT EXECUTE FUNCTION checkpoints_are_append_only();

-- Who makes the next checkpoint. Whoever writes here last goes on, everybody before stops.
CREATE TABLE checkpoint_runs (
    provider TEXT  COLLATE "C" NOT NULL PRIMARY KEY REFERENCES providers (provider),
    run      BYTEA NOT NULL CHECK (octet_length(run) = 16)
);
