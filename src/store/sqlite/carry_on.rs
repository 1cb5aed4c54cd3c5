//! Codes to carry a case on.

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::Connection as _;

use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::StoreError;
use crate::service::ports::carry_on::{CarryOn, KeptCode};
use crate::store::access::{
    END_ALL_CODES, FORGET_CODES, IS_TAKEN, KEEP_CODE, LET_IN, OPENS, REDEEMED, USE_UP, case,
};

use super::SqliteStore;
use super::clients::BEGIN;
use super::error::{from_sqlx, trouble};

#[async_trait]
impl CarryOn for SqliteStore {
    async fn keep_code(&self, code: &KeptCode) -> Result<bool, StoreError> {
        let code = code.clone();
        self.writer
            .run(move |connection| {
                let code = code.clone();
                Box::pin(async move {
                    let mut all = connection
                        .connection
                        .begin_with(BEGIN)
                        .await
                        .map_err(trouble)?;
                    sqlx::query(FORGET_CODES)
                        .bind(code.made_at.to_string())
                        .execute(&mut *all)
                        .await
                        .map_err(trouble)?;
                    let taken: i64 = sqlx::query_scalar(IS_TAKEN)
                        .bind(code.proof.0.as_slice())
                        .bind(code.case.0.as_bytes().as_slice())
                        .fetch_one(&mut *all)
                        .await
                        .map_err(trouble)?;
                    if taken > 0 {
                        return Ok(false);
                    }
                    sqlx::query(KEEP_CODE)
                        .bind(code.case.0.as_bytes().as_slice())
                        .bind(&code.provider.0)
                        .bind(code.proof.0.as_slice())
                        .bind(code.made_at.to_string())
                        .bind(code.expires_at.to_string())
                        .execute(&mut *all)
                        .await
                        .map_err(trouble)?;
                    all.commit().await.map(|()| true).map_err(trouble)
                })
            })
            .await
    }

    async fn redeem(
        &self,
        provider: &ProviderId,
        proof: Hash,
        secret: Hash,
        at: Timestamp,
    ) -> Result<Option<CaseId>, StoreError> {
        let provider = provider.clone();
        let found: Option<Vec<u8>> = self
            .writer
            .run(move |connection| {
                let provider = provider.clone();
                Box::pin(async move {
                    let mut all = connection
                        .connection
                        .begin_with(BEGIN)
                        .await
                        .map_err(trouble)?;
                    let before: Option<Vec<u8>> = sqlx::query_scalar(REDEEMED)
                        .bind(secret.0.as_slice())
                        .bind(&provider.0)
                        .fetch_optional(&mut *all)
                        .await
                        .map_err(trouble)?;
                    if before.is_some() {
                        return Ok(before);
                    }
                    let used: Option<Vec<u8>> = sqlx::query_scalar(USE_UP)
                        .bind(&provider.0)
                        .bind(proof.0.as_slice())
                        .bind(at.to_string())
                        .fetch_optional(&mut *all)
                        .await
                        .map_err(trouble)?;
                    if let Some(case) = &used {
                        sqlx::query(LET_IN)
                            .bind(secret.0.as_slice())
                            .bind(case.as_slice())
                            .bind(&provider.0)
                            .bind(at.to_string())
                            .execute(&mut *all)
                            .await
                            .map_err(trouble)?;
                    }
                    all.commit().await.map(|()| used).map_err(trouble)
                })
            })
            .await?;
        found.as_deref().map(case).transpose()
    }

    async fn opens(
        &self,
        provider: &ProviderId,
        case: CaseId,
        secret: Hash,
    ) -> Result<bool, StoreError> {
        let found: i64 = sqlx::query_scalar(OPENS)
            .bind(secret.0.as_slice())
            .bind(case.0.as_bytes().as_slice())
            .bind(&provider.0)
            .fetch_one(&self.readers)
            .await
            .map_err(from_sqlx)?;
        Ok(found > 0)
    }

    async fn end_codes(&self) -> Result<u64, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    sqlx::query(END_ALL_CODES)
                        .execute(&mut connection.connection)
                        .await
                        .map(|done| done.rows_affected())
                        .map_err(trouble)
                })
            })
            .await
    }
}
