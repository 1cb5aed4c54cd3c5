//! Checkpoints: what the heads of all cases were at a time, in a statement short enough to sign and to keep elsewhere.
//!
//! A checkpoint notes the head of every case that has a new one since the checkpoint before it, so that all checkpoints together
//! hold the heads of all cases. The notes ([`Leaf`]) are the leaves of a Merkle tree as in RFC 6962 section 2.1, in order of case
//! and event; the [`Checkpoint`] holds the root and the hash of the checkpoint before it. Everything that is hashed is a line of
//! text, so that a checkpoint can be checked by a few lines of any language.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::chain::Head;
use super::ids::{CaseId, Hash};

/// The head that a case had. Written `CASE SEQ HASH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    /// Which case.
    pub case: CaseId,
    /// Its last event then.
    pub head: Head,
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.case, self.head.seq, self.head.hash)
    }
}

/// A line that is no leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a leaf is the id of a case, the number of its last event and the hash of that event")]
pub struct NotALeaf;

impl FromStr for Leaf {
    type Err = NotALeaf;

    fn from_str(line: &str) -> Result<Self, NotALeaf> {
        let mut words = line.split(' ');
        let mut word = || words.next().ok_or(NotALeaf);
        let leaf = Leaf {
            case: word()?.parse().map_err(|_| NotALeaf)?,
            head: Head {
                seq: word()?.parse().map_err(|_| NotALeaf)?,
                hash: word()?.parse().map_err(|_| NotALeaf)?,
            },
        };
        // What is hashed is the line itself, so it may be written in one way only.
        if leaf.to_string() == line {
            Ok(leaf)
        } else {
            Err(NotALeaf)
        }
    }
}

/// The Merkle tree over leaves, as it grows; of any number of leaves it keeps some sixty hashes at most.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// The roots of the whole trees so far, the largest first.
    whole: Vec<Hash>,
    leaves: u64,
}

impl Tree {
    /// Adds a leaf behind the others.
    pub fn push(&mut self, leaf: &Leaf) {
        let mut hash = of_leaf(leaf);
        self.leaves += 1;
        for _ in 0..self.leaves.trailing_zeros() {
            if let Some(left) = self.whole.pop() {
                hash = of_two(left, hash);
            }
        }
        self.whole.push(hash);
    }

    /// How many there are.
    pub fn leaves(&self) -> u64 {
        self.leaves
    }

    /// The root over all of them; of none, the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut roots = self.whole.iter().rev().copied();
        match roots.next() {
            None => Hash::of([]),
            Some(last) => roots.fold(last, |right, left| of_two(left, right)),
        }
    }
}

fn of_leaf(leaf: &Leaf) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(leaf.to_string());
    Hash(hasher.finalize().into())
}

fn of_two(left: Hash, right: Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left.0);
    hasher.update(right.0);
    Hash(hasher.finalize().into())
}

/// What a checkpoint states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// From 1, without gaps.
    pub number: u64,
    /// When, in UTC.
    pub made_at: Timestamp,
    /// How many cases the record had.
    pub cases: u64,
    /// How many heads are noted in this one.
    pub leaves: u64,
    /// The root over them.
    pub root: Hash,
    /// The hash of the checkpoint before it; zeros for the first.
    pub previous: Hash,
    /// Under which key it is signed.
    pub key_id: String,
}

impl Checkpoint {
    /// The text that is hashed and signed.
    pub fn text(&self) -> String {
        let Checkpoint {
            number,
            made_at,
            cases,
            leaves,
            root,
            previous,
            key_id,
        } = self;
        format!(
            "nhs111 checkpoint 1\nnumber {number}\nmade_at {made_at}\ncases {cases}\nleaves {leaves}\nroot {root}\nprevious {previous}\nkey {key_id}\n"
        )
    }

    /// What such a text states; `None` if it is not as [`Checkpoint::text`] writes it.
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next() != Some("nhs111 checkpoint 1") {
            return None;
        }
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let read = Checkpoint {
            number: value("number")?.parse().ok()?,
            made_at: value("made_at")?.parse().ok()?,
            cases: value("cases")?.parse().ok()?,
            leaves: value("leaves")?.parse().ok()?,
            root: value("root")?.parse().ok()?,
            previous: value("previous")?.parse().ok()?,
            key_id: value("key")?.to_owned(),
        };
        Some(read).filter(|read| read.text() == text)
    }

    /// The hash that the next one carries.
    pub fn hash(&self) -> Hash {
        Hash::of(self.text())
    }
}

/// A checkpoint and its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What is stated.
    pub checkpoint: Checkpoint,
    /// Ed25519 over its text, 64 bytes.
    pub signature: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn leaf(number: u64) -> Leaf {
        Leaf {
            case: CaseId(Uuid::from_u128(u128::from(number))),
            head: Head {
                seq: number + 1,
                hash: Hash::of(number.to_be_bytes()),
            },
        }
    }

    /// The definition of RFC 6962 section 2.1, word for word.
    fn by_the_book(leaves: &[Leaf]) -> Hash {
        match leaves {
            [] => Hash::of([]),
            [one] => of_leaf(one),
            many => {
                let left = 1_usize << (many.len() - 1).ilog2();
                of_two(by_the_book(&many[..left]), by_the_book(&many[left..]))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_rfc_6962() {
        let leaves: Vec<Leaf> = (0..70).map(leaf).collect();
        let mut tree = Tree::default();
        for count in 0..=leaves.len() {
            assert_eq!(tree.root(), by_the_book(&leaves[..count]), "{count} leaves");
            assert_eq!(tree.leaves(), count as u64);
            if let Some(next) = leaves.get(count) {
                tree.push(next);
            }
        }
    }

    #[test]
    fn every_leaf_its_order_and_their_number_change_the_root() {
        let root = |leaves: &[Leaf]| {
            let mut tree = Tree::default();
            leaves.iter().for_each(|leaf| tree.push(leaf));
            tree.root()
        };
        let leaves: Vec<Leaf> = (0..9).map(leaf).collect();
        let whole = root(&leaves);
        for place in 0..leaves.len() {
            let mut other = leaves.clone();
            other[place].head.seq += 1;
            assert_ne!(root(&other), whole, "leaf {place} changed");
            let mut other = leaves.clone();
            other.remove(place);
            assert_ne!(root(&other), whole, "leaf {place} missing");
            let mut other = leaves.clone();
            other.swap(place, (place + 1) % 9);
            assert_ne!(root(&other), whole, "leaf {place} elsewhere");
        }
    }

    #[test]
    fn a_leaf_is_written_in_one_way_only() {
        let line = leaf(7).to_string();
        assert_eq!(line.parse(), Ok(leaf(7)));
        for other in [
            line.to_uppercase(),
            format!("{line} "),
            line.replace(" 8 ", " 08 "),
            line.replace('-', ""),
            String::new(),
        ] {
            assert_eq!(other.parse::<Leaf>(), Err(NotALeaf), "{other}");
        }
    }

    /// Frozen: what was signed once must be read the same for ever.
    #[test]
    fn the_text_that_is_signed_is_this_one() {
        let checkpoint = Checkpoint {
            number: 2,
            made_at: "2026-11-22T12:00:00Z".parse().unwrap(),
            cases: 3,
            leaves: 1,
            root: Hash([1; 32]),
            previous: Hash::NONE,
            key_id: "00ff".to_owned(),
        };
        let wanted = [
            "nhs111 checkpoint 1",
            "number 2",
            "made_at 2026-11-22T12:00:00Z",
            "cases 3",
            "leaves 1",
            "root 0101010101010101010101010101010101010101010101010101010101010101",
            "previous 0000000000000000000000000000000000000000000000000000000000000000",
            "key 00ff",
            "",
        ];
        assert_eq!(checkpoint.text(), wanted.join("\n"));
        assert_eq!(
            Checkpoint::read(&checkpoint.text()),
            Some(checkpoint.clone())
        );
        assert_eq!(
            Checkpoint::read(&checkpoint.text().replace("cases 3", "cases 03")),
            None
        );
        assert_eq!(Checkpoint::read(&format!("{}x\n", checkpoint.text())), None);
    }
}
