//! Checkpoints and the heads that they note, on PostgreSQL.

use async_trait::async_trait;
use sqlx::{Connection as _, PgConnection};

use crate::case::checkpoint::{Leaf, Signed};
use crate::case::ids::{CaseId, ProviderId};
use crate::service::ports::StoreError;
use crate::service::ports::checkpoints::{Checkpoints, Run, Turn, Unnoted};
use crate::store::rows::{self, CheckpointRow, LeafRow, UnnotedRow};

use super::PostgresStore;
use super::error::from_sqlx;

/// A read is short, so that no old versions of rows are kept for it. Statements that go through the notes are planned anew each time: the
/// first checkpoint of a full record begins with an empty table, and the plan for that would read all notes for each case.
const UNNOTED: &str = "
    WITH page AS MATERIALIZED (SELECT provider, case_id, seq, head FROM cases WHERE case_id > $1 ORDER BY case_id LIMIT $2)
    SELECT (SELECT count(*) FROM page) AS cases, noted.case_id IS NULL AS is_new, page.provider, page.case_id, page.seq, page.head
    FROM page LEFT JOIN checkpoint_leaves AS noted ON noted.case_id = page.case_id AND noted.seq = page.seq
    WHERE noted.case_id IS NULL OR page.case_id = (SELECT case_id FROM page ORDER BY case_id DESC LIMIT 1) ORDER BY page.case_id";

const NOTE: &str = "
    INSERT INTO checkpoint_leaves (number, case_id, seq, provider, head)
    SELECT $1, * FROM unnest($2::bytea[], $3::bigint[], $4::text[], $5::bytea[]) ON CONFLICT DO NOTHING";

const CHECKPOINT: &str =
    "SELECT number, made_at, cases, leaves, root, previous, key_id, signature FROM checkpoints";

#[async_trait]
impl Checkpoints for PostgresStore {
    async fn begin_checkpoint(&self, run: Run) -> Result<Option<Signed>, StoreError> {
        self.writer
            .run(move |session| {
                Box::pin(session.with(move |connection| {
                    Box::pin(async move {
                        sqlx::query(
                            "INSERT INTO checkpoint_runs (provider, run) VALUES ($1, $2) ON CONFLICT (provider) DO UPDATE SET run = excluded.run",
                        )
                        .bind(ProviderId::default().0)
                        .bind(run.0.as_slice())
                        .execute(connection)
                        .await
                        .map(|_| ())
                    })
                }))
            })
            .await?;
        self.last_checkpoint().await
    }

    async fn unnoted(&self, after: Option<CaseId>, limit: u32) -> Result<Unnoted, StoreError> {
        let after = after.map_or_else(Vec::new, |after| after.0.as_bytes().to_vec());
        self.read(|| async {
            let rows: Vec<UnnotedRow> = sqlx::query_as(UNNOTED)
                .persistent(false)
                .bind(after.as_slice())
                .bind(i64::from(limit))
                .fetch_all(&self.readers)
                .await
                .map_err(from_sqlx)?;
            rows::unnoted(rows)
        })
        .await
    }

    async fn note(
        &self,
        run: Run,
        number: u64,
        leaves: Vec<(ProviderId, Leaf)>,
    ) -> Result<Turn, StoreError> {
        let leaves = std::sync::Arc::new(leaves);
        self.writer
            .run(move |session| {
                let leaves = leaves.clone();
                Box::pin(session.with(move |connection| {
                    Box::pin(async move { note(connection, run, number, &leaves).await })
                }))
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
        self.read(|| async {
            let rows: Vec<LeafRow> = sqlx::query_as(
                "SELECT number, case_id, seq, head FROM checkpoint_leaves WHERE number = $1 AND (case_id, seq) > ($2, $3)
                 ORDER BY case_id, seq LIMIT $4",
            )
            .persistent(false)
            .bind(number_of(number))
            .bind(case.as_slice())
            .bind(seq)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(from_sqlx)?;
            rows.into_iter().map(|row| rows::leaf(row).map(|(_, leaf)| leaf)).collect()
        })
        .await
    }

    async fn keep_checkpoint(&self, run: Run, signed: &Signed) -> Result<Turn, StoreError> {
        let signed = signed.clone();
        self.writer
            .run(move |session| {
                let signed = signed.clone();
                Box::pin(session.with(move |connection| {
                    Box::pin(async move { keep(connection, run, signed).await })
                }))
            })
            .await
    }

    async fn checkpoints_after(&self, number: u64, limit: u32) -> Result<Vec<Signed>, StoreError> {
        self.read(|| async {
            let rows: Vec<CheckpointRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
                "{CHECKPOINT} WHERE number > $1 ORDER BY number LIMIT $2"
            )))
            .bind(number_of(number))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(from_sqlx)?;
            rows.into_iter().map(rows::checkpoint).collect()
        })
        .await
    }

    async fn last_checkpoint(&self) -> Result<Option<Signed>, StoreError> {
        self.read(|| async {
            let row: Option<CheckpointRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
                "{CHECKPOINT} ORDER BY number DESC LIMIT 1"
            )))
            .fetch_optional(&self.readers)
            .await
            .map_err(from_sqlx)?;
            row.map(rows::checkpoint).transpose()
        })
        .await
    }

    async fn leaves_after(
        &self,
        after: Option<Leaf>,
        limit: u32,
    ) -> Result<Vec<(u64, Leaf)>, StoreError> {
        let (case, seq) = place(after);
        self.read(|| async {
            let rows: Vec<LeafRow> = sqlx::query_as(
                "SELECT number, case_id, seq, head FROM checkpoint_leaves WHERE (case_id, seq) > ($1, $2) ORDER BY case_id, seq LIMIT $3",
            )
            .persistent(false)
            .bind(case.as_slice())
            .bind(seq)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(from_sqlx)?;
            rows.into_iter().map(rows::leaf).collect()
        })
        .await
    }
}

fn number_of(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn place(after: Option<Leaf>) -> (Vec<u8>, i64) {
    after.map_or_else(
        || (Vec::new(), 0),
        |leaf| (leaf.case.0.as_bytes().to_vec(), number_of(leaf.head.seq)),
    )
}

/// Whose turn it is; nobody else can begin until this transaction ends.
async fn turn(connection: &mut PgConnection, run: Run) -> Result<Turn, sqlx::Error> {
    let now: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT run FROM checkpoint_runs WHERE provider = $1 FOR UPDATE")
            .bind(ProviderId::default().0)
            .fetch_optional(connection)
            .await?;
    Ok(match now {
        Some(now) if now == run.0 => Turn::Mine,
        _ => Turn::Lost,
    })
}

async fn note(
    connection: &mut PgConnection,
    run: Run,
    number: u64,
    leaves: &[(ProviderId, Leaf)],
) -> Result<Turn, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let turn = turn(&mut transaction, run).await?;
    if turn == Turn::Mine {
        let column = |of: fn(&Leaf) -> Vec<u8>| -> Vec<Vec<u8>> {
            leaves.iter().map(|(_, leaf)| of(leaf)).collect()
        };
        let seqs: Vec<i64> = leaves
            .iter()
            .map(|(_, leaf)| number_of(leaf.head.seq))
            .collect();
        let providers: Vec<&str> = leaves
            .iter()
            .map(|(provider, _)| provider.0.as_str())
            .collect();
        sqlx::query(NOTE)
            .bind(number_of(number))
            .bind(column(|leaf| leaf.case.0.as_bytes().to_vec()))
            .bind(seqs)
            .bind(providers)
            .bind(column(|leaf| leaf.head.hash.0.to_vec()))
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(turn)
}

async fn keep(
    connection: &mut PgConnection,
    run: Run,
    signed: Signed,
) -> Result<Turn, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let turn = turn(&mut transaction, run).await?;
    if turn == Turn::Mine {
        let Signed {
            checkpoint,
            signature,
        } = signed;
        sqlx::query(
            "INSERT INTO checkpoints (number, provider, made_at, cases, leaves, root, previous, key_id, signature)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (number) DO NOTHING",
        )
        .bind(number_of(checkpoint.number))
        .bind(ProviderId::default().0)
        .bind(checkpoint.made_at.to_string())
        .bind(number_of(checkpoint.cases))
        .bind(number_of(checkpoint.leaves))
        .bind(checkpoint.root.0.as_slice())
        .bind(checkpoint.previous.0.as_slice())
        .bind(checkpoint.key_id)
        .bind(signature)
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await?;
    Ok(turn)
}
