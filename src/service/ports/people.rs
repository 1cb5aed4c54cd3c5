//! Finding the cases of one person again, by keyed digests.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::case::event::Mark;
use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::case::person::{Feature, Key};

use super::StoreError;

/// Digests what must not be found by trying under the matching key, the same on every node.
pub trait Digester: Send + Sync {
    /// The digest of a feature: without the key, nothing can be told from it, nor tried.
    fn digest(&self, feature: &Feature) -> Hash;

    /// A digest of what could be found by trying: a short code, an address. Digests for two purposes never meet, nor do they meet that of a
    /// feature.
    fn keyed(&self, purpose: &str, parts: &[&[u8]]) -> Hash;

    /// What tells this matching key from another, and nothing else.
    fn check(&self) -> Hash;
}

/// Whom to look for.
#[derive(Debug, Clone)]
pub struct Sought {
    /// What is known of the person. Only those keys are looked for that [`crate::case::person::Kind::finds`].
    pub keys: Vec<Key>,
    /// From when on.
    pub since: Timestamp,
    /// Cases of this mark only: practice and test never count for a real case, nor a real one for them.
    pub mark: Mark,
    /// The case for which it is looked.
    pub besides: CaseId,
    /// The most cases to name.
    pub limit: u32,
}

/// A case that shares something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Whose it is.
    pub provider: ProviderId,
    /// Which.
    pub case: CaseId,
    /// All by which its person can be found now, in one order.
    pub keys: Vec<Key>,
}

/// The people of the record, over all providers of the database.
///
/// Obligations: a case that was recorded is seen by the next look-up on every node; a case is named once; those that share more,
/// and an NHS number above all, come first, then the latest.
#[async_trait]
pub trait People: Send + Sync {
    /// The cases that share at least one key, told in the time asked for.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    async fn seen(&self, sought: &Sought) -> Result<Vec<Seen>, StoreError>;

    /// Keeps what tells the matching key from another if nothing is kept yet, and gives back what is kept.
    ///
    /// # Errors
    /// [`StoreError`] if it can be neither kept nor read.
    async fn matching_key(&self, check: Hash) -> Result<Hash, StoreError>;

    /// What tells the matching key of this record from another; `None` while nothing is kept. Nothing is written.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn known_matching_key(&self) -> Result<Option<Hash>, StoreError>;

    /// Forgets what tells the matching key from another, and every digest that was made by it. Nobody is found until the digests are
    /// computed again from the events.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be forgotten; then nothing is.
    async fn forget_matching_key(&self) -> Result<(), StoreError>;
}
