//! Keyed digests of what few values could be: a short code, an address. Without the key nobody finds the value by trying all of them.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::case::ids::Hash;

/// The key of the digests: the same on every node, kept apart from the record.
#[derive(Clone, PartialEq, Eq)]
pub struct DigestKey([u8; 32]);

impl fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestKey(…)")
    }
}

impl DigestKey {
    /// A key that is already known.
    pub fn new(key: [u8; 32]) -> Self {
        DigestKey(key)
    }

    /// HMAC-SHA-256 of the parts, each with its length, for one purpose: digests for two purposes never meet.
    #[expect(
        clippy::expect_used,
        reason = "INVARIANT: HMAC takes a key of any length"
    )]
    pub fn digest(&self, purpose: &str, parts: &[&[u8]]) -> Hash {
        let mut digest = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key");
        for part in [purpose.as_bytes()].iter().chain(parts) {
            digest.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part);
        }
        Hash(digest.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_of_its_key_its_purpose_and_each_part() {
        let key = DigestKey::new([1; 32]);
        let digest = key.digest("code", &[b"ab", b"c"]);
        assert_eq!(digest, key.digest("code", &[b"ab", b"c"]));
        for other in [
            DigestKey::new([2; 32]).digest("code", &[b"ab", b"c"]),
            key.digest("source", &[b"ab", b"c"]),
            key.digest("code", &[b"a", b"bc"]),
            key.digest("code", &[b"abc"]),
        ] {
            assert_ne!(digest, other);
        }
        assert_eq!(format!("{key:?}"), "DigestKey(…)");
    }
}
