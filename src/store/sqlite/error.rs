//! What SQLite's result codes mean to those who wait for the record.

use std::sync::Arc;

use crate::service::ports::StoreError;

const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
const SQLITE_FULL: u32 = 13;

/// By result code, never by message.
pub(super) fn from_sqlx(error: sqlx::Error) -> StoreError {
    let primary = match &error {
        sqlx::Error::Database(database) => database
            .code()
            .and_then(|code| code.parse::<u32>().ok())
            .map(|code| code & 0xff),
        _ => None,
    };
    match (primary, &error) {
        (Some(SQLITE_BUSY | SQLITE_LOCKED), _) | (_, sqlx::Error::PoolTimedOut) => {
            StoreError::Busy(Arc::new(error))
        }
        (Some(SQLITE_FULL), _) => StoreError::Full(Arc::new(error)),
        (_, sqlx::Error::PoolClosed) => StoreError::Closed,
        _ => StoreError::Failed(Arc::new(error)),
    }
}

/// Any other failure.
pub(super) fn failed(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Failed(Arc::new(error))
}
