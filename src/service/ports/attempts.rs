//! What was tried on something that must not be guessed, counted for all nodes together.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::case::ids::{Hash, ProviderId};

use super::StoreError;

/// Counts of attempts.
///
/// Obligations: two attempts at once on two nodes are two; counts whose window is over are forgotten.
#[async_trait]
pub trait Attempts: Send + Sync {
    /// Counts one more, and says how many there were in its window with this one. Where the record failed on the way, one attempt may
    /// count as two.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn count(&self, attempt: &Attempt) -> Result<u32, StoreError>;

    /// How many there were in the window.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn counted(&self, attempt: &Attempt) -> Result<u32, StoreError>;
}

/// Something that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Of what.
    pub provider: ProviderId,
    /// What was tried, for example `code`.
    pub kind: &'static str,
    /// By whom, or on what: a keyed digest.
    pub subject: Hash,
    /// When its window began, in whole seconds.
    pub since: Timestamp,
    /// When its window ends, in whole seconds.
    pub until: Timestamp,
}
