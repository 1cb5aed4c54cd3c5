//! Checkpoints and the heads that they note, on SQLite.

use async_trait::async_trait;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use crate::case::checkpoint::{Leaf, Signed};
use crate::case::ids::{CaseId, ProviderId};
use crate::service::ports::StoreError;
use crate::service::ports::checkpoints::{Checkpoints, Run, Turn, Unnoted};
use crate::store::rows::{self, CheckpointRow, LeafRow, UnnotedRow};
use crate::store::writer::Trouble;

use super::SqliteStore;
use super::error::{from_sqlx, trouble};
use super::transaction::{begin, end};

/// A read is short, so that the write-ahead log can be folded in between two of them.
const UNNOTED: &str = "
    WITH page AS (SELECT provider, case_id, seq, head FROM cases WHERE case_id > ?1 ORDER BY case_id LIMIT ?2)
    SELECT (SELECT count(*) FROM page) AS cases, noted.case_id IS NULL AS is_new, page.provider, page.case_id, page.seq, page.head
    FROM page LEFT JOIN checkpoint_leaves AS noted ON noted.case_id = page.case_id AND noted.seq = page.seq
    WHERE noted.case_id IS NULL OR page.case_id = (SELECT max(case_id) FROM page) ORDER BY page.case_id";

/// `WHERE true` keeps SQLite from reading `ON` as part of a join.
const NOTE: &str = "
    INSERT INTO checkpoint_leaves (number, case_id, seq, provider, head)
    SELECT ?2, unhex(value ->> 'case'), value ->> 'seq', value ->> 'provider', unhex(value ->> 'head') FROM json_each(?1) WHERE true
    ON CONFLICT DO NOTHING";

const CHECKPOINT: &str =
    "SELECT number, made_at, cases, leaves, root, previous, key_id, signature FROM checkpoints";

#[async_trait]
impl Checkpoints for SqliteStore {
    async fn begin_checkpoint(&self, run: Run) -> Result<Option<Signed>, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO checkpoint_runs (provider, run) VALUES (?1, ?2) ON CONFLICT (provider) DO UPDATE SET run = excluded.run",
                    )
                    .bind(ProviderId::default().0)
                    .bind(run.0.as_slice())
                    .execute(&mut connection.connection)
                    .await
                    .map(|_| ())
                    .map_err(trouble)
                })
            })
            .await?;
        self.last_checkpoint().await
    }

    async fn unnoted(&self, after: Option<CaseId>, limit: u32) -> Result<Unnoted, StoreError> {
        let rows: Vec<UnnotedRow> = sqlx::query_as(UNNOTED)
            .bind(after.map_or_else(Vec::new, |after| after.0.as_bytes().to_vec()))
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(from_sqlx)?;
        rows::unnoted(rows)
    }

    async fn note(
        &self,
        run: Run,
        number: u64,
        leaves: Vec<(ProviderId, Leaf)>,
    ) -> Result<Turn, StoreError> {
        let leaves: Vec<Value> = leaves
            .iter()
            .map(|(provider, Leaf { case, head })| {
                json!({"case": hex::encode(case.0.as_bytes()), "seq": head.seq, "provider": provider, "head": head.hash})
            })
            .collect();
        let leaves = Value::Array(leaves).to_string();
        self.writer
            .run(move |connection| {
                let leaves = leaves.clone();
                Box::pin(async move {
                    let connection = &mut connection.connection;
                    begin(connection).await?;
                    let noted = note(connection, run, number, leaves).await;
                    end(connection, noted).await
                })
            })
            .await
    }

    async fn noted(
        &self,
        number: u64,
        after: Option<Leaf>,
        limit: u32,
    ) -> Result<Vec<Leaf>, StoreError> {
        let (case, seq) = place(after);
        let rows: Vec<LeafRow> = sqlx::query_as(
            "SELECT number, case_id, seq, head FROM checkpoint_leaves WHERE number = ?1 AND (case_id, seq) > (?2, ?3)
             ORDER BY case_id, seq LIMIT ?4",
        )
        .bind(i64::try_from(number).unwrap_or(-1))
        .bind(case)
        .bind(seq)
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(from_sqlx)?;
        rows.into_iter()
            .map(|row| rows::leaf(row).map(|(_, leaf)| leaf))
            .collect()
    }

    async fn keep_checkpoint(&self, run: Run, signed: &Signed) -> Result<Turn, StoreError> {
        let signed = signed.clone();
        self.writer
            .run(move |connection| {
                let signed = signed.clone();
                Box::pin(async move {
                    let connection = &mut connection.connection;
                    begin(connection).await?;
                    let kept = keep(connection, run, signed).await;
                    end(connection, kept).await
                })
            })
            .await
    }

    async fn checkpoints_after(&self, number: u64, limit: u32) -> Result<Vec<Signed>, StoreError> {
        let rows: Vec<CheckpointRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{CHECKPOINT} WHERE number > ?1 ORDER BY number LIMIT ?2"
        )))
        .bind(i64::try_from(number).unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(from_sqlx)?;
        rows.into_iter().map(rows::checkpoint).collect()
    }

    async fn last_checkpoint(&self) -> Result<Option<Signed>, StoreError> {
        let row: Option<CheckpointRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{CHECKPOINT} ORDER BY number DESC LIMIT 1"
        )))
        .fetch_optional(&self.readers)
        .await
        .map_err(from_sqlx)?;
        row.map(rows::checkpoint).transpose()
    }

    async fn leaves_after(
        &self,
        after: Option<Leaf>,
        limit: u32,
    ) -> Result<Vec<(u64, Leaf)>, StoreError> {
        let (case, seq) = place(after);
        let rows: Vec<LeafRow> = sqlx::query_as(
            "SELECT number, case_id, seq, head FROM checkpoint_leaves WHERE (case_id, seq) > (?1, ?2) ORDER BY case_id, seq LIMIT ?3",
        )
        .bind(case)
        .bind(seq)
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(from_sqlx)?;
        rows.into_iter().map(rows::leaf).collect()
    }
}

fn place(after: Option<Leaf>) -> (Vec<u8>, i64) {
    after.map_or_else(
        || (Vec::new(), 0),
        |leaf| {
            let seq = i64::try_from(leaf.head.seq).unwrap_or(i64::MAX);
            (leaf.case.0.as_bytes().to_vec(), seq)
        },
    )
}

/// Whose turn it is, under the lock of the transaction.
async fn turn(connection: &mut SqliteConnection, run: Run) -> Result<Turn, Trouble> {
    let is_mine: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM checkpoint_runs WHERE provider = ?1 AND run = ?2)",
    )
    .bind(ProviderId::default().0)
    .bind(run.0.as_slice())
    .fetch_one(connection)
    .await
    .map_err(trouble)?;
    Ok(if is_mine { Turn::Mine } else { Turn::Lost })
}

async fn note(
    connection: &mut SqliteConnection,
    run: Run,
    number: u64,
    leaves: String,
) -> Result<Turn, Trouble> {
    let turn = turn(connection, run).await?;
    if turn == Turn::Mine {
        sqlx::query(NOTE)
            .bind(leaves)
            .bind(i64::try_from(number).unwrap_or(-1))
            .execute(connection)
            .await
            .map_err(trouble)?;
    }
    Ok(turn)
}

async fn keep(
    connection: &mut SqliteConnection,
    run: Run,
    signed: Signed,
) -> Result<Turn, Trouble> {
    let turn = turn(connection, run).await?;
    if turn == Turn::Mine {
        let Signed {
            checkpoint,
            signature,
        } = signed;
        sqlx::query(
            "INSERT INTO checkpoints (number, provider, made_at, cases, leaves, root, previous, key_id, signature)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (number) DO NOTHING",
        )
        .bind(i64::try_from(checkpoint.number).unwrap_or(-1))
        .bind(ProviderId::default().0)
        .bind(checkpoint.made_at.to_string())
        .bind(i64::try_from(checkpoint.cases).unwrap_or(-1))
        .bind(i64::try_from(checkpoint.leaves).unwrap_or(-1))
        .bind(checkpoint.root.0.as_slice())
        .bind(checkpoint.previous.0.as_slice())
        .bind(checkpoint.key_id)
        .bind(signature)
        .execute(connection)
        .await
        .map_err(trouble)?;
    }
    Ok(turn)
}
