//! A record that can be told to fail, or to read a case as it was.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;

use nhs111::case::ids::{CaseId, Hash, ProviderId};
use nhs111::service::ports::{
    Activation, Append, Appended, Database, Errand, People, Remembered, Seen, Sought, Store,
    StoreError, StoredCase, StoredRelease,
};

/// A record that can be told to fail, or to read a case as it was.
pub struct FailingStore {
    inner: Arc<dyn Store>,
    people: Arc<dyn People>,
    failing: AtomicBool,
    earlier: Mutex<Option<StoredCase>>,
    looks_up: AtomicU8,
}

/// What becomes of a look-up of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LooksUp {
    Well,
    Fails,
    Never,
}

impl FailingStore {
    /// Over a record that does not fail.
    pub(super) fn over(database: &Database) -> Arc<Self> {
        Arc::new(FailingStore {
            inner: database.store.clone(),
            people: database.people.clone(),
            failing: false.into(),
            looks_up: 0.into(),
            earlier: Mutex::new(None),
        })
    }

    /// The next who reads a case finds it like this: somebody else wrote to it between this and what they read next.
    pub fn reads_first(&self, earlier: StoredCase) {
        *self.earlier.lock().unwrap() = Some(earlier);
    }

    pub fn fail(&self, failing: bool) {
        self.failing.store(failing, Ordering::SeqCst);
    }

    /// What becomes of every later look-up of people.
    pub fn looks_up(&self, how: LooksUp) {
        self.looks_up.store(how as u8, Ordering::SeqCst);
    }
}

#[async_trait]
impl People for FailingStore {
    async fn seen(&self, sought: &Sought) -> Result<Vec<Seen>, StoreError> {
        match self.looks_up.load(Ordering::SeqCst) {
            how if how == LooksUp::Well as u8 => self.people.seen(sought).await,
            how if how == LooksUp::Fails as u8 => Err(StoreError::Closed),
            _ => std::future::pending().await,
        }
    }

    async fn matching_key(&self, check: Hash) -> Result<Hash, StoreError> {
        self.people.matching_key(check).await
    }

    async fn known_matching_key(&self) -> Result<Option<Hash>, StoreError> {
        self.people.known_matching_key().await
    }

    async fn forget_matching_key(&self) -> Result<(), StoreError> {
        self.people.forget_matching_key().await
    }
}

#[async_trait]
impl Store for FailingStore {
    async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        if self.failing.load(Ordering::SeqCst) {
            return Err(StoreError::Full(Arc::new(std::io::Error::other(
                "no room for `secret words`",
            ))));
        }
        self.inner.append(append).await
    }
    async fn case(
        &self,
        provider: &ProviderId,
        case: CaseId,
    ) -> Result<Option<StoredCase>, StoreError> {
        if let Some(earlier) = self.earlier.lock().unwrap().take() {
            return Ok(Some(earlier));
        }
        self.inner.case(provider, case).await
    }
    async fn remembered(
        &self,
        provider: &ProviderId,
        key: Hash,
    ) -> Result<Option<Remembered>, StoreError> {
        self.inner.remembered(provider, key).await
    }
    async fn keep_release(&self, release: &StoredRelease) -> Result<(), StoreError> {
        self.inner.keep_release(release).await
    }
    async fn release(&self, hash: Hash) -> Result<Option<StoredRelease>, StoreError> {
        self.inner.release(hash).await
    }
    async fn activate(
        &self,
        provider: &ProviderId,
        hash: Hash,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.inner.activate(provider, hash, at).await
    }
    async fn active_release(&self, provider: &ProviderId) -> Result<Option<Hash>, StoreError> {
        if self.failing.load(Ordering::SeqCst) {
            return Err(StoreError::Closed);
        }
        self.inner.active_release(provider).await
    }
    async fn releases(&self, provider: &ProviderId) -> Result<Vec<Activation>, StoreError> {
        self.inner.releases(provider).await
    }
    async fn waiting(&self, provider: &ProviderId, limit: u32) -> Result<Vec<Errand>, StoreError> {
        self.inner.waiting(provider, limit).await
    }
    async fn cases_after(
        &self,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<(ProviderId, CaseId)>, StoreError> {
        self.inner.cases_after(after, limit).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.inner.ready().await
    }
    async fn close(&self) {
        self.inner.close().await;
    }
}
