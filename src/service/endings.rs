//! The end of records: when their time is over, and after a restore.
//!
//! The end is recorded as the last event of the case first. Whoever was faster (a hold, a caller who goes on) makes that fail, so a
//! record ends only as it was judged. Then the key goes, with all that the person could be found by, and a tombstone takes its place.

use jiff::{SignedDuration, Timestamp};

use crate::case::event::{Body, EndReason, Mark};
use crate::case::ids::CaseId;
use crate::case::keeping::Periods;

use super::notes::{Note, NoteError, keeping};
use super::ports::{Appended, Listed, Looked, OpenedBefore, StoreError, Tombstone};
use super::rights::Right;
use super::{Caller, Service};

/// How many rows are looked at in one go.
const PAGE: u32 = 500;

/// What is kept how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Records of cases.
    pub periods: Periods,
    /// Keys of requests: days in which a resend is known as one. 30.
    pub request_days: u16,
    /// Errands that were delivered and acknowledged: days after that. 365.
    pub errand_days: u16,
}

impl Default for Retention {
    fn default() -> Self {
        Retention {
            periods: Periods::default(),
            request_days: 30,
            errand_days: 365,
        }
    }
}

/// Whether anything is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Everything that is due.
    Earnest,
    /// Nothing: what would be done is counted.
    Dry,
}

/// What became of the records. It says nothing of anybody.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Retained {
    /// Cases old enough to be looked at.
    pub looked_at: u64,
    /// Their time is not over.
    pub kept: u64,
    /// Their time is over, and they are on hold.
    pub on_hold: u64,
    /// Ended, or to be ended in a dry run.
    pub ended: u64,
    /// Somebody was going on with them at this moment: left for the next time.
    pub busy: u64,
    /// They cannot be read: left, and named in the log.
    pub unreadable: u64,
    /// Keys of requests that went.
    pub requests: u64,
    /// Errands that went.
    pub errands: u64,
}

impl Service {
    /// Ends every record whose time is over, and takes away what is no longer needed.
    ///
    /// # Errors
    /// [`NoteError`] if the record cannot be read or written; what was done stays done.
    pub async fn retain(
        &self,
        caller: &Caller,
        retention: &Retention,
        run: Run,
    ) -> Result<Retained, NoteError> {
        caller.may(Right::KeepRecords)?;
        let now = self.now();
        let mut retained = Retained::default();
        let mut after = None;
        loop {
            let page = self
                .endings
                .kept(could_be_due(&retention.periods, now), after, PAGE)
                .await?;
            let Some(last) = page.last() else { break };
            after = Some(last.case);
            for listed in &page {
                retained.looked_at += 1;
                match self.retain_one(caller, listed, retention, now, run).await {
                    Ok(count) => *count.of(&mut retained) += 1,
                    Err(NoteError::Case(error)) if is_of_case(&error) => {
                        retained.unreadable += 1;
                        tracing::error!(case = %listed.case, error.message = %error, "the record of a case could not be judged, and is kept");
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        if run == Run::Earnest {
            retained.requests = self
                .requests(days_before(now, retention.request_days))
                .await?;
            retained.errands = self
                .errands(days_before(now, retention.errand_days))
                .await?;
            if retained.ended > 0 {
                self.settle().await?;
            }
        }
        Ok(retained)
    }

    /// Ends the record of one case, whatever its age, because whoever answers for the records decided so.
    ///
    /// # Errors
    /// [`NoteError::OnHold`] while it is wanted as evidence.
    pub async fn end_record(&self, caller: &Caller, case: CaseId) -> Result<(), NoteError> {
        caller.may(Right::KeepRecords)?;
        self.note(caller, case, |opened| {
            if keeping(opened)?.on_hold {
                return Err(NoteError::OnHold(case));
            }
            Ok(ending(EndReason::Decided))
        })
        .await?;
        self.bury(caller, case, EndReason::Decided).await?;
        self.settle().await
    }

    /// Tombstones of every provider, those after `after`.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    pub async fn tombstones(&self, after: Option<CaseId>) -> Result<Vec<Tombstone>, StoreError> {
        self.endings.tombstones(after, PAGE).await
    }

    /// Keeps destroyed what was destroyed before a restore. A case that this record does not have gets its tombstone all the same.
    ///
    /// # Errors
    /// [`NoteError`] if one could not be applied; those before it are.
    pub async fn apply_tombstones(
        &self,
        caller: &Caller,
        tombstones: &[Tombstone],
    ) -> Result<(), NoteError> {
        caller.may(Right::KeepRecords)?;
        for tombstone in tombstones {
            // The end is put back into the chain where the restore has lost it. The key goes in any case.
            let of_its_provider = Caller {
                provider: tombstone.provider.clone(),
                ..caller.clone()
            };
            let noted = self
                .note(&of_its_provider, tombstone.case, |_| {
                    Ok(ending(tombstone.reason))
                })
                .await;
            if let Err(error) = noted
                && !matches!(error, NoteError::NoCase(_) | NoteError::Ended(_))
            {
                tracing::warn!(case = %tombstone.case, error.message = %error, "the end of a record could not be put back into its chain; its key is destroyed all the same");
            }
            self.endings.destroy(tombstone).await?;
        }
        self.settle().await
    }

    async fn retain_one(
        &self,
        caller: &Caller,
        listed: &Listed,
        retention: &Retention,
        now: Timestamp,
        run: Run,
    ) -> Result<Became, NoteError> {
        let stored = self.store.case(&listed.provider, listed.case).await?;
        let stored = stored.ok_or(NoteError::NoCase(listed.case))?;
        let opened = self.opened(listed.case, stored)?;
        let keeping = keeping(&opened)?;
        let caller = Caller {
            provider: listed.provider.clone(),
            ..caller.clone()
        };
        // Broken off between the event and the key.
        if keeping.is_destroyed {
            if run == Run::Earnest {
                self.bury(&caller, listed.case, EndReason::RetentionEnded)
                    .await?;
            }
            return Ok(Became::Ended);
        }
        if keeping.ends(&retention.periods) > now {
            return Ok(Became::Kept);
        }
        if keeping.on_hold {
            return Ok(Became::OnHold);
        }
        if run == Run::Earnest {
            let ending = ending(EndReason::RetentionEnded);
            if self.noted(&caller, &opened, ending).await? != Appended::Done {
                return Ok(Became::Busy);
            }
            self.bury(&caller, listed.case, EndReason::RetentionEnded)
                .await?;
        }
        Ok(Became::Ended)
    }

    async fn bury(
        &self,
        caller: &Caller,
        case: CaseId,
        reason: EndReason,
    ) -> Result<(), NoteError> {
        let tombstone = Tombstone {
            case,
            provider: caller.provider.clone(),
            at: self.now(),
            reason,
        };
        Ok(self.endings.destroy(&tombstone).await?)
    }

    async fn settle(&self) -> Result<(), NoteError> {
        match self.endings.settle().await {
            // What is deleted is deleted; only its trace in the log stays until the next time.
            Err(error @ StoreError::Busy(_)) => {
                tracing::warn!(error.message = %error, "the write-ahead log could not be cut now; run this again when fewer read");
                Ok(())
            }
            settled => Ok(settled?),
        }
    }

    async fn requests(&self, before: Timestamp) -> Result<u64, StoreError> {
        let (mut gone, mut after) = (0, None);
        loop {
            let Looked { last, gone: some } = self
                .endings
                .forget_requests(before, after, PAGE * 10)
                .await?;
            gone += some;
            match last {
                Some(last) => after = Some(last),
                None => return Ok(gone),
            }
        }
    }

    async fn errands(&self, before: Timestamp) -> Result<u64, StoreError> {
        let (mut gone, mut after) = (0, None);
        loop {
            let Looked { last, gone: some } = self
                .endings
                .forget_errands(before, after, PAGE * 10)
                .await?;
            gone += some;
            match last {
                Some(last) => after = Some(last),
                None => return Ok(gone),
            }
        }
    }
}

/// What became of one record.
#[derive(Debug, Clone, Copy)]
enum Became {
    Kept,
    OnHold,
    Ended,
    Busy,
}

impl Became {
    fn of(self, retained: &mut Retained) -> &mut u64 {
        match self {
            Became::Kept => &mut retained.kept,
            Became::OnHold => &mut retained.on_hold,
            Became::Ended => &mut retained.ended,
            Became::Busy => &mut retained.busy,
        }
    }
}

fn ending(reason: EndReason) -> Note {
    Note {
        body: Body::Destroyed { reason },
        personal: None,
    }
}

/// A fault of one case, which must not keep the others from their end.
fn is_of_case(error: &super::triage::TriageError) -> bool {
    use super::triage::TriageError;
    matches!(
        error,
        TriageError::Store(StoreError::Unreadable { .. })
            | TriageError::Replay(_)
            | TriageError::Event { .. }
            | TriageError::Seal(_)
    )
}

/// Cases that were opened before this can be due; the others are not looked at.
fn could_be_due(periods: &Periods, now: Timestamp) -> OpenedBefore {
    let shortest = |mark| {
        let days = match mark {
            // Years of 365 days are never longer than years are.
            Mark::Real => u32::from(periods.adult_years) * 365,
            Mark::Practice | Mark::Test => u32::from(periods.practice_days.min(periods.test_days)),
        };
        now.checked_sub(SignedDuration::from_hours(24 * i64::from(days)))
            .unwrap_or(Timestamp::MIN)
    };
    OpenedBefore {
        real: shortest(Mark::Real),
        other: shortest(Mark::Test),
    }
}

fn days_before(now: Timestamp, days: u16) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24 * i64::from(days)))
        .unwrap_or(Timestamp::MIN)
}
