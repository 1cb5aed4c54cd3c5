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

    /// The address without its password, and the password, for programs whose arguments everybody can read. `None` if the password
    /// stands elsewhere than before the host.
    pub(super) fn without_password(&self) -> Option<(String, Option<String>)> {
        let (scheme, rest) = self.0.split_once("://")?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, after) = rest.split_at(end);
        if after.contains("password=") {
            return None;
        }
        let Some((who, host)) = authority.rsplit_once('@') else {
            return Some((self.0.clone(), None));
        };
        let Some((role, password)) = who.split_once(':') else {
            return Some((self.0.clone(), None));
        };
        let password = percent_encoding::percent_decode_str(password)
            .decode_utf8()
            .ok()?;
        Some((
            format!("{scheme}://{role}@{host}{after}"),
            Some(password.into_owned()),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_out_of_the_address_whatever_signs_it_has() {
        for (url, address, password) in [
            (
                "postgres://me:p%40s%2Fs@db:5432/x?sslmode=require",
                "postgres://me@db:5432/x?sslmode=require",
                Some("p@s/s"),
            ),
            ("postgres://me@db/x", "postgres://me@db/x", None),
            ("postgres://db/x", "postgres://db/x", None),
            (
                "postgresql://me:a:b@%2Frun/x",
                "postgresql://me@%2Frun/x",
                Some("a:b"),
            ),
        ] {
            let (found, secret) = PostgresUrl(url.to_owned()).without_password().unwrap();
            assert_eq!((found.as_str(), secret.as_deref()), (address, password));
        }
        let hidden = PostgresUrl("postgres://me@db/x?password=p".to_owned());
        assert_eq!(hidden.without_password(), None);
    }
}
