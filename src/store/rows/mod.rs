//! Rows as they are read back, whatever database they come from, and what they mean.
//!
//! A row that cannot be understood is named and left out where others can be served without it.

use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::batch::Standing;
use crate::case::chain::{Head, Link};
use crate::case::checkpoint::{Checkpoint, Leaf, Signed};
use crate::case::event::Mark;
use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::checkpoints::Unnoted;
use crate::service::ports::heads::StoredHead;
use crate::service::ports::proofs::StoredProof;
use crate::service::ports::{
    Activation, Errand, InboxItem, ItemName, ItemState, Remembered, StoreError, StoredCase,
    StoredRelease, WrappedKey,
};

pub(super) mod privacy;
mod walks;

pub(super) use walks::{WalkRow, walk};

/// A row of `cases`, with the key of the case.
#[derive(FromRow)]
pub(super) struct CaseRow {
    secret: Vec<u8>,
    seq: i64,
    head: Vec<u8>,
    wrapped: Option<Vec<u8>>,
}

/// A row of `events`, without its case.
pub(super) struct EventRow {
    pub(super) seq: i64,
    pub(super) event: String,
    pub(super) sealed: Option<Vec<u8>>,
    pub(super) previous: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

/// A case from its row and all of its events, in order.
///
/// # Errors
/// [`StoreError::Unreadable`], naming the case and the part.
pub(super) fn case(
    case: CaseId,
    row: CaseRow,
    events: impl IntoIterator<Item = EventRow>,
) -> Result<StoredCase, StoreError> {
    let StoredHead { secret, key, head } = head(case, row)?;
    let links = events
        .into_iter()
        .map(|row| {
            let stored = row.seq;
            link(row).ok_or_else(|| unreadable(format!("event {stored} of case {case}")))
        })
        .collect::<Result<_, _>>()?;
    Ok(StoredCase {
        secret,
        key,
        head,
        links,
    })
}

/// Where a case stands, from its row.
///
/// # Errors
/// [`StoreError::Unreadable`], naming the case and the part.
pub(super) fn head(case: CaseId, row: CaseRow) -> Result<StoredHead, StoreError> {
    let of_case = |part: &str| unreadable(format!("{part} of case {case}"));
    Ok(StoredHead {
        secret: hash(&row.secret).ok_or_else(|| of_case("the secret"))?,
        key: row.wrapped.map(WrappedKey),
        head: seq(row.seq)
            .zip(hash(&row.head))
            .map(|(seq, hash)| Head { seq, hash })
            .ok_or_else(|| of_case("the head"))?,
    })
}

fn link(row: EventRow) -> Option<Link> {
    Some(Link {
        seq: seq(row.seq)?,
        text: row.event,
        sealed: row.sealed,
        previous: hash(&row.previous)?,
        hash: hash(&row.hash)?,
    })
}

/// The head of a case.
#[derive(FromRow)]
pub(super) struct HeadRow {
    case_id: Vec<u8>,
    provider: String,
    seq: i64,
    head: Vec<u8>,
    keyed: bool,
}

impl TryFrom<HeadRow> for (CaseId, Standing) {
    type Error = StoreError;

    fn try_from(row: HeadRow) -> Result<Self, StoreError> {
        let case = case_id(&row.case_id).ok_or_else(|| unreadable("the id of a case".into()))?;
        let head = seq(row.seq)
            .zip(hash(&row.head))
            .map(|(seq, hash)| Head { seq, hash })
            .ok_or_else(|| unreadable(format!("the head of case {case}")))?;
        let provider = ProviderId(row.provider);
        let standing = Standing {
            provider,
            head,
            keyed: row.keyed,
        };
        Ok((case, standing))
    }
}

/// A row of `idempotency`.
#[derive(FromRow)]
pub(super) struct RememberedRow {
    provider: String,
    key: Vec<u8>,
    request: Vec<u8>,
    case_id: Vec<u8>,
    seq: i64,
    sealed: Option<Vec<u8>>,
}

impl TryFrom<RememberedRow> for ((ProviderId, Hash), Remembered) {
    type Error = StoreError;

    fn try_from(row: RememberedRow) -> Result<Self, StoreError> {
        let name = format!("the request under key {}", hex::encode(&row.key));
        let read = || {
            let remembered = Remembered {
                request: hash(&row.request)?,
                case: case_id(&row.case_id)?,
                seq: seq(row.seq)?,
                sealed: row.sealed,
            };
            Some(((ProviderId(row.provider), hash(&row.key)?), remembered))
        };
        read().ok_or_else(|| unreadable(name))
    }
}

/// What was done under one key.
///
/// # Errors
/// [`StoreError::Unreadable`], naming the key.
pub(super) fn remembered(row: RememberedRow) -> Result<Remembered, StoreError> {
    <((ProviderId, Hash), Remembered)>::try_from(row).map(|(_, remembered)| remembered)
}

/// A row of `releases`, without its name.
#[derive(FromRow)]
pub(super) struct ReleaseRow {
    language: i64,
    canonical: String,
    kept_at: String,
}

/// A release.
///
/// # Errors
/// [`StoreError::Unreadable`], naming it.
pub(super) fn release(hash: Hash, row: ReleaseRow) -> Result<StoredRelease, StoreError> {
    let name = || unreadable(format!("release {hash}"));
    Ok(StoredRelease {
        hash,
        language: u32::try_from(row.language).map_err(|_| name())?,
        canonical: row.canonical,
        kept_at: row.kept_at.parse().map_err(|_| name())?,
    })
}

/// A report, of when it was made and what it says.
///
/// # Errors
/// [`StoreError::Unreadable`], naming it.
pub(super) fn proof(
    hash: Hash,
    (made_at, report): (String, String),
) -> Result<StoredProof, StoreError> {
    let made_at = made_at
        .parse()
        .map_err(|_| unreadable(format!("the proof of release {hash}")))?;
    Ok(StoredProof {
        hash,
        made_at,
        report,
    })
}

/// A row of `activations`.
#[derive(FromRow)]
pub(super) struct ActivationRow {
    id: i64,
    hash: Vec<u8>,
    activated_at: String,
}

impl TryFrom<ActivationRow> for Activation {
    type Error = StoreError;

    fn try_from(row: ActivationRow) -> Result<Self, StoreError> {
        hash(&row.hash)
            .zip(row.activated_at.parse().ok())
            .map(|(hash, at)| Activation { hash, at })
            .ok_or_else(|| unreadable(format!("activation {}", row.id)))
    }
}

/// A row of `outbox`.
#[derive(FromRow)]
pub(super) struct ErrandRow {
    id: i64,
    case_id: Vec<u8>,
    seq: i64,
    kind: String,
    key: String,
    payload: String,
}

impl TryFrom<ErrandRow> for Errand {
    type Error = StoreError;

    fn try_from(row: ErrandRow) -> Result<Self, StoreError> {
        let (case, seq) = case_id(&row.case_id)
            .zip(seq(row.seq))
            .ok_or_else(|| unreadable(format!("errand {}", row.id)))?;
        Ok(Errand {
            id: row.id,
            case,
            seq,
            kind: row.kind,
            key: row.key,
            payload: row.payload,
        })
    }
}

/// A row of `checkpoint_leaves`.
#[derive(FromRow)]
pub(super) struct LeafRow {
    number: i64,
    case_id: Vec<u8>,
    seq: i64,
    head: Vec<u8>,
}

/// What was noted, and in which checkpoint.
///
/// # Errors
/// [`StoreError::Unreadable`], naming the case.
pub(super) fn leaf(row: LeafRow) -> Result<(u64, Leaf), StoreError> {
    let case = case_id(&row.case_id)
        .ok_or_else(|| unreadable(format!("a case in checkpoint {}", row.number)))?;
    let read = || {
        let head = Head {
            seq: seq(row.seq)?,
            hash: hash(&row.head)?,
        };
        Some((seq(row.number)?, Leaf { case, head }))
    };
    read().ok_or_else(|| {
        unreadable(format!(
            "what checkpoint {} notes of case {case}",
            row.number
        ))
    })
}

/// A row of `checkpoints`.
#[derive(FromRow)]
pub(super) struct CheckpointRow {
    number: i64,
    made_at: String,
    cases: i64,
    leaves: i64,
    root: Vec<u8>,
    previous: Vec<u8>,
    key_id: String,
    signature: Vec<u8>,
}

/// A checkpoint.
///
/// # Errors
/// [`StoreError::Unreadable`], naming it.
pub(super) fn checkpoint(row: CheckpointRow) -> Result<Signed, StoreError> {
    let name = || unreadable(format!("checkpoint {}", row.number));
    let checkpoint = Checkpoint {
        number: seq(row.number).ok_or_else(name)?,
        made_at: row.made_at.parse().map_err(|_| name())?,
        cases: seq(row.cases).ok_or_else(name)?,
        leaves: seq(row.leaves).ok_or_else(name)?,
        root: hash(&row.root).ok_or_else(name)?,
        previous: hash(&row.previous).ok_or_else(name)?,
        key_id: row.key_id,
    };
    Ok(Signed {
        checkpoint,
        signature: row.signature,
    })
}

/// A case whose head may be noted or not.
#[derive(FromRow)]
pub(super) struct UnnotedRow {
    cases: i64,
    is_new: bool,
    provider: String,
    case_id: Vec<u8>,
    seq: i64,
    head: Vec<u8>,
}

/// The new heads among some cases, of which the last one is there whether it is new or not.
///
/// # Errors
/// [`StoreError::Unreadable`], naming the case.
pub(super) fn unnoted(rows: Vec<UnnotedRow>) -> Result<Unnoted, StoreError> {
    let mut unnoted = Unnoted {
        cases: 0,
        last: None,
        heads: Vec::new(),
    };
    for row in rows {
        let case =
            case_id(&row.case_id).ok_or_else(|| unreadable("the id of a case".to_owned()))?;
        unnoted.cases = seq(row.cases).unwrap_or_default();
        unnoted.last = Some(case);
        if row.is_new {
            let head = seq(row.seq)
                .zip(hash(&row.head))
                .map(|(seq, hash)| Head { seq, hash })
                .ok_or_else(|| unreadable(format!("the head of case {case}")))?;
            unnoted
                .heads
                .push((ProviderId(row.provider), Leaf { case, head }));
        }
    }
    Ok(unnoted)
}

/// Those rows of a list that can be read. The others are logged by name and counted: they hold up nobody else.
pub(super) fn readable<R, T, U>(rows: &[R]) -> Vec<U>
where
    R: Row,
    T: for<'r> FromRow<'r, R>,
    U: TryFrom<T, Error = StoreError>,
{
    rows.iter()
        .filter_map(|row| {
            let read = T::from_row(row)
                .map_err(|error| unreadable(error.to_string()))
                .and_then(U::try_from);
            read.inspect_err(|error| {
                metrics::counter!("nhs111_store_unreadable_rows_total").increment(1);
                tracing::error!(error.message = %error, "a row of the record was left out of a list");
            })
            .ok()
        })
        .collect()
}

/// What a failure to read a case means: what cannot be decoded is named with the case.
pub(super) fn of_case(error: StoreError, case: CaseId) -> StoreError {
    match error {
        StoreError::Unreadable { what } => unreadable(format!("{what} of case {case}")),
        error => error,
    }
}

/// What cannot be understood, by name.
pub(super) fn unreadable(what: String) -> StoreError {
    StoreError::Unreadable { what }
}

/// A case and whose it is.
pub(super) fn named_case(
    (provider, stored): (String, Vec<u8>),
) -> Result<(ProviderId, CaseId), StoreError> {
    case_id(&stored)
        .map(|case| (ProviderId(provider), case))
        .ok_or_else(|| unreadable("the id of a case".to_owned()))
}

/// Those of some digests that are whole.
pub(super) fn hashes(stored: &[Vec<u8>]) -> Vec<Hash> {
    stored.iter().filter_map(|stored| hash(stored)).collect()
}

fn seq(stored: i64) -> Option<u64> {
    u64::try_from(stored).ok()
}

pub(super) fn hash(stored: &[u8]) -> Option<Hash> {
    stored.try_into().map(Hash).ok()
}

pub(super) fn case_id(stored: &[u8]) -> Option<CaseId> {
    Uuid::from_slice(stored).map(CaseId).ok()
}

/// An item of the inbox, with what is needed to open its words.
#[derive(FromRow)]
pub(super) struct InboxItemRow {
    item: Vec<u8>,
    case_id: Vec<u8>,
    seq: i64,
    kind: String,
    subject: String,
    release: Vec<u8>,
    at: String,
    mark: String,
    event: String,
    sealed: Option<Vec<u8>>,
    wrapped: Option<Vec<u8>>,
    state: Option<String>,
    who: Option<String>,
    changed_at: Option<String>,
}

impl TryFrom<InboxItemRow> for InboxItem {
    type Error = StoreError;

    fn try_from(row: InboxItemRow) -> Result<Self, StoreError> {
        let name = format!("item {} of the inbox", hex::encode(&row.item));
        let read = || {
            let changed = match (row.who, row.changed_at) {
                (Some(who), Some(at)) => Some((who, at.parse().ok()?)),
                _ => None,
            };
            Some(InboxItem {
                name: ItemName(row.item.as_slice().try_into().ok()?),
                case: case_id(&row.case_id)?,
                seq: seq(row.seq)?,
                kind: row.kind,
                subject: row.subject,
                release: hash(&row.release)?,
                at: row.at.parse().ok()?,
                mark: mark(&row.mark)?,
                event: row.event,
                sealed: row.sealed,
                key: row.wrapped.map(WrappedKey),
                state: match &row.state {
                    Some(state) => ItemState::of_word(state)?,
                    None => ItemState::New,
                },
                changed,
            })
        };
        read().ok_or_else(|| unreadable(name))
    }
}

fn mark(stored: &str) -> Option<Mark> {
    match stored {
        "real" => Some(Mark::Real),
        "practice" => Some(Mark::Practice),
        "test" => Some(Mark::Test),
        _ => None,
    }
}
