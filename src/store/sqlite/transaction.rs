//! One transaction for all appends that are waiting: one statement a table, however many there are.

use std::collections::HashMap;

use async_trait::async_trait;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use crate::case::chain::Head;
use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{Activation, Append, Appended, Remembered, StoredRelease};
use crate::store::batch::{Judged, Known, Rows};
use crate::store::rows::{HeadRow, RememberedRow};
use crate::store::writer::{Doubtful, Recorder, Trouble, understood};

use super::error::{failed, trouble};

/// The one connection that writes.
pub(super) struct Connection(pub(super) SqliteConnection);

#[async_trait]
impl Recorder for Connection {
    /// A commit of SQLite's is answered by the call itself, so none is ever in doubt.
    async fn record(
        &mut self,
        batch: &[Append],
        _: &mut Doubtful,
    ) -> Result<Vec<Appended>, Trouble> {
        let connection = &mut self.0;
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut *connection)
            .await
            .map_err(trouble)?;
        let outcome = match record_within(connection, batch).await {
            Ok(outcomes) => sqlx::query("COMMIT")
                .execute(&mut *connection)
                .await
                .map(|_| outcomes)
                .map_err(trouble),
            Err(trouble) => Err(trouble),
        };
        if outcome.is_err() {
            // After some failures SQLite has rolled back by itself; then there is nothing left to roll back.
            drop(sqlx::query("ROLLBACK").execute(&mut *connection).await);
        }
        outcome
    }
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
        .execute(&mut connection.0)
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
        .execute(&mut connection.0)
        .await
        .map(|_| ())
        .map_err(trouble)
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
    let rows = Rows::of(&accepted);
    write(connection, INSERT_CASES, &rows.cases).await?;
    write(connection, INSERT_KEYS, &rows.keys).await?;
    write(connection, UPDATE_CASES, &rows.moved).await?;
    write(connection, INSERT_EVENTS, &rows.events).await?;
    write(connection, INSERT_OUTBOX, &rows.errands).await?;
    write(connection, INSERT_IDEMPOTENCY, &rows.remembered).await?;
    write(connection, INSERT_MATCH_KEYS, &rows.match_keys).await?;
    write(connection, INSERT_INBOX, &rows.inbox).await?;
    Ok(outcomes)
}

async fn write<T: Serialize>(
    connection: &mut SqliteConnection,
    sql: &'static str,
    rows: &[T],
) -> Result<(), Trouble> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = serde_json::to_string(rows).map_err(|error| Trouble::OfOne(failed(error)))?;
    sqlx::query(sql)
        .bind(rows)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(trouble)
}

async fn heads(
    connection: &mut SqliteConnection,
    batch: &[Append],
) -> Result<HashMap<CaseId, (ProviderId, Head)>, Trouble> {
    let cases: Vec<Value> = batch
        .iter()
        .map(|append| json!(hex::encode(append.case.0.as_bytes())))
        .collect();
    let rows: Vec<HeadRow> = sqlx::query_as(
        "SELECT cases.case_id, cases.provider, cases.seq, cases.head
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

const INSERT_CASES: &str = "
    INSERT INTO cases (provider, case_id, seq, head, secret, mark, opened_at, changed_at, contacts, channel, release, disposition, ended)
    SELECT value ->> 'provider', unhex(value ->> 'case'), value ->> 'seq', unhex(value ->> 'head'), unhex(value ->> 'secret'),
           value ->> 'mark', value ->> 'opened_at', value ->> 'at', value ->> 'contacts', value ->> 'channel', unhex(value ->> 'release'),
           value ->> 'disposition', value ->> 'ended'
    FROM json_each(?1)";

const INSERT_KEYS: &str = "
    INSERT INTO case_keys (case_id, provider, wrapped, master_key)
    SELECT unhex(value ->> 'case'), value ->> 'provider', unhex(value ->> 'wrapped'), value ->> 'master_key' FROM json_each(?1)";

const UPDATE_CASES: &str = "
    UPDATE cases SET seq = row.value ->> 'seq', head = unhex(row.value ->> 'head'), changed_at = row.value ->> 'at',
           contacts = row.value ->> 'contacts', channel = row.value ->> 'channel', release = unhex(row.value ->> 'release'),
           disposition = row.value ->> 'disposition', ended = row.value ->> 'ended'
    FROM json_each(?1) AS row WHERE cases.case_id = unhex(row.value ->> 'case')";

const INSERT_EVENTS: &str = "
    INSERT INTO events (case_id, seq, provider, event, sealed, previous, hash)
    SELECT unhex(value ->> 'case'), value ->> 'seq', value ->> 'provider', value ->> 'event', unhex(value ->> 'sealed'),
           unhex(value ->> 'previous'), unhex(value ->> 'hash')
    FROM json_each(?1)";

const INSERT_OUTBOX: &str = "
    INSERT INTO outbox (provider, case_id, seq, kind, key, payload, queued_at)
    SELECT value ->> 'provider', unhex(value ->> 'case'), value ->> 'seq', value ->> 'kind', value ->> 'key', value ->> 'payload',
           value ->> 'at'
    FROM json_each(?1)";

const INSERT_IDEMPOTENCY: &str = "
    INSERT INTO idempotency (provider, key, request, case_id, seq, sealed, recorded_at)
    SELECT value ->> 'provider', unhex(value ->> 'key'), unhex(value ->> 'request'), unhex(value ->> 'case'), value ->> 'seq',
           unhex(value ->> 'sealed'), value ->> 'at'
    FROM json_each(?1)";

const INSERT_MATCH_KEYS: &str = "
    INSERT INTO match_keys (provider, case_id, seq, kind, digest, at)
    SELECT value ->> 'provider', unhex(value ->> 'case'), value ->> 'seq', value ->> 'kind', unhex(value ->> 'digest'), value ->> 'at'
    FROM json_each(?1)";

const INSERT_INBOX: &str = "
    INSERT INTO inbox_items (provider, case_id, seq, kind, subject, release, at)
    SELECT value ->> 'provider', unhex(value ->> 'case'), value ->> 'seq', value ->> 'kind', value ->> 'subject',
           unhex(value ->> 'release'), value ->> 'at'
    FROM json_each(?1)";
