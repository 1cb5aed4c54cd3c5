//! What PostgreSQL's SQLSTATE codes mean to those who wait for the record. By code, never by message.
//!
//! Codes: <https://www.postgresql.org/docs/15/errcodes-appendix.html>

use std::sync::Arc;

use crate::service::ports::StoreError;
use crate::store::rows::unreadable;
use crate::store::writer::Trouble;

/// What one answer of the server means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Somebody holds a lock for too long, or the server has too much to do.
    Busy,
    /// Two transactions stood in each other's way; the server has rolled this one back.
    Contended,
    /// No room on the disk.
    Full,
    /// A stand-by.
    ReadOnly,
    /// The server stops, starts or has ended this session.
    Gone,
    /// Stored bytes are damaged.
    Damaged,
    /// This statement's rows are refused.
    OfRows,
    /// Anything else.
    Other,
}

/// Unique keys on which two nodes can meet: whoever comes second judges again.
const MET: [&str; 3] = ["cases_pkey", "events_pkey", "idempotency_pkey"];

fn meaning(error: &sqlx::Error) -> Meaning {
    match error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            match code.as_ref() {
                "23505"
                    if database
                        .constraint()
                        .is_some_and(|name| MET.contains(&name)) =>
                {
                    Meaning::Contended
                }
                code => of_code(code),
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed => Meaning::Gone,
        sqlx::Error::PoolTimedOut => Meaning::Busy,
        sqlx::Error::ColumnDecode { .. } => Meaning::Damaged,
        _ => Meaning::Other,
    }
}

fn of_code(code: &str) -> Meaning {
    match code {
        // Lock timeout, statement timeout, too many connections.
        "55P03" | "57014" | "53300" => Meaning::Busy,
        // Serialisation failure, deadlock.
        "40001" | "40P01" => Meaning::Contended,
        "53100" => Meaning::Full,
        "25006" => Meaning::ReadOnly,
        // Administrator, crash, starting up, idle session, transaction idle for too long.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => Meaning::Gone,
        "XX001" | "XX002" => Meaning::Damaged,
        // Class 08: the connection. Class 22 and 23: a value, a constraint.
        code if code.starts_with("08") => Meaning::Gone,
        code if code.starts_with("22") || code.starts_with("23") => Meaning::OfRows,
        _ => Meaning::Other,
    }
}

/// Whether the session has ended, so that what was sent last may have been done or not.
pub(super) fn is_lost(error: &sqlx::Error) -> bool {
    meaning(error) == Meaning::Gone
}

/// Whether a batch was refused because something in it is not as it was taken to be: a case has moved on, or a row is there already.
///
/// The statement that writes a batch divides by nothing where a case is not as expected; nothing else in it divides. What breaks a
/// constraint is judged once more as well: it may do so only because its case is not as expected.
pub(super) fn is_otherwise(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(database) = error else {
        return false;
    };
    let code = database.code().unwrap_or_default();
    code == "22012" || code.starts_with("23") || meaning(error) == Meaning::Contended
}

/// What whoever waits is told.
pub(super) fn from_sqlx(error: sqlx::Error) -> StoreError {
    match (meaning(&error), error) {
        (_, sqlx::Error::PoolClosed) => StoreError::Closed,
        (_, sqlx::Error::ColumnDecode { index, .. }) => unreadable(format!("column {index}")),
        (Meaning::Busy | Meaning::Contended, error) => StoreError::Busy(Arc::new(error)),
        (Meaning::Full, error) => StoreError::Full(Arc::new(error)),
        (Meaning::ReadOnly, error) => StoreError::ReadOnly(Arc::new(error)),
        (Meaning::Gone, error) => StoreError::Gone(Arc::new(error)),
        (Meaning::Damaged, error) => unreadable(error.to_string()),
        (Meaning::OfRows | Meaning::Other, error) => failed(error),
    }
}

/// What is done next about a transaction that failed.
pub(super) fn trouble(error: sqlx::Error) -> Trouble {
    let meaning = meaning(&error);
    let is_lock_timeout = matches!(&error, sqlx::Error::Database(database) if database.code().as_deref() == Some("55P03"));
    let error = from_sqlx(error);
    match meaning {
        Meaning::Contended | Meaning::Gone => Trouble::Again(error),
        // A row that somebody holds is waited for by one case only.
        Meaning::Busy if is_lock_timeout => Trouble::OfOne(error),
        Meaning::OfRows | Meaning::Damaged => Trouble::OfOne(error),
        Meaning::Busy | Meaning::Full | Meaning::ReadOnly | Meaning::Other => Trouble::OfAll(error),
    }
}

/// Any other failure.
pub(super) fn failed(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Failed(Arc::new(error))
}

/// A server that did not answer in time.
pub(super) fn silent() -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(
        std::io::ErrorKind::TimedOut,
        "the database server did not answer in time",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_means_what_the_manual_says() {
        for (code, means) in [
            ("53100", Meaning::Full),
            ("25006", Meaning::ReadOnly),
            ("57P01", Meaning::Gone),
            ("57P03", Meaning::Gone),
            ("08006", Meaning::Gone),
            ("55P03", Meaning::Busy),
            ("57014", Meaning::Busy),
            ("40P01", Meaning::Contended),
            ("23503", Meaning::OfRows),
            ("22021", Meaning::OfRows),
            ("XX001", Meaning::Damaged),
            ("42501", Meaning::Other),
            ("58030", Meaning::Other),
        ] {
            assert_eq!(of_code(code), means, "{code}");
        }
    }
}
