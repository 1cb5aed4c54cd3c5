//! Checkpoints over the heads of all cases, as they are kept and signed.

use async_trait::async_trait;

use crate::case::checkpoint::{Leaf, Signed};
use crate::case::ids::{CaseId, ProviderId};

use super::StoreError;

/// Where checkpoints are kept, with the heads that they note.
///
/// Obligations: what was noted or kept is never changed or removed; of several who make the next checkpoint at once, on any node,
/// only the one who began last can note and keep anything, so a number is given once.
#[async_trait]
pub trait Checkpoints: Send + Sync {
    /// Takes over the making of the next checkpoint; whoever was at it can go no further. Gives the last one that is kept.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be recorded.
    async fn begin_checkpoint(&self, run: Run) -> Result<Option<Signed>, StoreError>;

    /// Of the next `limit` cases after `after`, in order of their ids: those whose head no checkpoint has noted.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    async fn unnoted(&self, after: Option<CaseId>, limit: u32) -> Result<Unnoted, StoreError>;

    /// Notes heads in the checkpoint of this number. A head that is noted already is left where it is.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be recorded.
    async fn note(
        &self,
        run: Run,
        number: u64,
        leaves: Vec<(ProviderId, Leaf)>,
    ) -> Result<Turn, StoreError>;

    /// What is noted in one checkpoint, in order of case and event, after `after`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn noted(
        &self,
        number: u64,
        after: Option<Leaf>,
        limit: u32,
    ) -> Result<Vec<Leaf>, StoreError>;

    /// Keeps a checkpoint. Keeping the same again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be recorded.
    async fn keep_checkpoint(&self, run: Run, signed: &Signed) -> Result<Turn, StoreError>;

    /// The checkpoints with a higher number than `number`, in order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    async fn checkpoints_after(&self, number: u64, limit: u32) -> Result<Vec<Signed>, StoreError>;

    /// The last checkpoint, if there is one.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn last_checkpoint(&self) -> Result<Option<Signed>, StoreError>;

    /// All that is noted in any checkpoint, with its number, in order of case and event, after `after`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn leaves_after(
        &self,
        after: Option<Leaf>,
        limit: u32,
    ) -> Result<Vec<(u64, Leaf)>, StoreError>;
}

/// Who makes a checkpoint: drawn at random for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run(pub [u8; 16]);

/// Whether it is still this run's turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It is recorded.
    Mine,
    /// Somebody else began later; nothing was recorded.
    Lost,
}

/// Some cases in order, and those of them whose heads are new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnoted {
    /// How many cases were looked at.
    pub cases: u64,
    /// The last of them; `None` if there was none.
    pub last: Option<CaseId>,
    /// The new heads.
    pub heads: Vec<(ProviderId, Leaf)>,
}

/// Signs checkpoints.
pub trait Signer: Send + Sync {
    /// The name of the key.
    fn key_id(&self) -> &str;

    /// Ed25519 over a text, 64 bytes.
    fn sign(&self, text: &str) -> Vec<u8>;
}

/// Knows the keys under which checkpoints may be signed.
pub trait Verifier: Send + Sync {
    /// Whether a text was signed under the key of this name.
    fn verify(&self, key_id: &str, text: &str, signature: &[u8]) -> Verdict;
}

/// What a signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was made over this text by a key that is trusted.
    Good,
    /// It was not made over this text.
    Bad,
    /// The key is not one of those that are trusted.
    UnknownKey,
}
