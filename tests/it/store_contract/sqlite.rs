//! What only SQLite does.

use std::sync::Arc;

use nhs111::case::ids::ProviderId;
use nhs111::service::ports::{Appended, StoreError};
use nhs111::store::sqlite::{Limits, SqliteStore};

use super::database::{Fresh, Place, sqlite};
use super::said::{case, opening};

#[tokio::test]
async fn a_full_disk_is_an_error_and_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        max_page_count: Some(60),
        ..Limits::default()
    };
    let path = folder.path().join("record.db");
    let store = Arc::new(SqliteStore::open(&path, limits).await.unwrap());
    let fresh = Fresh::on(
        nhs111::service::ports::Database::of(store),
        Place::Sqlite(folder),
    )
    .await;
    let mut recorded = Vec::new();
    let full = loop {
        let number = recorded.len() as u128 + 1;
        match fresh.store.append(opening(case(number), 20)).await {
            Ok(_) => recorded.push(case(number)),
            Err(error) => break error,
        }
    };
    assert!(matches!(full, StoreError::Full(_)), "{full:?}");
    assert!(!recorded.is_empty());
    for case in recorded {
        assert_eq!(
            fresh
                .store
                .case(&ProviderId::default(), case)
                .await
                .unwrap()
                .unwrap()
                .links
                .len(),
            20
        );
    }
    assert!(matches!(
        fresh.store.append(opening(case(9999), 20)).await,
        Err(StoreError::Full(_))
    ));
}

#[tokio::test]
async fn a_database_that_ports_holds_is_busy_and_then_works_again() {
    use sqlx::Connection as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.db");
    let limits = Limits {
        busy_timeout: std::time::Duration::from_millis(50),
        ..Limits::default()
    };
    let store = Arc::new(SqliteStore::open(&path, limits).await.unwrap());
    let fresh = Fresh::on(
        nhs111::service::ports::Database::of(store),
        Place::Sqlite(folder),
    )
    .await;
    let mut other = sqlx::SqliteConnection::connect(&format!("sqlite://{}", path.display()))
        .await
        .unwrap();
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .unwrap();
    let busy = fresh.store.append(opening(case(1), 1)).await;
    assert!(matches!(busy, Err(StoreError::Busy(_))), "{busy:?}");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(
        fresh.store.append(opening(case(1), 1)).await.unwrap(),
        Appended::Done
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_alone_and_whole_once_the_store_is_closed() {
    use std::os::unix::fs::PermissionsExt as _;
    let fresh = sqlite().await;
    fresh.store.append(opening(case(1), 1)).await.unwrap();
    let Place::Sqlite(folder) = &fresh.place else {
        unreachable!("it is on SQLite")
    };
    let path = folder.path().join("record.db");
    for name in ["record.db", "record.db-wal"] {
        let mode = std::fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    fresh.store.close().await;
    assert!(
        !path.with_extension("db-wal").exists(),
        "the log is folded into the file"
    );
}
