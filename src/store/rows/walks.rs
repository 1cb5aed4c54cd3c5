//! Cases that are walked again.

use sqlx::FromRow;

use crate::service::ports::walks::{StoredText, StoredWalk};
use crate::service::ports::{StoreError, WrappedKey};

/// A row of `cases` with the key of the case, without what proves it.
#[derive(FromRow)]
pub(in crate::store) struct WalkRow {
    provider: String,
    case_id: Vec<u8>,
    release: Vec<u8>,
    wrapped: Option<Vec<u8>>,
}

/// A case from its row and the texts of its events.
///
/// # Errors
/// [`StoreError::Unreadable`] if it cannot be said which case it is.
pub(in crate::store) fn walk(
    row: WalkRow,
    events: Option<Vec<StoredText>>,
) -> Result<StoredWalk, StoreError> {
    let (provider, case) = super::named_case((row.provider, row.case_id))?;
    Ok(StoredWalk {
        provider,
        case,
        release: super::hash(&row.release),
        key: row.wrapped.map(WrappedKey),
        events,
    })
}
