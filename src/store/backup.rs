//! A copy of the whole record in one file, and the way back, on the database that the URL names.

use std::path::{Path, PathBuf};

use crate::case::ids::Hash;
use crate::service::ports::StoreError;

use super::{DatabaseUrl, postgres, sqlite};

/// What is said of a record before it is copied or replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The last migration of its tables; 0 where there are none.
    pub schema: i64,
    /// How many cases it has.
    pub cases: i64,
    /// The last checkpoint; 0 where there is none.
    pub checkpoint: i64,
    /// What tells the matching key of its people from another; `None` where it has none yet.
    pub matching_key: Option<Hash>,
}

/// Whether somebody else has a record open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Nobody has.
    Nobody,
    /// Somebody has: a service that runs, or a person at a terminal.
    Somebody,
}

/// Why a record was not copied or put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The record.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file.
    #[error("`{path}` cannot be read or written")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A program of PostgreSQL's is not there.
    #[error("`{program}` cannot be run; it comes with the client programs of PostgreSQL")]
    NoProgram {
        /// Which.
        program: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// A program of PostgreSQL's failed.
    #[error("`{program}` failed: {said}")]
    Program {
        /// Which.
        program: &'static str,
        /// What it said.
        said: String,
    },
    /// An address that programs of PostgreSQL's cannot be given without showing the password.
    #[error(
        "the password has to stand before the host, as in `postgres://role:password@host/database`"
    )]
    Password,
    /// The file of the record is damaged.
    #[error("the file is damaged: {0}")]
    Damaged(String),
}

/// The last migration that this program knows.
pub fn newest_schema() -> i64 {
    sqlite::newest_schema()
}

/// What is said of the record. A database that is not there has nothing.
///
/// # Errors
/// [`BackupError`] if it cannot be read.
pub async fn facts(url: &DatabaseUrl) -> Result<Facts, BackupError> {
    match url {
        DatabaseUrl::Sqlite(path) => sqlite::file::facts(path).await,
        DatabaseUrl::Postgres(url) => postgres::dump::facts(url).await,
    }
}

/// Whether somebody else has the record open.
///
/// # Errors
/// [`BackupError`] if that cannot be found out.
pub async fn use_of(url: &DatabaseUrl) -> Result<Use, BackupError> {
    match url {
        DatabaseUrl::Sqlite(path) => sqlite::file::use_of(path).await,
        DatabaseUrl::Postgres(url) => postgres::dump::use_of(url).await,
    }
}

/// Copies the record as it is at one moment into a new file, on disk when this returns. The service may go on.
///
/// # Errors
/// [`BackupError`] if there is no whole copy.
pub async fn copy(url: &DatabaseUrl, to: &Path) -> Result<(), BackupError> {
    match url {
        DatabaseUrl::Sqlite(path) => sqlite::file::copy(path, to).await?,
        DatabaseUrl::Postgres(url) => postgres::dump::dump(url, to).await?,
    }
    durable(to).map_err(of_file(to))
}

/// Makes sure that a file, and its name, are on disk.
///
/// # Errors
/// As the operating system says.
pub fn durable(path: &Path) -> std::io::Result<()> {
    std::fs::File::open(path)?.sync_all()?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::File::open(folder)?.sync_all()
}

/// A failure to do something with a file.
pub fn of_file(path: &Path) -> impl FnOnce(std::io::Error) -> BackupError + use<> {
    let path = path.to_owned();
    |source| BackupError::File { path, source }
}
