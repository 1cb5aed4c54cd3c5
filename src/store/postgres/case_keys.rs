//! The keys of cases, and the master keys that wrap them.

use async_trait::async_trait;

use crate::case::ids::CaseId;
use crate::service::ports::{
    CaseKeys, KnownMasterKey, MasterKeyId, Rewrapped, StoreError, Wrapped, WrappedKey,
};
use crate::store::rows::privacy::{CaseKeyRow, MasterKeyRow, WrappedRow};
use crate::store::writer::Trouble;

use super::PostgresStore;
use super::error::from_sqlx;
use super::transaction::Session;

#[async_trait]
impl CaseKeys for PostgresStore {
    async fn master_keys(&self) -> Result<Vec<KnownMasterKey>, StoreError> {
        let rows: Vec<MasterKeyRow> = self
            .read(|| async {
                sqlx::query_as(
                    "SELECT key_id, proof, since FROM master_keys ORDER BY since, key_id",
                )
                .fetch_all(&self.readers)
                .await
                .map_err(from_sqlx)
            })
            .await?;
        rows.into_iter().map(KnownMasterKey::try_from).collect()
    }

    async fn know_master_key(&self, key: &KnownMasterKey) -> Result<(), StoreError> {
        let key = key.clone();
        self.writer
            .run(move |session| Box::pin(know(session, key.clone())))
            .await
    }

    async fn forget_master_key(&self, id: MasterKeyId) -> Result<bool, StoreError> {
        self.writer
            .run(move |session| Box::pin(forget(session, id)))
            .await
    }

    async fn wrapped(&self) -> Result<Vec<Wrapped>, StoreError> {
        let rows: Vec<WrappedRow> = self
            .read(|| async {
                sqlx::query_as(
                    "SELECT master_key, count(*) AS cases FROM case_keys GROUP BY master_key ORDER BY master_key",
                )
                .fetch_all(&self.readers)
                .await
                .map_err(from_sqlx)
            })
            .await?;
        rows.into_iter().map(Wrapped::try_from).collect()
    }

    async fn case_keys(
        &self,
        but: Option<MasterKeyId>,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<(CaseId, WrappedKey)>, StoreError> {
        let after = after.map_or_else(Vec::new, |after| after.0.as_bytes().to_vec());
        let rows: Vec<CaseKeyRow> = self
            .read(|| async {
                sqlx::query_as(
                    "SELECT case_id, wrapped FROM case_keys
                     WHERE case_id > $1 AND ($2::text IS NULL OR master_key IS DISTINCT FROM $2) ORDER BY case_id LIMIT $3",
                )
                .bind(&after)
                .bind(but.map(|id| id.to_string()))
                .bind(i64::from(limit))
                .fetch_all(&self.readers)
                .await
                .map_err(from_sqlx)
            })
            .await?;
        rows.into_iter().map(TryFrom::try_from).collect()
    }

    async fn rewrap(&self, keys: &[Rewrapped]) -> Result<(), StoreError> {
        // In the order of the ids, so that two who do this at once wait for each other in one direction.
        let mut keys = keys.to_vec();
        keys.sort_by_key(|key| key.case);
        self.writer
            .run(move |session| Box::pin(rewrap(session, keys.clone())))
            .await
    }
}

async fn know(session: &mut Session, key: KnownMasterKey) -> Result<(), Trouble> {
    session
        .with(|connection| {
            Box::pin(async move {
                sqlx::query("INSERT INTO master_keys (key_id, proof, since) VALUES ($1, $2, $3) ON CONFLICT (key_id) DO NOTHING")
                    .bind(key.id.to_string())
                    .bind(key.proof.0)
                    .bind(key.since.to_string())
                    .execute(connection)
                    .await
                    .map(|_| ())
            })
        })
        .await
}

/// The reference from the keys of cases decides, not what was seen before: another node may wrap a key at this moment.
async fn forget(session: &mut Session, id: MasterKeyId) -> Result<bool, Trouble> {
    session
        .with(|connection| {
            Box::pin(async move {
                let forgotten = sqlx::query("DELETE FROM master_keys WHERE key_id = $1")
                    .bind(id.to_string())
                    .execute(connection)
                    .await;
                match forgotten {
                    Ok(_) => Ok(true),
                    Err(error)
                        if error
                            .as_database_error()
                            .is_some_and(|error| error.is_foreign_key_violation()) =>
                    {
                        Ok(false)
                    }
                    Err(error) => Err(error),
                }
            })
        })
        .await
}

async fn rewrap(session: &mut Session, keys: Vec<Rewrapped>) -> Result<(), Trouble> {
    session
        .with(|connection| {
            Box::pin(async move {
                let cases: Vec<&[u8]> = keys
                    .iter()
                    .map(|key| key.case.0.as_bytes().as_slice())
                    .collect();
                let from: Vec<&[u8]> = keys.iter().map(|key| key.from.0.as_slice()).collect();
                let to: Vec<&[u8]> = keys.iter().map(|key| key.to.0.as_slice()).collect();
                let under: Vec<Option<String>> = keys
                    .iter()
                    .map(|key| key.to.parts().0.map(|id| id.to_string()))
                    .collect();
                sqlx::query(
                    "UPDATE case_keys SET wrapped = row.replaced_by, master_key = row.under
                     FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::text[]) AS row (case_id, found, replaced_by, under)
                     WHERE case_keys.case_id = row.case_id AND case_keys.wrapped = row.found",
                )
                .bind(cases)
                .bind(from)
                .bind(to)
                .bind(under)
                .execute(connection)
                .await
                .map(|_| ())
            })
        })
        .await
}
