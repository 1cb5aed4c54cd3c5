//! Rows that are computed from events, on PostgreSQL.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Postgres, Row as _};

use crate::case::ids::{CaseId, ProviderId};
use crate::service::ports::StoreError;
use crate::service::ports::projections::{Column, Kind, Projections, Row, Rows, Table, Value};
use crate::store::projections::{delete, insert, select, update};

use super::PostgresStore;
use super::error::from_sqlx;

#[async_trait]
impl Projections for PostgresStore {
    async fn rows(&self, table: &'static Table, case: CaseId) -> Result<Vec<Row>, StoreError> {
        self.read(|| async {
            let found = sqlx::query(AssertSqlSafe(select(table, "$")))
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
        })
        .await
    }

    async fn put(
        &self,
        table: &'static Table,
        provider: &ProviderId,
        case: CaseId,
        last: u64,
        rows: Vec<Row>,
    ) -> Result<bool, StoreError> {
        let (provider, rows) = (provider.clone(), Arc::new(rows));
        self.writer
            .run(move |session| {
                let (provider, rows) = (provider.clone(), rows.clone());
                Box::pin(session.with(move |connection| {
                    Box::pin(
                        async move { put(connection, table, (&provider, case, last), &rows).await },
                    )
                }))
            })
            .await
    }
}

async fn put(
    connection: &mut PgConnection,
    table: &'static Table,
    (provider, case, last): (&ProviderId, CaseId, u64),
    rows: &[Row],
) -> Result<bool, sqlx::Error> {
    let case = case.0.as_bytes().as_slice();
    let mut transaction = connection.begin().await?;
    // Whoever appends holds this row, so nobody does until the end.
    sqlx::query("SELECT 1 FROM cases WHERE case_id = $1 FOR NO KEY UPDATE")
        .bind(case)
        .execute(&mut *transaction)
        .await?;
    let now: Option<i64> = sqlx::query_scalar("SELECT max(seq) FROM events WHERE case_id = $1")
        .bind(case)
        .fetch_one(&mut *transaction)
        .await?;
    if now.and_then(|now| u64::try_from(now).ok()) != Some(last) {
        return Ok(false);
    }
    let sql = match table.rows {
        Rows::One => update(table, "$"),
        Rows::Any => {
            sqlx::query(AssertSqlSafe(delete(table, "$")))
                .bind(case)
                .execute(&mut *transaction)
                .await?;
            insert(table, "$")
        }
    };
    for row in rows {
        let query = row
            .iter()
            .zip(table.columns)
            .fold(sqlx::query(AssertSqlSafe(sql.clone())), bind);
        let query = match table.rows {
            Rows::One => query,
            Rows::Any => query.bind(provider.0.clone()),
        };
        query.bind(case).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(true)
}

/// Nothing is bound as the type of its column, or the server would not take it.
fn bind<'q>(
    query: Query<'q, Postgres, PgArguments>,
    (value, column): (&Value, &Column),
) -> Query<'q, Postgres, PgArguments> {
    match (value, column.kind) {
        (Value::Null, Kind::Integer) => query.bind(None::<i64>),
        (Value::Null, Kind::Text) => query.bind(None::<String>),
        (Value::Null, Kind::Bytes) => query.bind(None::<Vec<u8>>),
        (Value::Integer(number), _) => query.bind(*number),
        (Value::Text(text), _) => query.bind(text.clone()),
        (Value::Bytes(bytes), _) => query.bind(bytes.clone()),
    }
}
