//! Whole contacts walked through in memory and recorded at once: for generated cases, where nobody waits for a reply between two
//! answers. A person's answer is never recorded in this way.

use std::sync::Arc;

use crate::case::Elsewhere;
use crate::case::chain::Head;
use crate::case::event::Mark;
use crate::case::{Commit, Drafted};

use super::access::Secret;
use super::ports::{Append, Appended, Opening, WrappedKey};
use super::record::With;
use super::releases::Release;
use super::triage::TriageError;
use super::view::View;
use super::{Caller, Service};

/// A case that was walked through and is not recorded yet.
pub struct Composed {
    /// What opens it once it is recorded.
    pub secret: Secret,
    /// Where it stands.
    pub view: View,
    /// Everything that happened in it, in order.
    pub events: Vec<Drafted>,
    appends: Vec<Append>,
    key: WrappedKey,
}

impl Service {
    /// A new case whose first contact is what `act` does with it.
    ///
    /// # Errors
    /// [`TriageError`] if `act` fails, or its personal parts cannot be sealed.
    pub fn compose<'r>(
        &self,
        caller: &Caller,
        release: &'r Arc<Release>,
        mark: Mark,
        act: impl FnOnce(&mut Commit<'r>) -> Result<(), TriageError>,
    ) -> Result<Composed, TriageError> {
        let mut commit = Commit::open(
            self.case_id(),
            caller.provider.clone(),
            mark,
            self.begin(caller, release),
            self.stamp(caller),
        );
        act(&mut commit)?;
        let (case, events) = commit.finish();
        let view = self.view(case, release.clone())?;
        let secret = Secret::fresh(self.ids());
        let key = self.sealer.new_key(view.case.id)?;
        let opening = Opening {
            secret: secret.hash(),
            key: key.clone(),
            mark,
        };
        let with = With {
            opening: Some(opening),
            remember: None,
        };
        let append = self.appending(&view, Head::NONE, &key, &events, with)?;
        Ok(Composed {
            secret,
            view,
            events,
            appends: append.into_iter().collect(),
            key,
        })
    }

    /// The same case with another contact, which is what `act` does with it.
    ///
    /// # Errors
    /// As [`Service::compose`].
    pub fn compose_next<'r>(
        &self,
        caller: &Caller,
        release: &'r Arc<Release>,
        composed: Composed,
        act: impl FnOnce(&mut Commit<'r>) -> Result<(), TriageError>,
    ) -> Result<Composed, TriageError> {
        let Composed {
            secret,
            view,
            mut events,
            mut appends,
            key,
        } = composed;
        let begin = self.begin(caller, release);
        let mut commit = Commit::resume((*view.case).clone(), begin, self.stamp(caller))?;
        // A person made up is nobody's neighbour: only their own contacts are looked back at.
        commit.look_back(&Elsewhere::NothingToLookUp)?;
        act(&mut commit)?;
        let (case, drafted) = commit.finish();
        let view = self.view(case, release.clone())?;
        let last = appends.last().and_then(|append| append.links.last());
        let head = last.map_or(Head::NONE, |link| link.head());
        let with = With {
            opening: None,
            remember: None,
        };
        appends.extend(self.appending(&view, head, &key, &drafted, with)?);
        events.extend(drafted);
        Ok(Composed {
            secret,
            view,
            events,
            appends,
            key,
        })
    }

    /// Records what was composed: each contact in one append. `false` if the record has the case already.
    ///
    /// # Errors
    /// [`TriageError`] if it was not recorded.
    pub async fn record_composed(&self, composed: Composed) -> Result<bool, TriageError> {
        for append in composed.appends {
            match self.store.append(append).await? {
                Appended::Done => {}
                Appended::Conflict { .. } | Appended::Remembered(_) => return Ok(false),
            }
        }
        Ok(true)
    }
}
