//! Fresh, empty databases, one a test.
//!
//! PostgreSQL is found by `NHS111_TEST_POSTGRES` (an address of a superuser, who may make databases). Where it is not set, its tests
//! are skipped, and one test says how many; where `CI` is set, that one fails.

use std::sync::Arc;

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

use nhs111::service::ports::{Database as Ports, Inbox, Store, StoredRelease};
use nhs111::store::postgres::{self, PostgresStore, PostgresUrl};
use nhs111::store::sqlite::{self, SqliteStore};

use super::said::RELEASE;

/// A record with one release kept, and the database that it is on.
pub struct Fresh {
    pub store: Arc<dyn Store>,
    pub inbox: Arc<dyn Inbox>,
    pub place: Place,
}

/// Where a record is. The database goes when this is dropped.
pub enum Place {
    Sqlite(tempfile::TempDir),
    Postgres(Database),
}

/// A database of its own on the server of the tests.
pub struct Database {
    admin: String,
    name: String,
}

impl Fresh {
    /// A record that stands open on a place.
    pub async fn on(ports: Ports, place: Place) -> Self {
        let release = StoredRelease {
            hash: RELEASE,
            language: 1,
            canonical: "{}".to_owned(),
            kept_at: Timestamp::UNIX_EPOCH,
        };
        ports.store.keep_release(&release).await.unwrap();
        Fresh {
            store: ports.store,
            inbox: ports.inbox,
            place,
        }
    }

    /// A second store on the same database, as another process would have.
    pub async fn another_node(&self) -> Arc<dyn Store> {
        self.ports().await.store
    }

    /// All ports of the same database, as another process would have them.
    pub async fn ports(&self) -> Ports {
        match &self.place {
            Place::Sqlite(folder) => open_sqlite(folder).await,
            Place::Postgres(database) => open_postgres(&database.url()).await,
        }
    }

    /// Does to the database what no program of ours does.
    pub async fn tamper(&self, on_sqlite: &'static str, on_postgres: &'static str) {
        self.try_to(on_sqlite, on_postgres).await.unwrap();
    }

    /// Runs a statement as whoever owns the database.
    pub async fn try_to(
        &self,
        on_sqlite: impl Into<String>,
        on_postgres: impl Into<String>,
    ) -> Result<(), sqlx::Error> {
        match &self.place {
            Place::Sqlite(folder) => {
                let path = folder.path().join("record.db");
                let mut other = SqliteConnection::connect(&format!("sqlite://{}", path.display()))
                    .await
                    .unwrap();
                sqlx::raw_sql(AssertSqlSafe(on_sqlite.into()))
                    .execute(&mut other)
                    .await?;
            }
            Place::Postgres(database) => {
                let mut other = PgConnection::connect(&database.url()).await.unwrap();
                sqlx::raw_sql(AssertSqlSafe(on_postgres.into()))
                    .execute(&mut other)
                    .await?;
            }
        }
        Ok(())
    }
}

pub async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    Fresh::on(open_sqlite(&folder).await, Place::Sqlite(folder)).await
}

async fn open_sqlite(folder: &tempfile::TempDir) -> Ports {
    let path = folder.path().join("record.db");
    let store = SqliteStore::open(&path, sqlite::Limits::default());
    Ports::of(Arc::new(store.await.unwrap()))
}

/// `None` where there is no server.
pub async fn postgres() -> Option<Fresh> {
    let database = Database::new().await?;
    let ports = open_postgres(&database.url()).await;
    Some(Fresh::on(ports, Place::Postgres(database)).await)
}

async fn open_postgres(url: &str) -> Ports {
    let url = PostgresUrl::new(url).unwrap();
    let store = PostgresStore::open(&url, postgres::Limits::default());
    Ports::of(Arc::new(store.await.unwrap()))
}

/// The server of the tests.
pub fn server() -> Option<String> {
    std::env::var("NHS111_TEST_POSTGRES").ok()
}

impl Database {
    /// An empty one; `None` where there is no server.
    pub async fn new() -> Option<Self> {
        let admin = server()?;
        let name = format!("nhs111_test_{}", Uuid::now_v7().simple());
        let database = Database { admin, name };
        database
            .administer(format!(
                "CREATE DATABASE {} TEMPLATE template0",
                database.name
            ))
            .await;
        Some(database)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its address, for the superuser.
    pub fn url(&self) -> String {
        let (server, _) = self.admin.rsplit_once('/').unwrap();
        format!("{server}/{}", self.name)
    }

    /// Its address by way of another port, for somebody else.
    pub fn url_of(&self, role: &str, password: &str, port: u16) -> String {
        format!(
            "postgres://{role}:{password}@127.0.0.1:{port}/{}",
            self.name
        )
    }

    /// Its address for the superuser, by way of another port.
    pub fn url_by(&self, port: u16) -> String {
        let (who, _) = self.admin.rsplit_once('@').unwrap();
        format!("{who}@127.0.0.1:{port}/{}", self.name)
    }

    /// The port of its server.
    pub fn port(&self) -> u16 {
        let (server, _) = self.admin.rsplit_once('/').unwrap();
        server.rsplit_once(':').unwrap().1.parse().unwrap()
    }

    /// Runs a statement outside of it, on the same server.
    pub async fn administer(&self, sql: String) {
        let mut admin = PgConnection::connect(&self.admin).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut admin)
            .await
            .unwrap();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let mut admin = PgConnection::connect(&admin).await?;
                let drop = format!("DROP DATABASE {name} WITH (FORCE)");
                sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut admin).await
            })
        });
        if !matches!(dropped.join(), Ok(Ok(_))) {
            eprintln!("the database {} of a test was left behind", self.name);
        }
    }
}

#[test]
fn the_server_of_the_tests_is_there_or_it_is_said_what_is_skipped() {
    if server().is_none() {
        let of_servers = include_str!("postgres.rs").matches("#[tokio::test").count();
        let skipped = super::CONTRACTS + of_servers;
        let said = format!(
            "NHS111_TEST_POSTGRES is not set: {skipped} tests on PostgreSQL are skipped, and those of the API there; `scripts/with-postgres COMMAND` sets it"
        );
        assert!(std::env::var("CI").is_err(), "{said}");
        println!("{said}");
    }
}
