//! One transaction for all appends that are waiting: one statement a table, however many there are.

use std::collections::HashMap;

use serde_json::{Value, json};
use sqlx::{FromRow, SqliteConnection};

use crate::case::chain::Head;
use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{Activation, Append, Appended, Remembered, StoredRelease};

use super::read;

/// What is already recorded of the cases and keys in a batch, and what the batch adds.
#[derive(Default)]
struct Known {
    heads: HashMap<CaseId, (ProviderId, Head)>,
    keys: HashMap<(ProviderId, Hash), Remembered>,
}

/// Records a batch; each append gets its own outcome, in order.
///
/// # Errors
/// If the transaction failed: then nothing of it is recorded.
pub(super) async fn record(
    connection: &mut SqliteConnection,
    batch: &[Append],
) -> Result<Vec<Appended>, sqlx::Error> {
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut *connection)
        .await?;
    let outcome = match record_within(connection, batch).await {
        Ok(outcomes) => sqlx::query("COMMIT")
            .execute(&mut *connection)
            .await
            .map(|_| outcomes),
        Err(error) => Err(error),
    };
    if outcome.is_err() {
        // After some failures SQLite has rolled back by itself; then there is nothing left to roll back.
        drop(sqlx::query("ROLLBACK").execute(&mut *connection).await);
    }
    outcome
}

async fn record_within(
    connection: &mut SqliteConnection,
    batch: &[Append],
) -> Result<Vec<Appended>, sqlx::Error> {
    let mut known = Known {
        heads: heads(connection, batch).await?,
        keys: keys(connection, batch).await?,
    };
    let outcomes: Vec<Appended> = batch.iter().map(|append| known.judge(append)).collect();
    let accepted: Vec<&Append> = batch
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| **outcome == Appended::Done)
        .map(|(append, _)| append)
        .collect();
    for (sql, rows) in [
        (
            INSERT_CASES,
            accepted
                .iter()
                .filter_map(|append| case_row(append))
                .collect::<Vec<_>>(),
        ),
        (
            INSERT_KEYS,
            accepted
                .iter()
                .filter_map(|append| key_row(append))
                .collect(),
        ),
        (UPDATE_CASES, moved_rows(&accepted)),
        (
            INSERT_EVENTS,
            accepted
                .iter()
                .flat_map(|append| event_rows(append))
                .collect(),
        ),
        (
            INSERT_OUTBOX,
            accepted
                .iter()
                .flat_map(|append| errand_rows(append))
                .collect(),
        ),
        (
            INSERT_IDEMPOTENCY,
            accepted
                .iter()
                .filter_map(|append| remember_row(append))
                .collect(),
        ),
    ] {
        if !rows.is_empty() {
            sqlx::query(sql)
                .bind(Value::Array(rows).to_string())
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(outcomes)
}

impl Known {
    /// What becomes of one append, given all before it in the batch.
    fn judge(&mut self, append: &Append) -> Appended {
        let key = append
            .remember
            .as_ref()
            .map(|remember| (append.provider.clone(), remember.key));
        if let Some(remembered) = key.as_ref().and_then(|key| self.keys.get(key)) {
            return Appended::Remembered(remembered.clone());
        }
        let (now, mine) = match self.heads.get(&append.case) {
            None => (Head::NONE, append.opened.is_some()),
            Some((provider, head)) => (
                *head,
                append.opened.is_none() && *provider == append.provider,
            ),
        };
        let (Some(last), true) = (append.links.last(), mine && now == append.after) else {
            return Appended::Conflict { seq: now.seq };
        };
        self.heads
            .insert(append.case, (append.provider.clone(), last.head()));
        if let (Some(key), Some(remember)) = (key, &append.remember) {
            let remembered = Remembered {
                request: remember.request,
                case: append.case,
                seq: last.seq,
                sealed: remember.sealed.clone(),
            };
            self.keys.insert(key, remembered);
        }
        Appended::Done
    }
}

#[derive(FromRow)]
struct HeadRow {
    case_id: Vec<u8>,
    provider: String,
    seq: i64,
    head: Vec<u8>,
}

async fn heads(
    connection: &mut SqliteConnection,
    batch: &[Append],
) -> Result<HashMap<CaseId, (ProviderId, Head)>, sqlx::Error> {
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
    .await?;
    rows.into_iter()
        .map(|row| {
            let head = Head {
                seq: read::seq(row.seq)?,
                hash: read::hash(&row.head)?,
            };
            Ok((
                read::case_id(&row.case_id)?,
                (ProviderId(row.provider), head),
            ))
        })
        .collect()
}

async fn keys(
    connection: &mut SqliteConnection,
    batch: &[Append],
) -> Result<HashMap<(ProviderId, Hash), Remembered>, sqlx::Error> {
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
    let rows: Vec<read::RememberedRow> = sqlx::query_as(
        "SELECT known.provider, known.key, known.request, known.case_id, known.seq, known.sealed
         FROM json_each(?1) AS asked
         JOIN idempotency AS known ON known.provider = asked.value ->> 'p' AND known.key = unhex(asked.value ->> 'k')",
    )
    .bind(Value::Array(keys).to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok((
                (ProviderId(row.provider.clone()), read::hash(&row.key)?),
                row.try_into()?,
            ))
        })
        .collect()
}

const INSERT_CASES: &str = "
    INSERT INTO cases (provider, case_id, seq, head, secret, mark, opened_at, changed_at, contacts, channel, release, disposition, ended)
    SELECT value ->> 'provider', unhex(value ->> 'case'), value ->> 'seq', unhex(value ->> 'head'), unhex(value ->> 'secret'),
           value ->> 'mark', value ->> 'at', value ->> 'at', value ->> 'contacts', value ->> 'channel', unhex(value ->> 'release'),
           value ->> 'disposition', value ->> 'ended'
    FROM json_each(?1)";

const INSERT_KEYS: &str = "
    INSERT INTO case_keys (case_id, provider, wrapped)
    SELECT unhex(value ->> 'case'), value ->> 'provider', unhex(value ->> 'wrapped') FROM json_each(?1)";

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

fn case_id(append: &Append) -> String {
    hex::encode(append.case.0.as_bytes())
}

/// The row of a case after an append, without what only its opening knows.
fn summary_row(append: &Append) -> Option<Value> {
    let head = append.links.last()?.head();
    let summary = &append.summary;
    Some(json!({
        "provider": append.provider, "case": case_id(append), "seq": head.seq, "head": head.hash, "at": append.at,
        "contacts": summary.contacts, "channel": summary.channel, "release": summary.release,
        "disposition": summary.disposition, "ended": i32::from(summary.ended),
    }))
}

fn case_row(append: &Append) -> Option<Value> {
    let opening = append.opened.as_ref()?;
    let mut row = summary_row(append)?;
    if let Value::Object(row) = &mut row {
        row.insert("secret".to_owned(), json!(opening.secret));
        row.insert("mark".to_owned(), json!(opening.mark));
    }
    Some(row)
}

fn key_row(append: &Append) -> Option<Value> {
    let opening = append.opened.as_ref()?;
    Some(
        json!({"case": case_id(append), "provider": append.provider, "wrapped": hex::encode(&opening.key.0)}),
    )
}

/// The last row of each case that moved: an UPDATE takes one row a case.
fn moved_rows(accepted: &[&Append]) -> Vec<Value> {
    let last: HashMap<CaseId, &Append> = accepted
        .iter()
        .filter(|append| append.opened.is_none())
        .map(|append| (append.case, *append))
        .collect();
    last.into_values().filter_map(summary_row).collect()
}

fn event_rows(append: &Append) -> impl Iterator<Item = Value> {
    append.links.iter().map(|link| {
        json!({
            "case": case_id(append), "seq": link.seq, "provider": append.provider, "event": link.text,
            "sealed": link.sealed.as_ref().map(hex::encode), "previous": link.previous, "hash": link.hash,
        })
    })
}

fn errand_rows(append: &Append) -> impl Iterator<Item = Value> {
    append.errands.iter().map(|errand| {
        json!({
            "provider": append.provider, "case": case_id(append), "seq": errand.seq, "kind": errand.kind, "key": errand.key,
            "payload": errand.payload, "at": append.at,
        })
    })
}

fn remember_row(append: &Append) -> Option<Value> {
    let remember = append.remember.as_ref()?;
    Some(json!({
        "provider": append.provider, "key": remember.key, "request": remember.request, "case": case_id(append),
        "seq": append.links.last()?.seq, "sealed": remember.sealed.as_ref().map(hex::encode), "at": append.at,
    }))
}

/// Keeps a release; keeping it again changes nothing.
pub(super) async fn keep_release(
    connection: &mut SqliteConnection,
    release: &StoredRelease,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO releases (hash, language, canonical, kept_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hash) DO NOTHING")
        .bind(release.hash.0.as_slice())
        .bind(release.language)
        .bind(&release.canonical)
        .bind(release.kept_at.to_string())
        .execute(connection)
        .await
        .map(|_| ())
}

/// Puts a release on top of the activations of a provider.
pub(super) async fn activate(
    connection: &mut SqliteConnection,
    provider: &ProviderId,
    activation: &Activation,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO activations (provider, hash, activated_at) VALUES (?1, ?2, ?3)")
        .bind(&provider.0)
        .bind(activation.hash.0.as_slice())
        .bind(activation.at.to_string())
        .execute(connection)
        .await
        .map(|_| ())
}
