//! The chain of a case: each event carries the hash of the one before it.

use sha2::{Digest, Sha256};

use super::event::Event;
use super::ids::Hash;

/// The place after which the next event goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last event; 0 before the first.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// Before the first event.
    pub const NONE: Head = Head {
        seq: 0,
        hash: Hash::NONE,
    };
}

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its place in the case.
    pub seq: u64,
    /// The text of the event, byte for byte as it was hashed.
    pub text: String,
    /// The personal part, sealed under the key of the case.
    pub sealed: Option<Vec<u8>>,
    /// The hash of the event before it.
    pub previous: Hash,
    /// Its own hash.
    pub hash: Hash,
}

/// Where a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChain {
    /// An event is missing or out of place.
    #[error("event {expected} is missing or out of place")]
    OutOfPlace {
        /// The place that is not filled.
        expected: u64,
    },
    /// An event is not what was recorded.
    #[error("event {seq} is not what was recorded")]
    Changed {
        /// Its place.
        seq: u64,
    },
}

/// Ties an event, and its sealed part, to the chain.
pub fn link(head: Head, event: &Event, sealed: Option<Vec<u8>>) -> Link {
    let text = event.text();
    let hash = hash(head.hash, &text, sealed.as_deref());
    Link {
        seq: head.seq + 1,
        text,
        sealed,
        previous: head.hash,
        hash,
    }
}

impl Link {
    /// The head once this link is the last.
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }
}

/// Checks a whole chain from its first event.
///
/// A tail that was cut cleanly off is not found here: that takes the recorded head, or a signed checkpoint.
///
/// # Errors
/// [`BrokenChain`] at the first event that is not as it was recorded.
pub fn verify<'a>(links: impl IntoIterator<Item = &'a Link>) -> Result<Head, BrokenChain> {
    let mut head = Head::NONE;
    for link in links {
        if link.seq != head.seq + 1 {
            return Err(BrokenChain::OutOfPlace {
                expected: head.seq + 1,
            });
        }
        let recorded = link.previous == head.hash
            && hash(head.hash, &link.text, link.sealed.as_deref()) == link.hash;
        if !recorded {
            return Err(BrokenChain::Changed { seq: link.seq });
        }
        head = link.head();
    }
    Ok(head)
}

/// Lengths stand before what varies, so that no two events share an input.
fn hash(previous: Hash, text: &str, sealed: Option<&[u8]>) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"nhs111 event 1\0");
    hasher.update(previous.0);
    hasher.update((text.len() as u64).to_be_bytes());
    hasher.update(text.as_bytes());
    match sealed {
        None => hasher.update([0]),
        Some(sealed) => {
            hasher.update([1]);
            hasher.update((sealed.len() as u64).to_be_bytes());
            hasher.update(sealed);
        }
    }
    Hash(hasher.finalize().into())
}
