-- Signed checkpoints over the heads of all cases: how many heads each notes, and which.
ALTER TABLE checkpoints ADD COLUMN leaves INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER checkpoints_are_never_changed BEFORE UPDATE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are never changed'); END;

CREATE TRIGGER checkpoints_are_never_deleted BEFORE DELETE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are never deleted'); END;

-- The heads that a checkpoint notes: of each case that has a new one since the checkpoint before. Names no row of `cases`, so that what
-- was noted of a case stays when somebody takes the case away.
CREATE TABLE checkpoint_leaves (
    number   INTEGER NOT NULL,
    case_id  BLOB    NOT NULL CHECK (length(case_id) = 16),
    seq      INTEGER NOT NULL,
    provider TEXT    NOT NULL,
    head     BLOB    NOT NULL CHECK (length(head) = 32),
    PRIMARY KEY (number, case_id, seq)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX checkpoint_leaves_by_case ON checkpoint_leaves (case_id, seq);

CREATE TRIGGER checkpoint_leaves_are_never_changed BEFORE UPDATE ON checkpoint_leaves
BEGIN SELECT RAISE(ABORT, 'what a checkpoint noted is never changed'); END;

CREATE TRIGGER checkpoint_leaves_are_never_deleted BEFORE DELETE ON checkpoint_leaves
BEGIN SELECT RAISE(ABORT, 'what a checkpoint noted is never deleted'); END;

-- Who makes the next checkpoint. Whoever writes here last goes on, everybody before stops.
CREATE TABLE checkpoint_runs (
    provider TEXT NOT NULL PRIMARY KEY REFERENCES providers (provider),
    run      BLOB NOT NULL CHECK (length(run) = 16)
) STRICT, WITHOUT ROWID;
