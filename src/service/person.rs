//! Who the person of a case is, which other cases are theirs, and call-backs that did not reach them.

use crate::case::event::{LinkReason, MissedReason, UnlinkReason};
use crate::case::ids::{CaseId, ProviderId};
use crate::case::person::{Because, Key, Person};
use crate::case::state::KnownPerson;
use crate::case::{Case, Commit};

use super::access::Access;
use super::idempotency::{Asked, request};
use super::ports::Appended;
use super::record::With;
use super::rights::Right;
use super::triage::TriageError;
use super::view::View;
use super::{Caller, Service};

/// How often it is tried to write to a case that somebody else writes to as well.
const ATTEMPTS: u32 = 5;

/// What somebody says of two cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Word {
    /// They are one person's.
    Linked(LinkReason),
    /// They are two people's.
    Unlinked(UnlinkReason),
}

impl Service {
    /// Keeps who the person is, whole, sealed; then looks for their earlier contacts.
    ///
    /// # Errors
    /// [`TriageError`] if it was not kept.
    pub async fn identify(
        &self,
        caller: &Caller,
        access: &Access,
        person: &Person,
        asked: &Asked,
    ) -> Result<View, TriageError> {
        caller.may(Right::Identify)?;
        // With the secret of the case beside it, the hash of what was said tells nobody what it was.
        let request = request("person", &(access.secret.reveal(), person));
        self.change(access, asked, request, None, |case, release| {
            let mut commit = self.go_on(caller, case, release)?;
            commit.identify(person.clone())?;
            Ok(commit)
        })
        .await
    }

    /// Who the person is, as it was said last; `None` if it never was.
    ///
    /// # Errors
    /// [`TriageError`] if it is not this caller's to read, or cannot be read.
    pub async fn person(
        &self,
        caller: &Caller,
        access: &Access,
    ) -> Result<(u64, Option<KnownPerson>), TriageError> {
        caller.may(Right::ReadPerson)?;
        let opened = self.open(access).await?;
        if opened.key.is_none() {
            return Err(TriageError::Destroyed);
        }
        Ok((opened.case.seq, opened.case.person))
    }

    /// Records a call back that did not reach the person. It counts for this case at once, and for later ones of the same person.
    ///
    /// # Errors
    /// [`TriageError`] if it was not recorded.
    pub async fn call_back_missed(
        &self,
        caller: &Caller,
        access: &Access,
        reason: MissedReason,
        asked: &Asked,
    ) -> Result<View, TriageError> {
        caller.may(Right::RecordMissedCallBack)?;
        let request = request("call back missed", &reason);
        self.change(access, asked, request, None, |case, release| {
            let mut commit = self.go_on(caller, case, release)?;
            commit.call_back_missed(reason);
            Ok(commit)
        })
        .await
    }

    /// Links this case and another, or unlinks them, on the record of both. Unlinked, the two are not matched again by what they
    /// share now.
    ///
    /// The other case is one that was matched or linked, or one of the same provider. It is written first: if this one then fails,
    /// sending it again completes it.
    ///
    /// # Errors
    /// [`TriageError`] if it was not recorded on both.
    pub async fn link(
        &self,
        caller: &Caller,
        access: &Access,
        other: CaseId,
        word: Word,
        asked: &Asked,
    ) -> Result<View, TriageError> {
        caller.may(Right::LinkPeople)?;
        let case = self.open(access).await?.case;
        if other == case.id {
            return Err(TriageError::NotMatched(other));
        }
        let (provider, shared) = self.meant(&case, other).await?;
        let this = (case.id, case.provider.clone());
        self.say_of(caller, &provider, other, case.mark, |commit| {
            say(commit, this.clone(), word, &shared);
        })
        .await?;
        let request = request("link", &(other, word));
        self.change(access, asked, request, None, |case, release| {
            let mut commit = self.go_on(caller, case, release)?;
            say(&mut commit, (other, provider.clone()), word, &shared);
            Ok(commit)
        })
        .await
    }

    /// Whose the other case is, and what the two share.
    async fn meant(
        &self,
        case: &Case,
        other: CaseId,
    ) -> Result<(ProviderId, Vec<Key>), TriageError> {
        let found = self.matched(case).await?.unwrap_or_default();
        if let Some(matched) = found
            .matched
            .into_iter()
            .find(|found| found.case.id == other)
        {
            // Of a linked case nothing was compared.
            let shared = match matched.found.because {
                Because::Linked => self.shared(case, &matched.case.provider, other).await?,
                _ => matched.shared,
            };
            return Ok((matched.case.provider, shared));
        }
        let linked = case.links.iter().find(|link| link.other == other);
        let provider = linked.map_or(&case.provider, |link| &link.provider);
        let shared = self.shared(case, provider, other).await?;
        Ok((provider.clone(), shared))
    }

    /// What this case and another share: all that speaks for one person, whatever was said of it before.
    async fn shared(
        &self,
        case: &Case,
        provider: &ProviderId,
        other: CaseId,
    ) -> Result<Vec<Key>, TriageError> {
        let stored = self
            .store
            .case(provider, other)
            .await?
            .ok_or(TriageError::NotMatched(other))?;
        let theirs = self.keys(&self.opened(other, stored)?.case);
        let mut shared = self.keys(case);
        shared.retain(|key| theirs.contains(key));
        Ok(shared)
    }

    /// Writes to another case than the one whose secret the caller has, by right.
    async fn say_of(
        &self,
        caller: &Caller,
        provider: &ProviderId,
        other: CaseId,
        mark: crate::case::event::Mark,
        act: impl Fn(&mut Commit<'_>) + Send + Sync,
    ) -> Result<(), TriageError> {
        let mut last = 0;
        for _ in 0..ATTEMPTS {
            let stored = self.store.case(provider, other).await?;
            let stored = stored.ok_or(TriageError::NotMatched(other))?;
            let opened = self.opened(other, stored)?;
            if opened.case.mark != mark {
                return Err(TriageError::NotMatched(other));
            }
            let release = self.pinned(&opened.case).await?;
            let mut commit = self.go_on(caller, opened.case.into(), &release)?;
            act(&mut commit);
            let (case, drafted) = commit.finish();
            if drafted.is_empty() {
                return Ok(());
            }
            let view = self.view(case, release.clone())?;
            let key = opened.key.as_ref().ok_or(TriageError::Destroyed)?;
            let with = With {
                opening: None,
                remember: None,
            };
            match self.record(&view, opened.head, key, drafted, with).await?.0 {
                Appended::Conflict { seq } => last = seq,
                Appended::Done | Appended::Remembered(_) => return Ok(()),
            }
        }
        Err(TriageError::Conflict { seq: last })
    }
}

fn say(
    commit: &mut Commit<'_>,
    (other, provider): (CaseId, ProviderId),
    word: Word,
    shared: &[Key],
) {
    match word {
        Word::Linked(reason) => commit.link(other, provider, reason),
        Word::Unlinked(reason) => commit.unlink(other, provider, reason, shared.to_vec()),
    }
}
