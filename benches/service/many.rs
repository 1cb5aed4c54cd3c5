//! A record that is as full as after years: a million cases of 20 events, each with its head, its key and the keys of its requests.
//!
//! Made inside the database from the events of one real case. They have the size and the order of real ones and their chains do not verify:
//! nobody reads them here, they are what every index and every table has to be searched through.

use std::io::{Error, Result};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

/// Events of a case.
pub const EVENTS: u64 = 20;
/// Keys of requests of a case.
const KEYS: u64 = 5;
/// Cases that are made by one statement.
const AT_ONCE: u64 = 20_000;

/// Adds so many cases to a record that has at least one of [`EVENTS`] events.
pub async fn fill(url: &str, cases: u64) -> Result<()> {
    let mut from = 0;
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.map_err(Error::other)?;
        run(&mut connection, ON_SQLITE_FIRST).await?;
        while from < cases {
            let to = cases.min(from + AT_ONCE);
            for sql in ON_SQLITE {
                run(&mut connection, &of(sql, from, to)).await?;
            }
            from = to;
        }
        run(&mut connection, "PRAGMA wal_checkpoint(TRUNCATE)").await?;
        connection.close().await.map_err(Error::other)
    } else {
        let mut connection = PgConnection::connect(url).await.map_err(Error::other)?;
        run_on_postgres(&mut connection, ON_POSTGRES_FIRST).await?;
        while from < cases {
            let to = cases.min(from + AT_ONCE);
            for sql in ON_POSTGRES {
                run_on_postgres(&mut connection, &of(sql, from, to)).await?;
            }
            from = to;
        }
        // A VACUUM here would make every page's gap known at once, into which each new event then goes: a record that lives fills them as
        // it grows. What the server vacuums by itself meanwhile, it does.
        run_on_postgres(&mut connection, "ANALYZE").await?;
        run_on_postgres(&mut connection, "CHECKPOINT").await?;
        connection.close().await.map_err(Error::other)
    }
}

fn of(sql: &str, from: u64, to: u64) -> String {
    sql.replace("$FROM", &from.to_string())
        .replace("$TO", &to.to_string())
        .replace("$EVENTS", &EVENTS.to_string())
        .replace("$KEYS", &KEYS.to_string())
}

async fn run(connection: &mut SqliteConnection, sql: &str) -> Result<()> {
    let sql = AssertSqlSafe(of(sql, 0, 0));
    let done = sqlx::raw_sql(sql).execute(connection).await;
    done.map(|_| ()).map_err(Error::other)
}

async fn run_on_postgres(connection: &mut PgConnection, sql: &str) -> Result<()> {
    let sql = AssertSqlSafe(of(sql, 0, 0));
    let done = sqlx::raw_sql(sql).execute(connection).await;
    done.map(|_| ()).map_err(Error::other)
}

/// The ids are as those of cases that began in order, before all that are under way.
const ON_SQLITE_FIRST: &str = "
    PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA temp_store = MEMORY;
    CREATE TEMP TABLE pattern AS SELECT * FROM cases WHERE seq >= $EVENTS LIMIT 1;
    CREATE TEMP TABLE told AS SELECT * FROM events WHERE case_id = (SELECT case_id FROM pattern) AND seq <= $EVENTS ORDER BY seq;
    CREATE TEMP TABLE key AS SELECT * FROM case_keys WHERE case_id = (SELECT case_id FROM pattern);
    CREATE TEMP TABLE new (n INTEGER PRIMARY KEY, id BLOB NOT NULL);";

const ON_SQLITE: [&str; 5] = [
    "DELETE FROM new;
     INSERT INTO new WITH RECURSIVE numbers (n) AS (SELECT $FROM UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < $TO)
     SELECT n, unhex(printf('01900%07x', n) || hex(randomblob(10))) FROM numbers",
    "INSERT INTO cases (provider, case_id, seq, head, secret, mark, opened_at, changed_at, contacts, channel, release, disposition, ended)
     SELECT provider, new.id, $EVENTS, randomblob(32), randomblob(32), mark, opened_at,
            strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 + new.n, 'unixepoch'), contacts, channel, release, disposition, 1
     FROM new CROSS JOIN pattern",
    "INSERT INTO case_keys (case_id, provider, wrapped) SELECT new.id, provider, wrapped FROM new CROSS JOIN key",
    "INSERT INTO events (case_id, seq, provider, event, sealed, previous, hash)
     SELECT new.id, seq, provider, event, sealed, previous, hash FROM new CROSS JOIN told",
    "INSERT INTO idempotency (provider, key, request, case_id, seq, sealed, recorded_at)
     SELECT provider, CAST(new.id || randomblob(16) AS BLOB), hash, new.id, seq, NULL, '2026-01-01T00:00:00Z' FROM new CROSS JOIN told WHERE seq <= $KEYS",
];

const ON_POSTGRES_FIRST: &str = "
    SET session_replication_role = replica; SET synchronous_commit = off;
    CREATE TEMP TABLE pattern AS SELECT * FROM cases WHERE seq >= $EVENTS LIMIT 1;
    CREATE TEMP TABLE told AS SELECT * FROM events WHERE case_id = (SELECT case_id FROM pattern) AND seq <= $EVENTS ORDER BY seq;
    CREATE TEMP TABLE key AS SELECT * FROM case_keys WHERE case_id = (SELECT case_id FROM pattern);
    CREATE TEMP TABLE new (n BIGINT, id BYTEA NOT NULL);";

const ON_POSTGRES: [&str; 5] = [
    "TRUNCATE new;
     INSERT INTO new SELECT n, decode('01900' || lpad(to_hex(n), 7, '0') || substr(md5(n::text), 1, 20), 'hex')
     FROM generate_series($FROM, $TO - 1) AS n",
    "INSERT INTO cases (provider, case_id, seq, head, secret, mark, opened_at, changed_at, contacts, channel, release, disposition, ended)
     SELECT provider, new.id, $EVENTS, head, secret, mark, opened_at, changed_at, contacts, channel, release, disposition, 1
     FROM new CROSS JOIN pattern",
    "INSERT INTO case_keys (case_id, provider, wrapped) SELECT new.id, provider, wrapped FROM new CROSS JOIN key",
    "INSERT INTO events (case_id, seq, provider, event, sealed, previous, hash)
     SELECT new.id, seq, provider, event, sealed, previous, hash FROM new CROSS JOIN told ORDER BY new.n, seq",
    "INSERT INTO idempotency (provider, key, request, case_id, seq, sealed, recorded_at)
     SELECT provider, new.id || substring(sha256(new.id || decode(lpad(to_hex(seq), 2, '0'), 'hex')) FROM 1 FOR 16), hash, new.id, seq, NULL, '2026-01-01T00:00:00Z'
     FROM new CROSS JOIN told WHERE seq <= $KEYS",
];
