//! Sealing under a key of each case's own, and the master key that wraps those keys.
//!
//! XChaCha20-Poly1305 with a random 24-byte nonce in front of every sealed text. What is sealed is bound to its case and its
//! event, so it opens nowhere else. The master key is a file of its own, to be backed up apart from the data: whoever has
//! both can read, whoever loses it cannot.

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};

use crate::case::ids::{CaseId, Hash};
use crate::service::ports::{Ids, SealError, Sealer, WrappedKey};

const NONCE: usize = 24;
pub(super) const KEY: usize = 32;

/// The key that wraps the keys of cases.
#[derive(Clone)]
pub struct MasterKey([u8; KEY]);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// A master key that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file cannot be read or made.
    #[error("key file `{path}` cannot be read or made")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("key file `{path}` does not hold 64 hexadecimal digits")]
    NotAKey {
        /// Which.
        path: PathBuf,
    },
}

impl MasterKey {
    /// A key that is already known.
    pub fn new(key: [u8; KEY]) -> Self {
        MasterKey(key)
    }

    /// Its name, by which a backup says that it needs it: 16 hexadecimal digits that say nothing about the key.
    pub fn id(&self) -> String {
        let Hash(hash) = Hash::of([b"nhs111 master key 1\0".as_slice(), &self.0].concat());
        hex::encode(hash.first_chunk::<8>().unwrap_or(&[0; 8]))
    }

    /// Reads the key from a file of 64 hexadecimal digits, or makes the file, readable by its owner only, if there is none.
    ///
    /// # Errors
    /// [`MasterKeyError`] if there is a file that holds no key, or none can be made. A file that is there is never replaced.
    pub fn from_file(path: &Path, ids: &dyn Ids) -> Result<Self, MasterKeyError> {
        key_from_file(path, ids).map(MasterKey)
    }
}

/// The key in a file, made where there is none.
pub(super) fn key_from_file(path: &Path, ids: &dyn Ids) -> Result<[u8; KEY], MasterKeyError> {
    let file = |source| MasterKeyError::File {
        path: path.to_owned(),
        source,
    };
    let mut key = [0; KEY];
    match std::fs::read_to_string(path) {
        Ok(text) => {
            hex::decode_to_slice(text.trim(), &mut key).map_err(|_| MasterKeyError::NotAKey {
                path: path.to_owned(),
            })?;
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            ids.fill(&mut key);
            make(path, &key).map_err(file)?;
        }
        Err(error) => return Err(file(error)),
    }
    Ok(key)
}

/// On disk before the first case is sealed under it: a key that is lost takes every sealed text with it.
pub(super) fn make(path: &Path, key: &[u8; KEY]) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", hex::encode(key))?;
    file.sync_all()?;
    if let Some(folder) = folder {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Seals under keys wrapped by one master key.
pub struct CaseSealer {
    master: XChaCha20Poly1305,
    ids: Arc<dyn Ids>,
}

impl CaseSealer {
    /// A sealer under `master`, drawing keys and nonces from `ids`.
    pub fn new(master: &MasterKey, ids: Arc<dyn Ids>) -> Self {
        CaseSealer {
            master: XChaCha20Poly1305::new(&master.0.into()),
            ids,
        }
    }

    fn cipher(&self, key: &WrappedKey, case: CaseId) -> Result<XChaCha20Poly1305, SealError> {
        let unwrapped =
            open(&self.master, &bound(b"case key", case, 0), &key.0).ok_or(SealError::Key)?;
        let unwrapped: [u8; KEY] = unwrapped.try_into().map_err(|_| SealError::Key)?;
        Ok(XChaCha20Poly1305::new(&unwrapped.into()))
    }

    fn close(&self, cipher: &XChaCha20Poly1305, bound: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE];
        self.ids.fill(&mut nonce);
        let sealed = cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: bound,
                },
            )
            .ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }
}

impl Sealer for CaseSealer {
    fn new_key(&self, case: CaseId) -> Result<WrappedKey, SealError> {
        let mut key = [0; KEY];
        self.ids.fill(&mut key);
        self.close(&self.master, &bound(b"case key", case, 0), &key)
            .map(WrappedKey)
            .ok_or(SealError::Key)
    }

    fn seal(
        &self,
        key: &WrappedKey,
        case: CaseId,
        seq: u64,
        plain: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        self.close(&self.cipher(key, case)?, &bound(b"event", case, seq), plain)
            .ok_or(SealError::Sealed)
    }

    fn open(
        &self,
        key: &WrappedKey,
        case: CaseId,
        seq: u64,
        sealed: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        open(
            &self.cipher(key, case)?,
            &bound(b"event", case, seq),
            sealed,
        )
        .ok_or(SealError::Sealed)
    }
}

fn open(cipher: &XChaCha20Poly1305, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    cipher
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: sealed,
                aad: bound,
            },
        )
        .ok()
}

/// What a sealed text is good for.
fn bound(what: &[u8], case: CaseId, seq: u64) -> Vec<u8> {
    [
        b"nhs111 1\0".as_slice(),
        what,
        case.0.as_bytes(),
        &seq.to_be_bytes(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemIds;
    use uuid::Uuid;

    const ONE: CaseId = CaseId(Uuid::from_u128(1));
    const OTHER: CaseId = CaseId(Uuid::from_u128(2));

    fn sealer() -> CaseSealer {
        CaseSealer::new(&MasterKey::new([7; KEY]), Arc::new(SystemIds))
    }

    #[test]
    fn what_was_sealed_opens_for_the_same_case_and_event_only() {
        let sealer = sealer();
        let key = sealer.new_key(ONE).unwrap();
        let sealed = sealer.seal(&key, ONE, 3, b"my chest").unwrap();
        assert_eq!(sealer.open(&key, ONE, 3, &sealed).unwrap(), b"my chest");
        assert_eq!(sealer.open(&key, ONE, 4, &sealed), Err(SealError::Sealed));
        assert_eq!(sealer.open(&key, OTHER, 3, &sealed), Err(SealError::Key));
        let other = sealer.new_key(ONE).unwrap();
        assert_eq!(sealer.open(&other, ONE, 3, &sealed), Err(SealError::Sealed));
    }

    #[test]
    fn the_same_words_are_never_sealed_alike() {
        let sealer = sealer();
        let key = sealer.new_key(ONE).unwrap();
        assert_ne!(
            sealer.seal(&key, ONE, 3, b"chest").unwrap(),
            sealer.seal(&key, ONE, 3, b"chest").unwrap()
        );
    }

    #[test]
    fn a_key_does_not_open_under_another_master_key() {
        let key = sealer().new_key(ONE).unwrap();
        let other = CaseSealer::new(&MasterKey::new([8; KEY]), Arc::new(SystemIds));
        assert_eq!(other.seal(&key, ONE, 1, b"x"), Err(SealError::Key));
    }

    #[test]
    fn a_master_key_file_is_made_once_and_read_ever_after() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/master.key");
        let made = MasterKey::from_file(&path, &SystemIds).unwrap();
        let read = MasterKey::from_file(&path, &SystemIds).unwrap();
        assert_eq!(made.0, read.0);
        std::fs::write(&path, "short").unwrap();
        assert!(matches!(
            MasterKey::from_file(&path, &SystemIds),
            Err(MasterKeyError::NotAKey { .. })
        ));
    }
}
