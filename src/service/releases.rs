//! Releases: a content that was read, checked, kept whole and made active, and the one that each contact is pinned to.
//!
//! What is cached here is immutable and named by its hash, so no two nodes can disagree about it. Which release is active is
//! asked of the record whenever a contact begins; a new one is picked up by new contacts without a restart.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use jiff::Timestamp;

use crate::case::ids::{Hash, ProviderId};
use crate::pathway::canonical::{CanonicalError, LANGUAGE, canonical, files};
use crate::pathway::{self, Checked, Content, Diagnostic, Severity};

use super::ports::{Activation, Store, StoreError, StoredRelease};

/// A content that can be triaged on.
#[derive(Debug)]
pub struct Release {
    /// The SHA-256 of its canonical form.
    pub hash: Hash,
    /// Whether anybody approved it.
    pub approval: Approval,
    /// What it holds.
    pub content: Content,
}

/// Whether anybody approved a release.
///
/// A folder can only make an example; approval needs two named approvers, which no release has yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// Nobody did; everything that shows it says so.
    Example,
}

/// What publishing a folder came to.
#[derive(Debug)]
pub struct Published {
    /// The release that is active now.
    pub release: Arc<Release>,
    /// Findings that do not keep it from being used.
    pub warnings: Vec<Diagnostic>,
}

/// Why a folder was not published. The release that was active still is.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The content has faults.
    #[error("the content has {} findings", .0.len())]
    Refused(Vec<Diagnostic>),
    /// It was checked, and reads otherwise from its canonical form: a fault of this program.
    #[error("the canonical form of the content does not read back")]
    NotCanonical(#[source] Box<PinError>),
    /// It was checked, and could not be recorded.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The program stopped while it was read.
    #[error("reading the content was stopped")]
    Stopped,
}

/// Why there is no release to triage on.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// None was ever activated.
    #[error("no release is active")]
    NoneActive,
    /// The record does not have it.
    #[error("release {0} is not in the record")]
    Missing(Hash),
    /// What is stored is not what its name says, or of another language.
    #[error("release {hash} cannot be read")]
    Unreadable {
        /// Which.
        hash: Hash,
        /// Why.
        source: CanonicalError,
    },
    /// It was sound when it was kept, and this program finds faults in it.
    #[error("release {hash} has {findings} findings for this program")]
    Unsound {
        /// Which.
        hash: Hash,
        /// How many.
        findings: usize,
    },
    /// The record cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The releases that this process has read.
pub struct Releases {
    store: Arc<dyn Store>,
    read: RwLock<HashMap<Hash, Arc<Release>>>,
    active: RwLock<HashMap<ProviderId, Arc<Release>>>,
}

/// What only the solver finds: an error refuses the content, the rest joins the warnings.
async fn analysed(mut checked: Checked) -> Result<Checked, PublishError> {
    let analysis = tokio::task::spawn_blocking(move || {
        let found = pathway::analyse(&checked.content);
        if found
            .iter()
            .any(|finding| finding.severity == Severity::Error)
        {
            return Err(PublishError::Refused(found));
        }
        checked.warnings.extend(found);
        Ok(checked)
    });
    analysis.await.map_err(|_| PublishError::Stopped)?
}

impl Releases {
    /// None read yet.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Releases {
            store,
            read: RwLock::default(),
            active: RwLock::default(),
        }
    }

    /// Reads and checks a folder given as `(name, text)` pairs, keeps it whole, and makes it active, as an example.
    ///
    /// # Errors
    /// [`PublishError`]; then nothing is activated.
    pub async fn publish_example(
        &self,
        provider: &ProviderId,
        files: Vec<(String, String)>,
        at: Timestamp,
    ) -> Result<Published, PublishError> {
        let checked = tokio::task::spawn_blocking(move || {
            let checked = pathway::read(&files).map_err(PublishError::Refused)?;
            let canonical = canonical(&files);
            let hash = canonical.hash.parse().map_err(|_| PublishError::Stopped)?;
            // What will be read years later is the canonical form: it must be sound as well.
            read(hash, &canonical.text)
                .map_err(|error| PublishError::NotCanonical(Box::new(error)))?;
            Ok::<_, PublishError>((hash, canonical.text, checked))
        });
        let (hash, text, mut checked) = checked.await.map_err(|_| PublishError::Stopped)??;
        // A release that is kept was analysed before it was: its name is its content.
        if self.store.release(hash).await?.is_none() {
            checked = analysed(checked).await?;
        }
        self.store
            .keep_release(&StoredRelease {
                hash,
                language: LANGUAGE,
                canonical: text,
                kept_at: at,
            })
            .await?;
        if self.store.active_release(provider).await? != Some(hash) {
            self.store.activate(provider, hash, at).await?;
        }
        let release = Arc::new(Release {
            hash,
            approval: Approval::Example,
            content: checked.content,
        });
        let release = self.remember(release);
        self.set_active(provider, &release);
        Ok(Published {
            release,
            warnings: checked.warnings,
        })
    }

    /// The release on which a contact that begins now is triaged.
    ///
    /// # Errors
    /// [`PinError`] if there is none.
    pub async fn active(&self, provider: &ProviderId) -> Result<Arc<Release>, PinError> {
        let hash = self
            .store
            .active_release(provider)
            .await?
            .ok_or(PinError::NoneActive)?;
        let release = self.pinned(hash).await?;
        self.set_active(provider, &release);
        Ok(release)
    }

    /// The active release, or the one that was when the record could last be read: for what stores nothing and must not fail.
    ///
    /// # Errors
    /// [`PinError`] if there is none, and none was.
    pub async fn active_or_last(&self, provider: &ProviderId) -> Result<Arc<Release>, PinError> {
        match self.active(provider).await {
            Ok(release) => Ok(release),
            Err(error) => {
                let last = self
                    .active
                    .read()
                    .ok()
                    .and_then(|active| active.get(provider).cloned());
                last.inspect(|_| tracing::warn!(error = %error, "the active release cannot be asked for; the last one known is used")).ok_or(error)
            }
        }
    }

    /// A release by its hash, active or not.
    ///
    /// # Errors
    /// [`PinError`] if it cannot be had.
    pub async fn pinned(&self, hash: Hash) -> Result<Arc<Release>, PinError> {
        if let Some(known) = self
            .read
            .read()
            .ok()
            .and_then(|read| read.get(&hash).cloned())
        {
            return Ok(known);
        }
        let stored = self
            .store
            .release(hash)
            .await?
            .ok_or(PinError::Missing(hash))?;
        let release = tokio::task::spawn_blocking(move || read(hash, &stored.canonical))
            .await
            .map_err(|_| PinError::Missing(hash))??;
        Ok(self.remember(Arc::new(release)))
    }

    /// Every release that was activated, the latest activation first.
    ///
    /// # Errors
    /// [`StoreError`] if the record cannot be read.
    pub async fn activations(&self, provider: &ProviderId) -> Result<Vec<Activation>, StoreError> {
        self.store.releases(provider).await
    }

    /// The first one read of a hash is kept, so that all contacts share one content.
    fn remember(&self, release: Arc<Release>) -> Arc<Release> {
        match self.read.write() {
            Ok(mut read) => read.entry(release.hash).or_insert(release).clone(),
            Err(_) => release,
        }
    }

    fn set_active(&self, provider: &ProviderId, release: &Arc<Release>) {
        if let Ok(mut active) = self.active.write() {
            active.insert(provider.clone(), release.clone());
        }
    }
}

/// Reads a release from its canonical form.
fn read(hash: Hash, canonical: &str) -> Result<Release, PinError> {
    let files = files(canonical, &hash.to_string())
        .map_err(|source| PinError::Unreadable { hash, source })?;
    let checked = pathway::read(&files).map_err(|findings| PinError::Unsound {
        hash,
        findings: findings.len(),
    })?;
    Ok(Release {
        hash,
        approval: Approval::Example,
        content: checked.content,
    })
}
