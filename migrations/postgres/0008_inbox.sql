-- How far each item of the inbox is, and a name for it that says nothing of its case.
ALTER TABLE inbox_items ADD COLUMN item BYTEA;

CREATE UNIQUE INDEX inbox_items_by_name ON inbox_items (item);

-- The last thing that was done to an item; one that nobody touched is new.
CREATE TABLE inbox_states (
    item     BYTEA NOT NULL PRIMARY KEY CHECK (length(item) = 16),
    provider TEXT  COLLATE "C" NOT NULL REFERENCES providers (provider),
    state    TEXT  NOT NULL,
    who      TEXT  NOT NULL,
    at       TEXT  COLLATE "C" NOT NULL
);
