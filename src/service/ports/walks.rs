//! Many cases at once, with no more of each than is needed to walk it again.

use async_trait::async_trait;

use crate::case::event::Mark;
use crate::case::ids::{CaseId, Hash, ProviderId};

use super::{StoreError, WrappedKey};

/// A case as it is stored, without what proves that it is as it was recorded.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredWalk {
    /// Whose.
    pub provider: ProviderId,
    /// Which.
    pub case: CaseId,
    /// The release of its last contact.
    pub release: Option<Hash>,
    /// Its key; `None` once it was destroyed.
    pub key: Option<WrappedKey>,
    /// The text of each event with its sealed part, in order; `None` where they cannot be read.
    pub events: Option<Vec<StoredText>>,
}

/// The text of an event, and its sealed part if it has one.
pub type StoredText = (String, Option<Vec<u8>>);

/// Reading cases page by page, for what looks at a great many of them. Nothing is verified by it; `verify-log` does that.
#[async_trait]
pub trait Walks: Send + Sync {
    /// The cases of every provider that have this mark, in order of their ids, those after `after`, at most `limit`. As ids begin with
    /// the time at which the case was opened, that is the order of time.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read; one case that cannot is no error.
    async fn walks_after(
        &self,
        after: Option<CaseId>,
        mark: Mark,
        limit: u32,
    ) -> Result<Vec<StoredWalk>, StoreError>;
}
