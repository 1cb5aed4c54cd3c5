//! The end of records: destroyed keys, tombstones, and what is not needed any more.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Connection as _, PgConnection};

use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{Endings, Listed, Looked, OpenedBefore, StoreError, Tombstone};
use crate::store::rows::privacy::{ListedRow, TombstoneRow, request_key};

use super::PostgresStore;
use super::error::from_sqlx;

#[async_trait]
impl Endings for PostgresStore {
    async fn listed(
        &self,
        provider: &ProviderId,
        case: CaseId,
    ) -> Result<Option<Listed>, StoreError> {
        let row: Option<ListedRow> = self
            .read(|| async {
                sqlx::query_as(
                    "SELECT provider, case_id, mark, contacts, channel, release, disposition, ended
                     FROM cases WHERE case_id = $1 AND provider = $2",
                )
                .bind(case.0.as_bytes().as_slice())
                .bind(&provider.0)
                .fetch_optional(&self.readers)
                .await
                .map_err(from_sqlx)
            })
            .await?;
        row.map(Listed::try_from).transpose()
    }

    async fn kept(
        &self,
        before: OpenedBefore,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<Listed>, StoreError> {
        let after = bytes(after);
        let rows: Vec<ListedRow> = self
            .read(|| async {
                sqlx::query_as(
                    "SELECT cases.provider, cases.case_id, mark, contacts, channel, release, disposition, ended
                     FROM cases JOIN case_keys ON case_keys.case_id = cases.case_id
                     WHERE cases.case_id > $1 AND opened_at < CASE WHEN mark = 'real' THEN $2::text ELSE $3::text END
                     ORDER BY cases.case_id LIMIT $4",
                )
                .bind(&after)
                .bind(before.real.to_string())
                .bind(before.other.to_string())
                .bind(i64::from(limit))
                .fetch_all(&self.readers)
                .await
                .map_err(from_sqlx)
            })
            .await?;
        rows.into_iter().map(Listed::try_from).collect()
    }

    async fn destroy(&self, tombstone: &Tombstone) -> Result<(), StoreError> {
        let tombstone = tombstone.clone();
        self.writer
            .run(move |session| {
                let tombstone = tombstone.clone();
                Box::pin(async move {
                    session
                        .with(|connection| Box::pin(destroy(connection, tombstone)))
                        .await
                })
            })
            .await
    }

    async fn tombstones(
        &self,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<Tombstone>, StoreError> {
        let after = bytes(after);
        let rows: Vec<TombstoneRow> = self
            .read(|| async {
                sqlx::query_as(
                    "SELECT case_id, provider, at, reason FROM tombstones WHERE case_id > $1 ORDER BY case_id LIMIT $2",
                )
                .bind(&after)
                .bind(i64::from(limit))
                .fetch_all(&self.readers)
                .await
                .map_err(from_sqlx)
            })
            .await?;
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
        let last: Option<(String, Vec<u8>)> = self
            .read(|| async {
                sqlx::query_as(
                    "SELECT provider, key FROM (SELECT provider, key FROM idempotency WHERE (provider, key) > ($1, $2)
                                                ORDER BY provider, key LIMIT $3) AS looked
                     ORDER BY provider DESC, key DESC LIMIT 1",
                )
                .bind(&provider)
                .bind(&key)
                .bind(i64::from(limit))
                .fetch_optional(&self.readers)
                .await
                .map_err(from_sqlx)
            })
            .await?;
        let Some(last) = last else {
            return Ok(Looked {
                last: None,
                gone: 0,
            });
        };
        let (to, before) = (last.clone(), before.to_string());
        let gone = self
            .writer
            .run(move |session| {
                let (provider, key, to, before) =
                    (provider.clone(), key.clone(), to.clone(), before.clone());
                Box::pin(async move {
                    session
                        .with(|connection| {
                            Box::pin(async move {
                                sqlx::query(
                                    "DELETE FROM idempotency
                                     WHERE (provider, key) > ($1, $2) AND (provider, key) <= ($3, $4) AND recorded_at < $5",
                                )
                                .bind(provider)
                                .bind(key)
                                .bind(to.0)
                                .bind(to.1)
                                .bind(before)
                                .execute(connection)
                                .await
                                .map(|done| done.rows_affected())
                            })
                        })
                        .await
                })
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
        let last: Option<i64> = self
            .read(|| async {
                sqlx::query_scalar(
                    "SELECT max(id) FROM (SELECT id FROM outbox WHERE id > $1 ORDER BY id LIMIT $2) AS looked",
                )
                .bind(after)
                .bind(i64::from(limit))
                .fetch_one(&self.readers)
                .await
                .map_err(from_sqlx)
            })
            .await?;
        let Some(last) = last else {
            return Ok(Looked {
                last: None,
                gone: 0,
            });
        };
        let before = before.to_string();
        let gone = self
            .writer
            .run(move |session| {
                let before = before.clone();
                Box::pin(async move {
                    session
                        .with(|connection| {
                            Box::pin(async move {
                                sqlx::query(
                                    "DELETE FROM outbox WHERE id > $1 AND id <= $2 AND delivered_at < $3 AND acknowledged_at IS NOT NULL",
                                )
                                .bind(after)
                                .bind(last)
                                .bind(before)
                                .execute(connection)
                                .await
                                .map(|done| done.rows_affected())
                            })
                        })
                        .await
                })
            })
            .await?;
        Ok(Looked {
            last: Some(last),
            gone,
        })
    }

    /// Dead rows are the server's to clear away (autovacuum, or `VACUUM case_keys, match_keys` by the owner of the tables).
    async fn settle(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// All of it in one transaction.
async fn destroy(connection: &mut PgConnection, tombstone: Tombstone) -> Result<(), sqlx::Error> {
    let case = tombstone.case.0.as_bytes().to_vec();
    let mut transaction = connection.begin().await?;
    for sql in [
        "DELETE FROM case_keys WHERE case_id = $1",
        "DELETE FROM match_keys WHERE case_id = $1",
        "DELETE FROM carry_on_codes WHERE case_id = $1",
    ] {
        sqlx::query(sql)
            .bind(&case)
            .execute(&mut *transaction)
            .await?;
    }
    sqlx::query(
        "INSERT INTO tombstones (case_id, provider, at, reason) VALUES ($1, $2, $3, $4) ON CONFLICT (case_id) DO NOTHING",
    )
    .bind(case)
    .bind(tombstone.provider.0)
    .bind(tombstone.at.to_string())
    .bind(tombstone.reason.code())
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}

fn bytes(after: Option<CaseId>) -> Vec<u8> {
    after.map_or_else(Vec::new, |after| after.0.as_bytes().to_vec())
}
