//! Sessions on the server: how they are set up, and that what the server acknowledges is on its disk.

use std::future::Future;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, PgConnection};

use crate::service::ports::StoreError;
use crate::store::writer::Trouble;

use super::Limits;
use super::error::{failed, from_sqlx, silent, trouble};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How sessions are set up that read and write the record.
pub(super) fn options(url: &PgConnectOptions, limits: Limits) -> PgConnectOptions {
    let milliseconds = |time: Duration| time.as_millis().to_string();
    url.clone()
        .application_name("nhs111")
        .options([
            ("statement_timeout", milliseconds(limits.statement)),
            ("lock_timeout", milliseconds(limits.lock)),
            // Every statement looks rows up by their keys. A plan that was made while a table was small must not be the one that
            // reads all of it once it is large.
            ("plan_cache_mode", "force_generic_plan".to_owned()),
            ("enable_seqscan", "off".to_owned()),
            ("enable_hashjoin", "off".to_owned()),
            ("enable_mergejoin", "off".to_owned()),
            ("jit", "off".to_owned()),
            // A statement by itself is a transaction as all others are.
            ("default_transaction_isolation", "read committed".to_owned()),
            // A node that was cut off in the middle of a transaction must not hold its rows against the others.
            (
                "idle_in_transaction_session_timeout",
                milliseconds(limits.statement),
            ),
        ])
        .disable_statement_logging()
}

/// Connects, and refuses a server that does not keep what it acknowledges.
///
/// # Errors
/// [`Trouble`] if it cannot be reached in time, takes no writes, or is [`StoreError::Unsafe`].
pub(super) async fn connect(
    options: &PgConnectOptions,
    limits: Limits,
) -> Result<PgConnection, Trouble> {
    let connected = async {
        let mut connection = options.connect().await?;
        let settings = settings(&mut connection).await?;
        Ok((connection, settings))
    };
    let (connection, settings) = in_time(limits.session, connected)
        .await
        .map_err(of_connecting)?;
    settings.judge().map_err(Trouble::OfAll)?;
    Ok(connection)
}

/// A session that was ended as it began can be had at once; waiting again for a server that is silent helps nobody.
fn of_connecting(error: sqlx::Error) -> Trouble {
    match &error {
        sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::TimedOut => {
            Trouble::OfAll(from_sqlx(error))
        }
        _ => trouble(error),
    }
}

/// The answer of the server, or an error that says that there was none.
pub(super) async fn in_time<T>(
    time: Duration,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    tokio::time::timeout(time, answer)
        .await
        .unwrap_or_else(|_| Err(silent()))
}

/// What of the server's settings decides whether it may hold the record.
#[derive(Debug, sqlx::FromRow)]
struct Settings {
    fsync: String,
    synchronous_commit: String,
    full_page_writes: String,
    server_encoding: String,
    transaction_read_only: String,
}

async fn settings(connection: &mut PgConnection) -> Result<Settings, sqlx::Error> {
    sqlx::query_as(
        "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit,
                current_setting('full_page_writes') AS full_page_writes, current_setting('server_encoding') AS server_encoding,
                current_setting('transaction_read_only') AS transaction_read_only",
    )
    .fetch_one(connection)
    .await
}

impl Settings {
    fn judge(self) -> Result<(), StoreError> {
        if self.transaction_read_only == "on" {
            return Err(StoreError::ReadOnly(std::sync::Arc::new(
                std::io::Error::new(
                    std::io::ErrorKind::ReadOnlyFilesystem,
                    "the database server takes no writes",
                ),
            )));
        }
        if self.full_page_writes == "off" {
            tracing::warn!(
                "`full_page_writes` is off: safe only on a file system that never writes half a page"
            );
        }
        // Every value of `synchronous_commit` but `off` waits for this server's disk; some wait for a stand-by's as well.
        let unsafe_setting = [
            ("fsync", self.fsync == "on", self.fsync, "on"),
            (
                "synchronous_commit",
                self.synchronous_commit != "off",
                self.synchronous_commit,
                "on",
            ),
            (
                "server_encoding",
                self.server_encoding == "UTF8",
                self.server_encoding,
                "UTF8",
            ),
        ]
        .into_iter()
        .find(|(_, is_safe, _, _)| !is_safe);
        match unsafe_setting {
            None => Ok(()),
            Some((setting, _, value, wanted)) => Err(StoreError::Unsafe {
                setting: setting.to_owned(),
                value,
                wanted,
            }),
        }
    }
}

/// Brings the tables up to date. Where they are, nothing is written: the role of the service need not own them.
///
/// Tables that are newer than this program are left alone, so that nodes of two versions can run side by side.
///
/// # Errors
/// [`StoreError`] if a migration is missing and cannot be made.
pub(super) async fn migrate(url: &PgConnectOptions, limits: Limits) -> Result<(), StoreError> {
    // Without the timeouts of ordinary sessions: a migration of a full table takes its time.
    let mut connection = connect(&url.clone().disable_statement_logging(), limits)
        .await
        .map_err(Trouble::into_error)?;
    if is_up_to_date(&mut connection).await.map_err(from_sqlx)? {
        return Ok(());
    }
    let mut migrations = Migrator {
        migrations: std::borrow::Cow::Borrowed(&MIGRATIONS.migrations),
        ..Migrator::DEFAULT
    };
    migrations
        .set_ignore_missing(true)
        .run(&mut connection)
        .await
        .map_err(failed)
}

async fn is_up_to_date(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let is_there: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await?;
    if !is_there {
        return Ok(false);
    }
    let applied: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations WHERE success")
            .fetch_all(connection)
            .await?;
    Ok(MIGRATIONS.iter().all(|migration| {
        applied.iter().any(|(version, checksum)| {
            *version == migration.version && *checksum == *migration.checksum
        })
    }))
}
