//! Master keys, which wrap the keys of cases, and what the record knows of them.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::case::ids::CaseId;

use super::{SealError, StoreError, WrappedKey};

/// The name of a master key, made from the key itself; written `mk-` and 16 hexadecimal digits. It opens nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MasterKeyId(pub [u8; 8]);

impl fmt::Display for MasterKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mk-{}", hex::encode(self.0))
    }
}

impl fmt::Debug for MasterKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that names no master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a master key is named `mk-` and 16 hexadecimal digits")]
pub struct NotAMasterKeyId;

impl FromStr for MasterKeyId {
    type Err = NotAMasterKeyId;

    fn from_str(text: &str) -> Result<Self, NotAMasterKeyId> {
        let mut bytes = [0; 8];
        let digits = text.strip_prefix("mk-").ok_or(NotAMasterKeyId)?;
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| NotAMasterKeyId)?;
        Ok(MasterKeyId(bytes))
    }
}

/// Wraps and unwraps the keys of cases: a file of keys, or a key service that never lets its keys out.
///
/// Called while somebody waits for an answer. What is wrapped says under which key; the empty list of keys is never given.
pub trait MasterKeys: Send + Sync {
    /// Every key that opens, the current one first.
    ///
    /// # Errors
    /// [`SealError`] if the keys cannot be had.
    fn ids(&self) -> Result<Vec<MasterKeyId>, SealError>;

    /// Wraps under the current key; it unwraps only with the same `bound`.
    ///
    /// # Errors
    /// [`SealError`] if the key cannot be used.
    fn wrap(&self, bound: &[u8], plain: &[u8]) -> Result<WrappedKey, SealError>;

    /// Unwraps under the key that `wrapped` names; where it names none, under whichever opens it.
    ///
    /// # Errors
    /// [`SealError::UnknownMasterKey`], naming the key, if it is not held here; [`SealError::Key`] if it does not open.
    fn unwrap(&self, bound: &[u8], wrapped: &WrappedKey) -> Result<Vec<u8>, SealError>;
}

/// What stands in front of a wrapped key that names its master key.
const NAMED: u8 = 1;

impl WrappedKey {
    /// What was sealed under a named master key.
    pub fn under(master: MasterKeyId, sealed: &[u8]) -> Self {
        WrappedKey([[NAMED].as_slice(), &master.0, sealed].concat())
    }

    /// The master key that wrapped it, and what it sealed; no name for a key that was wrapped before master keys had one.
    pub fn parts(&self) -> (Option<MasterKeyId>, &[u8]) {
        /// A nonce, a key and a tag, and nothing else: as it was before there were names.
        const UNNAMED: usize = 24 + 32 + 16;
        if self.0.len() == UNNAMED {
            return (None, &self.0);
        }
        let named = self
            .0
            .split_first_chunk::<9>()
            .and_then(|([first, id @ ..], sealed)| (*first == NAMED).then_some((*id, sealed)));
        match named {
            Some((id, sealed)) => (Some(MasterKeyId(id)), sealed),
            None => (None, &self.0),
        }
    }
}

/// A master key as the record knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMasterKey {
    /// Which.
    pub id: MasterKeyId,
    /// A known text, wrapped under it: whoever opens it has the same key.
    pub proof: WrappedKey,
    /// Since when.
    pub since: Timestamp,
}

/// How many keys of cases are wrapped under a master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrapped {
    /// Under which; `None` for those that were wrapped before master keys had names.
    pub under: Option<MasterKeyId>,
    /// How many.
    pub cases: u64,
}

/// A key of a case that is wrapped anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrapped {
    /// Whose.
    pub case: CaseId,
    /// As it was found.
    pub from: WrappedKey,
    /// As it is to be.
    pub to: WrappedKey,
}

/// The keys of cases in the record, all providers together.
///
/// Obligations: no key of a case can be recorded under a master key that is not known; a master key under which a key of a case is
/// wrapped cannot be forgotten, whatever other nodes do at the same time.
#[async_trait]
pub trait CaseKeys: Send + Sync {
    /// Every master key that the record knows, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    async fn master_keys(&self) -> Result<Vec<KnownMasterKey>, StoreError>;

    /// Makes a master key known. Known already, it stays as it is.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn know_master_key(&self, key: &KnownMasterKey) -> Result<(), StoreError>;

    /// Forgets a master key: `false`, and nothing is done, while a key of a case is wrapped under it.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn forget_master_key(&self, id: MasterKeyId) -> Result<bool, StoreError>;

    /// How many keys of cases are wrapped under which master key.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be counted.
    async fn wrapped(&self) -> Result<Vec<Wrapped>, StoreError>;

    /// Keys of cases, in the order of the ids of the cases, those after `after`, at most `limit`; without those wrapped under `but`.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    async fn case_keys(
        &self,
        but: Option<MasterKeyId>,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<(CaseId, WrappedKey)>, StoreError>;

    /// Replaces those that are still as they were found, together; one that was destroyed or replaced meanwhile is left as it is.
    ///
    /// # Errors
    /// [`StoreError`] if nothing was replaced, or it is not known to be.
    async fn rewrap(&self, keys: &[Rewrapped]) -> Result<(), StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_says_under_which_master_key() {
        let id = MasterKeyId([7; 8]);
        let wrapped = WrappedKey::under(id, &[1; 72]);
        assert_eq!(wrapped.parts(), (Some(id), [1; 72].as_slice()));
        let older = WrappedKey(vec![1; 72]);
        assert_eq!(older.parts(), (None, [1; 72].as_slice()));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("mk-7".parse::<MasterKeyId>(), Err(NotAMasterKeyId));
    }
}
