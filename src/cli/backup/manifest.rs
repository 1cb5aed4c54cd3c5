//! What is said of a backup beside it: what it is of, that it is whole, and which keys it needs.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::case::ids::Hash;
use crate::store::DatabaseUrl;

/// What is said of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this shape.
    pub nhs111_backup: u16,
    /// When it was begun, in UTC: everything that was acknowledged before is in it.
    pub made_at: Timestamp,
    /// The program that made it.
    pub program: String,
    /// `sqlite` or `postgres`.
    pub database: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: Hash,
    /// The last migration of its tables.
    pub schema: i64,
    /// How many cases it has, or more.
    pub cases_at_least: i64,
    /// The last checkpoint in it, or a later one; 0 where there was none.
    pub checkpoint_at_least: i64,
    /// The ids of the master keys without which its sealed parts do not open.
    pub master_keys: Vec<String>,
    /// What tells the matching key without which nobody in it is found again; none where its record had none yet, and in a manifest of
    /// an earlier program.
    #[serde(default)]
    pub matching_key: Option<Hash>,
}

/// What a backup of this database is called.
pub fn kind(url: &DatabaseUrl) -> &'static str {
    match url {
        DatabaseUrl::Sqlite(_) => "sqlite",
        DatabaseUrl::Postgres(_) => "postgres",
    }
}

/// Where it stands.
pub fn beside(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    name.push(".manifest.json");
    PathBuf::from(name)
}

/// How many bytes a file has, and their hash.
pub fn measure(path: &Path) -> anyhow::Result<(u64, Hash)> {
    let mut file = std::fs::File::open(path)
        .with_context(|| format!("`{}` cannot be read", path.display()))?;
    let (mut hasher, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; 1 << 20]);
    loop {
        let read = file.read(&mut piece)?;
        let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else {
            return Ok((bytes, Hash(hasher.finalize().into())));
        };
        hasher.update(read);
        bytes += read.len() as u64;
    }
}

impl Manifest {
    /// Reads what stands beside a backup, and makes sure that the backup is what it says.
    pub fn of(backup: &Path) -> anyhow::Result<Self> {
        let path = beside(backup);
        let text = std::fs::read_to_string(&path).with_context(|| {
            format!(
                "`{}` cannot be read; it is made with the backup",
                path.display()
            )
        })?;
        let manifest: Manifest = serde_json::from_str(&text)
            .with_context(|| format!("`{}` is not what `nhs111 backup` writes", path.display()))?;
        if manifest.nhs111_backup != 1 {
            bail!(
                "`{}` is of version {}, and this program reads version 1",
                path.display(),
                manifest.nhs111_backup
            );
        }
        let (bytes, sha256) = measure(backup)?;
        if (bytes, sha256) != (manifest.bytes, manifest.sha256) {
            bail!(
                "`{}` is not whole: it has {bytes} bytes with the SHA-256 {sha256}, and {} with {} were written",
                backup.display(),
                manifest.bytes,
                manifest.sha256
            );
        }
        Ok(manifest)
    }
}
