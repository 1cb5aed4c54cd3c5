-- What tells the matching key from another: a node with another key would find nobody again, and say nothing. One row, kept by the
-- first node. `provider` is the default one: the key is that of the whole database, since people are found over all providers.
CREATE TABLE matching_keys (
    provider TEXT NOT NULL PRIMARY KEY REFERENCES providers (provider),
    digest   BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT, WITHOUT ROWID;
