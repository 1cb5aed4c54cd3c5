//! Many cases at once.

use async_trait::async_trait;
use sqlx::FromRow;

use crate::case::event::Mark;
use crate::case::ids::CaseId;
use crate::service::ports::StoreError;
use crate::service::ports::walks::{StoredText, StoredWalk, Walks};
use crate::store::batch;
use crate::store::rows::{self, WalkRow};

use super::SqliteStore;
use super::error::from_sqlx;

#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    walk: WalkRow,
    events: Option<String>,
}

/// One row a case: a line an event, its text and after a tab what is sealed in hexadecimal digits. No JSON that this program writes holds
/// the end of a line or a tab; an array in JSON would have to be written and read once more.
///
/// The events of a case lie in their order; asked for that order within the aggregate, SQLite would sort a copy of them all. Whoever makes
/// a case of them checks the order.
const WALKS: &str = "
    SELECT cases.provider, cases.case_id, cases.release, case_keys.wrapped,
           (SELECT group_concat(line, char(10)) FROM (
                SELECT event || char(9) || coalesce(hex(sealed), '') AS line
                FROM events WHERE events.case_id = cases.case_id ORDER BY seq)) AS events
    FROM cases LEFT JOIN case_keys ON case_keys.case_id = cases.case_id
    WHERE cases.case_id > ?1 AND cases.mark = ?2 ORDER BY cases.case_id LIMIT ?3";

#[async_trait]
impl Walks for SqliteStore {
    async fn walks_after(
        &self,
        after: Option<CaseId>,
        mark: Mark,
        limit: u32,
    ) -> Result<Vec<StoredWalk>, StoreError> {
        let after = after.map_or_else(Vec::new, |after| after.0.as_bytes().to_vec());
        let found: Vec<Row> = sqlx::query_as(WALKS)
            .bind(after)
            .bind(batch::mark(mark))
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(from_sqlx)?;
        found
            .into_iter()
            .map(|row| {
                let events = row.events.as_deref().and_then(events);
                rows::walk(row.walk, events)
            })
            .collect()
    }
}

/// `None` where a line is no text with its sealed part: it was changed outside this program.
fn events(lines: &str) -> Option<Vec<StoredText>> {
    let event = |line: &str| {
        let (text, sealed) = line.split_once('\t')?;
        let sealed = match sealed {
            "" => None,
            digits => Some(hex::decode(digits).ok()?),
        };
        Some((text.to_owned(), sealed))
    };
    lines.split('\n').map(event).collect()
}
