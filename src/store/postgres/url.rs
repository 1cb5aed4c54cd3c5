//! The address of a PostgreSQL database, which may hold a password.

use std::fmt;
use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;

use crate::service::ports::StoreError;

use super::error::from_sqlx;

/// `postgres://role:password@host:port/database?sslmode=verify-full`. Its `Debug` form is redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresUrl(…)")
    }
}

impl PostgresUrl {
    /// The address that a text holds, or `None` if it cannot be understood. Nothing is connected to.
    pub fn new(text: &str) -> Option<Self> {
        PgConnectOptions::from_str(text)
            .ok()
            .map(|_| PostgresUrl(text.to_owned()))
    }

    pub(super) fn options(&self) -> Result<PgConnectOptions, StoreError> {
        PgConnectOptions::from_str(&self.0).map_err(from_sqlx)
    }
}
