//! Reading the record. Each call is one statement, so each sees one moment.

use sqlx::{FromRow, SqlitePool};

use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{
    Activation, Errand, Remembered, StoreError, StoredCase, StoredRelease,
};
use crate::store::rows::{
    self, ActivationRow, CaseRow, ErrandRow, EventRow, ReleaseRow, RememberedRow,
};

use super::error::from_sqlx;

#[derive(FromRow)]
struct WholeCaseRow {
    #[sqlx(flatten)]
    case: CaseRow,
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
    let row: Option<WholeCaseRow> = sqlx::query_as(CASE)
        .bind(case.0.as_bytes().as_slice())
        .bind(&provider.0)
        .fetch_optional(readers)
        .await
        .map_err(|error| rows::of_case(from_sqlx(error), case))?;
    row.map(|row| {
        let events: Vec<EventItem> = serde_json::from_str(&row.events)
            .map_err(|_| rows::unreadable(format!("the events of case {case}")))?;
        rows::case(case, row.case, events.into_iter().map(event))
    })
    .transpose()
}

fn event((seq, event, sealed, previous, hash): EventItem) -> EventRow {
    // INVARIANT: SQLite wrote the digits, so they decode.
    let bytes = |digits: &str| hex::decode(digits).unwrap_or_default();
    EventRow {
        seq,
        event,
        sealed: sealed.as_deref().map(bytes),
        previous: bytes(&previous),
        hash: bytes(&hash),
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
    row.map(rows::remembered).transpose()
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
    row.map(|row| rows::release(hash, row)).transpose()
}

pub(super) async fn activations(
    readers: &SqlitePool,
    provider: &ProviderId,
    limit: u32,
) -> Result<Vec<Activation>, StoreError> {
    let found = sqlx::query(
        "SELECT id, hash, activated_at FROM activations WHERE provider = ?1 ORDER BY id DESC LIMIT ?2",
    )
    .bind(&provider.0)
    .bind(limit)
    .fetch_all(readers)
    .await
    .map_err(from_sqlx)?;
    Ok(rows::readable::<_, ActivationRow, _>(&found))
}

pub(super) async fn waiting(
    readers: &SqlitePool,
    provider: &ProviderId,
    limit: u32,
) -> Result<Vec<Errand>, StoreError> {
    let found = sqlx::query(
        "SELECT id, case_id, seq, kind, key, payload FROM outbox
         WHERE provider = ?1 AND delivered_at IS NULL ORDER BY id LIMIT ?2",
    )
    .bind(&provider.0)
    .bind(limit)
    .fetch_all(readers)
    .await
    .map_err(from_sqlx)?;
    Ok(rows::readable::<_, ErrandRow, _>(&found))
}

pub(super) async fn cases_after(
    readers: &SqlitePool,
    after: Option<CaseId>,
    limit: u32,
) -> Result<Vec<(ProviderId, CaseId)>, StoreError> {
    let after = after.map_or_else(Vec::new, |after| after.0.as_bytes().to_vec());
    let found: Vec<(String, Vec<u8>)> = sqlx::query_as(
        "SELECT provider, case_id FROM cases WHERE case_id > ?1 ORDER BY case_id LIMIT ?2",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(readers)
    .await
    .map_err(from_sqlx)?;
    found.into_iter().map(rows::named_case).collect()
}
