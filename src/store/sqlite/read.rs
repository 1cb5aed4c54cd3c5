//! Reading the record. Each call is one statement, so each sees one moment.

use sqlx::SqlitePool;

use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{
    Activation, Errand, Remembered, StoreError, StoredCase, StoredRelease,
};
use crate::store::rows::{self, ActivationRow, CaseRow, ErrandRow, ReleaseRow, RememberedRow};

use super::error::from_sqlx;

pub(super) async fn case(
    readers: &SqlitePool,
    provider: &ProviderId,
    case: CaseId,
) -> Result<Option<StoredCase>, StoreError> {
    let found: Vec<CaseRow> = sqlx::query_as(
        "SELECT cases.secret, cases.seq AS case_seq, cases.head, case_keys.wrapped,
                events.seq, events.event, events.sealed, events.previous, events.hash
         FROM cases JOIN events ON events.case_id = cases.case_id LEFT JOIN case_keys ON case_keys.case_id = cases.case_id
         WHERE cases.case_id = ?1 AND cases.provider = ?2 ORDER BY events.seq",
    )
    .bind(case.0.as_bytes().as_slice())
    .bind(&provider.0)
    .fetch_all(readers)
    .await
    .map_err(|error| rows::of_case(from_sqlx(error), case))?;
    rows::case(case, found)
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
