//! The bare peer of a recorded answer: an axum handler that inserts the body as one row and replies once it is on disk.
//!
//! The same server, the same runtime and the same group commit as the product (whoever waits is committed together, one statement a
//! batch, no timer), the same settings of the database, and nothing else: no case, no walk, no view. What it does in a second is the limit
//! of an answer that is on disk before its reply. It runs as a process of its own, `service peer DATABASE-URL`.

use std::io::{Error, Result, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use crate::server::listening;

/// The most that one statement takes, as in the product.
const MOST: usize = 256;

type Waiting = (String, oneshot::Sender<bool>);

enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    async fn open(url: &str) -> std::result::Result<Self, sqlx::Error> {
        let mut database = match url.strip_prefix("sqlite://") {
            Some(path) => Database::Sqlite(
                SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .disable_statement_logging()
                    .connect()
                    .await?,
            ),
            None => Database::Postgres(
                url.parse::<sqlx::postgres::PgConnectOptions>()?
                    .disable_statement_logging()
                    .connect()
                    .await?,
            ),
        };
        match &mut database {
            Database::Sqlite(connection) => sqlx::query(
                "CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
            )
            .execute(connection)
            .await
            .map(|_| ())?,
            Database::Postgres(connection) => sqlx::query(
                "CREATE TABLE IF NOT EXISTS rows (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text TEXT NOT NULL)",
            )
            .execute(connection)
            .await
            .map(|_| ())?,
        }
        Ok(database)
    }

    /// One statement is one transaction.
    async fn insert(&mut self, rows: Vec<String>) -> std::result::Result<(), sqlx::Error> {
        match self {
            Database::Sqlite(connection) => {
                let rows = serde_json::to_string(&rows).unwrap_or_default();
                let insert = sqlx::query("INSERT INTO rows (text) SELECT value FROM json_each(?1)");
                insert.bind(rows).execute(connection).await.map(|_| ())
            }
            Database::Postgres(connection) => {
                let insert =
                    sqlx::query("INSERT INTO rows (text) SELECT * FROM unnest($1::text[])");
                insert.bind(rows).execute(connection).await.map(|_| ())
            }
        }
    }

    async fn close(self) -> std::result::Result<(), sqlx::Error> {
        match self {
            Database::Sqlite(connection) => connection.close().await,
            Database::Postgres(connection) => connection.close().await,
        }
    }
}

async fn write(mut database: Database, mut waiting: mpsc::Receiver<Waiting>) {
    let mut taken = Vec::with_capacity(MOST);
    while waiting.recv_many(&mut taken, MOST).await > 0 {
        let (rows, replies): (Vec<_>, Vec<_>) = taken.drain(..).unzip();
        let done = database.insert(rows).await.is_ok();
        for reply in replies {
            // Whoever asked may have gone.
            let _ = reply.send(done);
        }
    }
    let _ = database.close().await;
}

async fn insert(
    State(writer): State<mpsc::Sender<Waiting>>,
    body: String,
) -> (StatusCode, &'static str) {
    let (reply, done) = oneshot::channel();
    let sent = writer.send((body, reply)).await;
    if sent.is_ok() && done.await == Ok(true) {
        (StatusCode::OK, "{}")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "{}")
    }
}

/// Serves until it is killed.
pub async fn serve(url: &str) -> Result<()> {
    let database = Database::open(url).await.map_err(Error::other)?;
    let (writer, waiting) = mpsc::channel(1024);
    tokio::spawn(write(database, waiting));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let mut said = std::io::stdout();
    writeln!(said, "http://{}/", listener.local_addr()?)?;
    said.flush()?;
    let router = Router::new()
        .route("/rows", post(insert))
        .route("/healthz", get(async || "ok"))
        .with_state(writer);
    axum::serve(listener, router).await
}

/// A running peer; it is killed when it is dropped.
pub struct Peer {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Peer {
    /// Starts this very program as a peer on a database.
    pub fn start(url: &str) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["peer", url])
            .stdout(Stdio::piped())
            .spawn()?;
        let said = child
            .stdout
            .take()
            .ok_or_else(|| Error::other("it is piped"))?;
        let address = listening(&mut std::io::BufRead::lines(std::io::BufReader::new(said)))
            .ok_or_else(|| Error::other("the peer did not say where it listens"))?;
        Ok(Peer { child, address })
    }

    /// The process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
