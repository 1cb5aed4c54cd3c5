//! Releases: a content that was read, checked, kept whole and made active, and the one that each contact is pinned to.
//!
//! What is cached here is immutable and named by its hash, so no two nodes can disagree about it. Which release is active is
//! asked of the record whenever a contact begins; a new one is picked up by new contacts without a restart.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::case::Planned;
use crate::case::ids::{Hash, ProviderId};
use crate::pathway::canonical::{CanonicalError, LANGUAGE, canonical, files};
use crate::pathway::{self, Checked, Diagnostic, Severity};

use super::ports::{Activation, Store, StoreError, StoredRelease};

/// A content that can be triaged on.
#[derive(Debug)]
pub struct Release {
    /// The SHA-256 of its canonical form.
    pub hash: Hash,
    /// Whether anybody approved it.
    pub approval: Approval,
    /// What it holds.
    pub content: Planned,
}

/// Whether anybody approved a release.
///
/// A folder can only make an example; approval needs two named approvers, which no release has yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// Nobody did; everything that shows it says so.
    Example,
}

/// Which releases a server may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// Examples too; everything that shows one says so.
    #[default]
    Example,
    /// Only what two named approvers released.
    Approved,
}

/// Why a release may not be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is an example, and only approved releases may run here.
    #[error(
        "release {0} is an example, and `releases` is set to `approved`; activate a release that two named approvers released, or set `releases` to `example`"
    )]
    Example(Hash),
    /// A source that it rests on should have been read again.
    #[error("{0}")]
    Expired(Diagnostic),
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
    /// It is an example, and only approved releases may run here.
    #[error("release {0} is an example, and only approved releases may run here")]
    NotApproved(Hash),
    /// The record cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The releases that this process has read.
pub struct Releases {
    store: Arc<dyn Store>,
    policy: Policy,
    read: RwLock<HashMap<Hash, Arc<Release>>>,
    active: RwLock<HashMap<ProviderId, Arc<Release>>>,
}

impl Policy {
    fn allows(self, approval: Approval) -> bool {
        match (self, approval) {
            (Policy::Example, Approval::Example) => true,
            (Policy::Approved, Approval::Example) => false,
        }
    }
}

/// What a release is asked once, before it is first kept: what will be read years later is its canonical form, which must be sound as
/// well, and what only the solver finds. An error refuses the content, the rest joins the warnings.
fn proven(hash: Hash, canonical: &str, mut checked: Checked) -> Result<Checked, PublishError> {
    read(hash, canonical).map_err(|error| PublishError::NotCanonical(Box::new(error)))?;
    let found = pathway::analyse(&checked.content);
    if found
        .iter()
        .any(|finding| finding.severity == Severity::Error)
    {
        return Err(PublishError::Refused(found));
    }
    checked.warnings.extend(found);
    Ok(checked)
}

impl Releases {
    /// None read yet; all may run that the policy allows.
    pub fn new(store: Arc<dyn Store>, policy: Policy) -> Self {
        Releases {
            store,
            policy,
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
            // Both read every file, and a start waits for them: side by side. Of files with faults the canonical form is not looked at.
            let (checked, canonical) = std::thread::scope(|side| {
                let canonical = side.spawn(|| canonical(&files));
                (pathway::read(&files), canonical.join())
            });
            let checked = checked.map_err(PublishError::Refused)?;
            let canonical = canonical.map_err(|_| PublishError::Stopped)?;
            let hash = canonical.hash.parse().map_err(|_| PublishError::Stopped)?;
            Ok::<_, PublishError>((hash, canonical.text, checked))
        });
        let (hash, text, mut checked) = checked.await.map_err(|_| PublishError::Stopped)??;
        // A release that is kept was proven before it was: its name is its content.
        if self.store.release(hash).await?.is_none() {
            let proving = tokio::task::spawn_blocking(move || {
                proven(hash, &text, checked).map(|checked| (text, checked))
            });
            let proven = proving.await.map_err(|_| PublishError::Stopped)??;
            checked = proven.1;
            self.store
                .keep_release(&StoredRelease {
                    hash,
                    language: LANGUAGE,
                    canonical: proven.0,
                    kept_at: at,
                })
                .await?;
        }
        if self.store.active_release(provider).await? != Some(hash) {
            self.store.activate(provider, hash, at).await?;
        }
        let release = Arc::new(Release {
            hash,
            approval: Approval::Example,
            content: Planned::new(checked.content),
        });
        let release = self.remember(release);
        self.set_active(provider, &release);
        Ok(Published {
            release,
            warnings: checked.warnings,
        })
    }

    /// Makes a release that was read the active one of another provider; where it is so already, nothing changes.
    ///
    /// # Errors
    /// [`StoreError`] if it was not activated.
    pub async fn activate(
        &self,
        provider: &ProviderId,
        release: &Arc<Release>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        if self.store.active_release(provider).await? != Some(release.hash) {
            self.store.activate(provider, release.hash, at).await?;
        }
        self.set_active(provider, release);
        Ok(())
    }

    /// The release on which a contact that begins now is triaged.
    ///
    /// # Errors
    /// [`PinError`] if there is none, or it may not run here.
    pub async fn active(&self, provider: &ProviderId) -> Result<Arc<Release>, PinError> {
        let active = self.store.active_release(provider).await?;
        let release = self.allowed(active.ok_or(PinError::NoneActive)?).await?;
        self.set_active(provider, &release);
        Ok(release)
    }

    /// A release by its hash, if it may run here.
    ///
    /// # Errors
    /// [`PinError`] if it cannot be had, or may not run here.
    pub async fn allowed(&self, hash: Hash) -> Result<Arc<Release>, PinError> {
        let release = self.pinned(hash).await?;
        if !self.policy.allows(release.approval) {
            return Err(PinError::NotApproved(hash));
        }
        Ok(release)
    }

    /// Every reason why the active release may not begin to be served on this day. An example may be, with sources past their review.
    ///
    /// A release that is being served goes on when a source expires under it: turning people away at midnight helps nobody.
    ///
    /// # Errors
    /// [`PinError`] if there is none.
    pub async fn refusals(
        &self,
        provider: &ProviderId,
        today: Date,
    ) -> Result<Vec<Refusal>, PinError> {
        let active = self.store.active_release(provider).await?;
        let release = self.pinned(active.ok_or(PinError::NoneActive)?).await?;
        if self.policy == Policy::Example {
            return Ok(Vec::new());
        }
        let is_example = !self.policy.allows(release.approval);
        let expired = pathway::expired(&release.content, today, Severity::Error);
        Ok(is_example
            .then_some(Refusal::Example(release.hash))
            .into_iter()
            .chain(expired.into_iter().map(Refusal::Expired))
            .collect())
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
        content: Planned::new(checked.content),
    })
}
