//! The shape of every use case: open, decide in the pure parts, record once, show where it stands.

use std::sync::Arc;

use crate::case::chain::Head;
use crate::case::ids::{CaseId, Hash};
use crate::case::state::ReplayError;
use crate::case::{Begin, Case, Commit, Drafted, Present, Stamp, present};

use super::access::{Access, Secret};
use super::at_hand::Kept;
use super::idempotency::{Asked, Key, is_same};
use super::ports::{Appended, Remember, Remembered, SealError};
use super::record::{Opened, With};
use super::releases::Release;
use super::triage::{Started, TriageError};
use super::view::View;
use super::{Caller, Service};

/// The case that somebody is about to change.
pub(super) struct Now {
    pub(super) case: Case,
    /// Where it stands, if that is known already.
    pub(super) present: Option<Arc<Present>>,
}

impl From<Case> for Now {
    fn from(case: Case) -> Self {
        Now {
            case,
            present: None,
        }
    }
}

impl std::ops::Deref for Now {
    type Target = Case;

    fn deref(&self) -> &Case {
        &self.case
    }
}

impl Service {
    /// The shape of every change: open, see that it is new and nobody was faster, decide, record, show.
    ///
    /// A case at hand is decided on as it was. Only that the record took the events after that very head makes it a reply; whatever else
    /// comes of it (somebody was faster, a resend, an answer that cannot be given) is decided on the case as it is recorded.
    pub(super) async fn change<F>(
        &self,
        access: &Access,
        asked: &Asked,
        request: Hash,
        on: Option<Arc<Release>>,
        act: F,
    ) -> Result<View, TriageError>
    where
        F: for<'r> Fn(Now, &'r Release) -> Result<Commit<'r>, TriageError>,
    {
        let remember = asked.key.as_ref().map(|key| Remember {
            key: key.hash(Some(access.case)),
            request: key.tied(request),
            sealed: None,
        });
        if let Some(kept) = self.at_hand.take(access, self.clock.now())
            && asked.after.is_none_or(|after| after == kept.view.case.seq)
            && let Some(view) = self
                .change_at_hand(kept, remember.clone(), on.clone(), &act)
                .await?
        {
            return Ok(view);
        }
        let opened = self.open(access).await?;
        if let (Some(key), Some(remember)) = (&asked.key, &remember)
            && let Some(remembered) = self
                .store
                .remembered(&access.provider, remember.key)
                .await?
        {
            // It may have been recorded, by another node or on this one, after the case was read.
            let is_newer = remembered.seq > opened.case.seq;
            let opened = if is_newer {
                self.open(access).await?
            } else {
                opened
            };
            return self.again(&opened, &remembered, key, request).await;
        }
        if let Some(after) = asked.after
            && after != opened.case.seq
        {
            return Err(TriageError::Conflict {
                seq: opened.case.seq,
            });
        }
        let release = match on {
            Some(release) => release,
            None => self.pinned(&opened.case).await?,
        };
        let mut commit = act(opened.case.clone().into(), &release)?;
        self.look_back(&mut commit).await?;
        let (case, present, drafted) = commit.finish_at()?;
        let view = self.view_at(case, release.clone(), present);
        if drafted.is_empty() {
            return Ok(view);
        }
        let key = opened.key.clone().ok_or(TriageError::Destroyed)?;
        let from = Kept {
            secret: opened.secret,
            key,
            head: opened.head,
            view,
        };
        match self.append(&from, drafted, remember).await? {
            (Appended::Done, head) => Ok(self.keep(from, head)),
            (Appended::Conflict { seq }, _) => Err(TriageError::Conflict { seq }),
            (Appended::Remembered(remembered), _) => {
                let key = asked.key.as_ref().ok_or(TriageError::KeyReused)?;
                let opened = self.open(access).await?;
                self.again(&opened, &remembered, key, request).await
            }
        }
    }

    /// The change, if the case is still as it was at hand.
    async fn change_at_hand<F>(
        &self,
        kept: Kept,
        remember: Option<Remember>,
        on: Option<Arc<Release>>,
        act: &F,
    ) -> Result<Option<View>, TriageError>
    where
        F: for<'r> Fn(Now, &'r Release) -> Result<Commit<'r>, TriageError>,
    {
        let View {
            case,
            release,
            present,
            ..
        } = kept.view;
        let (id, release) = (case.id, on.unwrap_or(release));
        let now = Now {
            case: Arc::unwrap_or_clone(case),
            present: Some(present),
        };
        let Ok(mut commit) = act(now, &release) else {
            return Ok(None);
        };
        self.look_back(&mut commit).await?;
        let Ok((case, present, drafted)) = commit.finish_at() else {
            return Ok(None);
        };
        if drafted.is_empty() {
            return Ok(None);
        }
        let from = Kept {
            view: self.view_at(case, release.clone(), present),
            ..kept
        };
        let appended = match self.append(&from, drafted, remember).await {
            // Its key was wrapped anew since, and the master key of then is gone.
            Err(TriageError::Seal(_)) => return Ok(None),
            appended => appended?,
        };
        match appended {
            (Appended::Done, head) => Ok(Some(self.keep(from, head))),
            (Appended::Conflict { seq }, _) if seq != from.head.seq => {
                metrics::counter!("nhs111_cases_moved_elsewhere_total").increment(1);
                self.at_hand.is_elsewhere(id, self.clock.now());
                Ok(None)
            }
            (Appended::Conflict { .. } | Appended::Remembered(_), _) => Ok(None),
        }
    }

    /// Has the record take what was drafted after the head from which it was decided.
    async fn append(
        &self,
        from: &Kept,
        drafted: Vec<Drafted>,
        remember: Option<Remember>,
    ) -> Result<(Appended, Head), TriageError> {
        let with = With {
            opening: None,
            remember,
        };
        let appended = self
            .record(&from.view, from.head, &from.key, drafted, with)
            .await;
        self.recorded(appended, &from.view)
    }

    /// Keeps a case at hand as the record has just taken it.
    pub(super) fn keep(&self, from: Kept, head: Head) -> View {
        let view = from.view.clone();
        self.at_hand.keep(Kept { head, ..from }, self.clock.now());
        view
    }

    /// The same reply as the first time: the case as it was after that request.
    async fn again(
        &self,
        opened: &Opened,
        remembered: &Remembered,
        key: &Key,
        request: Hash,
    ) -> Result<View, TriageError> {
        if !is_same(remembered.request, key, request) {
            return Err(TriageError::KeyReused);
        }
        let case = opened.at(remembered.seq)?;
        let release = self.pinned(&case).await?;
        self.view(case, release)
    }

    pub(super) async fn started_before(
        &self,
        caller: &Caller,
        remembered: &Remembered,
        key: &Key,
        request: Hash,
    ) -> Result<Started, TriageError> {
        let stored = self
            .store
            .case(&caller.provider, remembered.case)
            .await?
            .ok_or(TriageError::NotFound)?;
        let opened = self.opened(remembered.case, stored)?;
        if opened.key.is_none() || opened.case.is_destroyed {
            return Err(TriageError::Destroyed);
        }
        let view = self.again(&opened, remembered, key, request).await?;
        let (Some(key), Some(sealed)) = (&opened.key, &remembered.sealed) else {
            return Err(TriageError::Destroyed);
        };
        let secret = self.sealer.open(key, remembered.case, 0, sealed)?;
        let secret = Secret::of_bytes(&secret).ok_or(SealError::Sealed)?;
        Ok(Started { secret, view })
    }

    /// What could not be recorded is said with where it would have led: nobody waits for an emergency answer.
    pub(super) fn recorded(
        &self,
        appended: Result<(Appended, Head), TriageError>,
        view: &View,
    ) -> Result<(Appended, Head), TriageError> {
        match appended {
            Err(TriageError::Store(source)) => Err(TriageError::NotRecorded {
                source,
                view: Box::new(view.clone()),
            }),
            other => other,
        }
    }

    pub(super) fn begin<'a>(&self, caller: &Caller, release: &'a Release) -> Begin<'a> {
        Begin {
            channel: caller.channel,
            release: release.hash,
            content: &release.content,
            moment: self.moment(self.clock.now()),
        }
    }

    pub(super) fn go_on<'a>(
        &self,
        caller: &Caller,
        now: Now,
        release: &'a Release,
    ) -> Result<Commit<'a>, TriageError> {
        let began = now.contact().ok_or(ReplayError::NotOpened)?.began;
        let commit = Commit::go_on(
            now.case,
            &release.content,
            self.moment(began),
            self.stamp(caller),
        );
        Ok(match now.present {
            Some(present) => commit.standing_at(present),
            None => commit,
        })
    }

    pub(super) fn stamp(&self, caller: &Caller) -> Stamp {
        Stamp {
            at: self.clock.now(),
            actor: caller.actor.clone(),
        }
    }

    /// The release on which the present contact began.
    pub(super) async fn pinned(&self, case: &Case) -> Result<Arc<Release>, TriageError> {
        let contact = case.contact().ok_or(ReplayError::NotOpened)?;
        Ok(self.releases.pinned(contact.release).await?)
    }

    pub(super) fn view(&self, case: Case, release: Arc<Release>) -> Result<View, TriageError> {
        let moment = self.moment(case.contact().ok_or(ReplayError::NotOpened)?.began);
        let present = present(&case, &release.content, moment)?;
        Ok(self.view_at(case, release, Arc::new(present)))
    }

    /// A case that stands at `present` in its release.
    pub(super) fn view_at(&self, case: Case, release: Arc<Release>, present: Arc<Present>) -> View {
        if present.position.defect {
            metrics::counter!("nhs111_walk_defects_total").increment(1);
            tracing::error!(case = %case.id, release = %release.hash, "the walk met a fault of the content and went to the more urgent side");
        }
        let began = case
            .contact()
            .map_or_else(|| self.clock.now(), |contact| contact.began);
        let held = case.held(&release.content);
        View {
            case: Arc::new(case),
            release,
            present,
            held,
            moment: self.moment(began),
        }
    }

    /// Ordered by time, so that a page of the record holds cases of one time.
    pub(super) fn case_id(&self) -> CaseId {
        let mut random = [0; 10];
        self.ids.fill(&mut random);
        let millis = u64::try_from(self.clock.now().as_millisecond()).unwrap_or_default();
        CaseId(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}
