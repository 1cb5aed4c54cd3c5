//! The secret of a case: whoever has it may go on with the case, nobody else may even learn that there is one.

use std::fmt;
use std::str::FromStr;

use crate::case::ids::{CaseId, Hash, ProviderId};

use super::ports::Ids;

/// 256 random bits, written as 64 hexadecimal digits. Stored as a SHA-256 only.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A fresh one.
    pub fn fresh(ids: &dyn Ids) -> Self {
        let mut bytes = [0; 32];
        ids.fill(&mut bytes);
        Secret(bytes)
    }

    /// As it is given to whoever started the case, once.
    pub fn reveal(&self) -> String {
        hex::encode(self.0)
    }

    /// As it is stored.
    pub fn hash(&self) -> Hash {
        Hash::of(self.0)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Secret)
    }

    /// Whether this is the secret behind a stored hash.
    ///
    /// Hashes are compared, not secrets: how long it takes says nothing that helps to guess the secret.
    pub fn opens(&self, stored: Hash) -> bool {
        self.hash() == stored
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A text that is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a case secret is 64 hexadecimal digits")]
pub struct NotASecret;

impl FromStr for Secret {
    type Err = NotASecret;

    fn from_str(text: &str) -> Result<Self, NotASecret> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NotASecret)?;
        Ok(Secret(bytes))
    }
}

/// The case that somebody wants, and the secret they have.
#[derive(Debug, Clone)]
pub struct Access {
    /// Whose case.
    pub provider: ProviderId,
    /// Which.
    pub case: CaseId,
    /// What opens it.
    pub secret: Secret,
}
