//! Where a case stands in the record, asked by a node that has read it before.

use async_trait::async_trait;

use crate::case::chain::Head;
use crate::case::ids::{CaseId, Hash, ProviderId};

use super::{StoreError, WrappedKey};

/// The heads of cases.
///
/// Obligation: what it gives is one moment of the record, and no earlier one than that of the last append that was acknowledged.
#[async_trait]
pub trait Heads: Send + Sync {
    /// Where a case stands, or `None` if this provider has no such case.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn head(
        &self,
        provider: &ProviderId,
        case: CaseId,
    ) -> Result<Option<StoredHead>, StoreError>;
}

/// What of a case decides whether one that was read before is still as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredHead {
    /// The SHA-256 of its secret.
    pub secret: Hash,
    /// Its key; `None` once it was destroyed.
    pub key: Option<WrappedKey>,
    /// The last event.
    pub head: Head,
}
