//! Finding people again.

use async_trait::async_trait;
use serde_json::{Value, json};
use sqlx::{Connection as _, Row as _};

use crate::case::ids::{Hash, ProviderId};
use crate::service::ports::{People, Seen, Sought, StoreError};
use crate::store::people::{self, SeenRow};

use super::SqliteStore;
use super::clients::BEGIN;
use super::error::{from_sqlx, trouble};

const SEEN: &str = include_str!("people.sql");

#[async_trait]
impl People for SqliteStore {
    async fn seen(&self, sought: &Sought) -> Result<Vec<Seen>, StoreError> {
        let asked: Vec<Value> = people::finding(sought)
            .map(|key| json!({"k": key.kind.code(), "d": key.digest}))
            .collect();
        let rows: Vec<SeenRow> = sqlx::query_as(SEEN)
            .bind(Value::Array(asked).to_string())
            .bind(people::since(sought))
            .bind(people::mark(sought))
            .bind(sought.besides.0.as_bytes().as_slice())
            .bind(sought.limit)
            .fetch_all(&self.readers)
            .await
            .map_err(from_sqlx)?;
        people::seen(rows)
    }

    async fn matching_key(&self, check: Hash) -> Result<Hash, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let provider = ProviderId::default().0;
                    sqlx::query(people::ADD_MATCHING_KEY)
                        .bind(provider.clone())
                        .bind(check.0.as_slice())
                        .execute(&mut connection.connection)
                        .await
                        .map_err(trouble)?;
                    let row = sqlx::query(people::MATCHING_KEY)
                        .bind(provider)
                        .fetch_one(&mut connection.connection)
                        .await
                        .map_err(trouble)?;
                    people::check(&row.get::<Vec<u8>, _>(0))
                        .map_err(crate::store::writer::Trouble::OfOne)
                })
            })
            .await
    }

    async fn known_matching_key(&self) -> Result<Option<Hash>, StoreError> {
        let kept: Option<Vec<u8>> = sqlx::query_scalar(people::MATCHING_KEY)
            .bind(ProviderId::default().0)
            .fetch_optional(&self.readers)
            .await
            .map_err(from_sqlx)?;
        kept.as_deref().map(people::check).transpose()
    }

    async fn forget_matching_key(&self) -> Result<(), StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let mut transaction = (connection.connection)
                        .begin_with(BEGIN)
                        .await
                        .map_err(trouble)?;
                    for forget in people::FORGET {
                        sqlx::query(forget)
                            .execute(&mut *transaction)
                            .await
                            .map_err(trouble)?;
                    }
                    transaction.commit().await.map_err(trouble)
                })
            })
            .await
    }
}
