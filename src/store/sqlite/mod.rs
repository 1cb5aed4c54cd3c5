//! The record on SQLite: one file, one writer task that commits what is waiting together, several readers.
//!
//! WAL with `synchronous=FULL`: what is acknowledged survives a power cut.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{
    Activation, Append, Appended, Errand, Remembered, Store, StoreError, StoredCase, StoredRelease,
};
use crate::store::writer::Writer;

mod attempts;
mod carry_on;
mod case_keys;
mod checkpoints;
mod clients;
mod directory;
mod endings;
mod error;
pub mod file;
mod heads;
mod inbox;
mod people;
mod place;
mod projections;
mod proofs;
mod read;
mod transaction;
mod walks;
mod written;

use error::{failed, from_sqlx};
use place::Place;
use transaction::Connection;

/// The write-ahead log is folded into the file after so many pages, 1.5 MiB. Folded more rarely, the pages of cases under way would be written
/// to the file once for more answers; but all who wait then wait for that too, and the slowest answers are those.
const CHECKPOINT_PAGES: u32 = 384;

/// What the connection that writes keeps of the file in memory, at most: the pages that cases under way are written to. The keys of
/// their requests are among them: those of a case begin with its id and lie together.
const CACHE_KIB: u32 = 32 * 1024;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");

/// The last migration that this program knows.
pub(super) fn newest_schema() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default()
}

/// Bounds on the database file; unset means SQLite's own.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most pages the file may grow to.
    pub max_page_count: Option<u32>,
    /// How long to wait for another process that writes.
    pub busy_timeout: Duration,
    /// Connections that read.
    pub readers: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_page_count: None,
            busy_timeout: Duration::from_secs(5),
            readers: 4,
        }
    }
}

/// The record in one SQLite file.
pub struct SqliteStore {
    readers: SqlitePool,
    writer: Writer<Connection>,
    place: Place,
}

impl SqliteStore {
    /// Opens the file, making it and its folder where missing, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be opened or migrated.
    pub async fn open(path: &Path, limits: Limits) -> Result<Self, StoreError> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(|error| StoreError::Failed(Arc::new(error)))?;
        }
        make_private(path).map_err(|error| StoreError::Failed(Arc::new(error)))?;
        let options = options(path, limits);
        let mut writer: SqliteConnection = options
            .clone()
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string())
            .pragma("cache_size", format!("-{CACHE_KIB}"))
            // What a statement of many rows may have to take back: in memory, not in a file that is written and thrown away each time.
            .pragma("temp_store", "MEMORY")
            .connect()
            .await
            .map_err(from_sqlx)?;
        MIGRATIONS.run(&mut writer).await.map_err(failed)?;
        // What is deleted is overwritten: a destroyed key must not be found in a free page.
        sqlx::raw_sql("PRAGMA secure_delete = ON")
            .execute(&mut writer)
            .await
            .map_err(from_sqlx)?;
        let place = Place::of(path)?;
        if let Some(pages) = limits.max_page_count {
            let pragma = format!("PRAGMA max_page_count = {pages}");
            sqlx::raw_sql(sqlx::AssertSqlSafe(pragma))
                .execute(&mut writer)
                .await
                .map_err(from_sqlx)?;
        }
        let readers = SqlitePoolOptions::new()
            .max_connections(limits.readers)
            // All at once and for good: one that is opened while somebody has the files moved away would read others in their place, and
            // go on to when they are back.
            .min_connections(limits.readers)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.read_only(true).create_if_missing(false))
            .await
            .map_err(from_sqlx)?;
        Ok(SqliteStore {
            readers,
            writer: Writer::start(Connection {
                connection: writer,
                place: place.clone(),
            }),
            place,
        })
    }
}

/// Makes the file where it is missing, readable by its owner only; the files that SQLite puts beside it follow it.
///
/// # Errors
/// As the operating system says.
pub fn make_private(path: &Path) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    match file.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn options(path: &Path, limits: Limits) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(limits.busy_timeout)
        .disable_statement_logging()
}

#[async_trait]
impl Store for SqliteStore {
    async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        self.writer.append(append).await
    }

    async fn case(
        &self,
        provider: &ProviderId,
        case: CaseId,
    ) -> Result<Option<StoredCase>, StoreError> {
        read::case(&self.readers, provider, case).await
    }

    async fn remembered(
        &self,
        provider: &ProviderId,
        key: Hash,
    ) -> Result<Option<Remembered>, StoreError> {
        // Whoever is told of it takes it as acknowledged.
        self.place.stands()?;
        read::remembered(&self.readers, provider, key).await
    }

    async fn keep_release(&self, release: &StoredRelease) -> Result<(), StoreError> {
        let release = release.clone();
        self.writer
            .run(move |connection| Box::pin(transaction::keep_release(connection, release.clone())))
            .await
    }

    async fn release(&self, hash: Hash) -> Result<Option<StoredRelease>, StoreError> {
        read::release(&self.readers, hash).await
    }

    async fn activate(
        &self,
        provider: &ProviderId,
        hash: Hash,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        if self.release(hash).await?.is_none() {
            return Err(StoreError::UnknownRelease(hash));
        }
        let (provider, activation) = (provider.clone(), Activation { hash, at });
        self.writer
            .run(move |connection| {
                Box::pin(transaction::activate(
                    connection,
                    provider.clone(),
                    activation.clone(),
                ))
            })
            .await
    }

    async fn active_release(&self, provider: &ProviderId) -> Result<Option<Hash>, StoreError> {
        Ok(read::activations(&self.readers, provider, 1)
            .await?
            .pop()
            .map(|activation| activation.hash))
    }

    async fn releases(&self, provider: &ProviderId) -> Result<Vec<Activation>, StoreError> {
        read::activations(&self.readers, provider, 1000).await
    }

    async fn waiting(&self, provider: &ProviderId, limit: u32) -> Result<Vec<Errand>, StoreError> {
        read::waiting(&self.readers, provider, limit).await
    }

    async fn cases_after(
        &self,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<(ProviderId, CaseId)>, StoreError> {
        read::cases_after(&self.readers, after, limit).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.place.stands()?;
        let mut reader = self.readers.acquire().await.map_err(from_sqlx)?;
        reader.ping().await.map_err(from_sqlx)
    }

    async fn close(&self) {
        let writer = self.writer.close().await;
        self.readers.close().await;
        // Last of all: whoever closes last folds the write-ahead log into the file.
        if let Some(Connection { connection, .. }) = writer
            && let Err(error) = connection.close().await
        {
            tracing::warn!(error = %error, "the record was not closed cleanly; nothing acknowledged is lost");
        }
    }
}
