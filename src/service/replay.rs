//! A case read back and done again, for whoever has to show what happened in it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::case::chain;
use crate::case::event::{Event, Personal};
use crate::case::ids::{CaseId, Hash};
use crate::case::retrace::{Difference, RetraceError, retrace};

use super::releases::Release;
use super::rights::Right;
use super::triage::TriageError;
use super::view::View;
use super::{Caller, Service};

/// A case that was replayed.
#[derive(Debug)]
pub struct Replayed {
    /// Every event with its personal part, in order.
    pub events: Vec<(Event, Option<Personal>)>,
    /// The releases of its contacts.
    pub releases: HashMap<Hash, Arc<Release>>,
    /// Where it stands.
    pub view: View,
    /// The chain of its events is whole.
    pub is_whole: bool,
    /// What came of doing it again.
    pub proof: Proof,
}

/// What came of doing again what was done in a case.
#[derive(Debug)]
pub enum Proof {
    /// It comes to what was recorded.
    Same,
    /// These acts come to something else.
    Differs(Vec<Difference>),
    /// What was said is not known any more, so it cannot be done again; what was recorded stands.
    Sealed,
}

impl Service {
    /// Replays a case on the releases of its contacts; `None` if this provider has no such case. Nothing is recorded or started by it.
    ///
    /// # Errors
    /// [`TriageError`] if it may not be read, or cannot be.
    pub async fn replay(
        &self,
        caller: &Caller,
        case: CaseId,
    ) -> Result<Option<Replayed>, TriageError> {
        caller.may(Right::ReplayCase)?;
        let Some(stored) = self.store.case(&caller.provider, case).await? else {
            return Ok(None);
        };
        let is_whole = chain::verify(&stored.links) == Ok(stored.head);
        let sealed: Vec<bool> = stored
            .links
            .iter()
            .map(|link| link.sealed.is_some())
            .collect();
        let opened = self.opened(case, stored)?;
        let mut releases = HashMap::new();
        for contact in &opened.case.contacts {
            let release = self.releases.pinned(contact.release).await?;
            releases.insert(contact.release, release);
        }
        let pinned = self.pinned(&opened.case).await?;
        let events = opened.links;
        let is_open = events
            .iter()
            .zip(sealed)
            .all(|((_, personal), sealed)| personal.is_some() || !sealed);
        let proof = if is_open {
            let content = |hash: Hash| releases.get(&hash).map(|release| &release.content);
            match retrace(&events, content, |began| self.moment(began)) {
                Ok(differences) if differences.is_empty() => Proof::Same,
                Ok(differences) => Proof::Differs(differences),
                Err(error) => return Err(error.into()),
            }
        } else {
            Proof::Sealed
        };
        let view = self.view(opened.case, pinned)?;
        Ok(Some(Replayed {
            events,
            releases,
            view,
            is_whole,
            proof,
        }))
    }
}

impl From<RetraceError> for TriageError {
    fn from(error: RetraceError) -> Self {
        match error {
            RetraceError::Replay(error) => error.into(),
            RetraceError::NoRelease(hash) => super::releases::PinError::Missing(hash).into(),
            RetraceError::Complaint(unknown) => unknown.into(),
        }
    }
}
