//! What SQLite's result codes mean to those who wait for the record.

use std::sync::Arc;

use crate::service::ports::StoreError;
use crate::store::rows::unreadable;
use crate::store::writer::Trouble;

const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
const SQLITE_READONLY: u32 = 8;
const SQLITE_FULL: u32 = 13;
const SQLITE_CANTOPEN: u32 = 14;

/// By result code, never by message.
pub(super) fn from_sqlx(error: sqlx::Error) -> StoreError {
    let primary = match &error {
        sqlx::Error::Database(database) => database
            .code()
            .and_then(|code| code.parse::<u32>().ok())
            .map(|code| code & 0xff),
        _ => None,
    };
    match (primary, error) {
        (Some(SQLITE_BUSY | SQLITE_LOCKED), error) => StoreError::Busy(Arc::new(error)),
        (Some(SQLITE_READONLY), error) => StoreError::ReadOnly(Arc::new(error)),
        (Some(SQLITE_FULL), error) => StoreError::Full(Arc::new(error)),
        (Some(SQLITE_CANTOPEN), error) => StoreError::Gone(Arc::new(error)),
        (_, error @ sqlx::Error::PoolTimedOut) => StoreError::Busy(Arc::new(error)),
        (_, sqlx::Error::PoolClosed) => StoreError::Closed,
        (_, sqlx::Error::ColumnDecode { index, .. }) => unreadable(format!("column {index}")),
        (_, error) => failed(error),
    }
}

/// Whether a batch was refused because something in it may not be as it was taken to be: a row is there already, or one is missing.
pub(super) fn is_otherwise(error: &sqlx::Error) -> bool {
    use sqlx::error::ErrorKind;
    matches!(error, sqlx::Error::Database(database) if !matches!(database.kind(), ErrorKind::Other))
}

/// A broken constraint is the fault of one append, and so is a row that cannot be read; a full or busy database is nobody's.
pub(super) fn trouble(error: sqlx::Error) -> Trouble {
    use sqlx::error::ErrorKind;
    let is_of_one = match &error {
        sqlx::Error::Database(database) => !matches!(database.kind(), ErrorKind::Other),
        sqlx::Error::ColumnDecode { .. } => true,
        _ => false,
    };
    let error = from_sqlx(error);
    if is_of_one {
        Trouble::OfOne(error)
    } else {
        Trouble::OfAll(error)
    }
}

/// Any other failure.
pub(super) fn failed(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Failed(Arc::new(error))
}

#[cfg(test)]
mod tests {
    use sqlx::ConnectOptions as _;
    use sqlx::sqlite::SqliteConnectOptions;

    use super::*;

    #[tokio::test]
    async fn a_file_that_is_not_there_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("record.db");
        let opened = SqliteConnectOptions::new().filename(file).connect().await;
        let error = from_sqlx(opened.unwrap_err());
        assert!(matches!(error, StoreError::Gone(_)), "{error:?}");
    }
}
