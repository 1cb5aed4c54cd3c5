-- A directory of services by editions. An edition is kept in parts and activated once it is whole; rows of other editions are swept
-- away. Which edition was searched when stays.

CREATE TABLE directory_editions (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider    TEXT   COLLATE "C" NOT NULL REFERENCES providers (provider),
    name        BYTEA  NOT NULL CHECK (octet_length(name) = 32),
    source      TEXT   NOT NULL,
    imported_at TEXT   COLLATE "C" NOT NULL,
    services    BIGINT NOT NULL,
    places      BIGINT NOT NULL
);

CREATE INDEX directory_editions_by_provider ON directory_editions (provider, id);

CREATE TABLE directory_services (
    provider TEXT  COLLATE "C" NOT NULL REFERENCES providers (provider),
    edition  BYTEA NOT NULL CHECK (octet_length(edition) = 32),
    service  TEXT  COLLATE "C" NOT NULL,
    listing  TEXT  NOT NULL,
    PRIMARY KEY (provider, edition, service)
);

-- Postcodes and districts.
CREATE TABLE directory_places (
    provider  TEXT   COLLATE "C" NOT NULL REFERENCES providers (provider),
    edition   BYTEA  NOT NULL CHECK (octet_length(edition) = 32),
    place     TEXT   COLLATE "C" NOT NULL,
    latitude  DOUBLE PRECISION NOT NULL,
    longitude DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (provider, edition, place)
);
