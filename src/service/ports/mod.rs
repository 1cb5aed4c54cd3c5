//! What the use cases need of the world, in their own words. Adapters are elsewhere and depend on this, never the reverse.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::case::chain::{Head, Link};
use crate::case::event::{Channel, Mark};
use crate::case::ids::{CaseId, Hash, ProviderId};

use attempts::Attempts;
use carry_on::CarryOn;
use clients::Clients;
use directory::{Directory, Listings};
pub use endings::{Endings, Listed, Looked, OpenedBefore, Tombstone};
pub use master_keys::{
    CaseKeys, KnownMasterKey, MasterKeyId, MasterKeys, NotAMasterKeyId, Rewrapped, Wrapped,
};

use super::directory::KeptDirectory;

pub mod attempts;
pub mod carry_on;
pub mod clients;
pub mod directory;
mod endings;
mod inbox;
mod master_keys;

pub use inbox::{
    Inbox, InboxItem, InboxQuery, ItemName, ItemState, NotAnItemName, OfCases, StateChange,
};
pub mod heads;

use heads::Heads;
pub mod checkpoints;
pub mod projections;
pub mod proofs;

use checkpoints::Checkpoints;
use projections::Projections;
use proofs::Proofs;
mod people;
pub mod walks;

use walks::Walks;

pub use people::{Digester, People, Seen, Sought};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Draws random numbers, fit for secrets.
pub trait Ids: Send + Sync {
    /// Fills `bytes` with random ones.
    fn fill(&self, bytes: &mut [u8]);
}

/// Seals what identifies a person under a key of the case's own.
///
/// Once the wrapped key is destroyed, what it sealed can never be opened again, and every chain still verifies.
pub trait Sealer: Send + Sync {
    /// A fresh key for `case`, wrapped so that it may be stored.
    ///
    /// # Errors
    /// [`SealError`] if the master key cannot be used.
    fn new_key(&self, case: CaseId) -> Result<WrappedKey, SealError>;

    /// Seals `plain`; it opens only with the same key, case and `seq`.
    ///
    /// # Errors
    /// [`SealError`] if the key cannot be unwrapped.
    fn seal(
        &self,
        key: &WrappedKey,
        case: CaseId,
        seq: u64,
        plain: &[u8],
    ) -> Result<Vec<u8>, SealError>;

    /// Opens what [`Sealer::seal`] gave.
    ///
    /// # Errors
    /// [`SealError`] if it is another case's, was moved or was changed.
    fn open(
        &self,
        key: &WrappedKey,
        case: CaseId,
        seq: u64,
        sealed: &[u8],
    ) -> Result<Vec<u8>, SealError>;

    /// The same key of `case`, wrapped under the master key that is current now. What it sealed still opens.
    ///
    /// # Errors
    /// [`SealError`] if it cannot be unwrapped, or wrapped.
    fn rewrap(&self, case: CaseId, key: &WrappedKey) -> Result<WrappedKey, SealError>;
}

/// A key of a case, itself sealed under a master key.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey(pub Vec<u8>);

impl std::fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WrappedKey(…)")
    }
}

/// A sealed part that cannot be made or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key of the case does not open under this master key.
    #[error("the key of the case does not open under this master key")]
    Key,
    /// It was wrapped under a master key that is not held here.
    #[error("the key of the case is wrapped under master key {0}, which is not held here")]
    UnknownMasterKey(MasterKeyId),
    /// The master keys cannot be had.
    #[error("the master keys cannot be had")]
    NoMasterKey,
    /// The sealed part is not what was sealed for this event.
    #[error("the sealed part is not what was sealed for this event")]
    Sealed,
}

/// The record.
///
/// Obligations: what [`Store::append`] acknowledged is on disk; two writers cannot both append event *n*; a key that was
/// used once never has a second effect; everything of one [`Append`] is recorded or nothing; no call answers for another provider.
#[async_trait]
pub trait Store: Send + Sync {
    /// Records the next events of one case, with all that belongs to them.
    ///
    /// # Errors
    /// [`StoreError`] if nothing was recorded, or it is not known to be.
    async fn append(&self, append: Append) -> Result<Appended, StoreError>;

    /// All of a case, or `None` if this provider has no such case.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn case(
        &self,
        provider: &ProviderId,
        case: CaseId,
    ) -> Result<Option<StoredCase>, StoreError>;

    /// What was done under a key, or `None` if it is new.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn remembered(
        &self,
        provider: &ProviderId,
        key: Hash,
    ) -> Result<Option<Remembered>, StoreError>;

    /// Keeps a release for ever. Keeping it again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded.
    async fn keep_release(&self, release: &StoredRelease) -> Result<(), StoreError>;

    /// The whole of a release, or `None` if it was never kept.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn release(&self, hash: Hash) -> Result<Option<StoredRelease>, StoreError>;

    /// Makes a kept release the one on which new contacts begin.
    ///
    /// # Errors
    /// [`StoreError`] if it is not recorded, or the release was never kept.
    async fn activate(
        &self,
        provider: &ProviderId,
        hash: Hash,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// The release on which new contacts begin, or `None` if there is none yet.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn active_release(&self, provider: &ProviderId) -> Result<Option<Hash>, StoreError>;

    /// Every release that was activated for this provider, the latest activation first.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn releases(&self, provider: &ProviderId) -> Result<Vec<Activation>, StoreError>;

    /// What waits to be done outside, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn waiting(&self, provider: &ProviderId, limit: u32) -> Result<Vec<Errand>, StoreError>;

    /// Every case of every provider in order of its id, those after `after`, at most `limit`: for checks of the whole record.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn cases_after(
        &self,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<(ProviderId, CaseId)>, StoreError>;

    /// Whether the record can be read now.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot.
    async fn ready(&self) -> Result<(), StoreError>;

    /// Records what is still waiting, then stops. Later appends fail.
    async fn close(&self);
}

/// The ports that one database serves. Each is a part of its own, so that each can be replaced alone.
#[derive(Clone)]
pub struct Database {
    /// The record.
    pub store: Arc<dyn Store>,
    /// Organisations, machine clients and their tokens.
    pub clients: Arc<dyn Clients>,
    /// Codes to carry a case on.
    pub carry_on: Arc<dyn CarryOn>,
    /// What was tried on what must not be guessed.
    pub attempts: Arc<dyn Attempts>,
    /// The keys of cases, and the master keys that wrap them.
    pub case_keys: Arc<dyn CaseKeys>,
    /// The end of records.
    pub endings: Arc<dyn Endings>,
    /// What is kept of a directory of services.
    pub listings: Arc<dyn Listings>,
    /// The directory of services that is searched: the one that is kept, or one elsewhere.
    pub directory: Arc<dyn Directory>,
    /// What authors are to read.
    pub inbox: Arc<dyn Inbox>,
    /// Where cases stand.
    pub heads: Arc<dyn Heads>,
    /// Checkpoints over the heads of all cases.
    pub checkpoints: Arc<dyn Checkpoints>,
    /// Rows that are computed from events.
    pub projections: Arc<dyn Projections>,
    /// Who was there before.
    pub people: Arc<dyn People>,
    /// What was proven of releases.
    pub proofs: Arc<dyn Proofs>,
    /// Many cases at once.
    pub walks: Arc<dyn Walks>,
}

impl Database {
    /// All ports of one database.
    pub fn of<D>(database: Arc<D>) -> Self
    where
        D: Store
            + Clients
            + CarryOn
            + Attempts
            + CaseKeys
            + Endings
            + Heads
            + Checkpoints
            + Projections
            + Proofs
            + People
            + Listings
            + Inbox
            + Walks
            + 'static,
    {
        Database {
            store: database.clone(),
            clients: database.clone(),
            carry_on: database.clone(),
            attempts: database.clone(),
            case_keys: database.clone(),
            endings: database.clone(),
            heads: database.clone(),
            checkpoints: database.clone(),
            projections: database.clone(),
            people: database.clone(),
            proofs: database.clone(),
            walks: database.clone(),
            listings: database.clone(),
            directory: Arc::new(KeptDirectory::new(database.clone())),
            inbox: database,
        }
    }
}

/// The next events of one case, recorded together or not at all.
#[derive(Debug, Clone)]
pub struct Append {
    /// Whose case it is.
    pub provider: ProviderId,
    /// Which. One whose key was destroyed takes no more events.
    pub case: CaseId,
    /// The head that the events follow; [`Head::NONE`] for a new case.
    pub after: Head,
    /// Set for a new case.
    pub opened: Option<Opening>,
    /// Not empty.
    pub links: Vec<Link>,
    /// When, in UTC.
    pub at: Timestamp,
    /// What must happen outside because of these events.
    pub errands: Vec<NewErrand>,
    /// The key of the request, if it has one.
    pub remember: Option<Remember>,
    /// The row of the case in lists, as it is after these events. Can be rebuilt from them.
    pub summary: Summary,
    /// By what the person can be found again. Can be rebuilt from the events while they open.
    pub match_keys: Vec<MatchKey>,
    /// What authors are to read of these events. Can be rebuilt from them.
    pub inbox: Vec<NewInboxItem>,
}

/// A keyed digest of something that identifies a person, under which a case can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchKey {
    /// The event that told it.
    pub seq: u64,
    /// What it is a digest of, for example `phone`.
    pub kind: &'static str,
    /// HMAC-SHA-256 of its normalised form, under the matching key.
    pub digest: Hash,
}

/// Something that authors are to read: the words stay sealed in the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInboxItem {
    /// The event that holds it.
    pub seq: u64,
    /// What it is, for example `none_fit`.
    pub kind: &'static str,
    /// What it is about: the id of a fact, or of a disposition.
    pub subject: String,
}

/// What is kept of a case beside its events.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The SHA-256 of the secret that every later call needs.
    pub secret: Hash,
    /// The key of the case.
    pub key: WrappedKey,
    /// What it is for.
    pub mark: Mark,
}

/// A case in lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Calls and visits so far.
    pub contacts: u32,
    /// The way of the last one.
    pub channel: Channel,
    /// The release of the last one.
    pub release: Hash,
    /// What the case holds, if it holds anything yet.
    pub disposition: Option<String>,
    /// Whether the walk of the last contact came to its end.
    pub ended: bool,
}

/// Something that must happen outside, recorded with the event that caused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewErrand {
    /// The event that caused it.
    pub seq: u64,
    /// What it is, for example `start`.
    pub kind: &'static str,
    /// The name under which the receiver knows a repeated delivery.
    pub key: String,
    /// JSON.
    pub payload: String,
}

/// An errand that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// Its number.
    pub id: i64,
    /// The case.
    pub case: CaseId,
    /// The event that caused it.
    pub seq: u64,
    /// What it is.
    pub kind: String,
    /// The name under which the receiver knows a repeated delivery.
    pub key: String,
    /// JSON.
    pub payload: String,
}

/// What is kept under the key of a request, so that a resend gets the same reply.
///
/// The reply itself is not copied: it is a function of the events up to the last one, and is made again from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remember {
    /// The SHA-256 of the key and of what it is good for.
    pub key: Hash,
    /// The SHA-256 of the request.
    pub request: Hash,
    /// What cannot be made again from events (the secret of a new case), sealed under the key of the case.
    pub sealed: Option<Vec<u8>>,
}

/// What was done under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// The SHA-256 of the request.
    pub request: Hash,
    /// The case.
    pub case: CaseId,
    /// The last event that it appended.
    pub seq: u64,
    /// What cannot be made again from events.
    pub sealed: Option<Vec<u8>>,
}

/// What became of an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// It is on disk.
    Done,
    /// The case has moved on, its key was destroyed, or the id of a new case is taken; nothing was recorded.
    Conflict {
        /// The last event now.
        seq: u64,
    },
    /// The key was used before; nothing was recorded.
    Remembered(Remembered),
}

/// A case as it is stored.
#[derive(Debug, Clone)]
pub struct StoredCase {
    /// The SHA-256 of its secret.
    pub secret: Hash,
    /// Its key; `None` once it was destroyed.
    pub key: Option<WrappedKey>,
    /// The recorded head.
    pub head: Head,
    /// All of its events, in order.
    pub links: Vec<Link>,
}

/// A release as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRelease {
    /// The SHA-256 of its canonical form.
    pub hash: Hash,
    /// The version of its language.
    pub language: u32,
    /// Its canonical form.
    pub canonical: String,
    /// When it was first kept.
    pub kept_at: Timestamp,
}

/// A release that was made active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// Which.
    pub hash: Hash,
    /// When.
    pub at: Timestamp,
}

/// Why the record did not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Somebody else holds it for too long; the same call may succeed later.
    #[error("the record is busy")]
    Busy(#[source] Cause),
    /// There is no room left.
    #[error("the record is full")]
    Full(#[source] Cause),
    /// It is shutting down.
    #[error("the record is closed")]
    Closed,
    /// What is stored cannot be understood.
    #[error("the record holds something unreadable: {what}")]
    Unreadable {
        /// Which part, with the id of its case if it has one.
        what: String,
    },
    /// It takes no writes: a stand-by, or a disk mounted for reading.
    #[error("the record is read-only")]
    ReadOnly(#[source] Cause),
    /// The database cannot be reached, or was lost on the way. Whether what was sent is recorded is not known.
    #[error("the record cannot be reached")]
    Gone(#[source] Cause),
    /// The database is set up to acknowledge what is not on disk; nothing is recorded on it.
    #[error("the record is not safe there: `{setting}` is `{value}`, and has to be `{wanted}`")]
    Unsafe {
        /// The setting of the database.
        setting: String,
        /// What it is.
        value: String,
        /// What it has to be.
        wanted: &'static str,
    },
    /// A release that was never kept cannot be activated.
    #[error("release {0} was never kept")]
    UnknownRelease(Hash),
    /// Anything else.
    #[error("the record failed")]
    Failed(#[source] Cause),
}

/// The chain of errors below a [`StoreError`], shared by all who waited for the same transaction.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;
