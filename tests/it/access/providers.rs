//! A client of another organisation, and one of the right organisation with another secret, learn nothing and change nothing, at every
//! address that the description of the API names.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};

use nhs111::case::ids::{Hash, ProviderId};
use nhs111::http::api::allowed::{Needs, ROUTES};
use nhs111::service::ports::Store as _;

use crate::test_app::{Answered, Call, TestApp, also_on_postgres};

/// What an address is about.
enum About {
    /// A case: whoever has no secret of it gets what they would get if there were none. With a body that would change it.
    Case(Value),
    /// Nobody's: it says the same to everybody who may ask.
    Everybody,
    /// The organisation of whoever asks, and no other; tested by name below.
    OwnOnly,
}

use About::{Case, Everybody, OwnOnly};

/// Every address of the API. One that is new has to be added here, or the first test fails.
fn addresses() -> Vec<(&'static str, &'static str, About)> {
    let second = json!({"last_four": "0123"});
    vec![
        ("GET", "/complaints", Everybody),
        ("GET", "/releases", OwnOnly),
        ("POST", "/walk", Everybody),
        ("POST", "/cases", OwnOnly),
        ("POST", "/carry-on", OwnOnly),
        ("GET", "/cases/{case}", Case(Value::Null)),
        ("GET", "/cases/{case}/next", Case(Value::Null)),
        ("GET", "/cases/{case}/outcome", Case(Value::Null)),
        ("POST", "/cases/{case}/contacts", Case(json!({}))),
        (
            "POST",
            "/cases/{case}/complaints",
            Case(json!({"complaints": ["sore-throat"]})),
        ),
        (
            "POST",
            "/cases/{case}/answers",
            Case(json!({"answers": [{"question": "unresponsive", "answer": "no"}]})),
        ),
        ("POST", "/cases/{case}/early-exit", Case(json!({}))),
        (
            "POST",
            "/cases/{case}/carry-on-code",
            Case(json!({"second": second})),
        ),
        (
            "POST",
            "/cases/{case}/feedback",
            Case(json!({"helpful": "yes", "words": "thank you"})),
        ),
        (
            "POST",
            "/cases/{case}/services/search",
            Case(json!({"place": {"postcode": "ZZ1 4DX"}})),
        ),
        (
            "POST",
            "/cases/{case}/services/choice",
            Case(json!({"service": "utc-01"})),
        ),
        (
            "PUT",
            "/cases/{case}/person",
            Case(json!({"person": {"patient": {"name": "Amira Khan"}}})),
        ),
        ("GET", "/cases/{case}/person", Case(Value::Null)),
        ("GET", "/cases/{case}/history", Case(Value::Null)),
        (
            "POST",
            "/cases/{case}/links",
            Case(linked("said_by_person")),
        ),
        (
            "POST",
            "/cases/{case}/unlinks",
            Case(linked("another_person")),
        ),
        (
            "POST",
            "/cases/{case}/missed-call-backs",
            Case(json!({"reason": "no_answer"})),
        ),
        ("GET", "/inbox", OwnOnly),
        ("PUT", "/inbox/{item}/state", OwnOnly),
        (
            "PUT",
            "/cases/{case}/callback-number",
            Case(json!({"number": "07700 900123"})),
        ),
        (
            "POST",
            "/cases/{case}/releases",
            Case(json!({"grounds": [1], "reason": "assessed", "disposition": "self-care"})),
        ),
        (
            "POST",
            "/cases/{case}/cancellations",
            Case(json!({"service": "ambulance", "reason": "caller_cancelled"})),
        ),
    ]
}

fn linked(reason: &str) -> Value {
    json!({"case": "0190e3a0-7b8e-7c3a-9b5e-2f6f0a1b2c3e", "reason": reason})
}

/// What says nothing of anybody, and needs no token.
const OPEN: [&str; 2] = ["/openapi.json", "/releases/{hash}/proof"];

#[test]
fn what_needs_no_token_is_named_here() {
    let open = ROUTES
        .iter()
        .filter(|(_, _, needs)| *needs == Needs::Nothing);
    assert_eq!(open.map(|(_, path, _)| *path).collect::<Vec<_>>(), OPEN);
}

#[tokio::test]
async fn every_address_of_the_description_is_listed_with_what_it_needs_and_tried_below() {
    let app = TestApp::new().await;
    let description = app.get("/api/v1/openapi.json").await.is(200);
    let mut described = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in ["get", "put", "post", "delete", "patch"] {
            let operation = &item[method];
            if operation.is_object() && !OPEN.contains(&path.as_str()) {
                let needed = operation["security"][0].as_object();
                let needed = needed.unwrap_or_else(|| panic!("{method} {path} needs no token"));
                assert!(
                    !needed["token"].as_array().unwrap().is_empty(),
                    "{path}: no scope"
                );
                assert_eq!(
                    needed.contains_key("case_secret"),
                    path.contains("{case}"),
                    "{path}"
                );
                described.insert((method.to_uppercase(), path.clone()));
            }
        }
    }
    let listed: BTreeSet<_> = ROUTES
        .iter()
        .filter(|(_, path, _)| !OPEN.contains(path))
        .map(|(method, path, _)| (method.to_string(), (*path).to_owned()))
        .collect();
    assert_eq!(
        described, listed,
        "the description, and what the door knows"
    );
    let tried: BTreeSet<_> = addresses()
        .into_iter()
        .map(|(method, path, _)| (method.to_owned(), path.to_owned()))
        .collect();
    assert_eq!(described, tried, "the description, and what is tried here");
}

async fn asked(
    app: &TestApp,
    (method, path): (&str, &str),
    token: &str,
    secret: &str,
    body: &Value,
) -> Answered {
    let body = if body.is_null() {
        Body::empty()
    } else {
        Body::from(body.to_string())
    };
    let request = Request::builder()
        .method(method.parse::<Method>().unwrap())
        .uri(format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {token}"))
        .header("case-secret", secret)
        .header("on-behalf-of", "clinician 1")
        .header("content-type", "application/json")
        .body(body)
        .unwrap();
    app.send_bare(request).await
}

/// What is said, without what is another in each answer.
fn said(answered: &Answered) -> (u16, Value) {
    let mut body = answered.body.clone();
    if let Some(body) = body.as_object_mut() {
        body.remove("request_id");
    }
    (answered.status.as_u16(), body)
}

/// Two organisations, each with a client that has every scope.
async fn two_organisations(app: &TestApp) -> (String, String) {
    let credentials = app.service.credentials();
    let other = credentials.add_provider("other", "Another").await.unwrap();
    let release = app.service.releases().active(&ProviderId::default()).await;
    app.service
        .releases()
        .activate(&other, &release.unwrap(), app.service.now())
        .await
        .unwrap();
    let all = nhs111::service::rights::Scopes::ALL.to_string();
    let (own, others) = (
        app.client("default", "desk-own", &all).await,
        app.client("other", "desk-other", &all).await,
    );
    (
        app.token_of("desk-own", &own).await,
        app.token_of("desk-other", &others).await,
    )
}

#[tokio::test]
async fn a_case_is_not_there_for_another_organisation_nor_for_another_secret_at_any_address() {
    let app = TestApp::new().await;
    let (own, others) = two_organisations(&app).await;
    let call = Call::sore_throat(&app)
        .await
        .volunteers("drooling", "yes")
        .await;
    let case = call.case.parse().unwrap();
    let stored = async || {
        let stored = app.store.case(&ProviderId::default(), case).await;
        stored.unwrap().unwrap().head
    };
    let before = stored().await;
    let nobodys = "0190e3a0-7b8e-7c3a-9b5e-2f6f0a1b2c3d";
    let wrong = "0".repeat(64);
    let mut tried = 0;
    for (method, path, about) in addresses() {
        let Case(body) = about else { continue };
        let of_case = path.replace("{case}", &call.case);
        let of_nobody = path.replace("{case}", nobodys);
        let nothing = asked(&app, (method, &of_nobody), &own, &call.secret, &body).await;
        assert_eq!(nothing.body["code"], "case_not_found", "{method} {path}");
        let nothing = said(&nothing);
        for (token, secret) in [(&others, &call.secret), (&own, &wrong), (&others, &wrong)] {
            let answered = asked(&app, (method, &of_case), token, secret, &body).await;
            assert_eq!(said(&answered), nothing, "{method} {path}");
        }
        tried += 1;
    }
    assert!(tried >= 20);
    assert_eq!(stored().await, before, "nothing was changed");
}

#[tokio::test]
async fn a_case_belongs_to_the_organisation_of_the_client_that_started_it() {
    let app = TestApp::new().await;
    let (own, others) = two_organisations(&app).await;
    let start = json!({"mark": "test"});
    let started = asked(&app, ("POST", "/cases"), &others, "", &start)
        .await
        .is(201);
    let (case, secret) = (
        started["state"]["case"].as_str().unwrap(),
        started["secret"].as_str().unwrap(),
    );
    let path = format!("/cases/{case}");
    asked(&app, ("GET", &path), &others, secret, &Value::Null)
        .await
        .is(200);
    asked(&app, ("GET", &path), &own, secret, &Value::Null)
        .await
        .refused(404, "case_not_found");
    let stored = async |provider: &str| {
        let provider = ProviderId(provider.to_owned());
        app.store
            .case(&provider, case.parse().unwrap())
            .await
            .unwrap()
    };
    assert!(stored("other").await.is_some() && stored("default").await.is_none());
    // Nor by the cookie of a visitor, who belongs to the default organisation.
    let visitor =
        Request::get("/questions").header("cookie", format!("nhs111-case={case}.{secret}"));
    let page = app.send_bare(visitor.body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, 404);
    assert!(page.text.contains("Your answers are not on this device"));
}

#[tokio::test]
async fn the_key_of_a_request_is_of_its_own_organisation() {
    let app = TestApp::new().await;
    let (own, others) = two_organisations(&app).await;
    let start = async |token: &str| {
        let request = Request::post("/api/v1/cases")
            .header("authorization", format!("Bearer {token}"))
            .header("idempotency-key", "a-key-that-two-have")
            .header("content-type", "application/json")
            .body(Body::from("{}"))
            .unwrap();
        app.send_bare(request).await.is(201)["state"]["case"].clone()
    };
    assert_ne!(start(&own).await, start(&others).await);
    assert_eq!(start(&own).await, start(&own).await);
}

#[tokio::test]
async fn the_inbox_is_that_of_the_own_organisation() {
    let app = TestApp::new().await;
    let (_, others) = two_organisations(&app).await;
    Call::sore_throat(&app)
        .await
        .send("/feedback", &[], json!({"helpful": "no", "words": "slow"}))
        .await
        .is(200);
    let items = app.get("/api/v1/inbox").await.is(200)["items"].clone();
    let item = items[0]["item"].as_str().unwrap();
    let asked = async |method: &str, path: &str, body: Option<Value>| {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {others}"))
            .header("content-type", "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        app.send_bare(request.body(body).unwrap()).await
    };
    assert_eq!(
        asked("GET", "/inbox", None).await.is(200)["items"],
        json!([])
    );
    asked(
        "PUT",
        &format!("/inbox/{item}/state"),
        Some(json!({"state": "done"})),
    )
    .await
    .refused(404, "no_such_item");
    let after = app.get("/api/v1/inbox").await.is(200)["items"].clone();
    assert_eq!(after, items, "nothing was changed");
}

#[tokio::test]
async fn releases_are_those_of_the_own_organisation() {
    let app = TestApp::new().await;
    let (own, others) = two_organisations(&app).await;
    let mut files = crate::test_app::content();
    let (_, text) = files
        .iter_mut()
        .find(|(name, _)| name.ends_with("sore-throat.yaml"))
        .unwrap();
    *text = text.replacen("because: ", "because: Today ", 1);
    let hash = async |token: &str| {
        let reply = asked(&app, ("GET", "/releases"), token, "", &Value::Null).await;
        reply.is(200)["active"]["hash"].clone()
    };
    let before = hash(&others).await;
    let newer: Hash = app.publish(files).await;
    assert_eq!(
        hash(&others).await,
        before,
        "a switch is of one organisation"
    );
    assert_eq!(hash(&own).await, json!(newer.to_string()));
}

#[tokio::test]
async fn an_organisation_without_a_release_says_so_and_begins_nothing() {
    let app = TestApp::new().await;
    let credentials = app.service.credentials();
    credentials
        .add_provider("fresh-one", "Fresh")
        .await
        .unwrap();
    let secret = app
        .client("fresh-one", "desk-fresh", "triage act_for_clinician")
        .await;
    let token = app.token_of("desk-fresh", &secret).await;
    asked(&app, ("POST", "/cases"), &token, "", &json!({}))
        .await
        .refused(503, "no_release");
}

also_on_postgres![
    a_case_is_not_there_for_another_organisation_nor_for_another_secret_at_any_address,
    a_case_belongs_to_the_organisation_of_the_client_that_started_it,
    the_key_of_a_request_is_of_its_own_organisation,
    the_inbox_is_that_of_the_own_organisation,
    releases_are_those_of_the_own_organisation,
    an_organisation_without_a_release_says_so_and_begins_nothing,
];
