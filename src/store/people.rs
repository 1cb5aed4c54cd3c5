//! People as both databases hold them: what is asked of them and what their rows mean; and the digests under the matching key.
//!
//! HMAC-SHA-256 under a key of its own, a file to be backed up apart from the data. Whoever has the rows and not the key can tell
//! nobody from them, nor try names and numbers.

use std::fmt;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use sqlx::FromRow;

use crate::case::ids::{Hash, ProviderId};
use crate::case::person::{Feature, Key, Kind};
use crate::service::ports::{Digester, Ids, Seen, Sought, StoreError};

use super::batch;
use super::key_file::{self, KEY, KeyFileError};
use super::rows::{case_id, hash, unreadable};

pub(super) const ADD_MATCHING_KEY: &str = "INSERT INTO matching_keys (provider, digest) VALUES ($1, $2) ON CONFLICT (provider) DO NOTHING";

/// What tells the key that made the digests.
pub(super) const MATCHING_KEY: &str = "SELECT digest FROM matching_keys WHERE provider = $1";

/// Forgets every digest, and what tells the key that made them.
pub(super) const FORGET: [&str; 2] = ["DELETE FROM match_keys", "DELETE FROM matching_keys"];

/// The key under which people are found again.
#[derive(Clone)]
pub struct MatchingKey(Hmac<Sha256>);

impl fmt::Debug for MatchingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MatchingKey(…)")
    }
}

impl MatchingKey {
    /// A key that is already known.
    pub fn new(key: [u8; KEY]) -> Self {
        // A key is filled up with zeros to the length of a block (RFC 2104).
        let mut block = [0; 64];
        if let Some(first) = block.first_chunk_mut() {
            *first = key;
        }
        MatchingKey(Hmac::new(&block.into()))
    }

    /// Reads the key from a file of 64 hexadecimal digits, or makes the file, readable by its owner only, if there is none.
    ///
    /// # Errors
    /// [`KeyFileError`] if there is a file that holds no key, or none can be made. A file that is there is never replaced.
    pub fn from_file(path: &Path, ids: &dyn Ids) -> Result<Self, KeyFileError> {
        key_file::read_or_make(path, ids).map(MatchingKey::new)
    }

    /// The key in a file; `None` if there is no such file. None is made.
    ///
    /// # Errors
    /// [`KeyFileError`] if there is a file that holds no key, or it cannot be read.
    pub fn if_there(path: &Path) -> Result<Option<Self>, KeyFileError> {
        Ok(key_file::read(path)?.map(MatchingKey::new))
    }

    fn of(&self, what: &str, value: &str) -> Hash {
        let mut mac = self.0.clone();
        // No code holds a zero byte, so no two features share an input.
        for part in [
            b"nhs111 match 1\0".as_slice(),
            what.as_bytes(),
            b"\0",
            value.as_bytes(),
        ] {
            mac.update(part);
        }
        Hash(mac.finalize().into_bytes().into())
    }
}

impl Digester for MatchingKey {
    fn digest(&self, feature: &Feature) -> Hash {
        self.of(feature.kind.code(), &feature.value)
    }

    fn keyed(&self, purpose: &str, parts: &[&[u8]]) -> Hash {
        let mut mac = self.0.clone();
        mac.update(b"nhs111 digest 1\0");
        for part in [purpose.as_bytes()].iter().chain(parts) {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        Hash(mac.finalize().into_bytes().into())
    }

    fn check(&self) -> Hash {
        self.of("check", "")
    }
}

/// The keys by which cases are looked for.
pub(super) fn finding(sought: &Sought) -> impl Iterator<Item = &Key> {
    sought.keys.iter().filter(|key| key.kind.finds())
}

/// As times are written in rows. A second earlier: within one second, those with a fraction stand before the one without.
pub(super) fn since(sought: &Sought) -> String {
    let since = sought.since;
    since
        .checked_sub(jiff::SignedDuration::from_secs(1))
        .unwrap_or(since)
        .to_string()
}

pub(super) fn mark(sought: &Sought) -> &'static str {
    batch::mark(sought.mark)
}

/// A key of a case that shares something.
#[derive(FromRow)]
pub(super) struct SeenRow {
    case_id: Vec<u8>,
    provider: String,
    kind: String,
    digest: Vec<u8>,
}

/// The cases that rows name, in their order.
///
/// # Errors
/// [`StoreError::Unreadable`]: a person who cannot be compared is not somebody else.
pub(super) fn seen(rows: Vec<SeenRow>) -> Result<Vec<Seen>, StoreError> {
    let mut seen: Vec<Seen> = Vec::new();
    for row in rows {
        let case = case_id(&row.case_id).ok_or_else(|| unreadable("the id of a case".into()))?;
        let digest =
            hash(&row.digest).ok_or_else(|| unreadable(format!("a digest of case {case}")))?;
        // A kind of a newer program is none that this one compares.
        let key = Kind::of_code(&row.kind).map(|kind| Key { kind, digest });
        match seen.last_mut() {
            Some(last) if last.case == case => last.keys.extend(key),
            _ => seen.push(Seen {
                provider: ProviderId(row.provider),
                case,
                keys: key.into_iter().collect(),
            }),
        }
    }
    seen.iter_mut().for_each(|seen| seen.keys.sort_unstable());
    Ok(seen)
}

/// What tells one matching key from another.
pub(super) fn check(stored: &[u8]) -> Result<Hash, StoreError> {
    hash(stored).ok_or_else(|| unreadable("what tells the matching key".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_told_by_its_key_its_kind_and_its_value() {
        let feature = |kind, value: &str| Feature {
            kind,
            value: value.to_owned(),
        };
        let one = MatchingKey::new([1; KEY]);
        let phone = feature(Kind::Phone, "+447700900123");
        assert_eq!(
            one.digest(&phone),
            MatchingKey::new([1; KEY]).digest(&phone)
        );
        for other in [
            MatchingKey::new([2; KEY]).digest(&phone),
            one.digest(&feature(Kind::Name, "+447700900123")),
            one.digest(&feature(Kind::Phone, "+447700900124")),
            Hash::of("+447700900123"),
        ] {
            assert_ne!(one.digest(&phone), other);
        }
        assert_ne!(one.check(), MatchingKey::new([2; KEY]).check());
    }

    #[test]
    fn a_digest_of_something_else_is_of_its_key_its_purpose_and_each_part() {
        let one = MatchingKey::new([1; KEY]);
        let digest = one.keyed("code", &[b"ab", b"c"]);
        assert_eq!(digest, one.keyed("code", &[b"ab", b"c"]));
        for other in [
            MatchingKey::new([2; KEY]).keyed("code", &[b"ab", b"c"]),
            one.keyed("source", &[b"ab", b"c"]),
            one.keyed("code", &[b"a", b"bc"]),
            one.keyed("code", &[b"abc"]),
            one.of("code", "abc"),
        ] {
            assert_ne!(digest, other);
        }
    }
}
