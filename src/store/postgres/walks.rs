//! Many cases at once.

use async_trait::async_trait;
use sqlx::FromRow;

use crate::case::event::Mark;
use crate::case::ids::CaseId;
use crate::service::ports::StoreError;
use crate::service::ports::walks::{StoredWalk, Walks};
use crate::store::batch;
use crate::store::rows::{self, WalkRow};

use super::PostgresStore;
use super::error::from_sqlx;

#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    walk: WalkRow,
    texts: Vec<String>,
    seals: Vec<Option<Vec<u8>>>,
}

/// One row a case, its events an array a column. The page is taken first, so that events are read of its cases only.
const WALKS: &str = "
    SELECT page.provider, page.case_id, page.release, case_keys.wrapped, told.*
    FROM (SELECT provider, case_id, release FROM cases WHERE case_id > $1 AND mark = $2 ORDER BY case_id LIMIT $3) AS page
    LEFT JOIN case_keys ON case_keys.case_id = page.case_id
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(event ORDER BY seq), '{}') AS texts, coalesce(array_agg(sealed ORDER BY seq), '{}') AS seals
        FROM events WHERE events.case_id = page.case_id) AS told
    ORDER BY page.case_id";

#[async_trait]
impl Walks for PostgresStore {
    async fn walks_after(
        &self,
        after: Option<CaseId>,
        mark: Mark,
        limit: u32,
    ) -> Result<Vec<StoredWalk>, StoreError> {
        let after = after.map_or_else(Vec::new, |after| after.0.as_bytes().to_vec());
        let found: Vec<Row> = self
            .read(|| async {
                sqlx::query_as(WALKS)
                    .bind(after.as_slice())
                    .bind(batch::mark(mark))
                    .bind(i64::from(limit))
                    .fetch_all(&self.readers)
                    .await
                    .map_err(from_sqlx)
            })
            .await?;
        found
            .into_iter()
            // INVARIANT: one row of `events` gave one element to each array.
            .map(|row| {
                rows::walk(
                    row.walk,
                    Some(row.texts.into_iter().zip(row.seals).collect()),
                )
            })
            .collect()
    }
}
