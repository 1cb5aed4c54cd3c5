//! The record behind the ports of [`crate::service::ports`], on the database that the URL names.
//!
//! SQLite is the one there is; PostgreSQL goes behind the same port and the same contract suite (`tests/it/store_contract.rs`).

use std::path::PathBuf;
use std::sync::Arc;

use crate::service::ports::{Store, StoreError};

pub mod seal;
pub mod sqlite;

/// Where the record is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file, made if it is missing.
    Sqlite(PathBuf),
}

/// A URL that names no database this build can use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// It will come.
    #[error("PostgreSQL is not supported yet; use `sqlite://path/to/file.db`")]
    PostgresNotYet,
    /// Nothing would be kept.
    #[error("an in-memory database would lose every answer; use `sqlite://path/to/file.db`")]
    InMemory,
    /// Anything else.
    #[error("a database is named `sqlite://path/to/file.db`")]
    Unknown,
}

impl std::str::FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(url: &str) -> Result<Self, DatabaseUrlError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Err(DatabaseUrlError::PostgresNotYet);
        }
        let path = url
            .strip_prefix("sqlite://")
            .or_else(|| url.strip_prefix("sqlite:"))
            .ok_or(DatabaseUrlError::Unknown)?;
        match path {
            "" => Err(DatabaseUrlError::Unknown),
            ":memory:" => Err(DatabaseUrlError::InMemory),
            path if path.contains('?') => Err(DatabaseUrlError::Unknown),
            path => Ok(DatabaseUrl::Sqlite(PathBuf::from(path))),
        }
    }
}

/// Opens the record and brings its tables up to date.
///
/// # Errors
/// [`StoreError`] if it cannot be opened or migrated.
pub async fn open(url: &DatabaseUrl) -> Result<Arc<dyn Store>, StoreError> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let store = sqlite::SqliteStore::open(path, sqlite::Limits::default()).await?;
            Ok(Arc::new(store))
        }
    }
}
