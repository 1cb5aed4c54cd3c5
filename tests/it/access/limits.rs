//! What floods is held back, what helps is not: an answer in a case under way is never refused, and whoever is held back on the pages
//! is told for what to phone 999.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request};
use serde_json::json;

use nhs111::http::render::Pages;
use nhs111::http::source::Front;
use nhs111::http::{App, router_behind};
use nhs111::service::Service;
use nhs111::service::credentials::Credentials;
use nhs111::store::people::MatchingKey;
use nhs111::store::seal::{CaseSealer, MasterKey};
use nhs111::telemetry;

use crate::test_app::{Call, TestApp, also_on_postgres, json_request};

/// A node on the record of `app` that lets so many start in a minute.
async fn limited(app: TestApp, of_a_client: u32, from_a_source: u32, tokens: u32) -> TestApp {
    let database = app.database();
    let ids = Arc::new(nhs111::clock::SystemIds);
    let credentials = Credentials::new(
        database.clients.clone(),
        database.attempts.clone(),
        app.clock.clone(),
        ids.clone(),
    );
    let sealer = Arc::new(CaseSealer::new(&MasterKey::new([5; 32]), ids.clone()));
    let matching = Arc::new(MatchingKey::new([6; 32]));
    let service = Service::new(database, app.clock.clone(), ids, sealer, matching)
        .with_credentials(credentials)
        .limited(of_a_client, from_a_source, tokens);
    let service = Arc::new(service);
    TestApp {
        router: routed(service.clone()),
        service,
        ..app
    }
}

fn routed(service: Arc<Service>) -> Router {
    let front = Front {
        source_header: Some("x-forwarded-for".parse().unwrap()),
    };
    let app = App {
        service,
        metrics: telemetry::metrics(),
        pages: Arc::new(Pages::new().unwrap()),
    };
    router_behind(app, front)
}

#[tokio::test]
async fn a_client_that_starts_too_much_is_told_when_to_come_again_and_its_cases_go_on() {
    let app = limited(TestApp::new().await, 3, 0, 0).await;
    let call = Call::sore_throat(&app).await;
    for _ in 0..2 {
        Call::sore_throat(&app).await;
    }
    let start = json_request("/api/v1/cases", &[], &json!({}));
    let held_back = app.send(start).await;
    assert_eq!(held_back.headers["retry-after"], "20");
    let problem = held_back.refused(429, "too_many_requests");
    assert!(problem["detail"].as_str().unwrap().contains("phone 999"));
    // Whatever the case needs goes on, and so does the walk that stores nothing.
    let call = call
        .answers("unresponsive", "no")
        .await
        .volunteers("drooling", "yes")
        .await
        .holds("ambulance-category-2");
    call.send("/contacts", &[], json!({})).await.is(200);
    for _ in 0..20 {
        app.walk(json!({})).await.is(200);
        call.read("/next").await;
    }
    app.clock.forward(20);
    Call::sore_throat(&app).await;
}

#[tokio::test]
async fn another_client_is_not_held_back() {
    let app = limited(TestApp::new().await, 1, 0, 0).await;
    Call::sore_throat(&app).await;
    let secret = app.client("default", "other-desk", "triage").await;
    let bearer = format!("Bearer {}", app.token_of("other-desk", &secret).await);
    let start = || json_request("/api/v1/cases", &[("authorization", &bearer)], &json!({}));
    app.send(start()).await.is(201);
    app.send(start()).await.refused(429, "too_many_requests");
}

#[tokio::test]
async fn whoever_floods_the_tokens_is_held_back_and_nobody_else() {
    let app = limited(TestApp::new().await, 0, 0, 5).await;
    let ask = async |from: &str| {
        let request = Request::post("/oauth/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-forwarded-for", from)
            .body(Body::from("grant_type=client_credentials"))
            .unwrap();
        app.send_bare(request).await
    };
    for _ in 0..5 {
        assert_eq!(ask("192.0.2.1").await.status, 401);
    }
    let held_back = ask("192.0.2.1").await;
    assert_eq!(held_back.status, 429);
    assert_eq!(held_back.headers["retry-after"], "12");
    assert_eq!(held_back.body["error"], "temporarily_unavailable");
    assert_eq!(ask("192.0.2.2").await.status, 401);
}

#[tokio::test]
async fn a_guessed_secret_is_cut_off_on_every_node_for_whoever_guesses() {
    let app = TestApp::new().await;
    let secret = app.client("default", "desk", "triage").await;
    let app = limited(app, 0, 0, 0).await;
    let ask = async |app: &TestApp, from: &str, secret: &str| {
        let body = format!("grant_type=client_credentials&client_id=desk&client_secret={secret}");
        let request = Request::post("/oauth/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-forwarded-for", from)
            .body(Body::from(body))
            .unwrap();
        app.send_bare(request).await
    };
    for number in 0..10 {
        let guess = format!("{number:064}");
        assert_eq!(ask(&app, "192.0.2.1", &guess).await.status, 401);
    }
    assert_eq!(ask(&app, "192.0.2.1", &secret).await.status, 429);
    assert_eq!(
        ask(&app, "192.0.2.2", &secret).await.status,
        200,
        "the client itself, from its own address"
    );
    app.clock.forward(300);
    assert_eq!(ask(&app, "192.0.2.1", &secret).await.status, 200);
}

/// A page as somebody at this address is shown it.
struct Shown {
    status: u16,
    headers: HeaderMap,
    text: String,
}

async fn form(app: &TestApp, from: u8, path: &str, cookie: &str, body: &str) -> Shown {
    let mut request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookie)
        .body(Body::from(body.to_owned()))
        .unwrap();
    let peer = SocketAddr::from(([192, 0, 2, from], 4000));
    request.extensions_mut().insert(ConnectInfo(peer));
    use tower::ServiceExt as _;
    let response = app.router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Shown {
        status: parts.status.as_u16(),
        headers: parts.headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

const ABOUT: &str = "party=first&age_by=years&age_count=36&age_unit=years&sex=female";
const ENTER: &str = "code=4F7K-9QXM&by=phone&last_four=0123";

/// Begins with the emergency, and says what to do instead.
#[track_caller]
fn says_999_first(page: &Shown) {
    assert_eq!(page.status, 429, "{}", page.text);
    assert!(page.headers.contains_key("retry-after"));
    let main = page.text.split_once("id=\"main\">").unwrap().1;
    let card = main.find("Phone 999 now if there is any of this").unwrap();
    let sorry = main.find("Sorry, we cannot do this just now").unwrap();
    assert!(card < sorry, "the emergency stands first");
    for words in [
        "not breathing, fighting for breath",
        "chest pain that feels heavy",
        "a face that drops on one side",
        "bleeding that pours",
        "a baby or child who is limp",
        "href=\"tel:999\"",
        "href=\"tel:111\"",
        "18000",
    ] {
        assert!(main.contains(words), "{words}");
    }
}

#[tokio::test]
async fn a_visitor_who_is_held_back_is_told_first_for_what_to_phone_999() {
    let app = limited(TestApp::new().await, 0, 2, 0).await;
    let mut cookie = String::new();
    for _ in 0..2 {
        let begun = form(&app, 1, "/about-you", "", ABOUT).await;
        assert_eq!(begun.status, 303);
        cookie = begun
            .headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .collect::<Vec<_>>()
            .join("; ");
    }
    says_999_first(&form(&app, 1, "/about-you", "", ABOUT).await);
    // Whoever was let in goes on: nothing of a case under way is limited.
    for path in ["/complaints", "/stop", "/carry-on/code"] {
        let shown = form(&app, 1, path, &cookie, "token=x").await;
        assert_eq!(shown.status, 303, "{path}");
    }
    assert_eq!(form(&app, 2, "/about-you", "", ABOUT).await.status, 303);
    for number in 0..40 {
        let shown = form(&app, 1, "/carry-on", "", ENTER).await;
        match number {
            0..30 => assert_eq!(shown.status, 303, "{number}"),
            _ => says_999_first(&shown),
        }
    }
    // The pages before the first question are never limited.
    for path in ["/", "/emergency-check", "/about-you", "/carry-on"] {
        let page = app.get(path).await;
        assert_eq!(page.status, 200, "{path}");
    }
}

also_on_postgres![
    a_client_that_starts_too_much_is_told_when_to_come_again_and_its_cases_go_on,
    another_client_is_not_held_back,
    whoever_floods_the_tokens_is_held_back_and_nobody_else,
    a_guessed_secret_is_cut_off_on_every_node_for_whoever_guesses,
    a_visitor_who_is_held_back_is_told_first_for_what_to_phone_999,
];
