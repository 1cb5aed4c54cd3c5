//! What was proven of a release, kept beside it.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::case::ids::Hash;

use super::StoreError;

/// A report of what was proven of a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProof {
    /// The SHA-256 of the canonical form of the content.
    pub hash: Hash,
    /// When it was made.
    pub made_at: Timestamp,
    /// JSON, as `proof::kept` writes it.
    pub report: String,
}

/// What to do where there is a report of the content already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// Leave it: two nodes that prove at once keep one report.
    Stands,
    /// Put this one in its place.
    IsReplaced,
}

/// The reports.
///
/// Obligations: a report is there whole or not at all; it is the same for every provider, as the release is.
#[async_trait]
pub trait Proofs: Send + Sync {
    /// Keeps a report. Its release need not be there yet.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn keep_proof(&self, proof: &StoredProof, before: Before) -> Result<(), StoreError>;

    /// The report of a content, or `None` if none was kept.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn proof(&self, hash: Hash) -> Result<Option<StoredProof>, StoreError>;

    /// Whether there is a release of this name.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn is_release(&self, hash: Hash) -> Result<bool, StoreError>;
}
