//! Finding people again.

use async_trait::async_trait;
use sqlx::{Connection as _, PgPool};

use crate::case::ids::{Hash, ProviderId};
use crate::service::ports::{People, Seen, Sought, StoreError};
use crate::store::people::{self, SeenRow};

use super::PostgresStore;
use super::error::from_sqlx;

const SEEN: &str = include_str!("people.sql");

#[async_trait]
impl People for PostgresStore {
    async fn seen(&self, sought: &Sought) -> Result<Vec<Seen>, StoreError> {
        self.read(|| seen(&self.readers, sought)).await
    }

    async fn matching_key(&self, check: Hash) -> Result<Hash, StoreError> {
        let kept = self
            .writer
            .run(move |session| {
                Box::pin(session.with(move |connection| {
                    Box::pin(async move {
                        let provider = ProviderId::default().0;
                        let mut transaction = connection.begin().await?;
                        sqlx::query(people::ADD_MATCHING_KEY)
                            .bind(provider.clone())
                            .bind(check.0.as_slice())
                            .execute(&mut *transaction)
                            .await?;
                        let kept: Vec<u8> = sqlx::query_scalar(people::MATCHING_KEY)
                            .bind(provider)
                            .fetch_one(&mut *transaction)
                            .await?;
                        transaction.commit().await?;
                        Ok(kept)
                    })
                }))
            })
            .await?;
        people::check(&kept)
    }

    async fn known_matching_key(&self) -> Result<Option<Hash>, StoreError> {
        let kept: Option<Vec<u8>> = self
            .read(|| async {
                sqlx::query_scalar(people::MATCHING_KEY)
                    .bind(ProviderId::default().0)
                    .fetch_optional(&self.readers)
                    .await
                    .map_err(from_sqlx)
            })
            .await?;
        kept.as_deref().map(people::check).transpose()
    }

    async fn forget_matching_key(&self) -> Result<(), StoreError> {
        self.writer
            .run(move |session| {
                Box::pin(session.with(move |connection| {
                    Box::pin(async move {
                        let mut transaction = connection.begin().await?;
                        for forget in people::FORGET {
                            sqlx::query(forget).execute(&mut *transaction).await?;
                        }
                        transaction.commit().await
                    })
                }))
            })
            .await
    }
}

async fn seen(readers: &PgPool, sought: &Sought) -> Result<Vec<Seen>, StoreError> {
    let kinds: Vec<&str> = people::finding(sought).map(|key| key.kind.code()).collect();
    let digests: Vec<&[u8]> = people::finding(sought)
        .map(|key| key.digest.0.as_slice())
        .collect();
    let rows: Vec<SeenRow> = sqlx::query_as(SEEN)
        .bind(kinds)
        .bind(digests)
        .bind(people::since(sought))
        .bind(people::mark(sought))
        .bind(sought.besides.0.as_bytes().as_slice())
        .bind(i64::from(sought.limit))
        .fetch_all(readers)
        .await
        .map_err(from_sqlx)?;
    people::seen(rows)
}
