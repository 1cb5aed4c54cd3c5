//! Whether every case is as it was recorded.
//!
//! The chain of each case is checked against the head recorded beside it, and both against every head that a checkpoint notes, kept in
//! the record or elsewhere. So an edit, a reordering, a gap, a cut tail, a rewritten chain and a missing case are found, and so is a
//! checkpoint that was altered, taken away or signed by somebody else. What is found is told at once, and the check goes on.

use crate::case::chain::{self, BrokenChain};
use crate::case::checkpoint::{Leaf, Signed};
use crate::case::event::{Body, Event};
use crate::case::ids::{CaseId, ProviderId};

use super::ports::checkpoints::{Checkpoints, Verifier};
use super::ports::{Store, StoreError};

mod checkpoints;
mod pages;

use checkpoints::Chain;
use pages::{Cases, Leaves};

/// Heads that a checkpoint notes, one after another; a line that cannot be read is its number.
pub type Noted = Box<dyn Iterator<Item = Result<(u64, Leaf), usize>> + Send>;

/// A checkpoint that was kept elsewhere.
pub struct Given {
    /// Where, for people.
    pub name: String,
    /// What it holds, in order of their numbers.
    pub checkpoints: Vec<Signed>,
    /// The heads that they note, in order of case and event, if they were kept too. A line that cannot be read is its number.
    pub leaves: Option<Noted>,
}

/// How much was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verified {
    /// Cases.
    pub cases: u64,
    /// Their events.
    pub events: u64,
    /// Checkpoints, in the record or kept elsewhere.
    pub checkpoints: u64,
}

/// Something that is not as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Of a case.
    Case(CaseId, CaseFault),
    /// Of a checkpoint.
    Checkpoint(u64, CheckpointFault),
    /// Of what was kept elsewhere: where, and the line.
    File(String, usize),
}

/// What is wrong with a case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaseFault {
    /// Its chain is broken.
    #[error(transparent)]
    Chain(#[from] BrokenChain),
    /// Its events do not end where its recorded head is.
    #[error("ends with event {has}, and {recorded} were recorded")]
    Tail {
        /// The last event there is.
        has: u64,
        /// The recorded head.
        recorded: u64,
    },
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// It is filed under another provider than the one for whom it was opened.
    #[error("is filed under the provider `{filed}` and was opened for `{opened}`")]
    Provider {
        /// Where it is.
        filed: ProviderId,
        /// Where it belongs.
        opened: ProviderId,
    },
    /// It is not there at all.
    #[error("is missing: checkpoint {checkpoint} has it with {seq} events")]
    Missing {
        /// Which checkpoint.
        checkpoint: u64,
        /// Its last event then.
        seq: u64,
    },
    /// It has fewer events than it had.
    #[error("ends with event {has}, and checkpoint {checkpoint} has event {seq} of it")]
    Shorter {
        /// The last event there is.
        has: u64,
        /// Which checkpoint.
        checkpoint: u64,
        /// Its last event then.
        seq: u64,
    },
    /// Its history was written anew.
    #[error("event {seq} is not the one that checkpoint {checkpoint} has")]
    Rewritten {
        /// Which event.
        seq: u64,
        /// Which checkpoint.
        checkpoint: u64,
    },
}

/// What is wrong with a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointFault {
    /// It is not in the record, and one with a higher number is.
    #[error("is missing from the record")]
    Missing,
    /// Its text is not the one that was signed.
    #[error("is not what was signed")]
    Changed,
    /// Its key is not trusted.
    #[error("is signed by the key {0}, which is not trusted")]
    UnknownKey(String),
    /// It does not carry the hash of the one before it.
    #[error("does not follow the checkpoint before it")]
    Unchained,
    /// The heads that are noted for it are not those over which it was signed.
    #[error("the record notes {noted} heads for it, which are not the {signed} that were signed")]
    Heads {
        /// How many there are.
        noted: u64,
        /// How many there were.
        signed: u64,
    },
    /// One that was kept elsewhere is not in the record.
    #[error("is in `{0}` and not in the record")]
    Unknown(String),
    /// One that was kept elsewhere is another in the record.
    #[error("is another in the record than in `{0}`")]
    Other(String),
    /// One that was kept elsewhere is not what was signed.
    #[error("is not what was signed in `{0}`")]
    FileChanged(String),
    /// The heads that were kept elsewhere are not those over which it was signed.
    #[error("the heads kept with `{0}` are not those that were signed")]
    FileHeads(String),
}

impl Finding {
    /// The word that stands for it, for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Finding::Case(_, fault) => match fault {
                CaseFault::Chain(BrokenChain::Changed { .. }) => "event_changed",
                CaseFault::Chain(BrokenChain::OutOfPlace { .. }) => "event_out_of_place",
                CaseFault::Tail { .. } => "tail_cut",
                CaseFault::Unreadable(_) => "case_unreadable",
                CaseFault::Provider { .. } => "other_provider",
                CaseFault::Missing { .. } => "case_missing",
                CaseFault::Shorter { .. } => "case_shorter",
                CaseFault::Rewritten { .. } => "case_rewritten",
            },
            Finding::Checkpoint(_, fault) => match fault {
                CheckpointFault::Missing => "checkpoint_missing",
                CheckpointFault::Changed => "checkpoint_changed",
                CheckpointFault::UnknownKey(_) => "checkpoint_key_unknown",
                CheckpointFault::Unchained => "checkpoint_unchained",
                CheckpointFault::Heads { .. } => "checkpoint_heads_changed",
                CheckpointFault::Unknown(_) => "checkpoint_not_in_record",
                CheckpointFault::Other(_) => "checkpoint_other_in_record",
                CheckpointFault::FileChanged(_) => "file_changed",
                CheckpointFault::FileHeads(_) => "file_heads_changed",
            },
            Finding::File(..) => "file_line",
        }
    }
}

/// Checks the whole record, and tells what is found as it is found.
///
/// # Errors
/// [`StoreError`] if the record cannot be read; that says nothing about the cases.
pub async fn verify(
    store: &dyn Store,
    kept: &dyn Checkpoints,
    trusted: &dyn Verifier,
    given: Vec<Given>,
    tell: &mut (dyn FnMut(Finding) + Send),
) -> Result<Verified, StoreError> {
    let mut verified = Verified::default();
    let mut chain = Chain::read(kept, trusted, given, tell).await?;
    verified.checkpoints = chain.checked();
    let mut cases = Cases::new(store);
    let mut leaves = Leaves::new(kept);
    loop {
        let next = [cases.peek().await?, leaves.peek().await?, chain.peek(tell)];
        let Some(case) = next.into_iter().flatten().min() else {
            break;
        };
        let mut noted = Vec::new();
        while let Some((number, leaf)) = leaves.take(case).await? {
            chain.noted(number, &leaf);
            noted.push((number, leaf));
        }
        chain.take(case, &mut noted, tell);
        noted.sort_by_key(|(number, leaf)| (*number, leaf.head.seq));
        let found = match cases.take(case).await? {
            Some(provider) => {
                verified.cases += 1;
                faults(store, &provider, case, &noted, &mut verified.events).await?
            }
            None => missing(store, case, &noted).await?,
        };
        if let Some(fault) = found {
            tell(Finding::Case(case, fault));
        }
    }
    chain.finish(tell);
    Ok(verified)
}

/// A case of which a head was noted and no row was met. One that began meanwhile is there.
async fn missing(
    store: &dyn Store,
    case: CaseId,
    noted: &[(u64, Leaf)],
) -> Result<Option<CaseFault>, StoreError> {
    if pages::is_there(store, case).await? {
        return Ok(None);
    }
    let longest = noted.iter().max_by_key(|(_, leaf)| leaf.head.seq);
    Ok(longest.map(|(checkpoint, leaf)| CaseFault::Missing {
        checkpoint: *checkpoint,
        seq: leaf.head.seq,
    }))
}

/// What is wrong with a case: with its chain, and with what was noted of it.
async fn faults(
    store: &dyn Store,
    provider: &ProviderId,
    case: CaseId,
    noted: &[(u64, Leaf)],
    events: &mut u64,
) -> Result<Option<CaseFault>, StoreError> {
    let unreadable = |what: String| Ok(Some(CaseFault::Unreadable(what)));
    let stored = match store.case(provider, case).await {
        Ok(Some(stored)) => stored,
        Ok(None) => return unreadable("has no events".to_owned()),
        Err(error @ StoreError::Unreadable { .. }) => return unreadable(error.to_string()),
        Err(error) => return Err(error),
    };
    *events += u64::try_from(stored.links.len()).unwrap_or(u64::MAX);
    let head = match chain::verify(&stored.links) {
        Err(broken) => return Ok(Some(broken.into())),
        Ok(head) => head,
    };
    // The head is recorded with its events, so it is no later than they are.
    if head != stored.head {
        return Ok(Some(CaseFault::Tail {
            has: head.seq,
            recorded: stored.head.seq,
        }));
    }
    for (checkpoint, leaf) in noted {
        let (checkpoint, seq) = (*checkpoint, leaf.head.seq);
        match stored.links.iter().find(|link| link.seq == seq) {
            Some(link) if link.hash == leaf.head.hash => {}
            Some(_) => return Ok(Some(CaseFault::Rewritten { seq, checkpoint })),
            None => {
                return Ok(Some(CaseFault::Shorter {
                    has: head.seq,
                    checkpoint,
                    seq,
                }));
            }
        }
    }
    let opened = stored.links.first().map(|link| Event::read(&link.text));
    Ok(match opened {
        Some(Ok(Event {
            body: Body::Opened {
                provider: opened, ..
            },
            ..
        })) if opened != *provider => Some(CaseFault::Provider {
            filed: provider.clone(),
            opened,
        }),
        _ => None,
    })
}
