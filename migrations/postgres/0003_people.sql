-- What tells the matching key from another: a node with another key would find nobody again, and say nothing. One row, kept by the
-- first node. `provider` is the default one: the key is that of the whole database, since people are found over all providers.
CREATE TABLE matching_keys (
    provider TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES providers (provider),
    digest   BYTEA NOT NULL CHECK (octet_length(digest) = 32)
);
