//! Rows that are computed from events, on SQLite.

use async_trait::async_trait;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Row as _, Sqlite, SqliteConnection};

use crate::case::ids::{CaseId, ProviderId};
use crate::service::ports::StoreError;
use crate::service::ports::projections::{Kind, Projections, Row, Rows, Table, Value};
use crate::store::projections::{delete, insert, select, update};
use crate::store::writer::Trouble;

use super::SqliteStore;
use super::error::{from_sqlx, trouble};
use super::transaction::{begin, end};

#[async_trait]
impl Projections for SqliteStore {
    async fn rows(&self, table: &'static Table, case: CaseId) -> Result<Vec<Row>, StoreError> {
        let found = sqlx::query(AssertSqlSafe(select(table, "?")))
            .bind(case.0.as_bytes().to_vec())
            .fetch_all(&self.readers)
            .await
            .map_err(from_sqlx)?;
        found
            .iter()
            .map(|row| {
                let columns = table.columns.iter().enumerate();
                columns
                    .map(|(place, column)| match column.kind {
                        Kind::Integer => row
                            .try_get(place)
                            .map(|read: Option<i64>| read.map(Value::Integer)),
                        Kind::Text => row
                            .try_get(place)
                            .map(|read: Option<String>| read.map(Value::Text)),
                        Kind::Bytes => row
                            .try_get(place)
                            .map(|read: Option<Vec<u8>>| read.map(Value::Bytes)),
                    })
                    .map(|read| read.map(|value| value.unwrap_or(Value::Null)))
                    .collect::<Result<Row, _>>()
                    .map_err(from_sqlx)
            })
            .collect()
    }

    async fn put(
        &self,
        table: &'static Table,
        provider: &ProviderId,
        case: CaseId,
        last: u64,
        rows: Vec<Row>,
    ) -> Result<bool, StoreError> {
        let provider = provider.clone();
        self.writer
            .run(move |connection| {
                let (provider, rows) = (provider.clone(), rows.clone());
                Box::pin(async move {
                    let connection = &mut connection.connection;
                    begin(connection).await?;
                    let put = put(connection, table, (provider, case, last), rows).await;
                    end(connection, put).await
                })
            })
            .await
    }
}

async fn put(
    connection: &mut SqliteConnection,
    table: &'static Table,
    (provider, case, last): (ProviderId, CaseId, u64),
    rows: Vec<Row>,
) -> Result<bool, Trouble> {
    let case = case.0.as_bytes().to_vec();
    let now: Option<i64> = sqlx::query_scalar("SELECT max(seq) FROM events WHERE case_id = ?1")
        .bind(case.clone())
        .fetch_one(&mut *connection)
        .await
        .map_err(trouble)?;
    if now.and_then(|now| u64::try_from(now).ok()) != Some(last) {
        return Ok(false);
    }
    let sql = match table.rows {
        Rows::One => update(table, "?"),
        Rows::Any => {
            sqlx::query(AssertSqlSafe(delete(table, "?")))
                .bind(case.clone())
                .execute(&mut *connection)
                .await
                .map_err(trouble)?;
            insert(table, "?")
        }
    };
    for row in rows {
        let query = row
            .into_iter()
            .fold(sqlx::query(AssertSqlSafe(sql.clone())), bind);
        let query = match table.rows {
            Rows::One => query,
            Rows::Any => query.bind(provider.0.clone()),
        };
        query
            .bind(case.clone())
            .execute(&mut *connection)
            .await
            .map_err(trouble)?;
    }
    Ok(true)
}

fn bind(
    query: Query<'_, Sqlite, SqliteArguments>,
    value: Value,
) -> Query<'_, Sqlite, SqliteArguments> {
    match value {
        Value::Null => query.bind(None::<String>),
        Value::Integer(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Bytes(bytes) => query.bind(bytes),
    }
}
