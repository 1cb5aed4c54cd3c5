//! What was tried on what must not be guessed.

use async_trait::async_trait;
use sqlx::Connection as _;

use crate::service::ports::StoreError;
use crate::service::ports::attempts::{Attempt, Attempts};
use crate::store::access::{self, COUNT, COUNTED, FORGET_ATTEMPTS};

use super::SqliteStore;
use super::clients::BEGIN;
use super::error::{from_sqlx, trouble};

#[async_trait]
impl Attempts for SqliteStore {
    async fn count(&self, attempt: &Attempt) -> Result<u32, StoreError> {
        let attempt = attempt.clone();
        let tried: i64 = self
            .writer
            .run(move |connection| {
                let attempt = attempt.clone();
                Box::pin(async move {
                    let mut all = connection
                        .connection
                        .begin_with(BEGIN)
                        .await
                        .map_err(trouble)?;
                    sqlx::query(FORGET_ATTEMPTS)
                        .bind(attempt.since.to_string())
                        .execute(&mut *all)
                        .await
                        .map_err(trouble)?;
                    let tried = sqlx::query_scalar(COUNT)
                        .bind(attempt.kind)
                        .bind(attempt.subject.0.as_slice())
                        .bind(attempt.since.to_string())
                        .bind(attempt.until.to_string())
                        .bind(&attempt.provider.0)
                        .fetch_one(&mut *all)
                        .await
                        .map_err(trouble)?;
                    all.commit().await.map(|()| tried).map_err(trouble)
                })
            })
            .await?;
        Ok(access::count(tried))
    }

    async fn counted(&self, attempt: &Attempt) -> Result<u32, StoreError> {
        let tried: i64 = sqlx::query_scalar(COUNTED)
            .bind(attempt.kind)
            .bind(attempt.subject.0.as_slice())
            .bind(attempt.since.to_string())
            .fetch_one(&self.readers)
            .await
            .map_err(from_sqlx)?;
        Ok(access::count(tried))
    }
}
