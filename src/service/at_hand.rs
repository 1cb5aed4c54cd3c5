//! Cases at hand: those that this node saw last, as they were then, so that a usual answer neither reads nor replays its case.
//!
//! Nothing here is believed by itself. Whoever changes a case has the record take the next events after exactly the head that is at hand,
//! and it refuses where another node was faster or the key of the case is gone; whoever only looks asks the record for the head first.
//! What is refused is forgotten here and read again. So two nodes give the same replies as one, and an empty shelf gives them as well.
//!
//! Bounded in number and in time: what identifies a person stands here in the clear no longer than a contact pauses.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::case::chain::Head;
use crate::case::ids::{CaseId, Hash};

use super::access::Access;
use super::ports::WrappedKey;
use super::ports::heads::StoredHead;
use super::view::View;

/// After so long without a request, in seconds, a case is put away; after twice as long it is gone.
const PAUSE_SECONDS: i64 = 600;

/// A case as it was when this node last saw it.
#[derive(Clone)]
pub(super) struct Kept {
    /// The SHA-256 of its secret.
    pub(super) secret: Hash,
    /// The key of the case.
    pub(super) key: WrappedKey,
    /// The last event then.
    pub(super) head: Head,
    /// Where it stood.
    pub(super) view: View,
}

impl Kept {
    /// Whether the record says that nothing has changed since.
    pub(super) fn is_as(&self, stored: &StoredHead) -> bool {
        stored.head == self.head
            && stored.secret == self.secret
            && stored.key.as_ref() == Some(&self.key)
    }
}

enum Place {
    Here(Box<Kept>),
    /// Another node goes on with it: what this node knows would be old each time.
    Elsewhere,
}

/// The cases that this node saw last.
pub(super) struct AtHand {
    most: usize,
    shelves: Mutex<Shelves>,
}

/// What was used since, and what was used in the time before; what is taken from the second comes back to the first.
#[derive(Default)]
struct Shelves {
    since: Timestamp,
    recent: HashMap<CaseId, Place>,
    before: HashMap<CaseId, Place>,
}

impl Shelves {
    fn remove(&mut self, case: CaseId) -> Option<Place> {
        let before = self.before.remove(&case);
        self.recent.remove(&case).or(before)
    }

    /// Gives what has to go, so that it is dropped when nobody waits for the shelves.
    #[must_use]
    fn put(
        &mut self,
        case: CaseId,
        place: Place,
        now: Timestamp,
        most: usize,
    ) -> HashMap<CaseId, Place> {
        let gone = self.turn(now, most);
        self.before.remove(&case);
        self.recent.insert(case, place);
        gone
    }

    fn turn(&mut self, now: Timestamp, most: usize) -> HashMap<CaseId, Place> {
        let aged = now.as_second() - self.since.as_second();
        if (0..PAUSE_SECONDS).contains(&aged) && self.recent.len() < most.div_ceil(2) {
            return HashMap::new();
        }
        self.since = now;
        std::mem::replace(&mut self.before, std::mem::take(&mut self.recent))
    }
}

impl AtHand {
    /// Room for so many cases; with none, every case is read each time.
    pub(super) fn of(most: usize) -> Self {
        AtHand {
            most,
            shelves: Mutex::default(),
        }
    }

    /// The case, for whoever has its secret; it is gone from here until it is kept again, so nobody else goes on from the same head.
    pub(super) fn take(&self, access: &Access, now: Timestamp) -> Option<Kept> {
        let (place, gone) = {
            let mut shelves = self.shelves();
            let gone = shelves.turn(now, self.most.max(1));
            let is_here =
                matches!(shelves.find(access.case), Some(Place::Here(kept)) if opens(access, kept));
            (is_here.then(|| shelves.remove(access.case)).flatten(), gone)
        };
        drop(gone);
        match place {
            Some(Place::Here(kept)) => Some(*kept),
            Some(Place::Elsewhere) | None => None,
        }
    }

    /// The case, for whoever has its secret; it stays here.
    pub(super) fn look(&self, access: &Access) -> Option<Kept> {
        match self.shelves().find(access.case) {
            Some(Place::Here(kept)) if opens(access, kept) => Some(kept.as_ref().clone()),
            _ => None,
        }
    }

    /// Keeps a case, unless its contact has ended or another node goes on with it.
    pub(super) fn keep(&self, kept: Kept, now: Timestamp) {
        if self.most == 0 || kept.view.is_ended() {
            return;
        }
        let case = kept.view.case.id;
        let gone = {
            let mut shelves = self.shelves();
            if matches!(shelves.find(case), Some(Place::Elsewhere)) {
                return;
            }
            shelves.put(case, Place::Here(Box::new(kept)), now, self.most)
        };
        drop(gone);
    }

    /// Forgets a case that is no longer as it was.
    pub(super) fn forget(&self, case: CaseId) {
        drop(self.shelves().remove(case));
    }

    /// Another node goes on with this case; it is read each time until both have left it alone for a while.
    pub(super) fn is_elsewhere(&self, case: CaseId, now: Timestamp) {
        if self.most > 0 {
            drop(self.shelves().put(case, Place::Elsewhere, now, self.most));
        }
    }

    /// Whoever died with the lock left nothing half done that could be believed.
    fn shelves(&self) -> MutexGuard<'_, Shelves> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelves {
    fn find(&self, case: CaseId) -> Option<&Place> {
        self.recent.get(&case).or_else(|| self.before.get(&case))
    }
}

fn opens(access: &Access, kept: &Kept) -> bool {
    access.provider == kept.view.case.provider && access.secret.opens(kept.secret)
}
