//! What a draft of the content would make of the cases of the record: each walked again, and only counted.
//!
//! Cases are read a page at a time and walked on every processor, so that no more of them is held than a few pages. Nothing is written,
//! and nothing that is read leaves but counts: no note is made on a case, as nobody sees anything of it.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::case::event::{Mark, Personal};
use crate::case::ids::{CaseId, Hash};
use crate::case::impact::{Again, LeftOut, Tally, again, from_texts};
use crate::case::{Case, Planned};
use crate::walk::{Scratch, UnknownComplaint};

use super::ports::StoreError;
use super::ports::walks::{StoredWalk, Walks};
use super::releases::{PinError, Release};
use super::rights::Right;
use super::triage::TriageError;
use super::{Caller, Service};

/// How many cases are read at a time; a case of a whole walk is some 20 KB.
const PAGE: u32 = 128;

/// Which cases of the record are walked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Which {
    /// Those that were opened from then on.
    pub since: Timestamp,
    /// And that have this mark.
    pub mark: Mark,
}

impl Service {
    /// A case walked again, on its own release and on a draft: what [`again`] says of it.
    ///
    /// # Errors
    /// As [`again`] itself.
    pub fn walked_on(
        &self,
        case: &Case,
        then: &Planned,
        draft: &Planned,
        scratch: &mut Scratch,
    ) -> Result<Again, UnknownComplaint> {
        let began = case
            .contact()
            .map_or(Timestamp::MIN, |contact| contact.began);
        again(case, then, draft, self.moment(began), scratch)
    }

    /// A stored case as far as it is walked, with what was sealed of its answers; or why it is left out.
    fn reopened(&self, walk: &StoredWalk) -> Result<Case, LeftOut> {
        let events = walk.events.as_ref().ok_or(LeftOut::Unreadable)?;
        let key = walk.key.as_ref().ok_or(LeftOut::Ended)?;
        let mut is_closed = false;
        let personal = |seq: u64| {
            let place = usize::try_from(seq).ok()?.checked_sub(1)?;
            let (_, sealed) = events.get(place)?;
            let opened = self.sealer.open(key, walk.case, seq, sealed.as_ref()?);
            let personal = opened
                .ok()
                .and_then(|plain| serde_json::from_slice::<Personal>(&plain).ok());
            is_closed |= personal.is_none();
            personal
        };
        let texts = events.iter().map(|(text, _)| text.as_str());
        let case = from_texts(texts, personal).map_err(|_| LeftOut::Unreadable)?;
        match () {
            () if case.is_destroyed => Err(LeftOut::Ended),
            // Without the date of birth it would be another walk.
            () if is_closed || case.id != walk.case => Err(LeftOut::Unreadable),
            () => Ok(case),
        }
    }
}

/// Walks the cases of the record again on a draft, and counts what becomes of them.
///
/// # Errors
/// [`TriageError`] if the caller may not, or the record cannot be read; a case that cannot be read is counted as left out.
pub async fn impact(
    service: &Arc<Service>,
    walks: &dyn Walks,
    caller: &Caller,
    draft: &Arc<Planned>,
    which: Which,
) -> Result<Tally, TriageError> {
    caller.may(Right::ReplayCase)?;
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    let mut after = before(which.since);
    let mut releases = HashMap::new();
    let mut tally = Tally::default();
    let mut walking: JoinSet<Result<Tally, TriageError>> = JoinSet::new();
    loop {
        let page = walks.walks_after(after, which.mark, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.case);
        for walk in &page {
            if let Some(hash) = walk.release {
                pin(service, &mut releases, hash).await?;
            }
        }
        // Of the releases that are at hand, a few: a copy of the table costs nothing beside a page.
        let (service, draft, releases) = (service.clone(), draft.clone(), releases.clone());
        walking.spawn_blocking(move || walked(&service, &page, &releases, &draft));
        while walking.len() > at_once {
            take(&mut tally, walking.join_next().await)?;
        }
    }
    while !walking.is_empty() {
        take(&mut tally, walking.join_next().await)?;
    }
    Ok(tally)
}

/// The releases that were asked for; `None` where one cannot be had.
type Pinned = HashMap<Hash, Option<Arc<Release>>>;

async fn pin(service: &Service, releases: &mut Pinned, hash: Hash) -> Result<(), TriageError> {
    if releases.contains_key(&hash) {
        return Ok(());
    }
    let release = match service.releases.pinned(hash).await {
        Ok(release) => Some(release),
        Err(error @ PinError::Store(_)) => return Err(error.into()),
        Err(_) => None,
    };
    releases.insert(hash, release);
    Ok(())
}

fn take(
    tally: &mut Tally,
    walked: Option<Result<Result<Tally, TriageError>, tokio::task::JoinError>>,
) -> Result<(), TriageError> {
    match walked {
        Some(Ok(walked)) => tally.merge(walked?),
        // It can only be told that it stopped: whatever it had counted is gone, so nothing is said of the others either.
        Some(Err(_)) => return Err(StoreError::Closed.into()),
        None => {}
    }
    Ok(())
}

/// A page of cases, one after the other.
fn walked(
    service: &Service,
    page: &[StoredWalk],
    releases: &Pinned,
    draft: &Planned,
) -> Result<Tally, TriageError> {
    let mut tally = Tally::default();
    let mut scratch = Scratch::new();
    for walk in page {
        let case = match service.reopened(walk) {
            Ok(case) => case,
            Err(why) => {
                tally.leave_out(why);
                continue;
            }
        };
        let hash = case.contact().map(|contact| contact.release);
        if hash.is_none() || hash != walk.release {
            // The row in lists says otherwise: `rebuild` puts that right.
            tally.leave_out(LeftOut::Unreadable);
            continue;
        }
        let release = hash.and_then(|hash| releases.get(&hash));
        let Some(release) = release.and_then(Option::as_ref) else {
            tally.leave_out(LeftOut::NoRelease);
            continue;
        };
        tally.add(service.walked_on(&case, &release.content, draft, &mut scratch)?);
    }
    Ok(tally)
}

/// The last id that a case opened before this moment can have: ids begin with the time of opening, in milliseconds.
fn before(since: Timestamp) -> Option<CaseId> {
    let millis = u64::try_from(since.as_millisecond()).ok()?;
    let first = uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid();
    let last = first.as_u128().checked_sub(1)?;
    Some(CaseId(Uuid::from_u128(last)))
}
