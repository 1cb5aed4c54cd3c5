//! `nhs111 clients` and `nhs111 providers`, as an operator calls them.

use std::process::Command;

use serde_json::Value;

use crate::test_app::{TestApp, also_on_postgres};

/// Exit code and what was said, on the record of `app`.
fn nhs111(app: &TestApp, arguments: &[&str]) -> (i32, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_nhs111"))
        .args(arguments)
        .args(["--database-url", &app.database_url()])
        .output()
        .unwrap();
    let said = [done.stdout, done.stderr].concat();
    (
        done.status.code().unwrap(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

const ADD: [&str; 8] = [
    "clients", "add", "desk-a", "--title", "Desk A", "--scope", "triage", "--json",
];

fn secret(said: &str) -> String {
    let said: Value = serde_json::from_str(said).unwrap();
    assert_eq!(said["client_id"], "desk-a");
    said["client_secret"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_client_is_added_with_a_secret_that_is_printed_once() {
    let app = TestApp::new().await;
    let (code, said) = nhs111(&app, &ADD);
    assert_eq!(code, 0, "{said}");
    let first = secret(&said);
    app.token_of("desk-a", &first).await;
    let (code, said) = nhs111(&app, &ADD);
    assert_eq!(
        (code, said.contains("there is a `desk-a` already")),
        (2, true),
        "{said}"
    );
    for json in [&["--json"][..], &[]] {
        let (code, said) = nhs111(&app, &[&["clients", "list"][..], json].concat());
        assert!(
            code == 0 && said.contains("desk-a") && said.contains("triage"),
            "{said}"
        );
        assert!(!said.contains(&first));
    }
    app.clock.forward(1);
    let (_, said) = nhs111(&app, &["clients", "rotate", "desk-a", "--json"]);
    for secret in [&first, &secret(&said)] {
        app.token_of("desk-a", secret).await;
    }
    let (_, said) = nhs111(
        &app,
        &["clients", "rotate", "desk-a", "--at-once", "--json"],
    );
    let last = secret(&said);
    let credentials = app.service.credentials();
    let issue = async |secret: &str| {
        let issued = credentials.issue("desk-a", secret, None, nhs111::case::ids::Hash::NONE);
        issued.await.is_ok()
    };
    assert!(issue(&last).await && !issue(&first).await);
    assert_eq!(nhs111(&app, &["clients", "disable", "desk-a"]).0, 0);
    assert!(!issue(&last).await);
    assert_eq!(nhs111(&app, &["clients", "disable", "nobody"]).0, 2);
}

#[tokio::test]
async fn what_is_no_name_no_scope_or_no_organisation_is_refused() {
    let app = TestApp::new().await;
    let refused = |arguments: &[&str], words: &str| {
        let (code, said) = nhs111(&app, arguments);
        assert!(code == 2 && said.contains(words), "{code}: {said}");
    };
    let add = |id, scope| ["clients", "add", id, "--title", "x", "--scope", scope];
    refused(&add("Desk A", "triage"), "is no name");
    refused(&add("desk-a", "everything"), "there are triage carry_on");
    refused(
        &[&add("desk-a", "triage")[..], &["--provider", "nobody"]].concat(),
        "there is no provider `nobody`",
    );
    refused(&["clients", "add", "desk-a", "--title", "x"], "--scope");
}

#[tokio::test]
async fn an_organisation_is_added_once_and_begins_on_the_active_release() {
    let app = TestApp::new().await;
    let add = ["providers", "add", "north-west", "--title", "North West"];
    assert_eq!(nhs111(&app, &add).0, 0);
    assert_eq!(nhs111(&app, &add).0, 2);
    let (_, said) = nhs111(&app, &["providers", "list"]);
    assert!(
        said.contains("default") && said.contains("north-west  North West"),
        "{said}"
    );
    let secret = app.client("north-west", "desk-nw", "triage").await;
    let bearer = format!("Bearer {}", app.token_of("desk-nw", &secret).await);
    let start = crate::test_app::json_request(
        "/api/v1/cases",
        &[("authorization", &bearer)],
        &serde_json::json!({}),
    );
    app.send(start).await.is(201);
}

also_on_postgres![
    a_client_is_added_with_a_secret_that_is_printed_once,
    what_is_no_name_no_scope_or_no_organisation_is_refused,
    an_organisation_is_added_once_and_begins_on_the_active_release,
];
