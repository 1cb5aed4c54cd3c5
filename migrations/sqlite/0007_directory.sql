-- A directory of services by editions. An edition is kept in parts and activated once it is whole; rows of other editions are swept
-- away. Which edition was searched when stays.

CREATE TABLE directory_editions (
    id          INTEGER PRIMARY KEY,
    provider    TEXT    NOT NULL REFERENCES providers (provider),
    name        BLOB    NOT NULL CHECK (length(name) = 32),
    source      TEXT    NOT NULL,
    imported_at TEXT    NOT NULL,
    services    INTEGER NOT NULL,
    places      INTEGER NOT NULL
) STRICT;

CREATE INDEX directory_editions_by_provider ON directory_editions (provider, id);

CREATE TABLE directory_services (
    provider TEXT NOT NULL REFERENCES providers (provider),
    edition  BLOB NOT NULL CHECK (length(edition) = 32),
    service  TEXT NOT NULL,
    listing  TEXT NOT NULL,
    PRIMARY KEY (provider, edition, service)
) STRICT, WITHOUT ROWID;

-- Postcodes and districts.
CREATE TABLE directory_places (
    provider  TEXT NOT NULL REFERENCES providers (provider),
    edition   BLOB NOT NULL CHECK (length(edition) = 32),
    place     TEXT NOT NULL,
    latitude  REAL NOT NULL,
    longitude REAL NOT NULL,
    PRIMARY KEY (provider, edition, place)
) STRICT, WITHOUT ROWID;
