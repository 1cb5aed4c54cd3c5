//! Keys of requests: a resend has no second effect and gets the same reply.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::case::ids::{CaseId, Hash};

/// A key that a client chose for one request: 16 to 128 visible ASCII characters, best a random UUID.
///
/// Whoever knows the key of a start and its request gets the secret of the case again, so a key must not be guessable.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Key(String);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key is 16 to 128 visible ASCII characters")]
pub struct NotAKey;

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let fits =
            (16..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits {
            Ok(Key(text.to_owned()))
        } else {
            Err(NotAKey)
        }
    }
}

impl Key {
    /// As it is stored: good for one case, or for starting one.
    ///
    /// The keys of a case begin with its id and so lie together, beside those of cases that began at the same time: a record that holds
    /// millions of keys is written in few places all the same. The 16 bytes of the digest are enough among the keys of one case.
    pub(super) fn hash(&self, case: Option<CaseId>) -> Hash {
        let scope = case.map_or_else(|| "start".to_owned(), |case| case.to_string());
        let mut hash = Hash::of(format!("nhs111 key 1\0{scope}\0{}", self.0));
        if let Some(case) = case {
            for (byte, of_case) in hash.0.iter_mut().zip(case.0.as_bytes()) {
                *byte = *of_case;
            }
        }
        hash
    }
}

impl Key {
    /// The hash of a request as it is stored beside this key.
    ///
    /// A request can say little, a date of birth for example: its own hash would tell it to whoever tries all of them. With a key
    /// that nobody can guess in front, it tells nothing, before and after the record has ended.
    pub(super) fn tied(&self, request: Hash) -> Hash {
        Hash::of(
            [
                b"nhs111 request 1\0".as_slice(),
                self.0.as_bytes(),
                &request.0,
            ]
            .concat(),
        )
    }
}

/// Whether a request is the one that was remembered; those remembered before hashes were tied to their key are known as well.
pub(super) fn is_same(remembered: Hash, key: &Key, request: Hash) -> bool {
    remembered == key.tied(request) || remembered == request
}

/// How a change is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The key of the request, if it has one.
    pub key: Option<Key>,
    /// The last event that whoever asks has seen; if the case has moved on, nothing is changed.
    pub after: Option<u64>,
}

/// What a request asks, so that a key is not used for another one.
#[expect(
    clippy::expect_used,
    reason = "INVARIANT: requests are plain data; JSON can hold all of it"
)]
pub(super) fn request(operation: &str, body: &impl Serialize) -> Hash {
    let body = serde_json::to_vec(body).expect("a request is JSON");
    Hash::of([operation.as_bytes(), b"\0", &body].concat())
}
