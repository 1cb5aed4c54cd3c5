//! OAuth 2.0 client credentials as a host system meets them (RFC 6749 sections 4.4 and 5, RFC 6750, RFC 7009).

use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::test_app::{Answered, Call, TestApp, also_on_postgres};

const FORM: &str = "application/x-www-form-urlencoded";
const GRANT: &str = "grant_type=client_credentials";

async fn sent(app: &TestApp, path: &str, basic: Option<&str>, body: &str) -> Answered {
    let mut request = Request::post(path).header("content-type", FORM);
    if let Some(pair) = basic {
        request = request.header("authorization", format!("Basic {}", STANDARD.encode(pair)));
    }
    app.send_bare(request.body(Body::from(body.to_owned())).unwrap())
        .await
}

async fn token(app: &TestApp, basic: Option<&str>, body: &str) -> Answered {
    sent(app, "/oauth/token", basic, body).await
}

/// An answer as RFC 6749 section 5.2 has it.
#[track_caller]
fn refused(answered: &Answered, status: u16, error: &str) {
    assert_eq!(
        (answered.status.as_u16(), answered.body["error"].as_str()),
        (status, Some(error)),
        "{}",
        answered.text
    );
    assert_eq!(answered.headers["cache-control"], "no-store");
    assert_eq!(answered.headers["content-type"], "application/json");
}

async fn read(app: &TestApp, path: &str, token: &str) -> Answered {
    let request = Request::get(path).header("authorization", format!("Bearer {token}"));
    app.send_bare(request.body(Body::empty()).unwrap()).await
}

const COMPLAINTS: &str = "/api/v1/complaints";

#[tokio::test]
async fn a_client_gets_a_token_for_its_secret_by_basic_and_by_form() {
    let app = TestApp::new().await;
    let secret = app.client("default", "desk", "triage cancel_start").await;
    let by_form = format!("{GRANT}&client_id=desk&client_secret={secret}");
    let pair = format!("desk:{secret}");
    for (basic, body, scope) in [
        (Some(pair.as_str()), GRANT, "triage cancel_start"),
        (None, by_form.as_str(), "triage cancel_start"),
        (
            Some(pair.as_str()),
            "grant_type=client_credentials&scope=triage",
            "triage",
        ),
    ] {
        let answered = token(&app, basic, body).await;
        assert_eq!(answered.headers["cache-control"], "no-store");
        assert_eq!(answered.headers["pragma"], "no-cache");
        let reply = answered.is(200);
        assert_eq!(
            (&reply["token_type"], &reply["expires_in"], &reply["scope"]),
            (&json!("Bearer"), &json!(600), &json!(scope))
        );
        let token = reply["access_token"].as_str().unwrap();
        assert_eq!(token.len(), 64, "256 bits");
        read(&app, COMPLAINTS, token).await.is(200);
    }
}

#[tokio::test]
async fn each_fault_of_a_token_request_has_the_error_of_the_standard() {
    let app = TestApp::new().await;
    let secret = app.client("default", "desk", "triage").await;
    let other = app.client("default", "other", "triage").await;
    let right = format!("desk:{secret}");
    let right = Some(right.as_str());
    let crossed = format!("desk:{other}");
    for basic in ["desk:wrong", "nobody:wrong", crossed.as_str(), "desk"] {
        let answered = token(&app, Some(basic), GRANT).await;
        refused(&answered, 401, "invalid_client");
        assert_eq!(
            answered.headers["www-authenticate"],
            "Basic realm=\"nhs111\""
        );
    }
    refused(&token(&app, None, GRANT).await, 401, "invalid_client");
    refused(&token(&app, right, "").await, 400, "invalid_request");
    refused(
        &token(&app, right, "grant_type=password").await,
        400,
        "unsupported_grant_type",
    );
    refused(
        &token(&app, right, &format!("{GRANT}&{GRANT}")).await,
        400,
        "invalid_request",
    );
    refused(
        &token(&app, right, &format!("{GRANT}&client_secret={secret}")).await,
        400,
        "invalid_request",
    );
    for scope in ["inbox", "triage+inbox", "admin"] {
        let body = format!("{GRANT}&scope={scope}");
        refused(&token(&app, right, &body).await, 400, "invalid_scope");
    }
    let json = Request::post("/oauth/token")
        .header("content-type", "application/json")
        .body(Body::from("{}"))
        .unwrap();
    refused(&app.send_bare(json).await, 400, "invalid_request");
    app.get("/oauth/token")
        .await
        .refused(405, "method_not_allowed");
}

#[tokio::test]
async fn nothing_but_the_description_is_open_without_a_token() {
    let app = TestApp::new().await;
    let bare = async |path: &str| {
        app.send_bare(Request::get(path).body(Body::empty()).unwrap())
            .await
    };
    for path in ["/api/v1/openapi.json", "/healthz", "/readyz"] {
        assert_eq!(bare(path).await.status, 200, "{path}");
    }
    let missing = bare(COMPLAINTS).await;
    assert_eq!(missing.headers["www-authenticate"], "Bearer");
    missing.refused(401, "token_missing");
    for wrong in ["x", &"0".repeat(64), ""] {
        let ended = read(&app, COMPLAINTS, wrong).await;
        assert_eq!(
            ended.headers["www-authenticate"],
            "Bearer error=\"invalid_token\""
        );
        ended.refused(401, "token_ended");
    }
    // The secret of a case is no token.
    let call = Call::sore_throat(&app).await;
    read(&app, COMPLAINTS, &call.secret)
        .await
        .refused(401, "token_ended");
    let basic = Request::get(COMPLAINTS).header("authorization", "Basic eDp5");
    app.send_bare(basic.body(Body::empty()).unwrap())
        .await
        .refused(401, "token_missing");
}

#[tokio::test]
async fn a_token_ends_after_its_time() {
    let app = TestApp::new().await;
    let secret = app.client("default", "desk", "triage").await;
    let token = app.token_of("desk", &secret).await;
    app.clock.forward(599);
    read(&app, COMPLAINTS, &token).await.is(200);
    app.clock.forward(1);
    read(&app, COMPLAINTS, &token)
        .await
        .refused(401, "token_ended");
}

#[tokio::test]
async fn a_token_that_was_ended_is_good_nowhere_after_half_a_minute() {
    let app = TestApp::new().await;
    let secret = app.client("default", "desk", "triage").await;
    let ended = app.token_of("desk", &secret).await;
    let other = app.token_of("desk", &secret).await;
    read(&app, COMPLAINTS, &ended).await.is(200);
    let pair = format!("desk:{secret}");
    let body = format!("token={ended}");
    let revoke =
        async |basic: &str, body: &str| sent(&app, "/oauth/revoke", Some(basic), body).await;
    refused(&revoke("desk:wrong", &body).await, 401, "invalid_client");
    read(&app, COMPLAINTS, &ended).await.is(200);
    assert_eq!(revoke(&pair, &body).await.status, 200);
    assert_eq!(revoke(&pair, &body).await.status, 200, "again is no fault");
    assert_eq!(revoke(&pair, "token=x").await.status, 200);
    refused(&revoke(&pair, "").await, 400, "invalid_request");
    read(&app, COMPLAINTS, &ended)
        .await
        .refused(401, "token_ended");
    read(&app, COMPLAINTS, &other).await.is(200);
    // Another node asks the record at once; this one after half a minute.
    app.service.credentials().disable("desk").await.unwrap();
    app.clock.forward(29);
    read(&app, COMPLAINTS, &other).await.is(200);
    app.clock.forward(1);
    read(&app, COMPLAINTS, &other)
        .await
        .refused(401, "token_ended");
    refused(&token_for(&app, &pair).await, 401, "invalid_client");
}

async fn token_for(app: &TestApp, pair: &str) -> Answered {
    token(app, Some(pair), GRANT).await
}

#[tokio::test]
async fn a_token_of_one_node_is_good_on_another() {
    let app = TestApp::new().await;
    let secret = app.client("default", "desk", "triage").await;
    let token = app.token_of("desk", &secret).await;
    let app = app.another_node();
    read(&app, COMPLAINTS, &token).await.is(200);
}

#[tokio::test]
async fn two_secrets_stand_while_a_client_changes_them() {
    let app = TestApp::new().await;
    let first = app.client("default", "desk", "triage").await;
    let rotate = async |keep| {
        let rotated = app.service.credentials().rotate("desk", keep).await;
        app.clock.forward(1);
        rotated.unwrap().reveal()
    };
    app.clock.forward(1);
    let second = rotate(1).await;
    for secret in [&first, &second] {
        token_for(&app, &format!("desk:{secret}")).await.is(200);
    }
    let third = rotate(1).await;
    refused(
        &token_for(&app, &format!("desk:{first}")).await,
        401,
        "invalid_client",
    );
    for secret in [&second, &third] {
        token_for(&app, &format!("desk:{secret}")).await.is(200);
    }
    let last = rotate(0).await;
    refused(
        &token_for(&app, &format!("desk:{third}")).await,
        401,
        "invalid_client",
    );
    token_for(&app, &format!("desk:{last}")).await.is(200);
}

#[tokio::test]
async fn a_scope_opens_its_own_addresses_and_no_others() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let secret = app.client("default", "reader", "inbox history").await;
    let token = app.token_of("reader", &secret).await;
    let denied = read(&app, COMPLAINTS, &token).await;
    assert_eq!(
        denied.headers["www-authenticate"],
        "Bearer error=\"insufficient_scope\""
    );
    denied.refused(403, "not_allowed");
    let bearer = format!("Bearer {token}");
    call.send(
        "/answers",
        &[("authorization", &bearer)],
        json!({"answers": []}),
    )
    .await
    .refused(403, "not_allowed");
}

#[tokio::test]
async fn nothing_secret_is_stored_or_shown_in_figures() {
    let app = TestApp::new().await;
    let secret = app.client("default", "desk", "triage").await;
    let token = app.token_of("desk", &secret).await;
    read(&app, COMPLAINTS, &token).await.is(200);
    let figures = app.get("/metrics").await.text;
    app.service.close().await;
    for secret in [&secret, &token] {
        assert!(!app.stores(secret).await);
        assert!(!app.stores(hex::decode(secret).unwrap()).await);
        assert!(!figures.contains(secret.as_str()));
    }
}

also_on_postgres![
    a_client_gets_a_token_for_its_secret_by_basic_and_by_form,
    each_fault_of_a_token_request_has_the_error_of_the_standard,
    nothing_but_the_description_is_open_without_a_token,
    a_token_ends_after_its_time,
    a_token_that_was_ended_is_good_nowhere_after_half_a_minute,
    a_token_of_one_node_is_good_on_another,
    two_secrets_stand_while_a_client_changes_them,
    a_scope_opens_its_own_addresses_and_no_others,
    nothing_secret_is_stored_or_shown_in_figures,
];
