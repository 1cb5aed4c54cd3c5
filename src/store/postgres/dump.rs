//! The record as a whole, by the programs that come with PostgreSQL: `pg_dump` sees one moment while everybody goes on.

use std::path::Path;
use std::process::{Output, Stdio};

use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::case::ids::{CaseId, Hash, ProviderId};
use crate::service::ports::{StoreError, WrappedKey};
use crate::store::backup::{BackupError, Facts, Use, of_file};
use crate::store::people;
use crate::store::rows::{case_id, hash};

use super::error::from_sqlx;
use super::url::PostgresUrl;

/// Writes the whole database to a new file, in the format that `pg_restore` reads.
pub(in crate::store) async fn dump(url: &PostgresUrl, to: &Path) -> Result<(), BackupError> {
    // Made beforehand, so that nobody else can read it.
    crate::store::sqlite::make_private(to).map_err(of_file(to))?;
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

/// Reads the keys of cases that a dump holds, in no order, until `each` says that it wants no more. No server is asked.
///
/// A row that cannot be understood is passed over: it is named once the dump is restored.
///
/// # Errors
/// [`BackupError`] if it is no dump, or cannot be read.
pub async fn case_keys(
    from: &Path,
    mut each: impl FnMut(CaseId, WrappedKey) -> bool,
) -> Result<(), BackupError> {
    rows(
        from,
        "case_keys",
        ["case_id", "wrapped"],
        |[case, key]| match (bytes(case).and_then(|case| case_id(&case)), bytes(key)) {
            (Some(case), Some(key)) => each(case, WrappedKey(key)),
            _ => true,
        },
    )
    .await
}

/// What tells the matching key of a dump's people from another; `None` where it has none.
///
/// # Errors
/// [`BackupError`] if it is no dump, or cannot be read.
pub async fn matching_key(from: &Path) -> Result<Option<Hash>, BackupError> {
    let (own, mut found) = (ProviderId::default(), None);
    rows(
        from,
        "matching_keys",
        ["provider", "digest"],
        |[provider, digest]| {
            if provider == own.0 {
                found = bytes(digest).and_then(|digest| hash(&digest));
            }
            found.is_none()
        },
    )
    .await?;
    Ok(found)
}

/// Reads some columns of a table that a dump holds, as `COPY` writes them, until `each` says that it wants no more. A dump of before
/// there was the table has no rows.
async fn rows<const N: usize>(
    from: &Path,
    table: &str,
    columns: [&str; N],
    mut each: impl FnMut([&str; N]) -> bool,
) -> Result<(), BackupError> {
    let program = "pg_restore";
    let mut child = Command::new(program)
        .args(["--data-only", "--file=-", "--table", table])
        .arg(from)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|source| BackupError::NoProgram { program, source })?;
    if let Some(out) = child.stdout.take() {
        let mut lines = BufReader::new(out).lines();
        let mut places = None;
        while let Some(line) = lines.next_line().await.map_err(of_file(from))? {
            let Some(at) = &places else {
                places = copied(&line, columns);
                continue;
            };
            if line == r"\." {
                places = None;
                continue;
            }
            let fields: Vec<&str> = line.split('\t').collect();
            let row = at.map(|at: usize| fields.get(at).copied().unwrap_or_default());
            if !each(row) {
                return Ok(());
            }
        }
    }
    ended(
        program,
        &child.wait_with_output().await.map_err(of_file(from))?,
    )
}

/// Where these columns stand in the rows that follow a line, `None` if none follow.
fn copied<const N: usize>(line: &str, columns: [&str; N]) -> Option<[usize; N]> {
    let (_, named) = line.strip_prefix("COPY ")?.split_once('(')?;
    let (named, _) = named.split_once(')')?;
    let at = columns.map(|column| named.split(", ").position(|named| named == column));
    at.iter()
        .all(Option::is_some)
        .then(|| at.map(Option::unwrap_or_default))
}

/// Bytes as `COPY` writes them.
fn bytes(field: &str) -> Option<Vec<u8>> {
    hex::decode(field.strip_prefix(r"\\x")?).ok()
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
    self::ended(program, &ended)
}

fn ended(program: &'static str, ended: &Output) -> Result<(), BackupError> {
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
        let kept: Option<Vec<u8>> = sqlx::query_scalar(people::MATCHING_KEY)
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
