//! What was proven of a release.

use async_trait::async_trait;

use crate::case::ids::Hash;
use crate::service::ports::StoreError;
use crate::service::ports::proofs::{Before, Proofs, StoredProof};
use crate::store::rows;
use crate::store::writer::Trouble;

use super::PostgresStore;
use super::error::from_sqlx;
use super::transaction::Session;

#[async_trait]
impl Proofs for PostgresStore {
    async fn keep_proof(&self, proof: &StoredProof, before: Before) -> Result<(), StoreError> {
        let proof = proof.clone();
        self.writer
            .run(move |session| Box::pin(keep(session, proof.clone(), before)))
            .await
    }

    async fn proof(&self, hash: Hash) -> Result<Option<StoredProof>, StoreError> {
        let found = self
            .read(|| async {
                let row: Option<(String, String)> =
                    sqlx::query_as("SELECT made_at, report FROM release_proofs WHERE hash = $1")
                        .bind(hash.0.as_slice())
                        .fetch_optional(&self.readers)
                        .await
                        .map_err(from_sqlx)?;
                Ok(row)
            })
            .await?;
        found.map(|row| rows::proof(hash, row)).transpose()
    }

    async fn is_release(&self, hash: Hash) -> Result<bool, StoreError> {
        self.read(|| async {
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM releases WHERE hash = $1)")
                .bind(hash.0.as_slice())
                .fetch_one(&self.readers)
                .await
                .map_err(from_sqlx)
        })
        .await
    }
}

async fn keep(session: &mut Session, proof: StoredProof, before: Before) -> Result<(), Trouble> {
    let statement = match before {
        Before::Stands => {
            "INSERT INTO release_proofs (hash, made_at, report) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING"
        }
        Before::IsReplaced => {
            "INSERT INTO release_proofs (hash, made_at, report) VALUES ($1, $2, $3)
             ON CONFLICT (hash) DO UPDATE SET made_at = excluded.made_at, report = excluded.report"
        }
    };
    session
        .with(|connection| {
            Box::pin(async move {
                sqlx::query(statement)
                    .bind(proof.hash.0.as_slice())
                    .bind(proof.made_at.to_string())
                    .bind(proof.report)
                    .execute(connection)
                    .await
                    .map(|_| ())
            })
        })
        .await
}
