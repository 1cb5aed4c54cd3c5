//! The file of a record as a whole: copied while it is in use, and put in the place of another.

use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use crate::case::ids::ProviderId;
use crate::service::ports::StoreError;
use crate::store::backup::{BackupError, Facts, Use, durable, of_file};
use crate::store::people;

use super::error::from_sqlx;
use super::make_private;

async fn connect(path: &Path) -> Result<SqliteConnection, StoreError> {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(std::time::Duration::ZERO)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(from_sqlx)
}

/// Copies the record as one transaction sees it. What was deleted is not in the copy.
pub(in crate::store) async fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    let mut connection = connect(from).await?;
    make_private(to).map_err(of_file(to))?;
    let copied = sqlx::query("VACUUM INTO ?1")
        .bind(to.display().to_string())
        .execute(&mut connection)
        .await;
    connection.close().await.map_err(from_sqlx)?;
    copied.map_err(from_sqlx)?;
    Ok(())
}

/// What is said of the record in a file.
pub(in crate::store) async fn facts(path: &Path) -> Result<Facts, BackupError> {
    let mut facts = Facts {
        schema: 0,
        cases: 0,
        checkpoint: 0,
        matching_key: None,
    };
    if std::fs::metadata(path).is_ok_and(|file| file.len() > 0) {
        let mut connection = connect(path).await?;
        let read = read(&mut connection, &mut facts).await;
        connection.close().await.map_err(from_sqlx)?;
        read?;
    }
    Ok(facts)
}

async fn read(connection: &mut SqliteConnection, facts: &mut Facts) -> Result<(), StoreError> {
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'")
            .fetch_all(&mut *connection)
            .await
            .map_err(from_sqlx)?;
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
        if tables.iter().any(|known| known == table) {
            *fact = sqlx::query_scalar(sql)
                .fetch_one(&mut *connection)
                .await
                .map_err(from_sqlx)?;
        }
    }
    if tables.iter().any(|known| known == "matching_keys") {
        let kept: Option<Vec<u8>> = sqlx::query_scalar(people::MATCHING_KEY)
            .bind(ProviderId::default().0)
            .fetch_optional(connection)
            .await
            .map_err(from_sqlx)?;
        facts.matching_key = kept.as_deref().map(people::check).transpose()?;
    }
    Ok(())
}

/// Whether anybody else has the file open: then it cannot be taken out of write-ahead logging, which takes the whole file.
pub(in crate::store) async fn use_of(path: &Path) -> Result<Use, BackupError> {
    if !path.exists() {
        return Ok(Use::Nobody);
    }
    let mut connection = connect(path).await?;
    let alone = sqlx::query("PRAGMA journal_mode = DELETE")
        .execute(&mut connection)
        .await;
    connection.close().await.map_err(from_sqlx)?;
    match alone.map_err(from_sqlx) {
        Ok(_) => Ok(Use::Nobody),
        Err(StoreError::Busy(_)) => Ok(Use::Somebody),
        Err(error) => Err(error.into()),
    }
}

/// Whether SQLite finds the file whole.
///
/// # Errors
/// [`BackupError::Damaged`] with what SQLite says of it.
pub async fn check(path: &Path) -> Result<(), BackupError> {
    let mut connection = connect(path).await?;
    let said: Result<String, _> = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut connection)
        .await;
    connection.close().await.map_err(from_sqlx)?;
    match said.map_err(from_sqlx)? {
        said if said == "ok" => Ok(()),
        said => Err(BackupError::Damaged(said)),
    }
}

/// Puts a file in the place of a record that nobody has open, at one stroke. What was there stays beside it, under the name that is
/// given back.
///
/// # Errors
/// [`BackupError::File`]; then the record is what it was.
pub fn put_in_place(from: &Path, record: &Path) -> Result<Option<PathBuf>, BackupError> {
    let beside = |ending: &str| {
        let mut name = record.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let mut kept = None;
    if record.exists() {
        let name = (1..)
            .map(|number| beside(&format!(".replaced-{number}")))
            .find(|name| !name.exists());
        if let Some(name) = name {
            std::fs::hard_link(record, &name).map_err(of_file(&name))?;
            kept = Some(name);
        }
    }
    // A log that is left of another file would be played into this one.
    for ending in ["-wal", "-shm"] {
        match std::fs::remove_file(beside(ending)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(of_file(&beside(ending))(error));
            }
            _ => {}
        }
    }
    std::fs::rename(from, record).map_err(of_file(record))?;
    durable(record).map_err(of_file(record))?;
    Ok(kept)
}
