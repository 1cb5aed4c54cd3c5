//! What was proven of a release.

use async_trait::async_trait;

use crate::case::ids::Hash;
use crate::service::ports::StoreError;
use crate::service::ports::proofs::{Before, Proofs, StoredProof};
use crate::store::rows;
use crate::store::writer::Trouble;

use super::SqliteStore;
use super::error::{from_sqlx, trouble};
use super::transaction::Connection;

#[async_trait]
impl Proofs for SqliteStore {
    async fn keep_proof(&self, proof: &StoredProof, before: Before) -> Result<(), StoreError> {
        let proof = proof.clone();
        self.writer
            .run(move |connection| Box::pin(keep(connection, proof.clone(), before)))
            .await
    }

    async fn proof(&self, hash: Hash) -> Result<Option<StoredProof>, StoreError> {
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT made_at, report FROM release_proofs WHERE hash = ?1")
                .bind(hash.0.as_slice())
                .fetch_optional(&self.readers)
                .await
                .map_err(from_sqlx)?;
        row.map(|row| rows::proof(hash, row)).transpose()
    }

    async fn is_release(&self, hash: Hash) -> Result<bool, StoreError> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM releases WHERE hash = ?1)")
            .bind(hash.0.as_slice())
            .fetch_one(&self.readers)
            .await
            .map_err(from_sqlx)
    }
}

async fn keep(
    connection: &mut Connection,
    proof: StoredProof,
    before: Before,
) -> Result<(), Trouble> {
    let statement = match before {
        Before::Stands => {
            "INSERT INTO release_proofs (hash, made_at, report) VALUES (?1, ?2, ?3) ON CONFLICT (hash) DO NOTHING"
        }
        Before::IsReplaced => {
            "INSERT INTO release_proofs (hash, made_at, report) VALUES (?1, ?2, ?3)
             ON CONFLICT (hash) DO UPDATE SET made_at = excluded.made_at, report = excluded.report"
        }
    };
    sqlx::query(statement)
        .bind(proof.hash.0.as_slice())
        .bind(proof.made_at.to_string())
        .bind(proof.report)
        .execute(&mut connection.connection)
        .await
        .map(|_| ())
        .map_err(trouble)
}
