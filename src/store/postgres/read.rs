//! Reading the record. Each call is one statement, so each sees one moment.

use sqlx::{FromRow, PgPool};

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
    places: Vec<i64>,
    texts: Vec<String>,
    seals: Vec<Option<Vec<u8>>>,
    previous: Vec<Vec<u8>>,
    hashes: Vec<Vec<u8>>,
}

/// The whole case is one row, its events an array a column.
const CASE: &str = "
    SELECT cases.secret, cases.seq, cases.head, case_keys.wrapped, told.*
    FROM cases LEFT JOIN case_keys ON case_keys.case_id = cases.case_id
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(seq ORDER BY seq), '{}') AS places, coalesce(array_agg(event ORDER BY seq), '{}') AS texts,
               coalesce(array_agg(sealed ORDER BY seq), '{}') AS seals, coalesce(array_agg(previous ORDER BY seq), '{}') AS previous,
               coalesce(array_agg(hash ORDER BY seq), '{}') AS hashes
        FROM events WHERE events.case_id = cases.case_id) AS told
    WHERE cases.case_id = $1 AND cases.provider = $2";

pub(super) async fn case(
    readers: &PgPool,
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
        // INVARIANT: one row of `events` gave one element to each array.
        let chain = row.previous.into_iter().zip(row.hashes);
        let told = row.places.into_iter().zip(row.texts).zip(row.seals);
        let events = told
            .zip(chain)
            .map(|(((seq, event), sealed), (previous, hash))| EventRow {
                seq,
                event,
                sealed,
                previous,
                hash,
            });
        rows::case(case, row.case, events)
    })
    .transpose()
}

pub(super) async fn remembered(
    readers: &PgPool,
    provider: &ProviderId,
    key: Hash,
) -> Result<Option<Remembered>, StoreError> {
    let row: Option<RememberedRow> =
        sqlx::query_as("SELECT provider, key, request, case_id, seq, sealed FROM idempotency WHERE provider = $1 AND key = $2")
            .bind(&provider.0)
            .bind(key.0.as_slice())
            .fetch_optional(readers)
            .await
            .map_err(from_sqlx)?;
    row.map(rows::remembered).transpose()
}

pub(super) async fn release(
    readers: &PgPool,
    hash: Hash,
) -> Result<Option<StoredRelease>, StoreError> {
    let row: Option<ReleaseRow> =
        sqlx::query_as("SELECT language, canonical, kept_at FROM releases WHERE hash = $1")
            .bind(hash.0.as_slice())
            .fetch_optional(readers)
            .await
            .map_err(from_sqlx)?;
    row.map(|row| rows::release(hash, row)).transpose()
}

pub(super) async fn activations(
    readers: &PgPool,
    provider: &ProviderId,
    limit: u32,
) -> Result<Vec<Activation>, StoreError> {
    let found = sqlx::query(
        "SELECT id, hash, activated_at FROM activations WHERE provider = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(&provider.0)
    .bind(i64::from(limit))
    .fetch_all(readers)
    .await
    .map_err(from_sqlx)?;
    Ok(rows::readable::<_, ActivationRow, _>(&found))
}

pub(super) async fn waiting(
    readers: &PgPool,
    provider: &ProviderId,
    limit: u32,
) -> Result<Vec<Errand>, StoreError> {
    let found = sqlx::query(
        "SELECT id, case_id, seq, kind, key, payload FROM outbox
         WHERE provider = $1 AND delivered_at IS NULL ORDER BY id LIMIT $2",
    )
    .bind(&provider.0)
    .bind(i64::from(limit))
    .fetch_all(readers)
    .await
    .map_err(from_sqlx)?;
    Ok(rows::readable::<_, ErrandRow, _>(&found))
}

pub(super) async fn ready(readers: &PgPool) -> Result<(), StoreError> {
    sqlx::query("SELECT 1")
        .execute(readers)
        .await
        .map(|_| ())
        .map_err(from_sqlx)
}

pub(super) async fn cases_after(
    readers: &PgPool,
    after: Option<CaseId>,
    limit: u32,
) -> Result<Vec<(ProviderId, CaseId)>, StoreError> {
    let after = after.map_or_else(Vec::new, |after| after.0.as_bytes().to_vec());
    let found: Vec<(String, Vec<u8>)> = sqlx::query_as(
        "SELECT provider, case_id FROM cases WHERE case_id > $1 ORDER BY case_id LIMIT $2",
    )
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(readers)
    .await
    .map_err(from_sqlx)?;
    found.into_iter().map(rows::named_case).collect()
}
