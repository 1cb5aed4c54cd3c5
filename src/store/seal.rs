//! Sealing under a key of each case's own, which is itself wrapped under a master key.
//!
//! XChaCha20-Poly1305 with a random 24-byte nonce in front of every sealed text. What is sealed is bound to its case and its
//! event, so it opens nowhere else. Which master keys there are is [`MasterKeys`]' matter: a file ([`super::key_ring`]), or a key
//! service in its place.

use std::fmt;
use std::sync::Arc;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};

use crate::case::ids::{CaseId, Hash};
use crate::service::ports::{Ids, MasterKeyId, MasterKeys, SealError, Sealer, WrappedKey};

use super::key_file::KEY;

const NONCE: usize = 24;

/// A key that wraps the keys of cases.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey(pub(super) [u8; KEY]);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// A key that is already known.
    pub fn new(key: [u8; KEY]) -> Self {
        MasterKey(key)
    }

    /// A fresh one.
    pub fn fresh(ids: &dyn Ids) -> Self {
        let mut key = [0; KEY];
        ids.fill(&mut key);
        MasterKey(key)
    }

    /// Its name. The same key has the same name everywhere, so a key that was copied wrongly has another.
    pub fn id(&self) -> MasterKeyId {
        let Hash([a, b, c, d, e, f, g, h, ..]) =
            Hash::of([b"nhs111 master key id 1\0".as_slice(), &self.0].concat());
        MasterKeyId([a, b, c, d, e, f, g, h])
    }

    /// Seals a key for storage.
    pub(super) fn wrap(&self, ids: &dyn Ids, bound: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        close(&self.cipher(), ids, bound, plain)
    }

    /// Opens what [`MasterKey::wrap`] gave.
    pub(super) fn unwrap(&self, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        open(&self.cipher(), bound, sealed)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

/// One master key that is given, without a name: as it was before there were several. For tests, and for records of that time.
struct Unnamed {
    key: MasterKey,
    ids: Arc<dyn Ids>,
}

impl MasterKeys for Unnamed {
    fn ids(&self) -> Result<Vec<MasterKeyId>, SealError> {
        Ok(vec![self.key.id()])
    }

    fn wrap(&self, bound: &[u8], plain: &[u8]) -> Result<WrappedKey, SealError> {
        let sealed = self.key.wrap(self.ids.as_ref(), bound, plain);
        sealed.map(WrappedKey).ok_or(SealError::Key)
    }

    fn unwrap(&self, bound: &[u8], wrapped: &WrappedKey) -> Result<Vec<u8>, SealError> {
        let (_, sealed) = wrapped.parts();
        self.key.unwrap(bound, sealed).ok_or(SealError::Key)
    }
}

/// Seals under keys wrapped by master keys.
pub struct CaseSealer {
    master: Arc<dyn MasterKeys>,
    ids: Arc<dyn Ids>,
}

impl CaseSealer {
    /// A sealer under one master key without a name, drawing keys and nonces from `ids`.
    pub fn new(master: &MasterKey, ids: Arc<dyn Ids>) -> Self {
        let master = Arc::new(Unnamed {
            key: master.clone(),
            ids: ids.clone(),
        });
        CaseSealer::under(master, ids)
    }

    /// A sealer under master keys, drawing keys and nonces from `ids`.
    pub fn under(master: Arc<dyn MasterKeys>, ids: Arc<dyn Ids>) -> Self {
        CaseSealer { master, ids }
    }

    fn cipher(&self, key: &WrappedKey, case: CaseId) -> Result<XChaCha20Poly1305, SealError> {
        let unwrapped = self.master.unwrap(&bound(b"case key", case, 0), key)?;
        let unwrapped: [u8; KEY] = unwrapped.try_into().map_err(|_| SealError::Key)?;
        Ok(XChaCha20Poly1305::new(&unwrapped.into()))
    }
}

impl Sealer for CaseSealer {
    fn new_key(&self, case: CaseId) -> Result<WrappedKey, SealError> {
        let mut key = [0; KEY];
        self.ids.fill(&mut key);
        self.master.wrap(&bound(b"case key", case, 0), &key)
    }

    fn seal(
        &self,
        key: &WrappedKey,
        case: CaseId,
        seq: u64,
        plain: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let cipher = self.cipher(key, case)?;
        close(
            &cipher,
            self.ids.as_ref(),
            &bound(b"event", case, seq),
            plain,
        )
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

    fn rewrap(&self, case: CaseId, key: &WrappedKey) -> Result<WrappedKey, SealError> {
        let bound = bound(b"case key", case, 0);
        self.master.wrap(&bound, &self.master.unwrap(&bound, key)?)
    }
}

fn close(cipher: &XChaCha20Poly1305, ids: &dyn Ids, bound: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE];
    ids.fill(&mut nonce);
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
    fn a_key_of_a_case_that_is_wrapped_anew_opens_what_it_sealed() {
        let sealer = sealer();
        let key = sealer.new_key(ONE).unwrap();
        let sealed = sealer.seal(&key, ONE, 3, b"my chest").unwrap();
        let anew = sealer.rewrap(ONE, &key).unwrap();
        assert_ne!(anew, key);
        assert_eq!(sealer.open(&anew, ONE, 3, &sealed).unwrap(), b"my chest");
        assert_eq!(sealer.rewrap(OTHER, &key), Err(SealError::Key));
    }
}
