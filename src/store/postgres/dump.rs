//! The record as a whole, by the programs that come with PostgreSQL: `pg_dump` sees one moment while everybody goes on.

use std::path::Path;
use std::process::Stdio;

use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio::process::Command;

use crate::case::ids::ProviderId;
use crate::service::ports::StoreError;
use crate::store::backup::{BackupError, Facts, Use};
use crate::store::people;

use super::error::from_sqlx;
use super::url::PostgresUrl;

/// Writes the whole database to a new file, in the format that `pg_restore` reads.
pub(in crate::store) async fn dump(url: &PostgresUrl, to: &Path) -> Result<(), BackupError> {
    // Made beforehand, so that nobody else can read it.
    crate::store::sqlite::make_private(to).map_err(crate::store::backup::of_file(to))?;
    let mut command = program("pg_dump", url)?;
    command
        .args([
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--lock-wait-timeout=10s",
        ])
        .arg("--file")
        .arg(to);
    run("pg_dump", command).await
}

/// Puts what `dump` wrote in the place of what the database holds, all of it or nothing.
///
/// # Errors
/// [`BackupError`]; then the database is what it was.
pub async fn restore(url: &PostgresUrl, from: &Path) -> Result<(), BackupError> {
    let mut command = program("pg_restore", url)?;
    command
        .args([
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            "--clean",
            "--if-exists",
        ])
        .arg(from);
    run("pg_restore", command).await
}

/// The address without its password, which everybody on the machine could read among the arguments; that goes by the environment.
fn program(program: &'static str, url: &PostgresUrl) -> Result<Command, BackupError> {
    let (address, password) = url.without_password().ok_or(BackupError::Password)?;
    let mut command = Command::new(program);
    command
        .arg("--dbname")
        .arg(address)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    Ok(command)
}

async fn run(program: &'static str, mut command: Command) -> Result<(), BackupError> {
    let ended = command
        .output()
        .await
        .map_err(|source| BackupError::NoProgram { program, source })?;
    if ended.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
    Err(BackupError::Program { program, said })
}

/// What is said of the record in a database.
pub(in crate::store) async fn facts(url: &PostgresUrl) -> Result<Facts, BackupError> {
    let mut connection = connect(url).await?;
    let facts = read(&mut connection).await;
    connection.close().await.map_err(from_sqlx)?;
    Ok(facts?)
}

/// Whether there is any other session on the database.
pub(in crate::store) async fn use_of(url: &PostgresUrl) -> Result<Use, BackupError> {
    let mut connection = connect(url).await?;
    let others: Result<i64, _> = sqlx::query_scalar(
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
    )
    .fetch_one(&mut connection)
    .await;
    connection.close().await.map_err(from_sqlx)?;
    Ok(match others.map_err(from_sqlx)? {
        0 => Use::Nobody,
        _ => Use::Somebody,
    })
}

async fn connect(url: &PostgresUrl) -> Result<PgConnection, StoreError> {
    let options = url.options()?.disable_statement_logging();
    options.connect().await.map_err(from_sqlx)
}

async fn read(connection: &mut PgConnection) -> Result<Facts, StoreError> {
    let mut facts = Facts {
        schema: 0,
        cases: 0,
        checkpoint: 0,
        matching_key: None,
    };
    for (table, sql, fact) in [
        (
            "_sqlx_migrations",
            "SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success",
            &mut facts.schema,
        ),
        ("cases", "SELECT count(*) FROM cases", &mut facts.cases),
        (
            "checkpoints",
            "SELECT coalesce(max(number), 0) FROM checkpoints",
            &mut facts.checkpoint,
        ),
    ] {
        if is_there(connection, table).await? {
            *fact = sqlx::query_scalar(sql)
                .fetch_one(&mut *connection)
                .await
                .map_err(from_sqlx)?;
        }
    }
    if is_there(connection, "matching_keys").await? {
        let kept: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT digest FROM matching_keys WHERE provider = $1")
                .bind(ProviderId::default().0)
                .fetch_optional(connection)
                .await
                .map_err(from_sqlx)?;
        facts.matching_key = kept.as_deref().map(people::check).transpose()?;
    }
    Ok(facts)
}

async fn is_there(connection: &mut PgConnection, table: &str) -> Result<bool, StoreError> {
    sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(table)
        .fetch_one(connection)
        .await
        .map_err(from_sqlx)
}
