//! The key that signs checkpoints, and the keys that are trusted when they are verified.
//!
//! Ed25519 (RFC 8032). The private key is a file of its own, like the master key; the public key is written as PEM, so that anybody
//! can verify a checkpoint with tools of their own. A key is named by the first 16 hexadecimal digits of the SHA-256 of its 32 bytes.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey as Key, VerifyingKey};

use crate::case::ids::Hash;
use crate::service::ports::Ids;
use crate::service::ports::checkpoints::{Signer, Verdict, Verifier};

use super::key_file::{self, KeyFileError};

/// The key that signs.
pub struct SigningKey {
    key: Key,
    id: String,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
}

/// A key that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// The file cannot be read or made.
    #[error("key file `{path}` cannot be read or made")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("signing key file `{path}` does not hold 64 hexadecimal digits")]
    NotAKey {
        /// Which.
        path: PathBuf,
    },
    /// The file holds no public key.
    #[error(
        "`{path}` is no public key of Ed25519 in PEM; `nhs111 checkpoint --public-key` prints one"
    )]
    NotAPublicKey {
        /// Which.
        path: PathBuf,
    },
}

impl SigningKey {
    /// A key that is already known.
    pub fn new(key: [u8; 32]) -> Self {
        let key = Key::from_bytes(&key);
        let id = id(&key.verifying_key());
        SigningKey { key, id }
    }

    /// Reads the key from a file of 64 hexadecimal digits, or makes the file, readable by its owner only, if there is none.
    ///
    /// # Errors
    /// [`KeyFileError`] if there is a file that holds no key, or none can be made. A file that is there is never replaced.
    pub fn from_file(path: &Path, ids: &dyn Ids) -> Result<Self, KeyFileError> {
        key_file::read_or_make(path, ids).map(SigningKey::new)
    }

    /// Reads the key; `None` if there is no such file.
    ///
    /// # Errors
    /// [`KeyFileError`] if the file cannot be read, or holds no key.
    pub fn if_there(path: &Path) -> Result<Option<Self>, KeyFileError> {
        Ok(key_file::read(path)?.map(SigningKey::new))
    }

    /// The public key, as PEM.
    #[expect(
        clippy::expect_used,
        reason = "INVARIANT: a public key has 32 bytes, and PEM can hold them"
    )]
    pub fn public(&self) -> String {
        self.key
            .verifying_key()
            .to_public_key_pem(LineEnding::LF)
            .expect("a public key is PEM")
    }
}

impl Signer for SigningKey {
    fn key_id(&self) -> &str {
        &self.id
    }

    fn sign(&self, text: &str) -> Vec<u8> {
        self.key.sign(text.as_bytes()).to_bytes().to_vec()
    }
}

/// The public keys that are trusted, by their names.
#[derive(Debug, Clone, Default)]
pub struct TrustedKeys(HashMap<String, VerifyingKey>);

impl TrustedKeys {
    /// Trusts the public half of a key.
    pub fn trust(&mut self, key: &SigningKey) {
        self.0.insert(key.id.clone(), key.key.verifying_key());
    }

    /// Trusts a public key in a file of PEM.
    ///
    /// # Errors
    /// [`SigningKeyError`] if the file cannot be read, or holds something else.
    pub fn trust_file(&mut self, path: &Path) -> Result<(), SigningKeyError> {
        let text = std::fs::read_to_string(path).map_err(|source| SigningKeyError::File {
            path: path.to_owned(),
            source,
        })?;
        let key = VerifyingKey::from_public_key_pem(text.trim()).map_err(|_| {
            SigningKeyError::NotAPublicKey {
                path: path.to_owned(),
            }
        })?;
        self.0.insert(id(&key), key);
        Ok(())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Verifier for TrustedKeys {
    fn verify(&self, key_id: &str, text: &str, signature: &[u8]) -> Verdict {
        let Some(key) = self.0.get(key_id) else {
            return Verdict::UnknownKey;
        };
        let is_good = Signature::from_slice(signature)
            .and_then(|signature| key.verify_strict(text.as_bytes(), &signature))
            .is_ok();
        if is_good { Verdict::Good } else { Verdict::Bad }
    }
}

fn id(key: &VerifyingKey) -> String {
    let Hash(hash) = Hash::of(key.as_bytes());
    hex::encode(hash.first_chunk::<8>().unwrap_or(&[0; 8]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemIds;

    #[test]
    fn what_was_signed_verifies_under_the_same_key_and_text_only() {
        let (key, other) = (SigningKey::new([1; 32]), SigningKey::new([2; 32]));
        let signature = key.sign("text");
        let mut trusted = TrustedKeys::default();
        assert_eq!(
            trusted.verify(key.key_id(), "text", &signature),
            Verdict::UnknownKey
        );
        trusted.trust(&key);
        trusted.trust(&other);
        let verdict = |id: &str, text: &str, signature: &[u8]| trusted.verify(id, text, signature);
        assert_eq!(verdict(key.key_id(), "text", &signature), Verdict::Good);
        assert_eq!(verdict(key.key_id(), "texts", &signature), Verdict::Bad);
        assert_eq!(verdict(other.key_id(), "text", &signature), Verdict::Bad);
        assert_eq!(
            verdict(key.key_id(), "text", &signature[..63]),
            Verdict::Bad
        );
    }

    #[test]
    fn a_public_key_is_read_back_from_its_pem() {
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::from_file(&folder.path().join("signing.key"), &SystemIds).unwrap();
        let path = folder.path().join("public.pem");
        std::fs::write(&path, key.public()).unwrap();
        let mut trusted = TrustedKeys::default();
        trusted.trust_file(&path).unwrap();
        let verdict = trusted.verify(key.key_id(), "text", &key.sign("text"));
        assert_eq!(verdict, Verdict::Good);
        let again = SigningKey::if_there(&folder.path().join("signing.key"));
        assert_eq!(again.unwrap().unwrap().key_id(), key.key_id());
        std::fs::write(&path, "else").unwrap();
        assert!(matches!(
            trusted.trust_file(&path),
            Err(SigningKeyError::NotAPublicKey { .. })
        ));
    }
}
