//! The cases of the record and what was noted of them, each in order of the cases, read a page at a time.

use std::collections::VecDeque;

use uuid::Uuid;

use crate::case::checkpoint::Leaf;
use crate::case::ids::{CaseId, ProviderId};
use crate::service::ports::checkpoints::Checkpoints;
use crate::service::ports::{Store, StoreError};

/// How many are read at a time.
const PAGE: u32 = 1000;

/// All cases, in order.
pub(super) struct Cases<'a> {
    store: &'a dyn Store,
    read: VecDeque<(ProviderId, CaseId)>,
    last: Option<CaseId>,
    ended: bool,
}

impl<'a> Cases<'a> {
    pub(super) fn new(store: &'a dyn Store) -> Self {
        Cases {
            store,
            read: VecDeque::new(),
            last: None,
            ended: false,
        }
    }

    /// The next one.
    pub(super) async fn peek(&mut self) -> Result<Option<CaseId>, StoreError> {
        if self.read.is_empty() && !self.ended {
            self.read = self.store.cases_after(self.last, PAGE).await?.into();
            self.last = self.read.back().map(|(_, case)| *case);
            self.ended = self.read.is_empty();
        }
        Ok(self.read.front().map(|(_, case)| *case))
    }

    /// Whose the case is, if it is the next one.
    pub(super) async fn take(&mut self, case: CaseId) -> Result<Option<ProviderId>, StoreError> {
        if self.peek().await? != Some(case) {
            return Ok(None);
        }
        Ok(self.read.pop_front().map(|(provider, _)| provider))
    }
}

/// Whether there is such a case now.
pub(super) async fn is_there(store: &dyn Store, case: CaseId) -> Result<bool, StoreError> {
    let before = case.0.as_u128().checked_sub(1);
    let before = before.map(|before| CaseId(Uuid::from_u128(before)));
    let next = store.cases_after(before, 1).await?;
    Ok(next.first().is_some_and(|(_, next)| *next == case))
}

/// All that is noted, with the number of its checkpoint, in order of the cases.
pub(super) struct Leaves<'a> {
    kept: &'a dyn Checkpoints,
    read: VecDeque<(u64, Leaf)>,
    last: Option<Leaf>,
    ended: bool,
}

impl<'a> Leaves<'a> {
    pub(super) fn new(kept: &'a dyn Checkpoints) -> Self {
        Leaves {
            kept,
            read: VecDeque::new(),
            last: None,
            ended: false,
        }
    }

    /// The case of the next one.
    pub(super) async fn peek(&mut self) -> Result<Option<CaseId>, StoreError> {
        if self.read.is_empty() && !self.ended {
            self.read = self.kept.leaves_after(self.last, PAGE).await?.into();
            self.last = self.read.back().map(|(_, leaf)| *leaf);
            self.ended = self.read.is_empty();
        }
        Ok(self.read.front().map(|(_, leaf)| leaf.case))
    }

    /// The next one, if it is of this case.
    pub(super) async fn take(&mut self, case: CaseId) -> Result<Option<(u64, Leaf)>, StoreError> {
        if self.peek().await? != Some(case) {
            return Ok(None);
        }
        Ok(self.read.pop_front())
    }
}
