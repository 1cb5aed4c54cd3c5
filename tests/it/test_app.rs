//! The real router over a fixed clock, seeded ids and a record of its own.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use nhs111::case::ids::{CaseId, Hash, ProviderId};
use nhs111::cli::read_folder;
use nhs111::http::render::Pages;
use nhs111::http::{App, router};
use nhs111::service::Service;
use nhs111::service::ports::{
    Activation, Append, Appended, Clock, Database, Errand, Ids, Remembered, Store, StoreError,
    StoredCase, StoredRelease,
};
use nhs111::service::releases::Policy;
use nhs111::store::seal::{CaseSealer, MasterKey};
use nhs111::store::sqlite::{Limits, SqliteStore};
use nhs111::telemetry;

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

/// A record that can be told to fail.
pub struct FailingStore {
    inner: Arc<SqliteStore>,
    failing: std::sync::atomic::AtomicBool,
}

impl FailingStore {
    pub fn fail(&self, failing: bool) {
        self.failing.store(failing, Ordering::SeqCst);
    }
}

#[async_trait]
impl Store for FailingStore {
    async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        if self.failing.load(Ordering::SeqCst) {
            return Err(StoreError::Full(Arc::new(std::io::Error::other(
                "no room for `secret words`",
            ))));
        }
        self.inner.append(append).await
    }
    async fn case(
        &self,
        provider: &ProviderId,
        case: CaseId,
    ) -> Result<Option<StoredCase>, StoreError> {
        self.inner.case(provider, case).await
    }
    async fn remembered(
        &self,
        provider: &ProviderId,
        key: Hash,
    ) -> Result<Option<Remembered>, StoreError> {
        self.inner.remembered(provider, key).await
    }
    async fn keep_release(&self, release: &StoredRelease) -> Result<(), StoreError> {
        self.inner.keep_release(release).await
    }
    async fn release(&self, hash: Hash) -> Result<Option<StoredRelease>, StoreError> {
        self.inner.release(hash).await
    }
    async fn activate(
        &self,
        provider: &ProviderId,
        hash: Hash,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.inner.activate(provider, hash, at).await
    }
    async fn active_release(&self, provider: &ProviderId) -> Result<Option<Hash>, StoreError> {
        if self.failing.load(Ordering::SeqCst) {
            return Err(StoreError::Closed);
        }
        self.inner.active_release(provider).await
    }
    async fn releases(&self, provider: &ProviderId) -> Result<Vec<Activation>, StoreError> {
        self.inner.releases(provider).await
    }
    async fn waiting(&self, provider: &ProviderId, limit: u32) -> Result<Vec<Errand>, StoreError> {
        self.inner.waiting(provider, limit).await
    }
    async fn cases_after(
        &self,
        after: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<(ProviderId, CaseId)>, StoreError> {
        self.inner.cases_after(after, limit).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.inner.ready().await
    }
    async fn close(&self) {
        self.inner.close().await;
    }
}

/// The whole service, as a client sees it.
pub struct TestApp {
    pub router: Router,
    pub service: Arc<Service>,
    pub clock: Arc<FixedClock>,
    pub store: Arc<FailingStore>,
    pub folder: tempfile::TempDir,
}

/// A reply.
#[derive(Debug)]
pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Answered {
    #[track_caller]
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.body
    }

    /// A problem document with this code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (
                self.status.as_u16(),
                self.body["code"].as_str().unwrap_or_default()
            ),
            (status, code),
            "{}",
            self.text
        );
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_is_a_sentence(self.body["detail"].as_str().unwrap());
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], format!("urn:nhs111:problem:{code}"));
        assert_eq!(
            self.body["request_id"],
            self.headers["x-request-id"].to_str().unwrap()
        );
        self.body
    }
}

/// For people: one that begins and ends like a sentence, and names nothing of the inside.
#[track_caller]
fn assert_is_a_sentence(detail: &str) {
    let begins = |letter: char| letter.is_uppercase() || letter == '`';
    assert!(
        detail.starts_with(begins) && detail.ends_with('.') && !detail.contains("::"),
        "{detail}"
    );
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

    pub async fn without_content() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inner = SqliteStore::open(&folder.path().join("record.db"), Limits::default())
            .await
            .unwrap();
        let store = Arc::new(FailingStore {
            inner: Arc::new(inner),
            failing: false.into(),
        });
        let clock = Arc::new(FixedClock(AtomicI64::new(
            "2026-11-22T12:00:00Z"
                .parse::<Timestamp>()
                .unwrap()
                .as_second(),
        )));
        let (service, router) = node(&store, &clock, 0);
        TestApp {
            router,
            service,
            clock,
            store,
            folder,
        }
    }

    /// Another node on the same record, with nothing in memory.
    pub fn another_node(self) -> Self {
        let (service, router) = node(&self.store, &self.clock, 1_000_000);
        TestApp {
            router,
            service,
            ..self
        }
    }

    /// Another node on the same record, on which only approved releases may run.
    pub fn approved_only(self) -> Self {
        let (service, router) = node_running(&self.store, &self.clock, 2_000_000, Policy::Approved);
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

    pub async fn send(&self, request: Request<Body>) -> Answered {
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

    pub async fn walk(&self, body: Value) -> Answered {
        self.post("/api/v1/walk", body).await
    }
}

fn node(store: &Arc<FailingStore>, clock: &Arc<FixedClock>, seed: u64) -> (Arc<Service>, Router) {
    node_running(store, clock, seed, Policy::Example)
}

fn node_running(
    store: &Arc<FailingStore>,
    clock: &Arc<FixedClock>,
    seed: u64,
    policy: Policy,
) -> (Arc<Service>, Router) {
    let ids = Arc::new(SeededIds(AtomicU64::new(seed)));
    let sealer = Arc::new(CaseSealer::new(&MasterKey::new([5; 32]), ids.clone()));
    let mut database = Database::of(store.inner.clone());
    database.store = store.clone();
    let service = Service::new(database, clock.clone(), ids, sealer).running(policy);
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

/// A case under way, as a client sees it.
pub struct Call<'a> {
    pub app: &'a TestApp,
    pub case: String,
    pub secret: String,
    pub state: Value,
}

impl<'a> Call<'a> {
    /// An adult with a sore throat, who answers for herself.
    pub async fn sore_throat(app: &'a TestApp) -> Self {
        Call::start(app, json!({"complaints": ["sore-throat"], "patient": {"party": "first", "age": "34 years", "sex": "female"}})).await
    }

    #[track_caller]
    pub fn start(app: &'a TestApp, body: Value) -> impl Future<Output = Self> {
        async move {
            let started = app.post("/api/v1/cases", body).await.is(201);
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            Call {
                app,
                case: text(&started["state"]["case"]),
                secret: text(&started["secret"]),
                state: started["state"].clone(),
            }
        }
    }

    fn path(&self, what: &str) -> String {
        format!("/api/v1/cases/{}{what}", self.case)
    }

    pub async fn send(&self, what: &str, headers: &[(&str, &str)], body: Value) -> Answered {
        let bearer = format!("Bearer {}", self.secret);
        let headers: Vec<_> = headers
            .iter()
            .copied()
            .chain([("authorization", bearer.as_str())])
            .collect();
        self.app
            .send(json_request(&self.path(what), &headers, &body))
            .await
    }

    pub async fn read(&self, what: &str) -> Value {
        let request = Request::get(self.path(what))
            .header("authorization", format!("Bearer {}", self.secret));
        self.app
            .send(request.body(Body::empty()).unwrap())
            .await
            .is(200)
    }

    /// Answers what is asked.
    pub async fn answers(mut self, question: &str, answer: impl Into<Value>) -> Self {
        let body = json!({"answers": [{"question": question, "answer": answer.into()}]});
        self.state = self.send("/answers", &[], body).await.is(200);
        self
    }

    /// None of a checklist applies.
    pub async fn none_of(mut self, checklist: &str) -> Self {
        let body = json!({"answers": [{"question": checklist, "ticked": [], "others": "no"}]});
        self.state = self.send("/answers", &[], body).await.is(200);
        self
    }

    pub async fn changes(mut self, question: &str, answer: impl Into<Value>) -> Self {
        let body =
            json!({"how": "change", "answers": [{"question": question, "answer": answer.into()}]});
        self.state = self.send("/answers", &[], body).await.is(200);
        self
    }

    pub async fn volunteers(mut self, question: &str, answer: impl Into<Value>) -> Self {
        let body = json!({"how": "volunteer", "answers": [{"question": question, "answer": answer.into()}]});
        self.state = self.send("/answers", &[], body).await.is(200);
        self
    }

    /// The ids of the questions on the screen.
    pub fn asked(&self) -> Vec<&str> {
        let questions = self.state["next"]["questions"].as_array();
        questions
            .map(|questions| {
                questions
                    .iter()
                    .filter_map(|question| question["id"].as_str())
                    .collect()
            })
            .unwrap_or_default()
    }

    #[track_caller]
    pub fn asks(self, questions: &[&str]) -> Self {
        assert_eq!(self.asked(), questions, "{:#}", self.state);
        self
    }

    #[track_caller]
    pub fn holds(self, disposition: &str) -> Self {
        assert_eq!(
            self.state["result"]["disposition"], disposition,
            "{:#}",
            self.state
        );
        self
    }

    #[track_caller]
    pub fn reaches(self, disposition: &str) -> Self {
        assert_eq!(self.state["next"]["kind"], "outcome", "{:#}", self.state);
        self.holds(disposition)
    }
}
