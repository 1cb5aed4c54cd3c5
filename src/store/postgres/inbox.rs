//! What authors are to read.

use async_trait::async_trait;
use sqlx::PgPool;

use crate::case::ids::ProviderId;
use crate::service::ports::{
    Inbox, InboxItem, InboxQuery, ItemName, ItemState, OfCases, StateChange, StoreError,
};
use crate::store::rows::{self, InboxItemRow};
use crate::store::writer::Trouble;

use super::PostgresStore;
use super::error::from_sqlx;
use super::transaction::Session;

#[async_trait]
impl Inbox for PostgresStore {
    async fn items(
        &self,
        provider: &ProviderId,
        query: &InboxQuery,
    ) -> Result<Vec<InboxItem>, StoreError> {
        self.read(|| items(&self.readers, provider, query)).await
    }

    async fn set_state(
        &self,
        provider: &ProviderId,
        item: ItemName,
        change: &StateChange,
    ) -> Result<bool, StoreError> {
        let (provider, change) = (provider.clone(), change.clone());
        self.writer
            .run(move |session| {
                Box::pin(set_state(session, provider.clone(), item, change.clone()))
            })
            .await
    }
}

async fn items(
    readers: &PgPool,
    provider: &ProviderId,
    query: &InboxQuery,
) -> Result<Vec<InboxItem>, StoreError> {
    let found = sqlx::query(ITEMS)
        .bind(&provider.0)
        .bind(query.only.as_ref().map(|name| name.0.as_slice()))
        .bind(query.kind.as_deref())
        .bind(query.state.map(ItemState::word))
        .bind(query.cases == OfCases::All)
        .bind(query.before.as_ref().map(|name| name.0.as_slice()))
        .bind(i64::from(query.limit))
        .fetch_all(readers)
        .await
        .map_err(from_sqlx)?;
    Ok(rows::readable::<_, InboxItemRow, _>(&found))
}

async fn set_state(
    session: &mut Session,
    provider: ProviderId,
    item: ItemName,
    change: StateChange,
) -> Result<bool, Trouble> {
    session
        .with(|connection| {
            Box::pin(async move {
                sqlx::query(SET_STATE)
                    .bind(provider.0)
                    .bind(item.0.as_slice())
                    .bind(change.state.word())
                    .bind(change.who)
                    .bind(change.at.to_string())
                    .execute(connection)
                    .await
                    .map(|done| done.rows_affected() > 0)
            })
        })
        .await
}

const ITEMS: &str = "
    SELECT items.item, items.case_id, items.seq, items.kind, items.subject, items.release, items.at, cases.mark, events.event,
           events.sealed, case_keys.wrapped, states.state, states.who, states.at AS changed_at
    FROM inbox_items AS items
    JOIN cases ON cases.case_id = items.case_id
    JOIN events ON events.case_id = items.case_id AND events.seq = items.seq
    LEFT JOIN case_keys ON case_keys.case_id = items.case_id
    LEFT JOIN inbox_states AS states ON states.item = items.item
    WHERE items.provider = $1::text
      AND ($2::bytea IS NULL OR items.item = $2::bytea)
      AND ($3::text IS NULL OR items.kind = $3::text)
      AND ($4::text IS NULL OR coalesce(states.state, 'new') = $4::text)
      AND ($5::boolean OR cases.mark = 'real')
      AND ($6::bytea IS NULL OR (items.at, items.case_id, items.seq) <
           (SELECT mark.at, mark.case_id, mark.seq FROM inbox_items AS mark WHERE mark.provider = $1::text AND mark.item = $6::bytea))
    ORDER BY items.at DESC, items.case_id DESC, items.seq DESC LIMIT $7::bigint";

const SET_STATE: &str = "
    INSERT INTO inbox_states (item, provider, state, who, at)
    SELECT items.item, items.provider, $3::text, $4::text, $5::text FROM inbox_items AS items
    WHERE items.provider = $1::text AND items.item = $2::bytea
    ON CONFLICT (item) DO UPDATE SET state = excluded.state, who = excluded.who, at = excluded.at";
