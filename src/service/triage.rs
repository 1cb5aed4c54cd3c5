//! A case from its start to its outcome.

use serde::Serialize;

use crate::case::answer::{AnswerError, Occasion, Said};
use crate::case::chain::Head;
use crate::case::commit::ReleaseError;
use crate::case::event::{EventError, Mark};
use crate::case::ground::GroundId;
use crate::case::ids::CaseId;
use crate::case::person::Person;
use crate::case::state::ReplayError;
use crate::case::{Case, Commit};
use crate::walk::UnknownComplaint;

use super::access::{Access, Secret};
use super::at_hand::Kept;
use super::change::Now;
use super::idempotency::{Asked, Key, request};
use super::ports::{Appended, Opening, Remember, SealError, StoreError};
use super::record::With;
use super::releases::PinError;
use super::rights::NotAllowed;
use super::view::{Preview, View};
use super::{Caller, Service};

/// How a case starts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StartCase {
    /// Families chosen so far; more can be chosen later.
    pub complaints: Vec<String>,
    /// What is known already: party, age, sex, and anything volunteered.
    pub known: Vec<Said>,
    /// What the case is for.
    pub mark: Mark,
    /// Who the person is, as far as that is known.
    pub person: Person,
}

/// A case that has started.
#[derive(Debug)]
pub struct Started {
    /// What every later call needs; it is not shown again.
    pub secret: Secret,
    /// Where the case stands.
    pub view: View,
}

/// Why nothing was done to a case.
#[derive(Debug, thiserror::Error)]
pub enum TriageError {
    /// There is no such case, or the secret is another one's.
    #[error("there is no such case for this secret")]
    NotFound,
    /// The case has moved on since whoever asks last saw it.
    #[error("the case has moved on to event {seq}")]
    Conflict {
        /// The last event now.
        seq: u64,
    },
    /// The key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The release has no such complaint.
    #[error("there is no complaint `{}`", .0.family)]
    UnknownComplaint(UnknownComplaint),
    /// It cannot be said.
    #[error(transparent)]
    Answer(AnswerError),
    /// The contact ended before its walk.
    #[error("the contact has ended; begin another")]
    ContactEnded,
    /// It is not for this caller to do.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Grounds that cannot be released.
    #[error(transparent)]
    Grounds(#[from] ReleaseError),
    /// These grounds hold something more urgent than the clinician's own disposition, and are not among those to be released.
    #[error(
        "the case holds something more urgent than this disposition by grounds that are not named"
    )]
    GroundsAbove(Vec<GroundId>),
    /// It is none of the cases that may be this person's.
    #[error("case {0} is none of those that may be this person's")]
    NotMatched(CaseId),
    /// Earlier contacts could not be looked up in time.
    #[error("looking up earlier contacts took too long")]
    LookUpTooSlow,
    /// No such service was started, or its start was cancelled already.
    #[error("no start of `{0}` stands")]
    NoSuchStart(String),
    /// It is not among the services that were offered.
    #[error("service `{0}` was not offered")]
    ServiceNotOffered(String),
    /// There is no release to triage on.
    #[error(transparent)]
    Release(#[from] PinError),
    /// The record cannot be read, or it did not take the events.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was said was understood, and could not be recorded; where it would have led is shown all the same.
    #[error("the answer could not be recorded")]
    NotRecorded {
        /// Why.
        #[source]
        source: StoreError,
        /// Where it would have led.
        view: Box<View>,
    },
    /// What is stored is no case.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// What is stored is no event that this program can read.
    #[error("event {seq} of case {case} cannot be read")]
    Event {
        /// The case.
        case: CaseId,
        /// The event.
        seq: u64,
        /// Why not.
        #[source]
        source: EventError,
    },
    /// Personal parts cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The personal parts of the case were destroyed; it is closed for good.
    #[error("the case is closed: what identifies its person was destroyed")]
    Destroyed,
}

impl From<UnknownComplaint> for TriageError {
    fn from(error: UnknownComplaint) -> Self {
        TriageError::UnknownComplaint(error)
    }
}

impl From<AnswerError> for TriageError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::ContactEnded => TriageError::ContactEnded,
            error => TriageError::Answer(error),
        }
    }
}

impl Service {
    /// Starts a case on the active release.
    ///
    /// # Errors
    /// [`TriageError`] if nothing was started.
    pub async fn start(
        &self,
        caller: &Caller,
        start: &StartCase,
        key: Option<&Key>,
    ) -> Result<Started, TriageError> {
        let asked = request("start", start);
        if let Some(key) = key
            && let Some(remembered) = self
                .store
                .remembered(&caller.provider, key.hash(None))
                .await?
        {
            return self.started_before(caller, &remembered, key, asked).await;
        }
        let release = self.releases.active(&caller.provider).await?;
        let mut commit = Commit::open(
            self.case_id(),
            caller.provider.clone(),
            start.mark,
            self.begin(caller, &release),
            self.stamp(caller),
        );
        commit.choose(&start.complaints)?;
        if !start.known.is_empty() {
            commit.answer(Occasion::Volunteered, &start.known)?;
        }
        commit.identify(start.person.clone())?;
        self.look_back(&mut commit).await?;
        let (case, present, drafted) = commit.finish_at()?;
        let view = self.view_at(case, release.clone(), present);
        let secret = Secret::fresh(self.ids.as_ref());
        let wrapped = self.sealer.new_key(view.case.id)?;
        let remember = match key {
            Some(key) => {
                let sealed = self
                    .sealer
                    .seal(&wrapped, view.case.id, 0, secret.bytes())?;
                Some(Remember {
                    key: key.hash(None),
                    request: key.tied(asked),
                    sealed: Some(sealed),
                })
            }
            None => None,
        };
        let opening = Opening {
            secret: secret.hash(),
            key: wrapped.clone(),
            mark: start.mark,
        };
        let with = With {
            opening: Some(opening),
            remember,
        };
        match self.recorded(
            self.record(&view, Head::NONE, &wrapped, drafted, with)
                .await,
            &view,
        )? {
            (Appended::Done, head) => {
                let from = Kept {
                    secret: secret.hash(),
                    key: wrapped,
                    head,
                    view,
                };
                let view = self.keep(from, head);
                Ok(Started { secret, view })
            }
            (Appended::Conflict { seq }, _) => Err(TriageError::Conflict { seq }),
            (Appended::Remembered(remembered), _) => {
                let key = key.ok_or(TriageError::KeyReused)?;
                self.started_before(caller, &remembered, key, asked).await
            }
        }
    }

    /// Begins another contact of a case, on the release that is active now, with its facts and grounds.
    ///
    /// # Errors
    /// [`TriageError`] if nothing was begun.
    pub async fn resume(
        &self,
        caller: &Caller,
        access: &Access,
        asked: &Asked,
    ) -> Result<View, TriageError> {
        let release = self.releases.active(&caller.provider).await?;
        self.change(
            access,
            asked,
            request("resume", &()),
            Some(release),
            |case, release| {
                Ok(Commit::resume(
                    case.case,
                    self.begin(caller, release),
                    self.stamp(caller),
                )?)
            },
        )
        .await
    }

    /// Chooses complaints, one or more.
    ///
    /// # Errors
    /// [`TriageError`] if nothing was chosen.
    pub async fn choose(
        &self,
        caller: &Caller,
        access: &Access,
        families: &[String],
        asked: &Asked,
    ) -> Result<View, TriageError> {
        self.change(
            access,
            asked,
            request("choose", &families),
            None,
            |case, release| {
                not_left(&case)?;
                let mut commit = self.go_on(caller, case, release)?;
                commit.choose(families)?;
                Ok(commit)
            },
        )
        .await
    }

    /// Where a case stands.
    ///
    /// # Errors
    /// [`TriageError`] if it cannot be read.
    pub async fn look(&self, access: &Access) -> Result<View, TriageError> {
        if let Some(kept) = self.at_hand.look(access) {
            let stored = self.heads.head(&access.provider, access.case).await?;
            if stored.is_some_and(|stored| kept.is_as(&stored)) {
                return Ok(kept.view);
            }
            self.at_hand.forget(access.case);
        }
        let opened = self.open(access).await?;
        let release = self.pinned(&opened.case).await?;
        let view = self.view(opened.case, release)?;
        let Some(key) = opened.key else {
            return Ok(view);
        };
        let from = Kept {
            secret: opened.secret,
            key,
            head: opened.head,
            view,
        };
        Ok(self.keep(from, opened.head))
    }

    /// Takes what was said.
    ///
    /// # Errors
    /// [`TriageError`] if nothing was taken.
    pub async fn answer(
        &self,
        caller: &Caller,
        access: &Access,
        occasion: Occasion,
        said: &[Said],
        asked: &Asked,
    ) -> Result<View, TriageError> {
        self.change(
            access,
            asked,
            request("answer", &(occasion, said)),
            None,
            |case, release| {
                let mut commit = self.go_on(caller, case, release)?;
                commit.answer(occasion, said)?;
                Ok(commit)
            },
        )
        .await
    }

    /// What would become of the case if this were said; nothing is recorded.
    ///
    /// # Errors
    /// [`TriageError`] if it cannot be said.
    pub async fn preview(
        &self,
        caller: &Caller,
        access: &Access,
        occasion: Occasion,
        said: &[Said],
    ) -> Result<Preview, TriageError> {
        let before = self.look(access).await?;
        let now = Now {
            case: before.case.as_ref().clone(),
            present: Some(before.present.clone()),
        };
        let release = before.release.clone();
        let mut commit = self.go_on(caller, now, &release)?;
        commit.answer(occasion, said)?;
        let (case, present, _) = commit.finish_at()?;
        let after = self.view_at(case, release.clone(), present);
        Ok(Preview { before, after })
    }

    /// Ends the contact before its walk: what was on the screen is not sure, and somebody rings back.
    ///
    /// # Errors
    /// [`TriageError`] if it could not be recorded.
    pub async fn leave_early(
        &self,
        caller: &Caller,
        access: &Access,
        asked: &Asked,
    ) -> Result<View, TriageError> {
        self.change(
            access,
            asked,
            request("leave early", &()),
            None,
            |case, release| {
                not_left(&case)?;
                let mut commit = self.go_on(caller, case, release)?;
                commit.leave_early()?;
                Ok(commit)
            },
        )
        .await
    }
}

/// A contact that ended before its walk takes nothing more; another can be begun.
fn not_left(case: &Case) -> Result<(), TriageError> {
    let contact = case.contact();
    if contact.is_some_and(|contact| contact.left_early.is_some()) {
        return Err(TriageError::ContactEnded);
    }
    Ok(())
}
