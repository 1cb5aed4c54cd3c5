//! The file of master keys: several, each with its name, one of them current.
//!
//! ```text
//! nhs111 master keys 1
//! current mk-9f86d081884c7d65
//! mk-2c26b46b68ffc68f 2026-11-22T12:00:00Z 64 hexadecimal digits
//! mk-9f86d081884c7d65 2027-11-22T12:00:00Z 64 hexadecimal digits
//! ```
//!
//! A file of 64 hexadecimal digits and nothing else is a ring of one key: as it was before there were several. A name is made from
//! its key, so a line with a slip in it is found. To be backed up apart from the data: whoever has both can read, whoever loses it
//! cannot.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use jiff::Timestamp;

use crate::service::ports::{Ids, MasterKeyId, MasterKeys, SealError, WrappedKey};

use super::key_file::{KEY, write_new};
use super::seal::MasterKey;

const FIRST_LINE: &str = "nhs111 master keys 1";

/// Master keys, one of them current.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRing {
    current: MasterKeyId,
    /// INVARIANT: holds the current one, and each once.
    keys: Vec<RingKey>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct RingKey {
    id: MasterKeyId,
    key: MasterKey,
    /// When it was made; unknown for the key of a file of one.
    made: Option<Timestamp>,
}

/// A file of master keys that cannot be had. It never repeats what stands in the file.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// The file cannot be read, made or replaced.
    #[error("master key file `{path}` cannot be read or written")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("master key file `{path}`, line {line}: {fault}")]
    NotKeys {
        /// Which.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// The ring has no such key.
    #[error("master key file `{path}` does not hold {id}")]
    NoSuchKey {
        /// Which file.
        path: PathBuf,
        /// Which key.
        id: MasterKeyId,
    },
    /// The current key cannot be taken out.
    #[error("{0} is the current master key; rotate first")]
    IsCurrent(MasterKeyId),
}

impl KeyRing {
    /// A ring of one key.
    pub fn of(key: MasterKey) -> Self {
        KeyRing {
            current: key.id(),
            keys: vec![RingKey {
                id: key.id(),
                key,
                made: None,
            }],
        }
    }

    /// The key under which keys of cases are wrapped.
    pub fn current(&self) -> MasterKeyId {
        self.current
    }

    /// Every key in the order of the file, with when it was made.
    pub fn list(&self) -> impl Iterator<Item = (MasterKeyId, Option<Timestamp>)> {
        self.keys.iter().map(|key| (key.id, key.made))
    }

    /// Adds a key; it only opens until it is made the current one.
    pub fn add(&mut self, key: MasterKey, made: Timestamp) -> MasterKeyId {
        let id = key.id();
        if self.get(id).is_none() {
            self.keys.push(RingKey {
                id,
                key,
                made: Some(made),
            });
        }
        id
    }

    /// The key that was added and never made current: the last one, if it stands behind the current one.
    pub fn next(&self) -> Option<MasterKeyId> {
        let last = self.keys.last()?.id;
        (last != self.current).then_some(last)
    }

    /// Makes a key the current one; `false` if there is none of that name.
    pub fn make_current(&mut self, id: MasterKeyId) -> bool {
        let is_there = self.get(id).is_some();
        if is_there {
            self.current = id;
        }
        is_there
    }

    /// Takes a key out for good; the current one stays.
    pub fn remove(&mut self, id: MasterKeyId) {
        self.keys.retain(|key| key.id != id || id == self.current);
    }

    fn get(&self, id: MasterKeyId) -> Option<&RingKey> {
        self.keys.iter().find(|key| key.id == id)
    }

    fn ids(&self) -> Vec<MasterKeyId> {
        let others = self.keys.iter().map(|key| key.id);
        let others = others.filter(|id| *id != self.current);
        std::iter::once(self.current).chain(others).collect()
    }

    fn wrap(&self, ids: &dyn Ids, bound: &[u8], plain: &[u8]) -> Result<WrappedKey, SealError> {
        let current = self.get(self.current).ok_or(SealError::NoMasterKey)?;
        let sealed = current.key.wrap(ids, bound, plain);
        sealed
            .map(|sealed| WrappedKey::under(current.id, &sealed))
            .ok_or(SealError::Key)
    }

    fn unwrap(&self, bound: &[u8], wrapped: &WrappedKey) -> Result<Vec<u8>, SealError> {
        match wrapped.parts() {
            (Some(id), sealed) => {
                let master = self.get(id).ok_or(SealError::UnknownMasterKey(id))?;
                master.key.unwrap(bound, sealed).ok_or(SealError::Key)
            }
            (None, sealed) => {
                let mut keys = self.keys.iter();
                keys.find_map(|master| master.key.unwrap(bound, sealed))
                    .ok_or(SealError::Key)
            }
        }
    }

    /// The ring that a text holds, or the line that is wrong, from 1, and why.
    fn read(text: &str) -> Result<Self, (usize, &'static str)> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#')
        });
        let numbered = |(at, line): (usize, &str)| (at + 1, line.trim().to_owned());
        let (at, first) = lines.next().map(numbered).ok_or((1, "there is no key"))?;
        if first != FIRST_LINE {
            let key = digits(&first).ok_or((
                at,
                "expected 64 hexadecimal digits, or a file of several keys",
            ))?;
            return match lines.next().map(numbered) {
                None => Ok(KeyRing::of(key)),
                Some((at, _)) => Err((at, "a file of one key holds nothing else")),
            };
        }
        let (at, current) = lines
            .next()
            .map(numbered)
            .ok_or((at, "the current key is not named"))?;
        let current = current
            .strip_prefix("current ")
            .and_then(|id| id.trim().parse().ok())
            .ok_or((at, "expected `current` and the name of a key"))?;
        let mut ring = KeyRing {
            current,
            keys: Vec::new(),
        };
        for (at, line) in lines.map(numbered) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [id, made, key] = words.as_slice() else {
                return Err((at, "expected a name, a time and a key"));
            };
            let id: MasterKeyId = id.parse().map_err(|_| (at, "the name is none"))?;
            let key = digits(key).ok_or((at, "the key is not 64 hexadecimal digits"))?;
            if key.id() != id {
                return Err((
                    at,
                    "the key is not the one of this name: there is a slip in it",
                ));
            }
            if ring.get(id).is_some() {
                return Err((at, "the key stands twice"));
            }
            let made = match *made {
                "-" => None,
                made => Some(made.parse().map_err(|_| (at, "the time is none"))?),
            };
            ring.keys.push(RingKey { id, key, made });
        }
        if ring.get(current).is_none() {
            return Err((at, "the current key is not in the file"));
        }
        Ok(ring)
    }

    fn text(&self) -> String {
        let mut text = format!("{FIRST_LINE}\ncurrent {}\n", self.current);
        for RingKey { id, key, made } in &self.keys {
            let made = made.map_or_else(|| "-".to_owned(), |made| made.to_string());
            // A `String` takes everything.
            let _ = writeln!(text, "{id} {made} {}", hex::encode(key.0));
        }
        text
    }
}

fn digits(text: &str) -> Option<MasterKey> {
    let mut key = [0; KEY];
    hex::decode_to_slice(text, &mut key)
        .ok()
        .map(|()| MasterKey::new(key))
}

/// A file of master keys. It is read again when it has changed, so that a node goes over to a new key without a restart.
pub struct KeyFile {
    path: PathBuf,
    ids: Arc<dyn Ids>,
    read: RwLock<Read>,
}

/// What was read last, and of which state of the file.
struct Read {
    ring: KeyRing,
    state: Option<(SystemTime, u64)>,
}

impl KeyFile {
    /// Reads a file of keys that is there.
    ///
    /// # Errors
    /// [`KeyRingError`] if it is not there or holds no keys.
    pub fn open(path: &Path, ids: Arc<dyn Ids>) -> Result<Self, KeyRingError> {
        let read = RwLock::new(Read::of(path)?);
        Ok(KeyFile {
            path: path.to_owned(),
            ids,
            read,
        })
    }

    /// Makes a file of one fresh key, readable by its owner only. A file that is there is never replaced.
    ///
    /// # Errors
    /// [`KeyRingError`] if it cannot be made.
    pub fn make(path: &Path, ids: Arc<dyn Ids>, at: Timestamp) -> Result<Self, KeyRingError> {
        let key = MasterKey::fresh(ids.as_ref());
        let mut ring = KeyRing::of(key);
        if let Some(first) = ring.keys.first_mut() {
            first.made = Some(at);
        }
        write_new(path, path, &ring.text()).map_err(|source| KeyRingError::File {
            path: path.to_owned(),
            source,
        })?;
        KeyFile::open(path, ids)
    }

    /// The keys as the file holds them now.
    ///
    /// # Errors
    /// [`KeyRingError`] if it holds none any more.
    pub fn ring(&self) -> Result<KeyRing, KeyRingError> {
        Ok(Read::of(&self.path)?.ring)
    }

    /// Puts other keys in the place of those that the file holds: on disk, all or nothing, before this returns.
    ///
    /// # Errors
    /// [`KeyRingError`] if it cannot be replaced; it is then as it was.
    pub fn replace(&self, ring: &KeyRing) -> Result<(), KeyRingError> {
        let file = |source| KeyRingError::File {
            path: self.path.clone(),
            source,
        };
        let beside = self.path.with_extension("new");
        match std::fs::remove_file(&beside) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(file(error)),
            _ => {}
        }
        write_new(&beside, &self.path, &ring.text()).map_err(file)?;
        self.read_again();
        Ok(())
    }

    /// Works with the keys, read again if the file has changed. While it cannot be read, those that were read last are used.
    fn with<T>(&self, work: impl FnOnce(&KeyRing) -> T) -> T {
        let is_changed = {
            let read = self.read.read().unwrap_or_else(PoisonError::into_inner);
            state(&self.path).is_some_and(|now| Some(now) != read.state)
        };
        if is_changed {
            self.read_again();
        }
        let read = self.read.read().unwrap_or_else(PoisonError::into_inner);
        work(&read.ring)
    }

    fn read_again(&self) {
        match Read::of(&self.path) {
            Ok(again) => *self.read.write().unwrap_or_else(PoisonError::into_inner) = again,
            Err(error) => {
                tracing::error!(error.message = %error, "the master key file has changed and cannot be read; the keys read before are used");
            }
        }
    }
}

impl Read {
    fn of(path: &Path) -> Result<Self, KeyRingError> {
        // Looked at before it is read: a change in between is seen the next time.
        let state = state(path);
        let text = std::fs::read_to_string(path).map_err(|source| KeyRingError::File {
            path: path.to_owned(),
            source,
        })?;
        let ring = KeyRing::read(&text).map_err(|(line, fault)| KeyRingError::NotKeys {
            path: path.to_owned(),
            line,
            fault,
        })?;
        Ok(Read { ring, state })
    }
}

fn state(path: &Path) -> Option<(SystemTime, u64)> {
    let file = std::fs::metadata(path).ok()?;
    Some((file.modified().ok()?, file.len()))
}

impl MasterKeys for KeyFile {
    fn ids(&self) -> Result<Vec<MasterKeyId>, SealError> {
        Ok(self.with(KeyRing::ids))
    }

    fn wrap(&self, bound: &[u8], plain: &[u8]) -> Result<WrappedKey, SealError> {
        self.with(|ring| ring.wrap(self.ids.as_ref(), bound, plain))
    }

    fn unwrap(&self, bound: &[u8], wrapped: &WrappedKey) -> Result<Vec<u8>, SealError> {
        self.with(|ring| ring.unwrap(bound, wrapped))
    }
}

/// Master keys in memory, as they are to be in a file.
pub struct HeldKeys {
    /// The keys.
    pub ring: KeyRing,
    /// Draws what wrapping needs.
    pub ids: Arc<dyn Ids>,
}

impl MasterKeys for HeldKeys {
    fn ids(&self) -> Result<Vec<MasterKeyId>, SealError> {
        Ok(self.ring.ids())
    }

    fn wrap(&self, bound: &[u8], plain: &[u8]) -> Result<WrappedKey, SealError> {
        self.ring.wrap(self.ids.as_ref(), bound, plain)
    }

    fn unwrap(&self, bound: &[u8], wrapped: &WrappedKey) -> Result<Vec<u8>, SealError> {
        self.ring.unwrap(bound, wrapped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemIds;

    fn file(text: &str) -> (tempfile::TempDir, Result<KeyFile, KeyRingError>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        std::fs::write(&path, text).unwrap();
        let opened = KeyFile::open(&path, Arc::new(SystemIds));
        (folder, opened)
    }

    #[test]
    fn a_file_is_made_once_for_its_owner_alone_and_read_ever_after() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/master.key");
        let made = KeyFile::make(&path, Arc::new(SystemIds), Timestamp::UNIX_EPOCH).unwrap();
        let read = KeyFile::open(&path, Arc::new(SystemIds)).unwrap();
        assert_eq!(made.ring().unwrap(), read.ring().unwrap());
        let again = KeyFile::make(&path, Arc::new(SystemIds), Timestamp::UNIX_EPOCH);
        assert!(matches!(again, Err(KeyRingError::File { .. })));
        assert_eq!(made.ring().unwrap(), read.ring().unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_file_of_one_key_is_a_ring_of_one() {
        let (_folder, opened) = file(&format!("{}\n", hex::encode([5; KEY])));
        let ring = opened.unwrap().ring().unwrap();
        assert_eq!(ring, KeyRing::of(MasterKey::new([5; KEY])));
        assert_eq!(KeyRing::read(&ring.text()), Ok(ring));
    }

    #[test]
    fn a_file_with_a_slip_is_refused_and_the_line_named() {
        let mut ring = KeyRing::of(MasterKey::new([5; KEY]));
        let next = ring.add(MasterKey::new([6; KEY]), Timestamp::UNIX_EPOCH);
        let text = ring.text();
        assert_eq!(KeyRing::read(&text), Ok(ring.clone()));
        let line = |text: &str| KeyRing::read(text).unwrap_err().0;
        assert_eq!(line(""), 1);
        assert_eq!(line("short"), 1);
        assert_eq!(line(&text.replace("0606", "0607")), 4);
        assert_eq!(line(&text.replace("current mk-", "current ")), 2);
        assert_eq!(line(&text.replace("1970", "197O")), 4);
        assert_eq!(
            line(&text.replace(
                &format!("current {}", ring.current),
                "current mk-0000000000000000"
            )),
            2
        );
        assert_eq!(
            line(&format!("{text}{next} - {}\n", hex::encode([6; KEY]))),
            5
        );
        let (_folder, opened) = file("0123");
        let Err(error) = opened else {
            panic!("it was read")
        };
        assert!(!error.to_string().contains("0123"), "{error}");
    }

    #[test]
    fn an_open_file_goes_over_to_a_new_key_and_still_opens_what_the_old_one_wrapped() {
        let (folder, opened) = file(&hex::encode([5; KEY]));
        let node = opened.unwrap();
        let before = node.wrap(b"one", b"key").unwrap();
        let operator =
            KeyFile::open(&folder.path().join("master.key"), Arc::new(SystemIds)).unwrap();
        let mut ring = operator.ring().unwrap();
        let next = ring.add(MasterKey::new([6; KEY]), Timestamp::UNIX_EPOCH);
        assert_eq!(ring.next(), Some(next));
        assert!(ring.make_current(next));
        operator.replace(&ring).unwrap();
        let after = node.wrap(b"one", b"key").unwrap();
        assert_eq!(after.parts().0, Some(next));
        for wrapped in [&before, &after] {
            assert_eq!(node.unwrap(b"one", wrapped).unwrap(), b"key");
            assert_eq!(node.unwrap(b"other", wrapped), Err(SealError::Key));
        }
    }

    #[test]
    fn a_key_wrapped_under_a_master_key_that_is_not_there_says_which() {
        let (_folder, opened) = file(&hex::encode([5; KEY]));
        let (_other_folder, other) = file(&hex::encode([6; KEY]));
        let wrapped = other.unwrap().wrap(b"one", b"key").unwrap();
        let id = MasterKey::new([6; KEY]).id();
        assert_eq!(
            opened.unwrap().unwrap(b"one", &wrapped),
            Err(SealError::UnknownMasterKey(id))
        );
    }
}
