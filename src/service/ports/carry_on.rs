//! Codes by which a person goes on with a case elsewhere, and the further secrets that they grant.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::case::ids::{CaseId, Hash, ProviderId};

use super::StoreError;

/// Codes to carry a case on.
///
/// Obligations: a case has one code, used once, on whichever node; what is known of a code is a digest of it and of the second thing that
/// the person gave, so nobody finds a case by a code alone. What becomes of a wrong code, an expired one and one that was used takes
/// the same steps.
#[async_trait]
pub trait CarryOn: Send + Sync {
    /// Keeps a code in the place of any other of its case; `false` if another case has one of the same digest.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn keep_code(&self, code: &KeptCode) -> Result<bool, StoreError>;

    /// Uses a code up and lets `secret` open its case from now on; `None` if there is no such code of this provider, it was used, or it
    /// has expired. Doing it again with the same `secret` changes nothing and gives the same.
    ///
    /// # Errors
    /// [`StoreError`] if it is not known to be recorded.
    async fn redeem(
        &self,
        provider: &ProviderId,
        proof: Hash,
        secret: Hash,
        at: Timestamp,
    ) -> Result<Option<CaseId>, StoreError>;

    /// Whether a code was redeemed for this secret, so that it opens the case.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn opens(
        &self,
        provider: &ProviderId,
        case: CaseId,
        secret: Hash,
    ) -> Result<bool, StoreError>;

    /// Ends every code of every case, used or not; how many there were, unless it had to be done twice. What was redeemed before opens
    /// its case as before.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn end_codes(&self) -> Result<u64, StoreError>;
}

/// A code as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCode {
    /// Whose case.
    pub provider: ProviderId,
    /// Which.
    pub case: CaseId,
    /// The keyed digest of the code and the second thing.
    pub proof: Hash,
    /// When it was made, in whole seconds.
    pub made_at: Timestamp,
    /// Until when it is good, in whole seconds.
    pub expires_at: Timestamp,
}
