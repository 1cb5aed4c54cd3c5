//! Files that hold a secret: made once for their owner alone, on disk before they are used, never replaced by accident.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::service::ports::Ids;

/// The length of every key, in bytes.
pub(super) const KEY: usize = 32;

/// A key that cannot be had. It never repeats what stands in the file.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
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

/// The key in a file of 64 hexadecimal digits; `None` if there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<[u8; KEY]>, KeyFileError> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let mut key = [0; KEY];
            hex::decode_to_slice(text.trim(), &mut key).map_err(|_| KeyFileError::NotAKey {
                path: path.to_owned(),
            })?;
            Ok(Some(key))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(KeyFileError::File {
            path: path.to_owned(),
            source,
        }),
    }
}

/// The key in a file; a fresh one in a new file where there is none.
pub(super) fn read_or_make(path: &Path, ids: &dyn Ids) -> Result<[u8; KEY], KeyFileError> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    let mut key = [0; KEY];
    ids.fill(&mut key);
    let text = format!("{}\n", hex::encode(key));
    write_new(path, path, &text).map_err(|source| KeyFileError::File {
        path: path.to_owned(),
        source,
    })?;
    Ok(key)
}

/// Writes a file that is not there yet, readable by its owner only, and gives it the name `then_to`. On disk before this returns: a key
/// that is lost takes everything with it that was ever sealed under it.
pub(super) fn write_new(path: &Path, then_to: &Path, text: &str) -> std::io::Result<()> {
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
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    if path != then_to {
        std::fs::rename(path, then_to)?;
    }
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
