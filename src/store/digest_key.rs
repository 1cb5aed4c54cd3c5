//! The file of the key of keyed digests, made where missing, apart from the record and from its backups.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::service::digests::DigestKey;
use crate::service::ports::Ids;

/// A key that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum DigestKeyError {
    /// The file cannot be read or made.
    #[error("the file of the digest key `{path}` cannot be read or made")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("the file of the digest key `{0}` does not hold 64 hexadecimal digits")]
    NotAKey(PathBuf),
}

/// Reads the key from a file of 64 hexadecimal digits, or makes the file, readable by its owner only, if there is none.
///
/// # Errors
/// [`DigestKeyError`]. A file that is there is never replaced.
pub fn digest_key(path: &Path, ids: &dyn Ids) -> Result<DigestKey, DigestKeyError> {
    let file = |source| DigestKeyError::File {
        path: path.to_owned(),
        source,
    };
    let mut key = [0; 32];
    match std::fs::read_to_string(path) {
        Ok(text) => hex::decode_to_slice(text.trim(), &mut key)
            .map_err(|_| DigestKeyError::NotAKey(path.to_owned()))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            ids.fill(&mut key);
            make(path, &key).map_err(file)?;
        }
        Err(error) => return Err(file(error)),
    }
    Ok(DigestKey::new(key))
}

fn make(path: &Path, key: &[u8; 32]) -> std::io::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", hex::encode(key))?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemIds;

    #[test]
    fn a_key_is_made_once_and_read_ever_after() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/digest.key");
        let made = digest_key(&path, &SystemIds).unwrap();
        assert_eq!(digest_key(&path, &SystemIds).unwrap(), made);
        std::fs::write(&path, "a slip").unwrap();
        assert!(matches!(
            digest_key(&path, &SystemIds),
            Err(DigestKeyError::NotAKey(_))
        ));
    }
}
