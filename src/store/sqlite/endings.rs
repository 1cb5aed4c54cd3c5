//! The end of records: destroyed keys, tombstones, and what is not needed any more.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::SqliteConnection;

use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{Endings, Listed, Looked, OpenedBefore, StoreError, Tombstone};
use crate::store::rows::privacy::{ListedRow, TombstoneRow, request_key};
use crate::store::writer::Trouble;

use super::SqliteStore;
use super::error::{from_sqlx, trouble};

#[async_trait]
impl Endings for SqliteStore {
    async fn listed(
        &self,
        provider: &ProviderId,
        case: CaseId,
    ) -> Result<Option<Listed>, StoreError> {
        let row: Option<ListedRow> = sqlx::query_as(
            "SELECT provider, case_id, mark, contacts, channel, release, disposition, ended
             FROM cases WHERE case_id = ?1 AND provider = ?2",
        )
        .bind(case.0.as_bytes().as_slice())
        .bind(&provider.0)
        .fetch_optional(&self.readers)
        .await
        .map_err(from_sqlx)?;
        row.map(Listed::try_from).transpose()
    }

    async fn kept(
        &self,
        before: OpenedBefore,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<Listed>, StoreError> {
        let rows: Vec<ListedRow> = sqlx::query_as(
            "SELECT cases.provider, cases.case_id, mark, contacts, channel, release, disposition, ended
             FROM cases JOIN case_keys ON case_keys.case_id = cases.case_id
             WHERE cases.case_id > ?1 AND opened_at < iif(mark = 'real', ?2, ?3) ORDER BY cases.case_id LIMIT ?4",
        )
        .bind(bytes(after))
        .bind(before.real.to_string())
        .bind(before.other.to_string())
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(from_sqlx)?;
        rows.into_iter().map(Listed::try_from).collect()
    }

    async fn destroy(&self, tombstone: &Tombstone) -> Result<(), StoreError> {
        let tombstone = tombstone.clone();
        self.writer
            .run(move |connection| {
                let tombstone = tombstone.clone();
                Box::pin(async move {
                    let connection = &mut connection.connection;
                    simple(connection, "BEGIN IMMEDIATE").await?;
                    let destroyed = match destroy(connection, tombstone).await {
                        Ok(()) => simple(connection, "COMMIT").await,
                        Err(trouble) => Err(trouble),
                    };
                    if destroyed.is_err() {
                        // After some failures SQLite has rolled back by itself.
                        drop(simple(connection, "ROLLBACK").await);
                    }
                    destroyed
                })
            })
            .await
    }

    async fn tombstones(
        &self,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<Tombstone>, StoreError> {
        let rows: Vec<TombstoneRow> = sqlx::query_as(
            "SELECT case_id, provider, at, reason FROM tombstones WHERE case_id > ?1 ORDER BY case_id LIMIT ?2",
        )
        .bind(bytes(after))
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(from_sqlx)?;
        rows.into_iter().map(Tombstone::try_from).collect()
    }

    async fn forget_requests(
        &self,
        before: Timestamp,
        after: Option<(ProviderId, Hash)>,
        limit: u32,
    ) -> Result<Looked<(ProviderId, Hash)>, StoreError> {
        let (provider, key) = after.map_or_else(Default::default, |(ProviderId(provider), key)| {
            (provider, key.0.to_vec())
        });
        let last: Option<(String, Vec<u8>)> = sqlx::query_as(
            "SELECT provider, key FROM (SELECT provider, key FROM idempotency WHERE (provider, key) > (?1, ?2)
                                        ORDER BY provider, key LIMIT ?3)
             ORDER BY provider DESC, key DESC LIMIT 1",
        )
        .bind(&provider)
        .bind(&key)
        .bind(limit)
        .fetch_optional(&self.readers)
        .await
        .map_err(from_sqlx)?;
        let Some(last) = last else {
            return Ok(Looked {
                last: None,
                gone: 0,
            });
        };
        let (to, before) = (last.clone(), before.to_string());
        let gone = self
            .writer
            .run(move |connection| {
                Box::pin(gone(
                    sqlx::query(
                        "DELETE FROM idempotency WHERE (provider, key) > (?1, ?2) AND (provider, key) <= (?3, ?4) AND recorded_at < ?5",
                    )
                    .bind(provider.clone())
                    .bind(key.clone())
                    .bind(to.0.clone())
                    .bind(to.1.clone())
                    .bind(before.clone()),
                    &mut connection.connection,
                ))
            })
            .await?;
        Ok(Looked {
            last: Some(request_key(last)?),
            gone,
        })
    }

    async fn forget_errands(
        &self,
        before: Timestamp,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Looked<i64>, StoreError> {
        let after = after.unwrap_or(i64::MIN);
        let last: Option<i64> = sqlx::query_scalar(
            "SELECT max(id) FROM (SELECT id FROM outbox WHERE id > ?1 ORDER BY id LIMIT ?2)",
        )
        .bind(after)
        .bind(limit)
        .fetch_one(&self.readers)
        .await
        .map_err(from_sqlx)?;
        let Some(last) = last else {
            return Ok(Looked {
                last: None,
                gone: 0,
            });
        };
        let before = before.to_string();
        let gone = self
            .writer
            .run(move |connection| {
                Box::pin(gone(
                    sqlx::query(
                        "DELETE FROM outbox WHERE id > ?1 AND id <= ?2 AND delivered_at < ?3 AND acknowledged_at IS NOT NULL",
                    )
                    .bind(after)
                    .bind(last)
                    .bind(before.clone()),
                    &mut connection.connection,
                ))
            })
            .await?;
        Ok(Looked {
            last: Some(last),
            gone,
        })
    }

    /// What was deleted is overwritten in the file, but stands in the write-ahead log until that is folded in and cut.
    async fn settle(&self) -> Result<(), StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let (busy, _, _): (i64, i64, i64) =
                        sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
                            .fetch_one(&mut connection.connection)
                            .await
                            .map_err(trouble)?;
                    if busy == 0 {
                        return Ok(());
                    }
                    Err(Trouble::OfOne(StoreError::Busy(std::sync::Arc::new(
                        std::io::Error::new(
                            std::io::ErrorKind::ResourceBusy,
                            "somebody reads the write-ahead log",
                        ),
                    ))))
                })
            })
            .await
    }
}

async fn destroy(connection: &mut SqliteConnection, tombstone: Tombstone) -> Result<(), Trouble> {
    let case = tombstone.case.0.as_bytes().to_vec();
    for sql in [
        "DELETE FROM case_keys WHERE case_id = ?1",
        "DELETE FROM match_keys WHERE case_id = ?1",
        "DELETE FROM carry_on_codes WHERE case_id = ?1",
    ] {
        sqlx::query(sql)
            .bind(&case)
            .execute(&mut *connection)
            .await
            .map_err(trouble)?;
    }
    sqlx::query(
        "INSERT INTO tombstones (case_id, provider, at, reason) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (case_id) DO NOTHING",
    )
    .bind(case)
    .bind(tombstone.provider.0)
    .bind(tombstone.at.to_string())
    .bind(tombstone.reason.code())
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(trouble)
}

async fn simple(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), Trouble> {
    sqlx::query(sql)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(trouble)
}

/// Runs a deletion; how many rows went.
async fn gone<'q>(
    delete: sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>,
    connection: &mut SqliteConnection,
) -> Result<u64, Trouble> {
    delete
        .execute(connection)
        .await
        .map(|done| done.rows_affected())
        .map_err(trouble)
}

fn bytes(after: Option<CaseId>) -> Vec<u8> {
    after.map_or_else(Vec::new, |after| after.0.as_bytes().to_vec())
}
