//! Rows of master keys, of lists and of tombstones.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::case::event::{Channel, EndReason, Mark};
use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{
    KnownMasterKey, Listed, MasterKeyId, StoreError, Summary, Tombstone, Wrapped, WrappedKey,
};

use super::{case_id, hash, unreadable};

/// A row of `master_keys`.
#[derive(FromRow)]
pub(in crate::store) struct MasterKeyRow {
    key_id: String,
    proof: Vec<u8>,
    since: String,
}

impl TryFrom<MasterKeyRow> for KnownMasterKey {
    type Error = StoreError;

    fn try_from(row: MasterKeyRow) -> Result<Self, StoreError> {
        let name = || unreadable(format!("master key {}", row.key_id));
        Ok(KnownMasterKey {
            id: row.key_id.parse().map_err(|_| name())?,
            since: row.since.parse().map_err(|_| name())?,
            proof: WrappedKey(row.proof),
        })
    }
}

/// Keys of cases, counted by master key.
#[derive(FromRow)]
pub(in crate::store) struct WrappedRow {
    master_key: Option<String>,
    cases: i64,
}

impl TryFrom<WrappedRow> for Wrapped {
    type Error = StoreError;

    fn try_from(row: WrappedRow) -> Result<Self, StoreError> {
        let under = row
            .master_key
            .map(|id| id.parse::<MasterKeyId>())
            .transpose();
        Ok(Wrapped {
            under: under.map_err(|_| unreadable("the name of a master key".to_owned()))?,
            cases: row.cases.unsigned_abs(),
        })
    }
}

/// A row of `case_keys`.
#[derive(FromRow)]
pub(in crate::store) struct CaseKeyRow {
    case_id: Vec<u8>,
    wrapped: Vec<u8>,
}

impl TryFrom<CaseKeyRow> for (CaseId, WrappedKey) {
    type Error = StoreError;

    fn try_from(row: CaseKeyRow) -> Result<Self, StoreError> {
        case_id(&row.case_id)
            .map(|case| (case, WrappedKey(row.wrapped)))
            .ok_or_else(|| unreadable("the id of a case".to_owned()))
    }
}

/// What lists show of a row of `cases`.
#[derive(FromRow)]
pub(in crate::store) struct ListedRow {
    provider: String,
    case_id: Vec<u8>,
    mark: String,
    contacts: i64,
    channel: String,
    release: Vec<u8>,
    disposition: Option<String>,
    ended: i64,
}

impl TryFrom<ListedRow> for Listed {
    type Error = StoreError;

    fn try_from(row: ListedRow) -> Result<Self, StoreError> {
        let case =
            case_id(&row.case_id).ok_or_else(|| unreadable("the id of a case".to_owned()))?;
        let read = || {
            Some(Listed {
                provider: ProviderId(row.provider),
                case,
                mark: mark(&row.mark)?,
                summary: Summary {
                    contacts: u32::try_from(row.contacts).ok()?,
                    channel: channel(&row.channel)?,
                    release: hash(&row.release)?,
                    disposition: row.disposition,
                    ended: row.ended != 0,
                },
            })
        };
        read().ok_or_else(|| unreadable(format!("the row of case {case}")))
    }
}

/// A row of `tombstones`.
#[derive(FromRow)]
pub(in crate::store) struct TombstoneRow {
    case_id: Vec<u8>,
    provider: String,
    at: String,
    reason: String,
}

impl TryFrom<TombstoneRow> for Tombstone {
    type Error = StoreError;

    fn try_from(row: TombstoneRow) -> Result<Self, StoreError> {
        let read = || {
            Some(Tombstone {
                case: case_id(&row.case_id)?,
                provider: ProviderId(row.provider),
                at: row.at.parse::<Timestamp>().ok()?,
                reason: EndReason::of_code(&row.reason)?,
            })
        };
        read().ok_or_else(|| unreadable("a tombstone".to_owned()))
    }
}

/// The key of a row of `idempotency`.
///
/// # Errors
/// [`StoreError::Unreadable`].
pub(in crate::store) fn request_key(
    (provider, key): (String, Vec<u8>),
) -> Result<(ProviderId, Hash), StoreError> {
    hash(&key)
        .map(|key| (ProviderId(provider), key))
        .ok_or_else(|| unreadable("the key of a request".to_owned()))
}

fn mark(word: &str) -> Option<Mark> {
    [Mark::Real, Mark::Practice, Mark::Test]
        .into_iter()
        .find(|mark| crate::store::batch::mark(*mark) == word)
}

fn channel(word: &str) -> Option<Channel> {
    [Channel::Desk, Channel::Public, Channel::Api]
        .into_iter()
        .find(|channel| crate::store::batch::channel(*channel) == word)
}
