//! What was proven of a release: kept once, shown to anybody.

use crate::case::ids::Hash;

use super::Service;
use super::ports::StoreError;
use super::ports::proofs::{Before, StoredProof};

/// What there is of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// There is no such release.
    NoRelease,
    /// It is there, and nothing was proven of it yet.
    Unproven,
    /// What was proven.
    Proven(StoredProof),
}

impl Service {
    /// What was proven of a release.
    ///
    /// # Errors
    /// [`StoreError`] if the record cannot be read.
    pub async fn proof_of(&self, hash: Hash) -> Result<Looked, StoreError> {
        if !self.proofs.is_release(hash).await? {
            return Ok(Looked::NoRelease);
        }
        let proof = self.proofs.proof(hash).await?;
        Ok(proof.map_or(Looked::Unproven, Looked::Proven))
    }

    /// The releases on which contacts begin and of which nothing was proven yet.
    ///
    /// # Errors
    /// [`StoreError`] if the record cannot be read.
    pub async fn without_proof(&self) -> Result<Vec<Hash>, StoreError> {
        let mut found = Vec::new();
        for provider in self.credentials.providers().await? {
            let Some(hash) = self.store.active_release(&provider.id).await? else {
                continue;
            };
            if !found.contains(&hash) && self.proofs.proof(hash).await?.is_none() {
                found.push(hash);
            }
        }
        Ok(found)
    }

    /// Keeps a report that was made beside the service, unless there is one.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    pub async fn keep_proof(&self, proof: &StoredProof) -> Result<(), StoreError> {
        self.proofs.keep_proof(proof, Before::Stands).await
    }
}
