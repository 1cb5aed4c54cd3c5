//! Records of a test's own, as their owner and as the service reach them.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use nhs111::case::ids::Hash;
use nhs111::service::ports::clients::{Clients, Grant, KnownClient, Provider};
use nhs111::service::ports::{Database, StoreError};
use nhs111::store::postgres::{self, PostgresStore, PostgresUrl};
use nhs111::store::sqlite::{self, SqliteStore};

use crate::store_contract::database::Database as OnServer;
use crate::test_app::{TestApp, is_on_postgres};

/// A record of a test's own.
pub struct Place {
    /// As its owner reaches it.
    pub database: Database,
    /// As the service reaches it: on PostgreSQL by the role that operators give it.
    pub served: Database,
    /// Of SQLite, the record is in it as `record.db`.
    pub folder: tempfile::TempDir,
    pub server: Option<OnServer>,
}

impl Place {
    /// On SQLite, or on PostgreSQL by `also_on_postgres`.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = if is_on_postgres() {
            OnServer::new().await
        } else {
            None
        };
        let database = match &server {
            Some(server) => on_server(&server.url(), postgres::Limits::default()).await,
            None => in_file(&folder.path().join("record.db"), sqlite::Limits::default()).await,
        };
        let served = match &server {
            Some(server) => by_role(server, &database).await,
            None => database.clone(),
        };
        Place {
            database,
            served,
            folder,
            server,
        }
    }

    pub fn url(&self) -> String {
        url_of(&self.folder, self.server.as_ref())
    }
}

/// The address of a record, for its owner.
pub fn url_of(folder: &tempfile::TempDir, server: Option<&OnServer>) -> String {
    match server {
        Some(server) => server.url(),
        None => format!("sqlite://{}", folder.path().join("record.db").display()),
    }
}

/// Another program's session with the database of an app.
pub enum Other {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Other {
    pub async fn of(app: &TestApp) -> Self {
        Other::at(&app.database_url()).await
    }

    pub async fn at(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            Other::Sqlite(SqliteConnection::connect(url).await.unwrap())
        } else {
            Other::Postgres(PgConnection::connect(url).await.unwrap())
        }
    }

    pub async fn does(&mut self, on_sqlite: &'static str, on_postgres: &'static str) {
        let done = match self {
            Other::Sqlite(other) => sqlx::raw_sql(on_sqlite).execute(other).await.err(),
            Other::Postgres(other) => sqlx::raw_sql(on_postgres).execute(other).await.err(),
        };
        assert!(done.is_none(), "{done:?}");
    }
}

/// A record in a file.
pub async fn in_file(path: &Path, limits: sqlite::Limits) -> Database {
    Database::of(Arc::new(SqliteStore::open(path, limits).await.unwrap()))
}

/// A record on a server.
pub async fn on_server(url: &str, limits: postgres::Limits) -> Database {
    let url = PostgresUrl::new(url).unwrap();
    Database::of(Arc::new(PostgresStore::open(&url, limits).await.unwrap()))
}

/// The ports of a record on a server, of the role in docs/operators/postgres-role.sql. Organisations and clients are let in by the owner.
async fn by_role(server: &OnServer, owner: &Database) -> Database {
    const ROLE: &str = "nhs111_served";
    let made = format!(
        "DO $$ BEGIN CREATE ROLE {ROLE} LOGIN PASSWORD 'of a test'; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    );
    server.administer(made).await;
    let grants = include_str!("../../docs/operators/postgres-role.sql");
    let grants = grants.replace("TO nhs111;", &format!("TO {ROLE};"));
    let mut granting = PgConnection::connect(&server.url()).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(grants))
        .execute(&mut granting)
        .await
        .unwrap();
    let url = server.url_of(ROLE, "of%20a%20test", server.port());
    let mut served = on_server(&url, postgres::Limits::default()).await;
    served.clients = Arc::new(LetIn {
        owner: owner.clients.clone(),
        served: served.clients,
    });
    served
}

/// Clients that the owner lets in, and whose tokens the service keeps.
struct LetIn {
    owner: Arc<dyn Clients>,
    served: Arc<dyn Clients>,
}

#[async_trait]
impl Clients for LetIn {
    async fn add_provider(&self, provider: &Provider) -> Result<bool, StoreError> {
        self.owner.add_provider(provider).await
    }

    async fn providers(&self) -> Result<Vec<Provider>, StoreError> {
        self.served.providers().await
    }

    async fn add_client(&self, client: &KnownClient, secret: Hash) -> Result<bool, StoreError> {
        self.owner.add_client(client, secret).await
    }

    async fn clients(&self) -> Result<Vec<KnownClient>, StoreError> {
        self.served.clients().await
    }

    async fn client(&self, id: &str) -> Result<Option<(KnownClient, Vec<Hash>)>, StoreError> {
        self.served.client(id).await
    }

    async fn rotate(
        &self,
        client: &KnownClient,
        secret: Hash,
        keep: u32,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.owner.rotate(client, secret, keep, at).await
    }

    async fn disable(&self, id: &str, at: Timestamp) -> Result<bool, StoreError> {
        self.owner.disable(id, at).await
    }

    async fn keep_token(&self, token: Hash, grant: &Grant) -> Result<(), StoreError> {
        self.served.keep_token(token, grant).await
    }

    async fn grant(&self, token: Hash) -> Result<Option<Grant>, StoreError> {
        self.served.grant(token).await
    }

    async fn revoke(&self, client: &str, token: Hash) -> Result<(), StoreError> {
        self.served.revoke(client, token).await
    }

    async fn end_tokens(&self) -> Result<u64, StoreError> {
        self.owner.end_tokens().await
    }
}
