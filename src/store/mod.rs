//! The record behind the ports of [`crate::service::ports`], on the database that the URL names.
//!
//! SQLite for one node, PostgreSQL for any number: the same port, the same tables, the same contract suite
//! (`tests/it/store_contract`). What becomes of a batch (`batch`), who writes and what is done when it fails (`writer`), and what
//! a row means (`rows`) are here once; the two folders hold SQL and the meaning of each database's errors.

use std::path::PathBuf;
use std::sync::Arc;

use crate::service::ports::{Database, StoreError};

mod access;
pub mod backup;
mod batch;
mod directory;
pub mod key_file;
pub mod key_ring;
pub mod people;
pub mod postgres;
mod projections;
mod rows;
pub mod seal;
pub mod signing;
pub mod sqlite;
mod writer;

/// Where the record is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file, made if it is missing.
    Sqlite(PathBuf),
    /// A database on a server.
    Postgres(postgres::PostgresUrl),
}

/// A URL that names no database this build can use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// It begins like an address of a server and goes on otherwise.
    #[error(
        "a PostgreSQL database is named `postgres://role:password@host:port/database`, with signs such as `@` in a password written as `%40`"
    )]
    NotPostgres,
    /// Nothing would be kept.
    #[error("an in-memory database would lose every answer; use `sqlite://path/to/file.db`")]
    InMemory,
    /// Anything else.
    #[error(
        "a database is named `sqlite://path/to/file.db` or `postgres://role:password@host:port/database`"
    )]
    Unknown,
}

impl std::str::FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(url: &str) -> Result<Self, DatabaseUrlError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return postgres::PostgresUrl::new(url)
                .map(DatabaseUrl::Postgres)
                .ok_or(DatabaseUrlError::NotPostgres);
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
pub async fn open(url: &DatabaseUrl) -> Result<Database, StoreError> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let store = sqlite::SqliteStore::open(path, sqlite::Limits::default()).await?;
            Ok(Database::of(Arc::new(store)))
        }
        DatabaseUrl::Postgres(url) => {
            let store = postgres::PostgresStore::open(url, postgres::Limits::default()).await?;
            Ok(Database::of(Arc::new(store)))
        }
    }
}
