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
    texts: Option<String>,
    seals: Option<String>,
}

/// One row a case: its texts a line each, as no JSON that this program writes holds the end of a line; what is sealed, in hexadecimal
/// digits, a line for each of them too. An array in JSON would have to be written and read once more.
const WALKS: &str = "
    SELECT cases.provider, cases.case_id, cases.release, case_keys.wrapped,
           (SELECT group_concat(event, char(10) ORDER BY seq) FROM events WHERE events.case_id = cases.case_id) AS texts,
           (SELECT group_concat(coalesce(hex(sealed), ''), char(10) ORDER BY seq) FROM events WHERE events.case_id = cases.case_id) AS seals
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
                let events = events(row.texts.as_deref(), row.seals.as_deref());
                rows::walk(row.walk, events)
            })
            .collect()
    }
}

/// `None` where there are not as many texts as there are sealed parts, present or not: a text was changed outside this program.
fn events(texts: Option<&str>, seals: Option<&str>) -> Option<Vec<StoredText>> {
    let texts: Vec<&str> = texts?.split('\n').collect();
    let seals: Vec<&str> = seals?.split('\n').collect();
    if texts.len() != seals.len() {
        return None;
    }
    let event = |(text, sealed): (&str, &str)| {
        let sealed = match sealed {
            "" => None,
            digits => Some(hex::decode(digits).ok()?),
        };
        Some((text.to_owned(), sealed))
    };
    texts.into_iter().zip(seals).map(event).collect()
}
