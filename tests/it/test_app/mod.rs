//! The real router over a fixed clock, seeded ids and a record of its own: on SQLite, or on PostgreSQL by [`also_on_postgres`].

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use nhs111::case::ids::{CaseId, Hash, ProviderId};
use nhs111::cli::read_folder;
use nhs111::http::render::Pages;
use nhs111::http::{App, router};
use nhs111::service::credentials::Credentials;
use nhs111::service::ports::{Clock, Database, Ids, MasterKeys, Store};
use nhs111::service::releases::Policy;
use nhs111::service::rights::Scopes;
use nhs111::service::{Caller, Service};
use nhs111::store::people::MatchingKey;
use nhs111::store::seal::{CaseSealer, MasterKey};
use nhs111::telemetry;

use crate::privacy::scan;
use crate::store_contract::database::Database as OnServer;
use crate::test_place;
pub use crate::test_place::{Other, Place, in_file, on_server};
pub use answered::Answered;
pub use call::Call;
pub use failing::{FailingStore, LooksUp};
pub use token::OwnToken;

mod answered;
mod call;
mod failing;
mod token;

thread_local! {
    static IS_ON_POSTGRES: Cell<bool> = const { Cell::new(false) };
}

/// Runs a test with its apps on PostgreSQL, each on a database of its own; where there is no server, does nothing.
pub fn on_postgres(test: fn()) {
    if crate::store_contract::database::server().is_some() {
        // A test holds a thread for itself, and its apps are made there.
        IS_ON_POSTGRES.set(true);
        test();
    }
}

/// Whether this test runs with its apps there.
pub fn is_on_postgres() -> bool {
    IS_ON_POSTGRES.get()
}

/// Runs these tests of the module on PostgreSQL too.
macro_rules! also_on_postgres {
    ($($name:ident),* $(,)?) => {
        mod on_postgres {
            $(#[test]
            fn $name() {
                crate::test_app::on_postgres(super::$name);
            })*
        }
    };
}
pub(crate) use also_on_postgres;

/// A clock that stands until it is moved.
pub struct FixedClock(AtomicI64);

impl FixedClock {
    pub fn at(time: &str) -> Self {
        FixedClock(AtomicI64::new(
            time.parse::<Timestamp>().unwrap().as_second(),
        ))
    }

    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// The same numbers in each run.
struct SeededIds(AtomicU64);

impl Ids for SeededIds {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let drawn = Sha256::digest(self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
    }
}

/// The client that the tests are, for whoever calls the use cases directly.
pub fn machine() -> Caller {
    Caller::client(ProviderId::default(), "of-the-tests", Scopes::ALL)
}

/// The whole service, as a client sees it.
pub struct TestApp {
    pub router: Router,
    pub service: Arc<Service>,
    pub clock: Arc<FixedClock>,
    pub store: Arc<FailingStore>,
    /// The database behind it, without its failures, as its owner reaches it.
    pub database: Database,
    /// The same as the service reaches it.
    pub served: Database,
    /// Of SQLite, the record is in it as `record.db`.
    pub folder: tempfile::TempDir,
    /// Of PostgreSQL, the database that goes with this app.
    pub server: Option<OnServer>,
    /// The token of the client that the tests are.
    pub token: OwnToken,
}

pub fn content() -> Vec<(String, String)> {
    read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/content")).unwrap()
}

impl TestApp {
    /// With the content of `tests/it/content`.
    pub async fn new() -> Self {
        let app = TestApp::without_content().await;
        app.publish(content()).await;
        app
    }

    /// On a record that is there already, under the keys that it was made under.
    pub fn on_record(
        database: Database,
        (folder, server): (tempfile::TempDir, Option<OnServer>),
        master: Arc<dyn MasterKeys>,
        matching: MatchingKey,
    ) -> Self {
        let clock = Arc::new(FixedClock(AtomicI64::new(
            "2026-12-01T12:00:00Z"
                .parse::<Timestamp>()
                .unwrap()
                .as_second(),
        )));
        let store = FailingStore::over(&database);
        let (service, router) = node_under(
            |ids| (CaseSealer::under(master, ids), matching),
            &database,
            &store,
            &clock,
            3_000_000,
            Policy::Example,
        );
        TestApp {
            router,
            service,
            clock,
            store,
            served: database.clone(),
            database,
            folder,
            server,
            token: OwnToken::default(),
        }
    }

    pub async fn without_content() -> Self {
        let Place {
            database,
            served,
            folder,
            server,
        } = Place::new().await;
        let clock = Arc::new(FixedClock(AtomicI64::new(
            "2026-11-22T12:00:00Z"
                .parse::<Timestamp>()
                .unwrap()
                .as_second(),
        )));
        let store = FailingStore::over(&served);
        let (service, router) = node(&served, &store, &clock, 0);
        TestApp {
            router,
            service,
            clock,
            store,
            database,
            served,
            folder,
            server,
            token: OwnToken::default(),
        }
    }

    /// Another node on the same record, with nothing in memory.
    pub fn another_node(self) -> Self {
        let served = self.served.clone();
        self.reached_by(served)
    }

    /// Another node, which reaches the same record in its own way.
    pub fn reached_by(self, served: Database) -> Self {
        let store = FailingStore::over(&served);
        let (service, router) = node(&served, &store, &self.clock, 1_000_000);
        TestApp {
            router,
            service,
            store,
            served,
            ..self
        }
    }

    /// Another node on the same record, on which only approved releases may run.
    pub fn approved_only(self) -> Self {
        let (database, store, clock) = (&self.served, &self.store, &self.clock);
        let (service, router) = node_running(database, store, clock, 2_000_000, Policy::Approved);
        TestApp {
            router,
            service,
            ..self
        }
    }

    /// Nobody of this app has the record open any more, neither the service nor the owner.
    pub async fn leaves(&self) {
        self.service.close().await;
        self.database.store.close().await;
    }

    /// The address of the database behind it.
    pub fn database_url(&self) -> String {
        test_place::url_of(&self.folder, self.server.as_ref())
    }

    /// Of SQLite, the record.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("record.db")
    }

    /// Whether these bytes stand anywhere in the record, as they are or in hexadecimal.
    pub async fn stores(&self, wanted: impl AsRef<[u8]>) -> bool {
        let wanted = wanted.as_ref();
        let stored = match Other::of(self).await {
            Other::Sqlite(_) => scan::of_folder(self.folder.path()).await,
            Other::Postgres(mut other) => scan::postgres_rows(&mut other).await,
        };
        assert!(!stored.is_empty());
        let hexadecimal = hex::encode(wanted).into_bytes();
        let holds =
            |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|bytes| bytes == part);
        let mut all = stored.iter();
        all.any(|(_, bytes)| holds(bytes, wanted) || holds(bytes, &hexadecimal))
    }

    /// Does to the database what no program of ours does.
    pub async fn tamper(&self, on_sqlite: &'static str, on_postgres: &'static str) {
        Other::of(self).await.does(on_sqlite, on_postgres).await;
    }

    /// The ports of its database, as the service reaches it.
    pub fn database(&self) -> Database {
        let mut database = self.served.clone();
        database.store = self.store.clone();
        database
    }

    /// Another node over these ports, where a search of the directory may take so long.
    pub fn over(self, database: Database, directory_patience: std::time::Duration) -> Self {
        let ids = Arc::new(SeededIds(AtomicU64::new(3_000_000)));
        let sealer = Arc::new(CaseSealer::new(&MasterKey::new([5; 32]), ids.clone()));
        let matching = Arc::new(MatchingKey::new([6; 32]));
        let service = Service::new(database, self.clock.clone(), ids, sealer, matching);
        let service = Arc::new(service.patient_for(directory_patience));
        let router = router(App {
            service: service.clone(),
            metrics: telemetry::metrics(),
            pages: Arc::new(Pages::new().unwrap()),
        });
        TestApp {
            router,
            service,
            ..self
        }
    }

    pub async fn publish(&self, files: Vec<(String, String)>) -> Hash {
        let published = self
            .service
            .releases()
            .publish_example(&ProviderId::default(), files, self.service.now())
            .await;
        published
            .unwrap_or_else(|error| panic!("{error:?}"))
            .release
            .hash
    }

    /// A machine client with these scopes; gives its secret.
    pub async fn client(&self, provider: &str, id: &str, scopes: &str) -> String {
        let provider = ProviderId(provider.to_owned());
        let added = self.service.credentials();
        let added = added.add(&provider, id, "of a test", scopes.parse().unwrap());
        added.await.unwrap().reveal()
    }

    /// A token of a client.
    pub async fn token_of(&self, client: &str, secret: &str) -> String {
        let issued = self.service.credentials();
        let issued = issued.issue(client, secret, None, Hash::NONE);
        issued.await.unwrap().token.reveal()
    }

    /// Sends a request to the API with the token of the tests, unless it has one; anything else as it is.
    pub async fn send(&self, mut request: Request<Body>) -> Answered {
        self.token.show(&self.service, &mut request).await;
        self.send_bare(request).await
    }

    /// Sends a request as it is.
    pub async fn send_bare(&self, request: Request<Body>) -> Answered {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answered {
            status: parts.status,
            headers: parts.headers,
            body,
            text,
        }
    }

    pub async fn get(&self, path: &str) -> Answered {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answered {
        self.send(json_request(path, &[], &body)).await
    }

    /// The texts of the events of a case.
    pub async fn events_of(&self, call: &Call<'_>) -> Vec<String> {
        self.events_at(&ProviderId::default(), call.case.parse().unwrap())
            .await
    }

    /// The texts of the events of a case of that provider.
    pub async fn events_at(&self, provider: &ProviderId, case: CaseId) -> Vec<String> {
        let stored = self.store.case(provider, case).await.unwrap().unwrap();
        stored.links.into_iter().map(|link| link.text).collect()
    }

    pub async fn walk(&self, body: Value) -> Answered {
        self.post("/api/v1/walk", body).await
    }
}

fn node(
    database: &Database,
    store: &Arc<FailingStore>,
    clock: &Arc<FixedClock>,
    seed: u64,
) -> (Arc<Service>, Router) {
    node_running(database, store, clock, seed, Policy::Example)
}

fn node_running(
    database: &Database,
    store: &Arc<FailingStore>,
    clock: &Arc<FixedClock>,
    seed: u64,
    policy: Policy,
) -> (Arc<Service>, Router) {
    let keys = |ids| {
        let sealer = CaseSealer::new(&MasterKey::new([5; 32]), ids);
        (sealer, MatchingKey::new([6; 32]))
    };
    node_under(keys, database, store, clock, seed, policy)
}

fn node_under(
    keys: impl FnOnce(Arc<dyn Ids>) -> (CaseSealer, MatchingKey),
    database: &Database,
    store: &Arc<FailingStore>,
    clock: &Arc<FixedClock>,
    seed: u64,
    policy: Policy,
) -> (Arc<Service>, Router) {
    let ids = Arc::new(SeededIds(AtomicU64::new(seed)));
    let (sealer, matching) = keys(ids.clone());
    let mut database = database.clone();
    database.store = store.clone();
    database.people = store.clone();
    // Random numbers of their own, so that what a test draws is the same whoever asks for a token meanwhile.
    let credentials = Credentials::new(
        database.clients.clone(),
        database.attempts.clone(),
        clock.clone(),
        Arc::new(SeededIds(AtomicU64::new(seed + 500_000))),
    );
    // Each request reads the record, as on a node that was not there before; what is at hand is tried by the contracts and the pages.
    let service = Service::new(
        database,
        clock.clone(),
        ids,
        Arc::new(sealer),
        Arc::new(matching),
    )
    .running(policy)
    .with_at_hand(0)
    .with_credentials(credentials);
    let service = Arc::new(service);
    let router = router(App {
        service: service.clone(),
        metrics: telemetry::metrics(),
        pages: Arc::new(Pages::new().unwrap()),
    });
    (service, router)
}

pub fn json_request(path: &str, headers: &[(&str, &str)], body: &Value) -> Request<Body> {
    let mut request = Request::post(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_string())).unwrap()
}
