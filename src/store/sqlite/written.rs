//! The rows of a batch as SQLite is given them: the values bound as they are, many rows a statement.
//!
//! The statements of all tables are sent together, which is one hop between threads. Each takes a power of two of rows, the last of which
//! may be empty, so that few texts are prepared, and each once.

use std::sync::LazyLock;

use sqlx::error::BoxDynError;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe, SqliteConnection};

use crate::store::batch::{
    CaseRow, ErrandRow, EventRow, InboxRow, KeyRow, MatchKeyRow, RememberRow, Rows, SummaryRow,
};

/// The least and the most rows of one statement: SQLite takes 32,766 values.
const LEAST: usize = 4;
const MOST: usize = 1024;

/// A table that is written.
struct Table {
    /// How many values a row has.
    values: usize,
    /// The texts for 4 rows, for 8, and so on.
    texts: Vec<String>,
}

impl Table {
    fn inserted(into: &str, values: usize) -> Self {
        let before = format!("INSERT INTO {into} SELECT * FROM (");
        Table::new(&before, values, ") WHERE column1 IS NOT NULL")
    }

    fn new(before: &str, values: usize, after: &str) -> Self {
        let row = format!("({})", vec!["?"; values].join(", "));
        let sizes = std::iter::successors(Some(LEAST), |size| Some(size * 2));
        let sizes = sizes.take_while(|size| *size <= MOST);
        let text = |size| {
            let rows = vec![row.as_str(); size].join(", ");
            format!("{before}VALUES {rows}{after};")
        };
        Table {
            values,
            texts: sizes.map(text).collect(),
        }
    }

    /// The text for so many rows or more.
    fn text(&self, rows: usize) -> Option<(usize, &str)> {
        let size = rows.next_power_of_two().max(LEAST);
        let place = size.trailing_zeros().checked_sub(LEAST.trailing_zeros())?;
        let text = self.texts.get(usize::try_from(place).ok()?)?;
        Some((size, text))
    }
}

/// What writes a batch.
pub(super) struct Statements {
    sql: String,
    arguments: SqliteArguments,
    /// How many rows it writes, in all tables.
    pub(super) rows: u64,
}

impl Statements {
    /// Of the rows of a batch.
    ///
    /// # Errors
    /// [`sqlx::Error::Encode`] if a value cannot be given to the database.
    pub(super) fn of(rows: &Rows<'_>) -> Result<Self, sqlx::Error> {
        let mut statements = Statements {
            sql: String::new(),
            arguments: SqliteArguments::default(),
            rows: 0,
        };
        let written = (|| {
            statements.add(&CASES, &rows.cases, case)?;
            statements.add(&KEYS, &rows.keys, key)?;
            statements.add(&MOVED, &rows.moved, summary)?;
            statements.add(&EVENTS, &rows.events, event)?;
            statements.add(&OUTBOX, &rows.errands, errand)?;
            statements.add(&IDEMPOTENCY, &rows.remembered, remember)?;
            statements.add(&MATCH_KEYS, &rows.match_keys, match_key)?;
            statements.add(&INBOX, &rows.inbox, inbox)
        })();
        written.map_err(sqlx::Error::Encode)?;
        Ok(statements)
    }

    fn add<R>(
        &mut self,
        table: &Table,
        rows: &[R],
        bind: impl Fn(&mut SqliteArguments, &R) -> Result<(), BoxDynError>,
    ) -> Result<(), BoxDynError> {
        for some in rows.chunks(MOST) {
            let (size, text) = table.text(some.len()).ok_or("a statement for these rows")?;
            self.sql += text;
            for row in some {
                bind(&mut self.arguments, row)?;
            }
            for _ in 0..(size - some.len()) * table.values {
                self.arguments.add(None::<i64>)?;
            }
            self.rows += some.len() as u64;
        }
        Ok(())
    }

    /// Writes in the transaction that was begun; gives how many rows were written.
    pub(super) async fn write(self, connection: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
        // The texts are this file's own; the values are bound.
        let query = sqlx::query_with(AssertSqlSafe(self.sql), self.arguments);
        Ok(query.execute(connection).await?.rows_affected())
    }
}

static CASES: LazyLock<Table> = LazyLock::new(|| {
    Table::inserted(
        "cases (provider, case_id, seq, head, changed_at, contacts, channel, release, disposition, ended, secret, mark, opened_at)",
        13,
    )
});

fn case(arguments: &mut SqliteArguments, row: &CaseRow<'_>) -> Result<(), BoxDynError> {
    state(arguments, &row.summary)?;
    arguments.add(row.secret.0)?;
    arguments.add(row.mark)?;
    arguments.add(row.opened_at.as_str())
}

/// What of a case changes.
fn state(arguments: &mut SqliteArguments, row: &SummaryRow<'_>) -> Result<(), BoxDynError> {
    arguments.add(row.provider)?;
    arguments.add(row.case.0)?;
    arguments.add(row.seq)?;
    arguments.add(row.head.0)?;
    arguments.add(row.at.as_str())?;
    arguments.add(row.contacts)?;
    arguments.add(row.channel)?;
    arguments.add(row.release.0)?;
    arguments.add(row.disposition)?;
    arguments.add(row.ended)
}

/// Only where the case stands as it was taken to, and its key is there.
static MOVED: LazyLock<Table> = LazyLock::new(|| {
    let before = "UPDATE cases SET seq = row.column3, head = row.column4, changed_at = row.column5, contacts = row.column6,
                         channel = row.column7, release = row.column8, disposition = row.column9, ended = row.column10 FROM (";
    let after = ") AS row
        WHERE cases.case_id = row.column2 AND cases.head = row.column11 AND cases.provider = row.column1
              AND EXISTS (SELECT 1 FROM case_keys WHERE case_keys.case_id = cases.case_id)";
    Table::new(before, 11, after)
});

fn summary(arguments: &mut SqliteArguments, row: &SummaryRow<'_>) -> Result<(), BoxDynError> {
    state(arguments, row)?;
    arguments.add(row.after.0)
}

static KEYS: LazyLock<Table> =
    LazyLock::new(|| Table::inserted("case_keys (case_id, provider, wrapped, master_key)", 4));

fn key(arguments: &mut SqliteArguments, row: &KeyRow<'_>) -> Result<(), BoxDynError> {
    arguments.add(row.case.0)?;
    arguments.add(row.provider)?;
    arguments.add(row.wrapped.0)?;
    arguments.add(row.master_key.as_deref())
}

static EVENTS: LazyLock<Table> = LazyLock::new(|| {
    Table::inserted(
        "events (case_id, seq, provider, event, sealed, previous, hash)",
        7,
    )
});

fn event(arguments: &mut SqliteArguments, row: &EventRow<'_>) -> Result<(), BoxDynError> {
    arguments.add(row.case.0)?;
    arguments.add(row.seq)?;
    arguments.add(row.provider)?;
    arguments.add(row.event)?;
    arguments.add(row.sealed.map(|sealed| sealed.0))?;
    arguments.add(row.previous.0)?;
    arguments.add(row.hash.0)
}

static OUTBOX: LazyLock<Table> = LazyLock::new(|| {
    Table::inserted(
        "outbox (provider, case_id, seq, kind, key, payload, queued_at)",
        7,
    )
});

fn errand(arguments: &mut SqliteArguments, row: &ErrandRow<'_>) -> Result<(), BoxDynError> {
    arguments.add(row.provider)?;
    arguments.add(row.case.0)?;
    arguments.add(row.seq)?;
    arguments.add(row.kind)?;
    arguments.add(row.key)?;
    arguments.add(row.payload)?;
    arguments.add(row.at.as_str())
}

static IDEMPOTENCY: LazyLock<Table> = LazyLock::new(|| {
    Table::inserted(
        "idempotency (provider, key, request, case_id, seq, sealed, recorded_at)",
        7,
    )
});

fn remember(arguments: &mut SqliteArguments, row: &RememberRow<'_>) -> Result<(), BoxDynError> {
    arguments.add(row.provider)?;
    arguments.add(row.key.0)?;
    arguments.add(row.request.0)?;
    arguments.add(row.case.0)?;
    arguments.add(row.seq)?;
    arguments.add(row.sealed.map(|sealed| sealed.0))?;
    arguments.add(row.at.as_str())
}

static MATCH_KEYS: LazyLock<Table> =
    LazyLock::new(|| Table::inserted("match_keys (provider, case_id, seq, kind, digest, at)", 6));

fn match_key(arguments: &mut SqliteArguments, row: &MatchKeyRow<'_>) -> Result<(), BoxDynError> {
    arguments.add(row.provider)?;
    arguments.add(row.case.0)?;
    arguments.add(row.seq)?;
    arguments.add(row.kind)?;
    arguments.add(row.digest.0)?;
    arguments.add(row.at.as_str())
}

static INBOX: LazyLock<Table> = LazyLock::new(|| {
    Table::inserted(
        "inbox_items (provider, case_id, seq, kind, subject, release, at, item)",
        8,
    )
});

fn inbox(arguments: &mut SqliteArguments, row: &InboxRow<'_>) -> Result<(), BoxDynError> {
    arguments.add(row.provider)?;
    arguments.add(row.case.0)?;
    arguments.add(row.seq)?;
    arguments.add(row.kind)?;
    arguments.add(row.subject)?;
    arguments.add(row.release.0)?;
    arguments.add(row.at.as_str())?;
    arguments.add(row.item.0.as_slice())
}
