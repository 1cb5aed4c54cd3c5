//! Computing every projection again from the events, case by case, while the service runs.
//!
//! A case that is as it should be is not written to, so doing it again changes nothing. A case whose events are not as they were
//! recorded is left alone: its row is evidence.

use crate::case::chain;
use crate::case::ids::{CaseId, ProviderId};

use super::Service;
use super::ports::projections::{Projections, Row};
use super::ports::{StoreError, StoredCase};
use super::projection::{ALL, Projection, Replayed};
use super::triage::TriageError;

/// How many cases are named at a time.
const PAGE: u32 = 500;

/// How often a case is looked at again that moves on meanwhile.
const ATTEMPTS: u32 = 5;

/// What is done about rows that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// They are told.
    Compare,
    /// They are told, and put right.
    Restore,
}

/// What is done about a recorded head that is not where the events end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heads {
    /// It is told, and the case is left: events may have been cut off.
    Leave,
    /// It is a projection like any other: somebody has made sure that no event is missing.
    Restore,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rebuilt {
    /// Cases.
    pub cases: u64,
    /// Tables of a case that differed.
    pub different: u64,
    /// Cases that were left alone.
    pub left: u64,
}

/// What was found of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Its rows in a table were others than its events say.
    Different {
        /// The table.
        table: &'static str,
        /// The columns, or none where whole rows are too many or missing.
        columns: Vec<&'static str>,
    },
    /// It was left alone, and why.
    Left(String),
}

/// Goes through all cases, and tells what is found as it is found.
///
/// # Errors
/// [`StoreError`] if the record cannot be read or written; what was put right until then stays so.
pub async fn rebuild(
    service: &Service,
    projections: &dyn Projections,
    mode: Mode,
    heads: Heads,
    tell: &mut (dyn FnMut(CaseId, Found) + Send),
) -> Result<Rebuilt, StoreError> {
    let mut rebuilt = Rebuilt::default();
    let mut after = None;
    loop {
        let page = service.store.cases_after(after, PAGE).await?;
        let Some((_, last)) = page.last() else {
            return Ok(rebuilt);
        };
        after = Some(*last);
        for (provider, case) in page {
            rebuilt.cases += 1;
            let found = one(service, projections, mode, heads, &provider, case).await?;
            for found in found {
                match &found {
                    Found::Different { .. } => rebuilt.different += 1,
                    Found::Left(_) => rebuilt.left += 1,
                }
                tell(case, found);
            }
        }
    }
}

async fn one(
    service: &Service,
    projections: &dyn Projections,
    mode: Mode,
    heads: Heads,
    provider: &ProviderId,
    case: CaseId,
) -> Result<Vec<Found>, StoreError> {
    for _ in 0..ATTEMPTS {
        let stored = match service.store.case(provider, case).await {
            Ok(Some(stored)) => stored,
            Ok(None) => return Ok(Vec::new()),
            Err(error @ StoreError::Unreadable { .. }) => {
                return Ok(vec![Found::Left(error.to_string())]);
            }
            Err(error) => return Err(error),
        };
        if let Some(why) = evidence(&stored, heads) {
            return Ok(vec![Found::Left(why)]);
        }
        let last = stored.links.last().map(|link| link.seq);
        let differing = match differing(service, projections, case, stored).await {
            Ok(differing) => differing,
            Err(TriageError::Store(error)) => return Err(error),
            Err(error) => return Ok(vec![Found::Left(error.to_string())]),
        };
        if differing.is_empty() {
            return Ok(Vec::new());
        }
        if settled(
            service,
            projections,
            mode,
            (provider, case, last),
            &differing,
        )
        .await?
        {
            return Ok(differing.into_iter().map(Differing::told).collect());
        }
    }
    Ok(vec![Found::Left("moves on all the time".to_owned())])
}

/// Rows of a table that are not what they should be.
struct Differing {
    projection: &'static dyn Projection,
    stored: Vec<Row>,
    wanted: Vec<Row>,
}

impl Differing {
    fn told(self) -> Found {
        let table = self.projection.table();
        let columns = match (self.stored.as_slice(), self.wanted.as_slice()) {
            ([stored], [wanted]) => table
                .columns
                .iter()
                .zip(stored.iter().zip(wanted))
                .filter(|(_, (stored, wanted))| stored != wanted)
                .map(|(column, _)| column.name)
                .collect(),
            _ => Vec::new(),
        };
        Found::Different {
            table: table.name,
            columns,
        }
    }
}

/// Why a case must not be touched, if so.
fn evidence(stored: &StoredCase, heads: Heads) -> Option<String> {
    match chain::verify(&stored.links) {
        Err(broken) => Some(broken.to_string()),
        Ok(head) if head != stored.head && heads == Heads::Leave => Some(format!(
            "ends with event {}, and {} were recorded",
            head.seq, stored.head.seq
        )),
        Ok(_) => None,
    }
}

async fn differing(
    service: &Service,
    projections: &dyn Projections,
    case: CaseId,
    stored: StoredCase,
) -> Result<Vec<Differing>, TriageError> {
    let links = stored.links.clone();
    let opened = service.opened(case, stored)?;
    let release = service.pinned(&opened.case).await?;
    let view = service.view(opened.case.clone(), release)?;
    let replayed = Replayed {
        view: &view,
        links: &links,
        events: opened.events(),
        is_key_gone: opened.key.is_none(),
        keys_at: &|seq| Some(service.keys(&opened.at(seq).ok()?)),
    };
    let mut differing = Vec::new();
    for projection in ALL {
        let mut stored = projections.rows(projection.table(), case).await?;
        let mut wanted = projection.rows(&replayed, &stored);
        stored.sort_unstable();
        wanted.sort_unstable();
        if stored != wanted {
            differing.push(Differing {
                projection,
                stored,
                wanted,
            });
        }
    }
    Ok(differing)
}

/// Puts right what differs, if that is asked for. `false` if the case has moved on, and is to be looked at again.
async fn settled(
    service: &Service,
    projections: &dyn Projections,
    mode: Mode,
    (provider, case, last): (&ProviderId, CaseId, Option<u64>),
    differing: &[Differing],
) -> Result<bool, StoreError> {
    match mode {
        Mode::Compare => {
            let now = service.store.case(provider, case).await?;
            let now = now.and_then(|now| now.links.last().map(|link| link.seq));
            Ok(now == last)
        }
        Mode::Restore => {
            for differing in differing {
                let table = differing.projection.table();
                let wanted = differing.wanted.clone();
                let last = last.unwrap_or_default();
                if !projections.put(table, provider, case, last, wanted).await? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
    }
}
