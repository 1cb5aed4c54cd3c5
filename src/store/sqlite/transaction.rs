//! One transaction for all appends that are waiting, with few statements a table, however many there are. It is tried first as if nobody else
//! were writing, which needs no other statement; where that is not so, what is known is read and each append is judged.

use std::collections::HashMap;

use async_trait::async_trait;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{Activation, Append, Appended, Remembered, StoredRelease};
use crate::store::batch::{Judged, Known, Rows, Standing};
use crate::store::rows::{HeadRow, RememberedRow, unreadable};
use crate::store::writer::{Doubtful, Recorder, Trouble, understood};

use super::error::{is_otherwise, trouble};
use super::place::Place;
use super::written::Statements;

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
    let statements = Statements::of(&Rows::of(&accepted)).map_err(trouble)?;
    let rows = statements.rows;
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut *connection)
        .await
        .map_err(trouble)?;
    let done = match statements.write(connection).await {
        Ok(written) if written == rows => sqlx::query("COMMIT")
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
        let statements = Statements::of(&Rows::of(&accepted)).map_err(trouble)?;
        let rows = statements.rows;
        let written = statements.write(connection).await.map_err(trouble)?;
        if written != rows {
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
