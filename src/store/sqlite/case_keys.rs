//! The keys of cases, and the master keys that wrap them.

use async_trait::async_trait;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use crate::case::ids::CaseId;
use crate::service::ports::{
    CaseKeys, KnownMasterKey, MasterKeyId, Rewrapped, StoreError, Wrapped, WrappedKey,
};
use crate::store::rows::privacy::{CaseKeyRow, MasterKeyRow, WrappedRow};
use crate::store::writer::Trouble;

use super::SqliteStore;
use super::error::{from_sqlx, trouble};

#[async_trait]
impl CaseKeys for SqliteStore {
    async fn master_keys(&self) -> Result<Vec<KnownMasterKey>, StoreError> {
        let rows: Vec<MasterKeyRow> =
            sqlx::query_as("SELECT key_id, proof, since FROM master_keys ORDER BY since, key_id")
                .fetch_all(&self.readers)
                .await
                .map_err(from_sqlx)?;
        rows.into_iter().map(KnownMasterKey::try_from).collect()
    }

    async fn know_master_key(&self, key: &KnownMasterKey) -> Result<(), StoreError> {
        let key = key.clone();
        self.writer
            .run(move |connection| Box::pin(know(&mut connection.connection, key.clone())))
            .await
    }

    async fn forget_master_key(&self, id: MasterKeyId) -> Result<bool, StoreError> {
        self.writer
            .run(move |connection| Box::pin(forget(&mut connection.connection, id)))
            .await
    }

    async fn wrapped(&self) -> Result<Vec<Wrapped>, StoreError> {
        let rows: Vec<WrappedRow> = sqlx::query_as(
            "SELECT master_key, count(*) AS cases FROM case_keys GROUP BY master_key ORDER BY master_key",
        )
        .fetch_all(&self.readers)
        .await
        .map_err(from_sqlx)?;
        rows.into_iter().map(Wrapped::try_from).collect()
    }

    async fn case_keys(
        &self,
        but: Option<MasterKeyId>,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<(CaseId, WrappedKey)>, StoreError> {
        let rows: Vec<CaseKeyRow> = sqlx::query_as(
            "SELECT case_id, wrapped FROM case_keys
             WHERE case_id > ?1 AND (?2 IS NULL OR master_key IS NOT ?2) ORDER BY case_id LIMIT ?3",
        )
        .bind(after.map_or_else(Vec::new, |after| after.0.as_bytes().to_vec()))
        .bind(but.map(|id| id.to_string()))
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(from_sqlx)?;
        rows.into_iter().map(TryFrom::try_from).collect()
    }

    async fn rewrap(&self, keys: &[Rewrapped]) -> Result<(), StoreError> {
        let rows: Vec<Value> = keys
            .iter()
            .map(|key| {
                json!({
                    "case": hex::encode(key.case.0.as_bytes()),
                    "from": hex::encode(&key.from.0),
                    "to": hex::encode(&key.to.0),
                    "under": key.to.parts().0.map(|id| id.to_string()),
                })
            })
            .collect();
        let rows = Value::Array(rows).to_string();
        self.writer
            .run(move |connection| Box::pin(rewrap(&mut connection.connection, rows.clone())))
            .await
    }
}

async fn know(connection: &mut SqliteConnection, key: KnownMasterKey) -> Result<(), Trouble> {
    sqlx::query(
        "INSERT INTO master_keys (key_id, proof, since) VALUES (?1, ?2, ?3) ON CONFLICT (key_id) DO NOTHING",
    )
    .bind(key.id.to_string())
    .bind(key.proof.0)
    .bind(key.since.to_string())
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(trouble)
}

async fn forget(connection: &mut SqliteConnection, id: MasterKeyId) -> Result<bool, Trouble> {
    sqlx::query(
        "DELETE FROM master_keys WHERE key_id = ?1
         AND NOT EXISTS (SELECT 1 FROM case_keys WHERE case_keys.master_key = ?1)",
    )
    .bind(id.to_string())
    .execute(&mut *connection)
    .await
    .map_err(trouble)?;
    let is_left: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM master_keys WHERE key_id = ?1)")
            .bind(id.to_string())
            .fetch_one(connection)
            .await
            .map_err(trouble)?;
    Ok(!is_left)
}

async fn rewrap(connection: &mut SqliteConnection, rows: String) -> Result<(), Trouble> {
    sqlx::query(
        "UPDATE case_keys SET wrapped = unhex(row.value ->> 'to'), master_key = row.value ->> 'under'
         FROM json_each(?1) AS row
         WHERE case_keys.case_id = unhex(row.value ->> 'case') AND case_keys.wrapped = unhex(row.value ->> 'from')",
    )
    .bind(rows)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(trouble)
}
