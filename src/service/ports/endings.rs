//! What ends a record: destroyed keys, tombstones, and what is not needed any more.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::case::event::{EndReason, Mark};
use crate::case::ids::{CaseId, Hash, ProviderId};

use super::{StoreError, Summary};

/// A case whose key was destroyed. It says nothing of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tombstone {
    /// Which case.
    pub case: CaseId,
    /// Whose.
    pub provider: ProviderId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: EndReason,
}

/// A case as it stands in lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Whose.
    pub provider: ProviderId,
    /// Which.
    pub case: CaseId,
    /// What it is for.
    pub mark: Mark,
    /// Its row.
    pub summary: Summary,
}

/// Cases that were opened before; the others cannot be due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenedBefore {
    /// Those of people who needed help.
    pub real: Timestamp,
    /// Practice and tests.
    pub other: Timestamp,
}

/// A stretch of rows that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked<P> {
    /// The last of them; the next stretch begins after it. `None` once there are no more.
    pub last: Option<P>,
    /// How many of them went.
    pub gone: u64,
}

/// The end of records.
///
/// Obligations: a destroyed key, and what a person could be found by, are gone together with the tombstone's being there; a tombstone
/// is never changed; doing anything here again changes nothing.
#[async_trait]
pub trait Endings: Send + Sync {
    /// A case in lists, or `None` if this provider has no such case.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    async fn listed(
        &self,
        provider: &ProviderId,
        case: CaseId,
    ) -> Result<Option<Listed>, StoreError>;

    /// Cases of every provider that still have their key, in the order of their ids, those after `after`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    async fn kept(
        &self,
        before: OpenedBefore,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<Listed>, StoreError>;

    /// Destroys the key of a case and what its person can be found by, and puts the tombstone there, together. The case need not be
    /// in this record, and then only the tombstone is.
    ///
    /// # Errors
    /// [`StoreError`] if nothing was destroyed, or it is not known to be.
    async fn destroy(&self, tombstone: &Tombstone) -> Result<(), StoreError>;

    /// Tombstones of every provider, in the order of the ids of their cases, those after `after`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    async fn tombstones(
        &self,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<Tombstone>, StoreError>;

    /// Looks at the next `limit` keys of requests and takes those away that were recorded before.
    ///
    /// # Errors
    /// [`StoreError`] if nothing was taken away, or it is not known to be.
    async fn forget_requests(
        &self,
        before: Timestamp,
        after: Option<(ProviderId, Hash)>,
        limit: u32,
    ) -> Result<Looked<(ProviderId, Hash)>, StoreError>;

    /// Looks at the next `limit` errands and takes those away that were delivered before, and acknowledged.
    ///
    /// # Errors
    /// [`StoreError`] if nothing was taken away, or it is not known to be.
    async fn forget_errands(
        &self,
        before: Timestamp,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Looked<i64>, StoreError>;

    /// Sees to it that what was taken away is not left in the files of the database, as far as this program can.
    ///
    /// # Errors
    /// [`StoreError`] if somebody reads for so long that it cannot be done now.
    async fn settle(&self) -> Result<(), StoreError>;
}
