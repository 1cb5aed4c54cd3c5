//! What is noted on a record beside the care of its person: holds, corrections, that it was handed out.
//!
//! Such an event changes nothing that is held, asked or shown in lists. Whoever notes it needs a right, not the secret of the case.

use crate::case::chain;
use crate::case::event::{Body, Event, Personal, Provenance, SCHEMA};
use crate::case::ids::{CaseId, ProviderId};
use crate::case::keeping::Keeping;
use crate::case::state::ReplayError;

use super::ports::{Append, Appended, StoreError};
use super::record::Opened;
use super::rights::{NotAllowed, Right};
use super::triage::TriageError;
use super::{Caller, Service};

/// How often a note is tried on a case that somebody is going on with.
const ATTEMPTS: u32 = 16;

/// Why nothing was noted.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// There is no such case.
    #[error("there is no case {0}")]
    NoCase(CaseId),
    /// Its time is over.
    #[error("the record of case {0} has ended")]
    Ended(CaseId),
    /// It is not for this caller to do.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// It stands on hold already.
    #[error("the record of case {0} is on hold already")]
    OnHold(CaseId),
    /// There is no hold to lift.
    #[error("the record of case {0} is not on hold")]
    NotOnHold(CaseId),
    /// The event has no such part.
    #[error("event {seq} has no part `{field}` that could be corrected")]
    NothingToRectify {
        /// The event.
        seq: u64,
        /// As given.
        field: String,
    },
    /// Nothing is said.
    #[error("there is no text")]
    Empty,
    /// Somebody else was faster each time.
    #[error("case {0} moves on too fast; try again")]
    Busy(CaseId),
    /// The case cannot be read, or the record did not take the note.
    #[error(transparent)]
    Case(#[from] TriageError),
}

impl From<StoreError> for NoteError {
    fn from(error: StoreError) -> Self {
        NoteError::Case(error.into())
    }
}

/// What is noted.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub(super) body: Body,
    pub(super) personal: Option<Personal>,
}

impl Service {
    /// Puts the record of a case on hold: it is not ended, whatever its age, until the hold is lifted.
    ///
    /// # Errors
    /// [`NoteError`] if it is not noted.
    pub async fn place_hold(
        &self,
        caller: &Caller,
        case: CaseId,
        why: &str,
    ) -> Result<(), NoteError> {
        caller.may(Right::KeepRecords)?;
        self.note(caller, case, |opened| {
            if keeping(opened)?.on_hold {
                return Err(NoteError::OnHold(case));
            }
            Ok(Note {
                body: Body::HoldPlaced,
                personal: Some(Personal::Why(told(why)?)),
            })
        })
        .await
    }

    /// Lifts the hold of a record.
    ///
    /// # Errors
    /// [`NoteError`] if it is not noted.
    pub async fn lift_hold(
        &self,
        caller: &Caller,
        case: CaseId,
        why: &str,
    ) -> Result<(), NoteError> {
        caller.may(Right::KeepRecords)?;
        self.note(caller, case, |opened| {
            if !keeping(opened)?.on_hold {
                return Err(NoteError::NotOnHold(case));
            }
            Ok(Note {
                body: Body::HoldLifted,
                personal: Some(Personal::Why(told(why)?)),
            })
        })
        .await
    }

    /// Corrects a part of an earlier event. The event stays as it is; from now on both are shown.
    ///
    /// # Errors
    /// [`NoteError`] if it is not noted.
    pub async fn rectify(
        &self,
        caller: &Caller,
        case: CaseId,
        seq: u64,
        field: &str,
        right: &str,
    ) -> Result<(), NoteError> {
        caller.may(Right::Rectify)?;
        self.note(caller, case, |opened| {
            let mut events = opened.events().iter().map(|(event, _)| event);
            let has = events
                .find(|event| event.seq == seq)
                .is_some_and(|event| event.body.rectifiable() == Some(field));
            if !has {
                return Err(NoteError::NothingToRectify {
                    seq,
                    field: field.to_owned(),
                });
            }
            Ok(Note {
                body: Body::Rectified {
                    seq,
                    field: field.to_owned(),
                },
                personal: Some(Personal::Right(told(right)?)),
            })
        })
        .await
    }

    /// Notes something on a case as it stands, again where somebody was faster.
    pub(super) async fn note(
        &self,
        caller: &Caller,
        case: CaseId,
        decide: impl Fn(&Opened) -> Result<Note, NoteError> + Send + Sync,
    ) -> Result<(), NoteError> {
        for _ in 0..ATTEMPTS {
            let opened = self.kept(&caller.provider, case).await?;
            let note = decide(&opened)?;
            match self.noted(caller, &opened, note).await? {
                Appended::Done => return Ok(()),
                Appended::Conflict { .. } | Appended::Remembered(_) => {}
            }
        }
        Err(NoteError::Busy(case))
    }

    /// A case that still has its key, without its secret.
    pub(super) async fn kept(
        &self,
        provider: &ProviderId,
        case: CaseId,
    ) -> Result<Opened, NoteError> {
        let stored = self.store.case(provider, case).await?;
        let opened = self.opened(case, stored.ok_or(NoteError::NoCase(case))?)?;
        if opened.key.is_none() || opened.case.is_destroyed {
            return Err(NoteError::Ended(case));
        }
        Ok(opened)
    }

    /// Appends a note after the last event that was seen.
    pub(super) async fn noted(
        &self,
        caller: &Caller,
        opened: &Opened,
        Note { body, personal }: Note,
    ) -> Result<Appended, NoteError> {
        let case = &opened.case;
        let listed = self.endings.listed(&case.provider, case.id).await?;
        let listed = listed.ok_or(NoteError::NoCase(case.id))?;
        let at = self.now();
        let event = Event {
            schema: SCHEMA,
            case: case.id,
            seq: opened.head.seq + 1,
            contact: case.contact().map_or(0, |contact| contact.number),
            at,
            actor: caller.actor.clone(),
            provenance: Provenance::Asked,
            body,
        };
        let sealed = match (&personal, &opened.key) {
            (None, _) => None,
            (Some(personal), Some(key)) => Some(self.seal(case.id, key, event.seq, personal)?),
            (Some(_), None) => return Err(NoteError::Ended(case.id)),
        };
        let append = Append {
            provider: case.provider.clone(),
            case: case.id,
            after: opened.head,
            opened: None,
            links: vec![chain::link(opened.head, &event, sealed)],
            at,
            errands: Vec::new(),
            remember: None,
            summary: listed.summary,
            match_keys: Vec::new(),
            inbox: Vec::new(),
        };
        Ok(self.store.append(append).await?)
    }
}

/// How long the record of an opened case is kept.
pub(super) fn keeping(opened: &Opened) -> Result<Keeping, NoteError> {
    let events = opened.events().iter();
    let keeping = Keeping::of(events.map(|(event, personal)| (event, personal.as_ref())));
    keeping.ok_or_else(|| NoteError::Case(ReplayError::NotOpened.into()))
}

fn told(text: &str) -> Result<String, NoteError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NoteError::Empty);
    }
    Ok(text.to_owned())
}
