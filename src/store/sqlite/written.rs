//! The rows of a batch as SQLite is given them: the values bound as they are, many rows a statement.
//!
//! A statement takes one of a few numbers of rows, so that few texts are prepared, and each once.

use std::sync::LazyLock;

use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection};

use crate::store::batch::{
    CaseRow, ErrandRow, EventRow, InboxRow, KeyRow, MatchKeyRow, RememberRow, Rows, SummaryRow,
};

type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

/// How many rows a statement takes; a batch is made up of these, the larger first.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// The texts of one table, by the places of [`SIZES`].
struct Texts([String; 4]);

impl Texts {
    /// Of rows with so many values, between what stands before and after them.
    fn new(before: &str, values: usize, after: &str) -> Self {
        let row = format!("({})", vec!["?"; values].join(", "));
        Texts(SIZES.map(|size| {
            format!(
                "{before} VALUES {}{after}",
                vec![row.as_str(); size].join(", ")
            )
        }))
    }
}

/// Writes the rows in the transaction that was begun; gives how many were written.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    rows: &Rows<'_>,
) -> Result<u64, sqlx::Error> {
    let mut written = all(connection, &CASES, &rows.cases, case).await?;
    written += all(connection, &KEYS, &rows.keys, key).await?;
    written += all(connection, &MOVED, &rows.moved, summary).await?;
    written += all(connection, &EVENTS, &rows.events, event).await?;
    written += all(connection, &OUTBOX, &rows.errands, errand).await?;
    written += all(connection, &IDEMPOTENCY, &rows.remembered, remember).await?;
    written += all(connection, &MATCH_KEYS, &rows.match_keys, match_key).await?;
    written += all(connection, &INBOX, &rows.inbox, inbox).await?;
    Ok(written)
}

/// How many rows there are to write, all together.
pub(super) fn count(rows: &Rows<'_>) -> u64 {
    let counts = [
        rows.cases.len(),
        rows.keys.len(),
        rows.moved.len(),
        rows.events.len(),
        rows.errands.len(),
        rows.remembered.len(),
        rows.match_keys.len(),
        rows.inbox.len(),
    ];
    counts.iter().map(|count| *count as u64).sum()
}

async fn all<R>(
    connection: &mut SqliteConnection,
    texts: &'static Texts,
    rows: &[R],
    bind: impl for<'q> Fn(Statement<'q>, &'q R) -> Statement<'q>,
) -> Result<u64, sqlx::Error> {
    let (mut rest, mut written) = (rows, 0);
    for (size, text) in SIZES.iter().zip(&texts.0) {
        while let Some((some, others)) = rest.split_at_checked(*size) {
            // The text is this file's own.
            let statement = sqlx::query(AssertSqlSafe(text.as_str()));
            let statement = some.iter().fold(statement, &bind);
            written += statement.execute(&mut *connection).await?.rows_affected();
            rest = others;
            if rest.is_empty() {
                return Ok(written);
            }
        }
    }
    Ok(written)
}

static CASES: LazyLock<Texts> = LazyLock::new(|| {
    let before = "INSERT INTO cases (provider, case_id, seq, head, changed_at, contacts, channel, release, disposition, ended, secret, mark, opened_at)";
    Texts::new(before, 13, "")
});

fn case<'q>(statement: Statement<'q>, row: &'q CaseRow<'_>) -> Statement<'q> {
    state(statement, &row.summary)
        .bind(row.secret.0)
        .bind(row.mark)
        .bind(row.opened_at.as_str())
}

/// What of a case changes.
fn state<'q>(statement: Statement<'q>, row: &'q SummaryRow<'_>) -> Statement<'q> {
    statement
        .bind(row.provider)
        .bind(row.case.0)
        .bind(row.seq)
        .bind(row.head.0)
        .bind(row.at.as_str())
        .bind(row.contacts)
        .bind(row.channel)
        .bind(row.release.0)
        .bind(row.disposition)
        .bind(row.ended)
}

/// Only where the case stands as it was taken to, and its key is there.
static MOVED: LazyLock<Texts> = LazyLock::new(|| {
    let before = "UPDATE cases SET seq = row.column3, head = row.column4, changed_at = row.column5, contacts = row.column6,
                         channel = row.column7, release = row.column8, disposition = row.column9, ended = row.column10 FROM (";
    let after = ") AS row
        WHERE cases.case_id = row.column2 AND cases.head = row.column11 AND cases.provider = row.column1
              AND EXISTS (SELECT 1 FROM case_keys WHERE case_keys.case_id = cases.case_id)";
    Texts::new(before, 11, after)
});

fn summary<'q>(statement: Statement<'q>, row: &'q SummaryRow<'_>) -> Statement<'q> {
    state(statement, row).bind(row.after.0)
}

static KEYS: LazyLock<Texts> = LazyLock::new(|| {
    let before = "INSERT INTO case_keys (case_id, provider, wrapped, master_key)";
    Texts::new(before, 4, "")
});

fn key<'q>(statement: Statement<'q>, row: &'q KeyRow<'_>) -> Statement<'q> {
    statement
        .bind(row.case.0)
        .bind(row.provider)
        .bind(row.wrapped.0)
        .bind(row.master_key.as_deref())
}

static EVENTS: LazyLock<Texts> = LazyLock::new(|| {
    let before = "INSERT INTO events (case_id, seq, provider, event, sealed, previous, hash)";
    Texts::new(before, 7, "")
});

fn event<'q>(statement: Statement<'q>, row: &'q EventRow<'_>) -> Statement<'q> {
    statement
        .bind(row.case.0)
        .bind(row.seq)
        .bind(row.provider)
        .bind(row.event)
        .bind(row.sealed.map(|sealed| sealed.0))
        .bind(row.previous.0)
        .bind(row.hash.0)
}

static OUTBOX: LazyLock<Texts> = LazyLock::new(|| {
    let before = "INSERT INTO outbox (provider, case_id, seq, kind, key, payload, queued_at)";
    Texts::new(before, 7, "")
});

fn errand<'q>(statement: Statement<'q>, row: &'q ErrandRow<'_>) -> Statement<'q> {
    statement
        .bind(row.provider)
        .bind(row.case.0)
        .bind(row.seq)
        .bind(row.kind)
        .bind(row.key)
        .bind(row.payload)
        .bind(row.at.as_str())
}

static IDEMPOTENCY: LazyLock<Texts> = LazyLock::new(|| {
    let before =
        "INSERT INTO idempotency (provider, key, request, case_id, seq, sealed, recorded_at)";
    Texts::new(before, 7, "")
});

fn remember<'q>(statement: Statement<'q>, row: &'q RememberRow<'_>) -> Statement<'q> {
    statement
        .bind(row.provider)
        .bind(row.key.0)
        .bind(row.request.0)
        .bind(row.case.0)
        .bind(row.seq)
        .bind(row.sealed.map(|sealed| sealed.0))
        .bind(row.at.as_str())
}

static MATCH_KEYS: LazyLock<Texts> = LazyLock::new(|| {
    let before = "INSERT INTO match_keys (provider, case_id, seq, kind, digest, at)";
    Texts::new(before, 6, "")
});

fn match_key<'q>(statement: Statement<'q>, row: &'q MatchKeyRow<'_>) -> Statement<'q> {
    statement
        .bind(row.provider)
        .bind(row.case.0)
        .bind(row.seq)
        .bind(row.kind)
        .bind(row.digest.0)
        .bind(row.at.as_str())
}

static INBOX: LazyLock<Texts> = LazyLock::new(|| {
    let before =
        "INSERT INTO inbox_items (provider, case_id, seq, kind, subject, release, at, item)";
    Texts::new(before, 8, "")
});

fn inbox<'q>(statement: Statement<'q>, row: &'q InboxRow<'_>) -> Statement<'q> {
    statement
        .bind(row.provider)
        .bind(row.case.0)
        .bind(row.seq)
        .bind(row.kind)
        .bind(row.subject)
        .bind(row.release.0)
        .bind(row.at.as_str())
        .bind(row.item.0.as_slice())
}
