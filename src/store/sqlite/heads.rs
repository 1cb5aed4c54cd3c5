//! Where a case stands, in one row.

use async_trait::async_trait;

use crate::case::ids::{CaseId, ProviderId};
use crate::service::ports::StoreError;
use crate::service::ports::heads::{Heads, StoredHead};
use crate::store::rows::{self, CaseRow};

use super::SqliteStore;
use super::error::from_sqlx;

const HEAD: &str = "
    SELECT cases.secret, cases.seq, cases.head, case_keys.wrapped
    FROM cases LEFT JOIN case_keys ON case_keys.case_id = cases.case_id
    WHERE cases.case_id = ?1 AND cases.provider = ?2";

#[async_trait]
impl Heads for SqliteStore {
    async fn head(
        &self,
        provider: &ProviderId,
        case: CaseId,
    ) -> Result<Option<StoredHead>, StoreError> {
        let row: Option<CaseRow> = sqlx::query_as(HEAD)
            .bind(case.0.as_bytes().as_slice())
            .bind(&provider.0)
            .fetch_optional(&self.readers)
            .await
            .map_err(|error| rows::of_case(from_sqlx(error), case))?;
        row.map(|row| rows::head(case, row)).transpose()
    }
}
