//! Rows that are computed from events, as they are stored now.

use async_trait::async_trait;

use crate::case::ids::{CaseId, ProviderId};

use super::StoreError;

/// A table of which the rows of a case, or some columns of its one row, are computed from its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name. It has the columns `case_id` and `provider` beside those below.
    pub name: &'static str,
    /// The columns that are computed, those of the key first.
    pub columns: &'static [Column],
    /// How many rows a case has there.
    pub rows: Rows,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// Bytes.
    Bytes,
}

/// How many rows of a table a case has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// One, which also holds what is not computed: it is changed in place.
    One,
    /// Any number, all of them computed.
    Any,
}

/// What stands in a column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// The values of one row, a column each, in the order of [`Table::columns`].
pub type Row = Vec<Value>;

/// Access to projections, whatever they are of.
#[async_trait]
pub trait Projections: Send + Sync {
    /// The rows of a case, in order of their columns.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    async fn rows(&self, table: &'static Table, case: CaseId) -> Result<Vec<Row>, StoreError>;

    /// Puts rows in the place of those of a case, all or none, if its last event is still `last`. `false` if it has moved on.
    ///
    /// # Errors
    /// [`StoreError`] if they are not recorded.
    async fn put(
        &self,
        table: &'static Table,
        provider: &ProviderId,
        case: CaseId,
        last: u64,
        rows: Vec<Row>,
    ) -> Result<bool, StoreError>;
}
