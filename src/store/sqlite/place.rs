//! Whether the record is still where it was opened.
//!
//! A file that is moved or removed while it is open takes writes as before, and what they acknowledge is gone with the process. SQLite
//! says nothing of it in WAL mode.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::service::ports::StoreError;

/// The file of the record and its write-ahead log, as they were when the record was opened.
#[derive(Debug, Clone)]
pub(super) struct Place(Arc<[(PathBuf, Identity)]>);

impl Place {
    /// Of a record that stands open and was written to, so that both files are there.
    ///
    /// # Errors
    /// [`StoreError::Gone`] if one is not there.
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        // The log is beside the file itself, wherever a link to it may be.
        let path = path.canonicalize().map_err(gone)?;
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        [path, PathBuf::from(log)]
            .into_iter()
            .map(|path| identity(&path).map(|identity| (path, identity)))
            .collect::<std::io::Result<_>>()
            .map(Place)
            .map_err(gone)
    }

    /// Whether both files are still what was opened.
    ///
    /// # Errors
    /// [`StoreError::Gone`] if one was moved, removed or replaced.
    pub(super) fn stands(&self) -> Result<(), StoreError> {
        for (path, opened) in self.0.iter() {
            if identity(path).map_err(gone)? != *opened {
                return Err(gone(Error::new(
                    ErrorKind::NotFound,
                    "another file has taken the place of the record",
                )));
            }
        }
        Ok(())
    }
}

fn gone(error: Error) -> StoreError {
    StoreError::Gone(Arc::new(error))
}

#[cfg(unix)]
type Identity = (u64, u64);

/// The file system and the number of the file there.
#[cfg(unix)]
fn identity(path: &Path) -> std::io::Result<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).map(|file| (file.dev(), file.ino()))
}

#[cfg(not(unix))]
type Identity = ();

/// Other systems do not let an open file be removed.
#[cfg(not(unix))]
fn identity(path: &Path) -> std::io::Result<Identity> {
    std::fs::metadata(path).map(|_| ())
}
