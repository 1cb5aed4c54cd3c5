//! Reading the record. Each call is one statement, so each sees one moment.

use sqlx::{FromRow, SqlitePool};
use uuid::Uuid;

use crate::case::chain::{Head, Link};
use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{
    Activation, Errand, Remembered, StoreError, StoredCase, StoredRelease, WrappedKey,
};

use super::error::from_sqlx;

#[derive(FromRow)]
struct CaseRow {
    secret: Vec<u8>,
    seq: i64,
    head: Vec<u8>,
    wrapped: Option<Vec<u8>>,
    events: String,
}

/// An event in [`CASE`]: its place, its text, and in hexadecimal digits what was sealed, the hash before it and its own.
type EventItem = (i64, String, Option<String>, String, String);

/// The whole case is one row: each row of its own would cost a hop between threads, and a case has dozens of events.
const CASE: &str = "
    SELECT cases.secret, cases.seq, cases.head, case_keys.wrapped,
           (SELECT json_group_array(
                       json_array(seq, event, iif(sealed IS NULL, NULL, hex(sealed)), hex(previous), hex(hash)) ORDER BY seq)
            FROM events WHERE events.case_id = cases.case_id) AS events
    FROM cases LEFT JOIN case_keys ON case_keys.case_id = cases.case_id
    WHERE cases.case_id = ?1 AND cases.provider = ?2";

pub(super) async fn case(
    readers: &SqlitePool,
    provider: &ProviderId,
    case: CaseId,
) -> Result<Option<StoredCase>, StoreError> {
    let row: Option<CaseRow> = sqlx::query_as(CASE)
        .bind(case.0.as_bytes().as_slice())
        .bind(&provider.0)
        .fetch_optional(readers)
        .await
        .map_err(from_sqlx)?;
    row.map(stored).transpose().map_err(from_sqlx)
}

fn stored(row: CaseRow) -> Result<StoredCase, sqlx::Error> {
    let events: Vec<EventItem> =
        serde_json::from_str(&row.events).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(StoredCase {
        secret: hash(&row.secret)?,
        key: row.wrapped.map(WrappedKey),
        head: Head {
            seq: seq(row.seq)?,
            hash: hash(&row.head)?,
        },
        links: events.into_iter().map(link).collect::<Result<_, _>>()?,
    })
}

fn link((place, text, sealed, previous, own): EventItem) -> Result<Link, sqlx::Error> {
    Ok(Link {
        seq: seq(place)?,
        text,
        sealed: sealed.as_deref().map(bytes).transpose()?,
        previous: hash(&bytes(&previous)?)?,
        hash: hash(&bytes(&own)?)?,
    })
}

fn bytes(digits: &str) -> Result<Vec<u8>, sqlx::Error> {
    hex::decode(digits).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

#[derive(FromRow)]
pub(super) struct RememberedRow {
    pub(super) provider: String,
    pub(super) key: Vec<u8>,
    request: Vec<u8>,
    case_id: Vec<u8>,
    seq: i64,
    sealed: Option<Vec<u8>>,
}

impl TryFrom<RememberedRow> for Remembered {
    type Error = sqlx::Error;

    fn try_from(row: RememberedRow) -> Result<Self, sqlx::Error> {
        Ok(Remembered {
            request: hash(&row.request)?,
            case: case_id(&row.case_id)?,
            seq: seq(row.seq)?,
            sealed: row.sealed,
        })
    }
}

pub(super) async fn remembered(
    readers: &SqlitePool,
    provider: &ProviderId,
    key: Hash,
) -> Result<Option<Remembered>, StoreError> {
    let row: Option<RememberedRow> =
        sqlx::query_as("SELECT provider, key, request, case_id, seq, sealed FROM idempotency WHERE provider = ?1 AND key = ?2")
            .bind(&provider.0)
            .bind(key.0.as_slice())
            .fetch_optional(readers)
            .await
            .map_err(from_sqlx)?;
    row.map(TryInto::try_into).transpose().map_err(from_sqlx)
}

#[derive(FromRow)]
struct ReleaseRow {
    language: u32,
    canonical: String,
    kept_at: String,
}

pub(super) async fn release(
    readers: &SqlitePool,
    hash: Hash,
) -> Result<Option<StoredRelease>, StoreError> {
    let row: Option<ReleaseRow> =
        sqlx::query_as("SELECT language, canonical, kept_at FROM releases WHERE hash = ?1")
            .bind(hash.0.as_slice())
            .fetch_optional(readers)
            .await
            .map_err(from_sqlx)?;
    row.map(|row| {
        Ok(StoredRelease {
            hash,
            language: row.language,
            canonical: row.canonical,
            kept_at: time(&row.kept_at)?,
        })
    })
    .transpose()
}

#[derive(FromRow)]
struct ActivationRow {
    hash: Vec<u8>,
    activated_at: String,
}

pub(super) async fn activations(
    readers: &SqlitePool,
    provider: &ProviderId,
    limit: u32,
) -> Result<Vec<Activation>, StoreError> {
    let rows: Vec<ActivationRow> = sqlx::query_as(
        "SELECT hash, activated_at FROM activations WHERE provider = ?1 ORDER BY id DESC LIMIT ?2",
    )
    .bind(&provider.0)
    .bind(limit)
    .fetch_all(readers)
    .await
    .map_err(from_sqlx)?;
    rows.into_iter()
        .map(|row| {
            Ok(Activation {
                hash: hash(&row.hash).map_err(from_sqlx)?,
                at: time(&row.activated_at)?,
            })
        })
        .collect()
}

#[derive(FromRow)]
struct ErrandRow {
    id: i64,
    case_id: Vec<u8>,
    seq: i64,
    kind: String,
    key: String,
    payload: String,
}

pub(super) async fn waiting(
    readers: &SqlitePool,
    provider: &ProviderId,
    limit: u32,
) -> Result<Vec<Errand>, StoreError> {
    let rows: Vec<ErrandRow> = sqlx::query_as(
        "SELECT id, case_id, seq, kind, key, payload FROM outbox
         WHERE provider = ?1 AND delivered_at IS NULL ORDER BY id LIMIT ?2",
    )
    .bind(&provider.0)
    .bind(limit)
    .fetch_all(readers)
    .await
    .map_err(from_sqlx)?;
    rows.into_iter()
        .map(|row| {
            let seq = seq(row.seq).map_err(from_sqlx)?;
            let case = case_id(&row.case_id).map_err(from_sqlx)?;
            Ok(Errand {
                id: row.id,
                case,
                seq,
                kind: row.kind,
                key: row.key,
                payload: row.payload,
            })
        })
        .collect()
}

/// A place in a case.
pub(super) fn seq(stored: i64) -> Result<u64, sqlx::Error> {
    u64::try_from(stored).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// 32 bytes.
pub(super) fn hash(stored: &[u8]) -> Result<Hash, sqlx::Error> {
    stored
        .try_into()
        .map(Hash)
        .map_err(|error: std::array::TryFromSliceError| sqlx::Error::Decode(Box::new(error)))
}

/// A case.
pub(super) fn case_id(stored: &[u8]) -> Result<CaseId, sqlx::Error> {
    Uuid::from_slice(stored)
        .map(CaseId)
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

fn time(stored: &str) -> Result<jiff::Timestamp, StoreError> {
    stored
        .parse()
        .map_err(|_| StoreError::Unreadable { what: "a time" })
}
