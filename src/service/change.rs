//! The shape of every use case: open, decide in the pure parts, record once, show where it stands.

use std::sync::Arc;

use crate::case::ids::{CaseId, Hash};
use crate::case::state::ReplayError;
use crate::case::{Begin, Case, Commit, Drafted, Stamp, present};

use super::access::{Access, Secret};
use super::idempotency::{Asked, Key, is_same};
use super::ports::{Appended, Remember, Remembered, SealError};
use super::record::{Opened, With};
use super::releases::Release;
use super::triage::{Started, TriageError};
use super::view::View;
use super::{Caller, Service};

impl Service {
    /// The shape of every change: open, see that it is new and nobody was faster, decide, record, show.
    pub(super) async fn change<'a, F>(
        &self,
        access: &Access,
        asked: &Asked,
        request: Hash,
        on: Option<Arc<Release>>,
        act: F,
    ) -> Result<View, TriageError>
    where
        F: for<'r> FnOnce(Case, &'r Release) -> Result<Commit<'r>, TriageError> + 'a,
    {
        let opened = self.open(access).await?;
        let remember = asked.key.as_ref().map(|key| Remember {
            key: key.hash(Some(access.case)),
            request: key.tied(request),
            sealed: None,
        });
        if let (Some(key), Some(remember)) = (&asked.key, &remember)
            && let Some(remembered) = self
                .store
                .remembered(&access.provider, remember.key)
                .await?
        {
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
        let commit = act(opened.case.clone(), &release)?;
        let (case, drafted): (Case, Vec<Drafted>) = commit.finish();
        let view = self.view(case, release.clone())?;
        if drafted.is_empty() {
            return Ok(view);
        }
        let key = opened.key.as_ref().ok_or(TriageError::Destroyed)?;
        let appended = self
            .record(
                &view,
                opened.head,
                key,
                drafted,
                With {
                    opening: None,
                    remember,
                },
            )
            .await;
        match self.recorded(appended, &view)? {
            Appended::Done => Ok(view),
            Appended::Conflict { seq } => Err(TriageError::Conflict { seq }),
            Appended::Remembered(remembered) => {
                let key = asked.key.as_ref().ok_or(TriageError::KeyReused)?;
                let opened = self.open(access).await?;
                self.again(&opened, &remembered, key, request).await
            }
        }
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
        appended: Result<Appended, TriageError>,
        view: &View,
    ) -> Result<Appended, TriageError> {
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
        case: Case,
        release: &'a Release,
    ) -> Result<Commit<'a>, TriageError> {
        let began = case.contact().ok_or(ReplayError::NotOpened)?.began;
        Ok(Commit::go_on(
            case,
            &release.content,
            self.moment(began),
            self.stamp(caller),
        ))
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
        if present.position.defect {
            metrics::counter!("nhs111_walk_defects_total").increment(1);
            tracing::error!(case = %case.id, release = %release.hash, "the walk met a fault of the content and went to the more urgent side");
        }
        let held = case.held(&release.content);
        Ok(View {
            case,
            release,
            present,
            held,
            moment,
        })
    }

    /// Ordered by time, so that a page of the record holds cases of one time.
    pub(super) fn case_id(&self) -> CaseId {
        let mut random = [0; 10];
        self.ids.fill(&mut random);
        let millis = u64::try_from(self.clock.now().as_millisecond()).unwrap_or_default();
        CaseId(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}
