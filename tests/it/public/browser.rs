//! A browser without scripts, and a service on a fresh record with a clock that the test holds.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use jiff::Timestamp;
use nhs111::case::ids::{CaseId, Hash, ProviderId};
use nhs111::http::{render::Pages, router};
use nhs111::service::Service;
use nhs111::service::ports::heads::{Heads, StoredHead};
use nhs111::service::ports::{
    Activation, Append, Appended, Clock, Database, Errand, Ids, Remembered, Store, StoreError,
    StoredCase, StoredRelease,
};
use nhs111::store::people::MatchingKey;
use nhs111::store::seal::{CaseSealer, MasterKey};
use nhs111::store::sqlite::{Limits, SqliteStore};
use nhs111::telemetry;
use tower::ServiceExt;

/// A second goes by whenever it is looked at.
pub struct TestClock(AtomicI64);

impl TestClock {
    /// So many seconds go by.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
    }
}

struct TestIds(AtomicU64);

impl Ids for TestIds {
    fn fill(&self, bytes: &mut [u8]) {
        let seed = Hash::of(self.0.fetch_add(1, Ordering::SeqCst).to_le_bytes());
        for (byte, random) in bytes.iter_mut().zip(seed.0.iter().cycle()) {
            *byte = *random;
        }
    }
}

/// A record that fails when the test says so.
pub struct Fragile {
    inner: Arc<SqliteStore>,
    /// Nothing can be recorded.
    pub no_writes: AtomicBool,
    /// Nothing can be read.
    pub no_reads: AtomicBool,
}

impl Fragile {
    /// The record behind it.
    pub fn record(&self) -> Arc<SqliteStore> {
        self.inner.clone()
    }

    fn read(&self) -> Result<(), StoreError> {
        if self.no_reads.load(Ordering::SeqCst) {
            Err(StoreError::Closed)
        } else {
            Ok(())
        }
    }
}

#[async_trait]
impl Heads for Fragile {
    async fn head(
        &self,
        provider: &ProviderId,
        case: CaseId,
    ) -> Result<Option<StoredHead>, StoreError> {
        self.read()?;
        self.inner.head(provider, case).await
    }
}

#[async_trait]
impl Store for Fragile {
    async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        if self.no_writes.load(Ordering::SeqCst) {
            Err(StoreError::Closed)
        } else {
            self.inner.append(append).await
        }
    }

    async fn case(
        &self,
        provider: &ProviderId,
        case: CaseId,
    ) -> Result<Option<StoredCase>, StoreError> {
        self.read()?;
        self.inner.case(provider, case).await
    }

    async fn remembered(
        &self,
        provider: &ProviderId,
        key: Hash,
    ) -> Result<Option<Remembered>, StoreError> {
        self.read()?;
        self.inner.remembered(provider, key).await
    }

    async fn keep_release(&self, release: &StoredRelease) -> Result<(), StoreError> {
        self.inner.keep_release(release).await
    }

    async fn release(&self, hash: Hash) -> Result<Option<StoredRelease>, StoreError> {
        self.read()?;
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
        self.read()?;
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
        self.read()
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

/// The service with its public pages.
pub struct App {
    pub router: Router,
    pub store: Arc<Fragile>,
    pub clock: Arc<TestClock>,
    pub service: Arc<Service>,
    _folder: tempfile::TempDir,
}

pub fn read_folder(folder: &Path, into: &mut Vec<(String, String)>, root: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_folder(&path, into, root);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            into.push((
                path.strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned(),
                std::fs::read_to_string(&path).unwrap(),
            ));
        }
    }
}

/// The small content of these tests.
pub fn content() -> Vec<(String, String)> {
    let mut files = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/public/content");
    read_folder(&root, &mut files, &root);
    files
}

impl App {
    /// On the small content of these tests.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inner = Arc::new(
            SqliteStore::open(&folder.path().join("record.db"), Limits::default())
                .await
                .unwrap(),
        );
        let store = Arc::new(Fragile {
            inner,
            no_writes: AtomicBool::new(false),
            no_reads: AtomicBool::new(false),
        });
        // Three in the afternoon of 3 November 2026.
        let clock = Arc::new(TestClock(AtomicI64::new(1_793_718_000)));
        let ids = Arc::new(TestIds(AtomicU64::new(1)));
        let sealer = Arc::new(CaseSealer::new(&MasterKey::new([7; 32]), ids.clone()));
        let matching = Arc::new(MatchingKey::new([6; 32]));
        let mut database = Database::of(store.inner.clone());
        database.store = store.clone();
        database.heads = store.clone();
        let service = Arc::new(Service::new(database, clock.clone(), ids, sealer, matching));
        service
            .releases()
            .publish_example(&ProviderId::default(), content(), clock.now())
            .await
            .unwrap();
        let router = router(nhs111::http::App {
            service: service.clone(),
            metrics: telemetry::metrics(),
            pages: Arc::new(Pages::new().unwrap()),
        });
        App {
            router,
            store,
            clock,
            service,
            _folder: folder,
        }
    }

    /// A browser with no cookies.
    pub fn browser(&self) -> Browser {
        Browser::of(self.router.clone())
    }
}

/// A browser without scripts. It checks of every page what holds for every page.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    pub path: String,
    pub status: StatusCode,
    pub html: String,
    /// Every address.
    pub seen: Vec<String>,
}

impl Browser {
    /// One with no cookies.
    pub fn of(router: Router) -> Self {
        Browser {
            router,
            cookies: BTreeMap::new(),
            path: String::new(),
            status: StatusCode::OK,
            html: String::new(),
            seen: Vec::new(),
        }
    }

    /// Opens an address, and goes where it leads.
    pub async fn get(&mut self, path: &str) -> &mut Self {
        self.send("GET", path, None, &[]).await;
        self
    }

    /// Sends the form of this page that has the first of these fields, filled in like this.
    #[track_caller]
    pub fn form(&self, fields: &[(&str, &str)]) -> (String, String) {
        let has = |form: &&str| {
            fields
                .first()
                .is_none_or(|(name, _)| form.contains(&format!("name=\"{name}\"")))
        };
        let form = self
            .html
            .split("<form ")
            .skip(1)
            .map(|form| form.split("</form>").next().unwrap())
            .find(has);
        let form = form
            .unwrap_or_else(|| panic!("{}: no form with {fields:?}\n{}", self.path, self.text()));
        let action = form
            .split("action=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        let mut body = form_urlencoded::Serializer::new(String::new());
        for input in form
            .split("<input ")
            .skip(1)
            .map(|input| input.split('>').next().unwrap())
            .filter(|input| input.contains("type=\"hidden\""))
        {
            let value = |name: &str| {
                unescaped(
                    input
                        .split(&format!("{name}=\""))
                        .nth(1)
                        .unwrap()
                        .split('"')
                        .next()
                        .unwrap(),
                )
            };
            body.append_pair(&value("name"), &value("value"));
        }
        for (name, value) in fields {
            body.append_pair(name, value);
        }
        (action, body.finish())
    }

    /// Fills in and sends a form of this page.
    pub async fn submit(&mut self, fields: &[(&str, &str)]) -> &mut Self {
        let (action, body) = self.form(fields);
        self.post(&action, body).await
    }

    /// Sends a form that was filled in.
    pub async fn post(&mut self, action: &str, body: String) -> &mut Self {
        self.send("POST", action, Some(body), &[]).await;
        self
    }

    /// Sends bytes in the place of a form, and goes where they lead.
    pub async fn post_bytes(&mut self, path: &str, body: Vec<u8>) -> &mut Self {
        self.exchange("POST", path, Some(body), &[]).await;
        self
    }

    /// Sends a form with some headers, and goes where it leads.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        body: Option<String>,
        headers: &[(&str, &str)],
    ) {
        self.exchange(method, path, body.map(String::into_bytes), headers)
            .await;
    }

    async fn exchange(
        &mut self,
        method: &str,
        path: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) {
        let (mut method, mut path, mut body) = (method.to_owned(), path.to_owned(), body);
        for _ in 0..5 {
            let mut request = Request::builder()
                .method(method.as_str())
                .uri(&path)
                .header(header::HOST, "111.test");
            if body.is_some() {
                request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            }
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            if !cookies.is_empty() {
                request = request.header(header::COOKIE, cookies.join("; "));
            }
            let response = self
                .router
                .clone()
                .oneshot(
                    request
                        .body(Body::from(body.take().unwrap_or_default()))
                        .unwrap(),
                )
                .await
                .unwrap();
            self.seen.push(path.clone());
            self.take_cookies(&response);
            self.status = response.status();
            let headers = response.headers().clone();
            assert_eq!(headers[header::CACHE_CONTROL], "no-store", "{path}");
            assert!(
                headers[header::CONTENT_SECURITY_POLICY]
                    .to_str()
                    .unwrap()
                    .starts_with("default-src 'none'"),
                "{path}"
            );
            let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
            if self.status != StatusCode::SEE_OTHER {
                self.html = String::from_utf8(bytes.to_vec()).unwrap();
                self.path = path;
                self.check();
                return;
            }
            path = headers[header::LOCATION].to_str().unwrap().to_owned();
            method = "GET".to_owned();
        }
        panic!("sent round in circles: {:?}", self.seen);
    }

    fn take_cookies(&mut self, response: &axum::response::Response) {
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0;") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// What holds for every page.
    fn check(&self) {
        assert!(
            self.html.len() <= 20_000,
            "{}: {} bytes",
            self.path,
            self.html.len()
        );
        assert_eq!(self.html.matches("<h1").count(), 1, "{}", self.path);
        assert!(
            !self.html.contains("<script") && !self.html.contains('⟦'),
            "{}: {}",
            self.path,
            self.html
        );
        assert!(
            self.text().contains("In an emergency, phone 999 now"),
            "{}",
            self.path
        );
        assert!(
            self.text()
                .contains("They have not been approved by clinicians. Release "),
            "{}",
            self.path
        );
        for address in &self.seen {
            let (path, query) = address
                .split_once('?')
                .unwrap_or((address, "notice=changed"));
            assert!(
                path.split('/').skip(1).all(|part| PARTS.contains(&part)
                    || part.parse::<u64>().is_ok()
                    || part.parse::<Hash>().is_ok()),
                "{address}"
            );
            assert!(query.starts_with("notice="), "{address}");
        }
    }

    /// The words of the page.
    pub fn text(&self) -> String {
        let mut words = String::new();
        let mut inside = false;
        for letter in self.html.chars() {
            match letter {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    words.push(' ');
                }
                _ if !inside => words.push(letter),
                _ => {}
            }
        }
        unescaped(&words.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The words of the main part.
    pub fn main(&self) -> String {
        let main = self
            .html
            .split("id=\"main\">")
            .nth(1)
            .unwrap()
            .split("</main>")
            .next()
            .unwrap();
        Browser {
            html: main.to_owned(),
            ..self.clone()
        }
        .text()
    }

    pub fn heading(&self) -> String {
        let heading = self
            .html
            .split("<h1")
            .nth(1)
            .unwrap()
            .split_once('>')
            .unwrap()
            .1
            .split("</h1>")
            .next()
            .unwrap();
        Browser {
            html: heading.to_owned(),
            ..self.clone()
        }
        .text()
    }

    pub fn title(&self) -> String {
        self.html
            .split("<title>")
            .nth(1)
            .unwrap()
            .split("</title>")
            .next()
            .unwrap()
            .to_owned()
    }

    /// The address behind a link whose words begin like this.
    #[track_caller]
    pub fn link(&self, words: &str) -> String {
        let links = self.html.split("<a ").skip(1);
        let link = links
            .filter_map(|link| link.split_once('>'))
            .find(|(_, rest)| rest.trim_start().starts_with(words));
        let (tag, _) =
            link.unwrap_or_else(|| panic!("{}: no link {words}\n{}", self.path, self.text()));
        unescaped(
            tag.split("href=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap(),
        )
    }

    /// Follows a link.
    pub async fn follow(&mut self, words: &str) -> &mut Self {
        let link = self.link(words);
        self.get(&link).await
    }

    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(
            self.text().contains(words),
            "{} does not say: {words}\n{}",
            self.path,
            self.text()
        );
        self
    }

    #[track_caller]
    pub fn says_not(&self, words: &str) -> &Self {
        assert!(!self.text().contains(words), "{} says: {words}", self.path);
        self
    }

    /// How many events the case of this browser has.
    pub async fn events(&self, app: &App) -> usize {
        let case = self.cookies["nhs111-case"]
            .split('.')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        app.store
            .inner
            .case(&ProviderId::default(), case)
            .await
            .unwrap()
            .unwrap()
            .links
            .len()
    }
}

fn unescaped(html: &str) -> String {
    html.replace("&#x2f;", "/")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// The only words of addresses.
const PARTS: &[&str] = &[
    "about",
    "release",
    "feedback",
    "",
    "emergency-check",
    "about-you",
    "change",
    "complaints",
    "questions",
    "answers",
    "outcome",
    "services",
    "stop",
    "carry-on",
    "code",
    "leave",
    "left",
    "about-this-service",
    "privacy",
    "accessibility",
    "no-such-page",
    "x",
    "sore-throat", // not addresses of ours: typed by the test
];
