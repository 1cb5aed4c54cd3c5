//! One transaction for all appends that are waiting: one statement a table, however many there are. It is tried first as if nobody else
//! were writing, which needs no other statement; where that is not so, what is known is read and each append is judged.

use std::collections::HashMap;

use async_trait::async_trait;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{Activation, Append, Appended, Remembered, StoredRelease};
use crate::store::batch::{Judged, Known, Rows, Standing};
use crate::store::rows::{HeadRow, RememberedRow, unreadable};
use crate::store::writer::{Doubtful, Recorder, Trouble, understood};

use super::error::{failed, is_otherwise, trouble};
use super::place::Place;

/// The one connection that writes.
pub(super) struct Connection {
    pub(super) connection: SqliteConnection,
    pub(super) place: Place,
}

#[async_trait]
impl Recorder for Connection {
    /// A commit of SQLite's is answered by the call itself, so none is ever in doubt.
    async fn record(
        &mut self,
        batch: &[Append],
        _: &mut Doubtful,
    ) -> Result<Vec<Appended>, Trouble> {
        // A file that is no longer there takes what is written as before, and it is gone with the process.
        self.place.stands().map_err(Trouble::OfAll)?;
        let connection = &mut self.connection;
        if let Some(outcomes) = at_once(connection, batch).await? {
            self.place.stands().map_err(Trouble::OfAll)?;
            return Ok(outcomes);
        }
        begin(connection).await?;
        let outcome = record_within(connection, batch).await;
        let outcome = end(connection, outcome).await;
        // It may have gone while this was written.
        self.place.stands().map_err(Trouble::OfAll)?;
        outcome
    }
}

/// Begins a transaction that writes.
pub(super) async fn begin(connection: &mut SqliteConnection) -> Result<(), Trouble> {
    sqlx::query("BEGIN IMMEDIATE")
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(trouble)
}

/// Commits what was done well, and takes back the rest.
pub(super) async fn end<T>(
    connection: &mut SqliteConnection,
    done: Result<T, Trouble>,
) -> Result<T, Trouble> {
    let outcome = match done {
        Ok(done) => sqlx::query("COMMIT")
            .execute(&mut *connection)
            .await
            .map(|_| done)
            .map_err(trouble),
        Err(trouble) => Err(trouble),
    };
    if outcome.is_err() {
        // After some failures SQLite has rolled back by itself; then there is nothing left to roll back.
        drop(sqlx::query("ROLLBACK").execute(&mut *connection).await);
    }
    outcome
}

/// Keeps a release; keeping it again changes nothing.
pub(super) async fn keep_release(
    connection: &mut Connection,
    release: StoredRelease,
) -> Result<(), Trouble> {
    sqlx::query("INSERT INTO releases (hash, language, canonical, kept_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hash) DO NOTHING")
        .bind(release.hash.0.as_slice())
        .bind(release.language)
        .bind(release.canonical)
        .bind(release.kept_at.to_string())
        .execute(&mut connection.connection)
        .await
        .map(|_| ())
        .map_err(trouble)
}

/// Puts a release on top of the activations of a provider.
pub(super) async fn activate(
    connection: &mut Connection,
    provider: ProviderId,
    activation: Activation,
) -> Result<(), Trouble> {
    sqlx::query("INSERT INTO activations (provider, hash, activated_at) VALUES (?1, ?2, ?3)")
        .bind(provider.0)
        .bind(activation.hash.0.as_slice())
        .bind(activation.at.to_string())
        .execute(&mut connection.connection)
        .await
        .map(|_| ())
        .map_err(trouble)
}

/// Writes the whole batch as if nobody else were writing: each case is taken to stand where the append says, and no key to be used. The
/// rows that came to be written are counted, and nothing is committed where one is missing; then it is judged row by row.
///
/// `None` if nothing was recorded and the batch has to be judged.
async fn at_once(
    connection: &mut SqliteConnection,
    batch: &[Append],
) -> Result<Option<Vec<Appended>>, Trouble> {
    let Judged { outcomes, accepted } = Known::assumed(batch).judge(batch);
    // What was refused on an assumption may have been refused wrongly.
    if accepted.len() < batch.len() {
        return Ok(None);
    }
    let statements = Statements::of(&Rows::of(&accepted))?;
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut *connection)
        .await
        .map_err(trouble)?;
    let written = statements.write(connection).await;
    let done = match written {
        Ok(written) if written == statements.rows => sqlx::query("COMMIT")
            .execute(&mut *connection)
            .await
            .map(|_| Some(outcomes))
            .map_err(trouble),
        Ok(_) => Ok(None),
        Err(error) if is_otherwise(&error) => Ok(None),
        Err(error) => Err(trouble(error)),
    };
    if !matches!(done, Ok(Some(_))) {
        // After some failures SQLite has rolled back by itself; then there is nothing left to roll back.
        drop(sqlx::query("ROLLBACK").execute(&mut *connection).await);
    }
    done
}

/// What writes a batch: one statement for each table that has rows, all sent together.
struct Statements {
    sql: Vec<&'static str>,
    values: Vec<String>,
    /// How many rows they write, all together.
    rows: u64,
}

impl Statements {
    fn of(rows: &Rows<'_>) -> Result<Self, Trouble> {
        let mut statements = Statements {
            sql: Vec::new(),
            values: Vec::new(),
            rows: 0,
        };
        statements.add(INSERT_CASES, &rows.cases)?;
        statements.add(INSERT_KEYS, &rows.keys)?;
        statements.add(UPDATE_CASES, &rows.moved)?;
        statements.add(INSERT_EVENTS, &rows.events)?;
        statements.add(INSERT_OUTBOX, &rows.errands)?;
        statements.add(INSERT_IDEMPOTENCY, &rows.remembered)?;
        statements.add(INSERT_MATCH_KEYS, &rows.match_keys)?;
        statements.add(INSERT_INBOX, &rows.inbox)?;
        Ok(statements)
    }

    fn add<T: Serialize>(&mut self, sql: &'static str, rows: &[T]) -> Result<(), Trouble> {
        if rows.is_empty() {
            return Ok(());
        }
        let values = serde_json::to_string(rows).map_err(|error| Trouble::OfOne(failed(error)))?;
        self.sql.push(sql);
        self.values.push(values);
        self.rows += rows.len() as u64;
        Ok(())
    }

    /// Writes in the transaction that was begun; gives how many rows were written. It is one call, which is one hop between threads.
    async fn write(&self, connection: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
        let sql = self.sql.join(";");
        // The parts are this file's own; there is one text for each set of tables, so each is prepared once.
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for values in &self.values {
            query = query.bind(values.as_str());
        }
        Ok(query.execute(connection).await?.rows_affected())
    }
}

async fn record_within(
    connection: &mut SqliteConnection,
    batch: &[Append],
) -> Result<Vec<Appended>, Trouble> {
    let known = Known {
        heads: heads(connection, batch).await?,
        keys: keys(connection, batch).await?,
        ..Known::default()
    };
    let Judged { outcomes, accepted } = known.judge(batch);
    if !accepted.is_empty() {
        let statements = Statements::of(&Rows::of(&accepted))?;
        let written = statements.write(connection).await.map_err(trouble)?;
        if written != statements.rows {
            return Err(Trouble::OfOne(unreadable(
                "the head of a case that has just been read".to_owned(),
            )));
        }
    }
    Ok(outcomes)
}

async fn heads(
    connection: &mut SqliteConnection,
    batch: &[Append],
) -> Result<HashMap<CaseId, Standing>, Trouble> {
    let cases: Vec<Value> = batch
        .iter()
        .map(|append| json!(hex::encode(append.case.0.as_bytes())))
        .collect();
    let rows: Vec<HeadRow> = sqlx::query_as(
        "SELECT cases.case_id, cases.provider, cases.seq, cases.head,
                EXISTS (SELECT 1 FROM case_keys WHERE case_keys.case_id = cases.case_id) AS keyed
         FROM json_each(?1) AS asked JOIN cases ON cases.case_id = unhex(asked.value)",
    )
    .bind(Value::Array(cases).to_string())
    .fetch_all(connection)
    .await
    .map_err(trouble)?;
    understood(rows)
}

async fn keys(
    connection: &mut SqliteConnection,
    batch: &[Append],
) -> Result<HashMap<(ProviderId, Hash), Remembered>, Trouble> {
    let keys: Vec<Value> = batch
        .iter()
        .filter_map(|append| {
            append
                .remember
                .as_ref()
                .map(|remember| json!({"p": append.provider, "k": remember.key}))
        })
        .collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<RememberedRow> = sqlx::query_as(
        "SELECT known.provider, known.key, known.request, known.case_id, known.seq, known.sealed
         FROM json_each(?1) AS asked
         JOIN idempotency AS known ON known.provider = asked.value ->> 'p' AND known.key = unhex(asked.value ->> 'k')",
    )
    .bind(Value::Array(keys).to_string())
    .fetch_all(connection)
    .await
    .map_err(trouble)?;
    understood(rows)
}

// Each takes its one value in turn: they are sent together.

const INSERT_CASES: &str = "
    INSERT INTO cases (provider, case_id, seq, head, secret, mark, opened_at, changed_at, contacts, channel, release, disposition, ended)
    SELECT value ->> 'provider', unhex(value ->> 'case'), value ->> 'seq', unhex(value ->> 'head'), unhex(value ->> 'secret'),
           value ->> 'mark', value ->> 'opened_at', value ->> 'at', value ->> 'contacts', value ->> 'channel', unhex(value ->> 'release'),
           value ->> 'disposition', value ->> 'ended'
    FROM json_each(?)";

const INSERT_KEYS: &str = "
    INSERT INTO case_keys (case_id, provider, wrapped, master_key)
    SELECT unhex(value ->> 'case'), value ->> 'provider', unhex(value ->> 'wrapped'), value ->> 'master_key' FROM json_each(?)";

const UPDATE_CASES: &str = "
    UPDATE cases SET seq = row.value ->> 'seq', head = unhex(row.value ->> 'head'), changed_at = row.value ->> 'at',
           contacts = row.value ->> 'contacts', channel = row.value ->> 'channel', release = unhex(row.value ->> 'release'),
           disposition = row.value ->> 'disposition', ended = row.value ->> 'ended'
    FROM json_each(?) AS row
    WHERE cases.case_id = unhex(row.value ->> 'case') AND cases.head = unhex(row.value ->> 'after')
          AND cases.provider = row.value ->> 'provider'
          AND EXISTS (SELECT 1 FROM case_keys WHERE case_keys.case_id = cases.case_id)";

const INSERT_EVENTS: &str = "
    INSERT INTO events (case_id, seq, provider, event, sealed, previous, hash)
    SELECT unhex(value ->> 'case'), value ->> 'seq', value ->> 'provider', value ->> 'event', unhex(value ->> 'sealed'),
           unhex(value ->> 'previous'), unhex(value ->> 'hash')
    FROM json_each(?)";

const INSERT_OUTBOX: &str = "
    INSERT INTO outbox (provider, case_id, seq, kind, key, payload, queued_at)
    SELECT value ->> 'provider', unhex(value ->> 'case'), value ->> 'seq', value ->> 'kind', value ->> 'key', value ->> 'payload',
           value ->> 'at'
    FROM json_each(?)";

const INSERT_IDEMPOTENCY: &str = "
    INSERT INTO idempotency (provider, key, request, case_id, seq, sealed, recorded_at)
    SELECT value ->> 'provider', unhex(value ->> 'key'), unhex(value ->> 'request'), unhex(value ->> 'case'), value ->> 'seq',
           unhex(value ->> 'sealed'), value ->> 'at'
    FROM json_each(?)";

const INSERT_MATCH_KEYS: &str = "
    INSERT INTO match_keys (provider, case_id, seq, kind, digest, at)
    SELECT value ->> 'provider', unhex(value ->> 'case'), value ->> 'seq', value ->> 'kind', unhex(value ->> 'digest'), value ->> 'at'
    FROM json_each(?)";

const INSERT_INBOX: &str = "
    INSERT INTO inbox_items (provider, case_id, seq, kind, subject, release, at, item)
    SELECT value ->> 'provider', unhex(value ->> 'case'), value ->> 'seq', value ->> 'kind', value ->> 'subject',
           unhex(value ->> 'release'), value ->> 'at', unhex(value ->> 'item')
    FROM json_each(?)";
