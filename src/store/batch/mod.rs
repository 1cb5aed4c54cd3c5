//! A batch of appends, whatever database it goes to: what becomes of each, and the rows of those that are recorded.
//!
//! Nothing here speaks SQL. The adapter reads what is [`Known`] inside its transaction, writes [`Rows`] in the same, and commits.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::case::chain::Head;
use crate::case::event::{Channel, Mark};
use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{Append, Appended, ItemName, Remembered};

/// What is already recorded of the cases and keys in a batch.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The heads of those cases that there are.
    pub(super) heads: HashMap<CaseId, Standing>,
    /// What was done under those keys that were used.
    pub(super) keys: HashMap<(ProviderId, Hash), Remembered>,
    /// The appends of the batch that an earlier, unanswered commit did record, by the hash of their last event.
    pub(super) recorded: HashSet<Hash>,
}

/// Where a case that there is stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    /// Whose it is.
    pub(super) provider: ProviderId,
    /// The last event.
    pub(super) head: Head,
    /// Whether its key is there. A case whose key was destroyed is closed for good.
    pub(super) keyed: bool,
}

/// What becomes of a batch.
#[derive(Debug)]
pub(super) struct Judged<'a> {
    /// One for each append, in order.
    pub(super) outcomes: Vec<Appended>,
    /// Those that are to be written, in order.
    pub(super) accepted: Vec<&'a Append>,
}

impl Known {
    /// As it is if the first append to each case follows the head that it has, and no key was used before.
    ///
    /// Whoever assumes this must have the database refuse the batch where it is not so: see [`SummaryRow::after`].
    pub(super) fn assumed(batch: &[Append]) -> Self {
        let mut known = Known::default();
        for append in batch.iter().filter(|append| append.opened.is_none()) {
            known.heads.entry(append.case).or_insert_with(|| Standing {
                provider: append.provider.clone(),
                head: append.after,
                keyed: true,
            });
        }
        known
    }

    /// Judges each append, given what is recorded and all before it in the batch.
    pub(super) fn judge(mut self, batch: &[Append]) -> Judged<'_> {
        let mut accepted = Vec::with_capacity(batch.len());
        let outcomes = batch
            .iter()
            .map(|append| {
                if self.has(append) {
                    return Appended::Done;
                }
                let outcome = self.judge_one(append);
                if outcome == Appended::Done {
                    accepted.push(append);
                }
                outcome
            })
            .collect();
        Judged { outcomes, accepted }
    }

    fn has(&self, append: &Append) -> bool {
        last_hash(append).is_some_and(|hash| self.recorded.contains(&hash))
    }

    fn judge_one(&mut self, append: &Append) -> Appended {
        let key = append
            .remember
            .as_ref()
            .map(|remember| (append.provider.clone(), remember.key));
        if let Some(remembered) = key.as_ref().and_then(|key| self.keys.get(key)) {
            return Appended::Remembered(remembered.clone());
        }
        let (now, mine) = match self.heads.get(&append.case) {
            None => (Head::NONE, append.opened.is_some()),
            Some(standing) => (
                standing.head,
                append.opened.is_none() && standing.keyed && standing.provider == append.provider,
            ),
        };
        let (Some(last), true) = (append.links.last(), mine && now == append.after) else {
            return Appended::Conflict { seq: now.seq };
        };
        let standing = Standing {
            provider: append.provider.clone(),
            head: last.head(),
            keyed: true,
        };
        self.heads.insert(append.case, standing);
        if let (Some(key), Some(remember)) = (key, &append.remember) {
            let remembered = Remembered {
                request: remember.request,
                case: append.case,
                seq: last.seq,
                sealed: remember.sealed.clone(),
            };
            self.keys.insert(key, remembered);
        }
        Appended::Done
    }
}

/// The hash that names an append: that of its last event, which is tied to all before it.
pub(super) fn last_hash(append: &Append) -> Option<Hash> {
    append.links.last().map(|link| link.hash)
}

/// What is written for the accepted appends, a list a table.
///
/// Rows of one table are in the order of its key, so that two nodes that write the same keys wait for each other in one direction.
#[derive(Debug, Default)]
pub(super) struct Rows<'a> {
    /// New cases, as they are after the whole batch.
    pub(super) cases: Vec<CaseRow<'a>>,
    /// The keys of new cases.
    pub(super) keys: Vec<KeyRow<'a>>,
    /// Cases that were there before, as they are after the whole batch.
    pub(super) moved: Vec<SummaryRow<'a>>,
    /// All events.
    pub(super) events: Vec<EventRow<'a>>,
    /// What must happen outside.
    pub(super) errands: Vec<ErrandRow<'a>>,
    /// Keys of requests.
    pub(super) remembered: Vec<RememberRow<'a>>,
    /// By what a person can be found again.
    pub(super) match_keys: Vec<MatchKeyRow<'a>>,
    /// What authors are to read.
    pub(super) inbox: Vec<InboxRow<'a>>,
}

impl<'a> Rows<'a> {
    /// The rows of what was accepted, in the order in which it was.
    ///
    /// INVARIANT: a case has one row in `cases` or one in `moved`, never one in each, so both may be written by one statement.
    pub(super) fn of(accepted: &[&'a Append]) -> Self {
        let mut rows = Rows::default();
        // The first and the last append to each case.
        let mut spans: BTreeMap<CaseId, (&'a Append, &'a Append)> = BTreeMap::new();
        for append in accepted {
            let (_, last) = spans.entry(append.case).or_insert((append, append));
            *last = append;
            rows.events.extend(event_rows(append));
            rows.errands.extend(errand_rows(append));
            rows.remembered.extend(remember_row(append));
            rows.match_keys.extend(match_key_rows(append));
            rows.inbox.extend(inbox_rows(append));
        }
        for (first, last) in spans.into_values() {
            let Some(summary) = summary_row(first, last) else {
                continue;
            };
            match &first.opened {
                None => rows.moved.push(summary),
                Some(opening) => {
                    rows.keys.push(KeyRow {
                        case: summary.case,
                        provider: summary.provider,
                        wrapped: Bytes(&opening.key.0),
                        master_key: opening.key.parts().0.map(|id| id.to_string()),
                    });
                    rows.cases.push(CaseRow {
                        secret: Bytes(&opening.secret.0),
                        mark: mark(opening.mark),
                        opened_at: first.at.to_string(),
                        summary,
                    });
                }
            }
        }
        rows.remembered.sort_by_key(|row| (row.provider, row.key.0));
        rows
    }
}

/// Bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

/// What changes of a row of `cases` with each append.
#[derive(Debug)]
pub(super) struct SummaryRow<'a> {
    pub(super) provider: &'a str,
    pub(super) case: Bytes<'a>,
    pub(super) seq: i64,
    pub(super) head: Bytes<'a>,
    /// The head that the row has before: the write counts only where it does.
    pub(super) after: Bytes<'a>,
    pub(super) at: String,
    pub(super) contacts: i64,
    pub(super) channel: &'static str,
    pub(super) release: Bytes<'a>,
    pub(super) disposition: Option<&'a str>,
    pub(super) ended: i64,
}

/// A row of `cases`.
#[derive(Debug)]
pub(super) struct CaseRow<'a> {
    pub(super) summary: SummaryRow<'a>,
    pub(super) secret: Bytes<'a>,
    pub(super) mark: &'static str,
    pub(super) opened_at: String,
}

/// A row of `case_keys`.
#[derive(Debug)]
pub(super) struct KeyRow<'a> {
    pub(super) case: Bytes<'a>,
    pub(super) provider: &'a str,
    pub(super) wrapped: Bytes<'a>,
    /// The master key that wraps it, by name.
    pub(super) master_key: Option<String>,
}

/// A row of `events`.
#[derive(Debug)]
pub(super) struct EventRow<'a> {
    pub(super) case: Bytes<'a>,
    pub(super) seq: i64,
    pub(super) provider: &'a str,
    pub(super) event: &'a str,
    pub(super) sealed: Option<Bytes<'a>>,
    pub(super) previous: Bytes<'a>,
    pub(super) hash: Bytes<'a>,
}

/// A row of `outbox`.
#[derive(Debug)]
pub(super) struct ErrandRow<'a> {
    pub(super) provider: &'a str,
    pub(super) case: Bytes<'a>,
    pub(super) seq: i64,
    pub(super) kind: &'static str,
    pub(super) key: &'a str,
    pub(super) payload: &'a str,
    pub(super) at: String,
}

/// A row of `idempotency`.
#[derive(Debug)]
pub(super) struct RememberRow<'a> {
    pub(super) provider: &'a str,
    pub(super) key: Bytes<'a>,
    pub(super) request: Bytes<'a>,
    pub(super) case: Bytes<'a>,
    pub(super) seq: i64,
    pub(super) sealed: Option<Bytes<'a>>,
    pub(super) at: String,
}

/// A row of `match_keys`.
#[derive(Debug)]
pub(super) struct MatchKeyRow<'a> {
    pub(super) provider: &'a str,
    pub(super) case: Bytes<'a>,
    pub(super) seq: i64,
    pub(super) kind: &'static str,
    pub(super) digest: Bytes<'a>,
    pub(super) at: String,
}

/// A row of `inbox_items`.
#[derive(Debug)]
pub(super) struct InboxRow<'a> {
    pub(super) provider: &'a str,
    pub(super) case: Bytes<'a>,
    pub(super) seq: i64,
    pub(super) kind: &'static str,
    pub(super) subject: &'a str,
    pub(super) release: Bytes<'a>,
    pub(super) at: String,
    pub(super) item: ItemName,
}

fn summary_row<'a>(first: &'a Append, append: &'a Append) -> Option<SummaryRow<'a>> {
    let last = append.links.last()?;
    let summary = &append.summary;
    Some(SummaryRow {
        provider: &append.provider.0,
        case: case(append),
        seq: place(last.seq),
        head: Bytes(&last.hash.0),
        after: Bytes(&first.after.hash.0),
        at: append.at.to_string(),
        contacts: i64::from(summary.contacts),
        channel: channel(summary.channel),
        release: Bytes(&summary.release.0),
        disposition: summary.disposition.as_deref(),
        ended: i64::from(summary.ended),
    })
}

fn event_rows(append: &Append) -> impl Iterator<Item = EventRow<'_>> {
    append.links.iter().map(|link| EventRow {
        case: case(append),
        seq: place(link.seq),
        provider: &append.provider.0,
        event: &link.text,
        sealed: link.sealed.as_deref().map(Bytes),
        previous: Bytes(&link.previous.0),
        hash: Bytes(&link.hash.0),
    })
}

fn errand_rows(append: &Append) -> impl Iterator<Item = ErrandRow<'_>> {
    append.errands.iter().map(|errand| ErrandRow {
        provider: &append.provider.0,
        case: case(append),
        seq: place(errand.seq),
        kind: errand.kind,
        key: &errand.key,
        payload: &errand.payload,
        at: append.at.to_string(),
    })
}

fn match_key_rows(append: &Append) -> impl Iterator<Item = MatchKeyRow<'_>> {
    append.match_keys.iter().map(|key| MatchKeyRow {
        provider: &append.provider.0,
        case: case(append),
        seq: place(key.seq),
        kind: key.kind,
        digest: Bytes(&key.digest.0),
        at: append.at.to_string(),
    })
}

fn inbox_rows(append: &Append) -> impl Iterator<Item = InboxRow<'_>> {
    append.inbox.iter().map(|item| InboxRow {
        provider: &append.provider.0,
        case: case(append),
        seq: place(item.seq),
        kind: item.kind,
        subject: &item.subject,
        release: Bytes(&append.summary.release.0),
        at: append.at.to_string(),
        item: ItemName::of(append.case, item.seq),
    })
}

fn remember_row(append: &Append) -> Option<RememberRow<'_>> {
    let remember = append.remember.as_ref()?;
    Some(RememberRow {
        provider: &append.provider.0,
        key: Bytes(&remember.key.0),
        request: Bytes(&remember.request.0),
        case: case(append),
        seq: place(append.links.last()?.seq),
        sealed: remember.sealed.as_deref().map(Bytes),
        at: append.at.to_string(),
    })
}

fn case(append: &Append) -> Bytes<'_> {
    Bytes(append.case.0.as_bytes())
}

/// A place beyond what a database can number is refused there: none is negative.
fn place(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(-1)
}

pub(super) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Desk => "desk",
        Channel::Public => "public",
        Channel::Api => "api",
    }
}

pub(super) fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::Real => "real",
        Mark::Practice => "practice",
        Mark::Test => "test",
    }
}

#[cfg(test)]
mod tests;
