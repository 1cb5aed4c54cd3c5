//! The record on PostgreSQL: any number of nodes on one database, each with one session that commits what is waiting together,
//! and several that read.
//!
//! The server has to keep what it acknowledges: a node refuses to start where `fsync` or `synchronous_commit` is off. A session
//! that is lost is made anew; a commit that was sent and not answered is looked up before anybody is told that it was done.

use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

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
pub mod dump;
mod endings;
mod error;
mod heads;
mod inbox;
mod people;
mod projections;
mod proofs;
mod read;
mod session;
mod transaction;
mod url;
mod walks;
mod write;

use error::{from_sqlx, silent};
use transaction::Session;
pub use url::PostgresUrl;

/// How long the server may take, and how many sessions a node has there beside the one that writes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest that one statement may run on the server, and that a transaction may stand idle there.
    pub statement: Duration,
    /// How long to wait for a row that another node holds.
    pub lock: Duration,
    /// How long to wait for the server's answer to one transaction or read.
    pub answer: Duration,
    /// How long to wait for a new session, or for one that reads to be free.
    pub session: Duration,
    /// Sessions that read.
    pub readers: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            statement: Duration::from_secs(5),
            lock: Duration::from_secs(1),
            answer: Duration::from_secs(6),
            session: Duration::from_secs(2),
            readers: 4,
        }
    }
}

/// The record in one PostgreSQL database.
pub struct PostgresStore {
    readers: PgPool,
    writer: Writer<Session>,
    limits: Limits,
}

impl PostgresStore {
    /// Connects, and brings the tables up to date.
    ///
    /// # Errors
    /// [`StoreError`] if the server cannot be reached, does not keep what it acknowledges, or its tables cannot be migrated.
    pub async fn open(url: &PostgresUrl, limits: Limits) -> Result<Self, StoreError> {
        let url: PgConnectOptions = url.options()?;
        session::migrate(&url, limits).await?;
        let options = session::options(&url, limits);
        let writer = Session::start(options.clone(), limits).await?;
        let readers = PgPoolOptions::new()
            .max_connections(limits.readers)
            .acquire_timeout(limits.session)
            // A session that was lost is found by the call itself, which then takes the next one.
            .test_before_acquire(false)
            .connect_lazy_with(options.options([("default_transaction_read_only", "on")]));
        Ok(PostgresStore {
            readers,
            writer: Writer::start(writer),
            limits,
        })
    }

    /// Reads; again on another session where one was lost. Reading twice has no effect.
    async fn read<T, F>(&self, once: impl Fn() -> F + Send) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        let mut lost = 0;
        loop {
            let read = tokio::time::timeout(self.limits.answer, once()).await;
            match read.unwrap_or_else(|_| Err(from_sqlx(silent()))) {
                Err(StoreError::Gone(_)) if lost < self.limits.readers => lost += 1,
                // Waited for in vain, and there is no session that anybody could have given back.
                Err(StoreError::Busy(cause)) if self.readers.size() == 0 => {
                    return Err(StoreError::Gone(cause));
                }
                outcome => return outcome,
            }
        }
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        self.writer.append(append).await
    }

    async fn case(
        &self,
        provider: &ProviderId,
        case: CaseId,
    ) -> Result<Option<StoredCase>, StoreError> {
        self.read(|| read::case(&self.readers, provider, case))
            .await
    }

    async fn remembered(
        &self,
        provider: &ProviderId,
        key: Hash,
    ) -> Result<Option<Remembered>, StoreError> {
        self.read(|| read::remembered(&self.readers, provider, key))
            .await
    }

    async fn keep_release(&self, release: &StoredRelease) -> Result<(), StoreError> {
        let release = release.clone();
        self.writer
            .run(move |session| Box::pin(transaction::keep_release(session, release.clone())))
            .await
    }

    async fn release(&self, hash: Hash) -> Result<Option<StoredRelease>, StoreError> {
        self.read(|| read::release(&self.readers, hash)).await
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
            .run(move |session| {
                Box::pin(transaction::activate(
                    session,
                    provider.clone(),
                    activation.clone(),
                ))
            })
            .await
    }

    async fn active_release(&self, provider: &ProviderId) -> Result<Option<Hash>, StoreError> {
        let latest = self
            .read(|| read::activations(&self.readers, provider, 1))
            .await?;
        Ok(latest.first().map(|activation| activation.hash))
    }

    async fn releases(&self, provider: &ProviderId) -> Result<Vec<Activation>, StoreError> {
        self.read(|| read::activations(&self.readers, provider, 1000))
            .await
    }

    async fn waiting(&self, provider: &ProviderId, limit: u32) -> Result<Vec<Errand>, StoreError> {
        self.read(|| read::waiting(&self.readers, provider, limit))
            .await
    }

    async fn cases_after(
        &self,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<(ProviderId, CaseId)>, StoreError> {
        self.read(|| read::cases_after(&self.readers, after, limit))
            .await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.read(|| read::ready(&self.readers)).await
    }

    async fn close(&self) {
        let writer = self.writer.close().await;
        self.readers.close().await;
        if let Some(writer) = writer
            && let Err(error) = writer.end().await
        {
            tracing::warn!(error = %error, "the session with the database server did not end well; nothing acknowledged is lost");
        }
    }
}
