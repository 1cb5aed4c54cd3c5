//! What people said that authors are to read, from the answer to the inbox.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use nhs111::case::event::{Helpful, Mark};
use nhs111::service::Caller;
use nhs111::service::inbox::{InboxError, ReadItem, Words};
use nhs111::service::ports::{InboxQuery, ItemState, OfCases};

use crate::test_app::{Call, TestApp, also_on_postgres};

const WORDS: &str = "It feels like broken glass";

async fn inbox(app: &TestApp, cases: OfCases) -> Vec<ReadItem> {
    let query = InboxQuery {
        only: None,
        kind: None,
        state: None,
        cases,
        before: None,
        limit: 50,
    };
    app.service
        .read_inbox(&Caller::at_command_line(), query)
        .await
        .unwrap()
}

/// Up to the question of swallowing.
async fn asked_of_swallowing(app: &TestApp) -> Call<'_> {
    Call::sore_throat(app)
        .await
        .volunteers("swallowing", json!({"none_fit": WORDS}))
        .await
}

#[tokio::test]
async fn words_that_fit_no_answer_come_into_the_inbox_without_their_case() {
    let app = TestApp::new().await;
    let call = asked_of_swallowing(&app).await;
    let [item] = inbox(&app, OfCases::Real).await.try_into().unwrap();
    assert_eq!(
        (item.kind.as_str(), item.subject.as_str()),
        ("none_fit", "swallowing")
    );
    assert_eq!(item.words, Words::Said(WORDS.to_owned()));
    assert_eq!((item.state, item.mark), (ItemState::New, Mark::Real));
    assert_eq!(
        item.release.to_string(),
        call.state["release"]["hash"].as_str().unwrap()
    );
    assert!(
        !item
            .name
            .to_string()
            .contains(&call.case.replace('-', "")[..12])
    );
    // Without words there is nothing to read.
    Call::sore_throat(&app)
        .await
        .volunteers("swallowing", json!({"none_fit": ""}))
        .await;
    assert_eq!(inbox(&app, OfCases::All).await.len(), 1);
}

#[tokio::test]
async fn nobody_reads_the_inbox_by_the_api_without_the_right_to() {
    let app = TestApp::new().await;
    asked_of_swallowing(&app).await;
    let secret = app.client("default", "desk", "triage").await;
    let bearer = format!("Bearer {}", app.token_of("desk", &secret).await);
    let read = Request::get("/api/v1/inbox").header("authorization", &bearer);
    let refused = app.send(read.body(Body::empty()).unwrap()).await;
    assert_eq!(
        refused.refused(403, "not_allowed")["detail"],
        "Reading the inbox is for the operator or a machine client to do; this caller is not signed in as one, or has no scope for it."
    );
    let [item] = inbox(&app, OfCases::Real).await.try_into().unwrap();
    let set = done(&item.name.to_string()).header("authorization", &bearer);
    app.send(set.body(Body::from(DONE)).unwrap())
        .await
        .refused(403, "not_allowed");
    assert_eq!(inbox(&app, OfCases::Real).await[0].state, ItemState::New);
    let visitor = Caller::visitor();
    let set = app
        .service
        .set_inbox_state(&visitor, item.name, ItemState::Done, "eve".to_owned());
    assert!(matches!(set.await, Err(InboxError::NotAllowed(_))));
}

const DONE: &str = r#"{"state": "done"}"#;

fn done(item: &str) -> axum::http::request::Builder {
    Request::put(format!("/api/v1/inbox/{item}/state")).header("content-type", "application/json")
}

#[tokio::test]
async fn a_client_with_the_scope_reads_the_inbox_and_says_how_far_it_is() {
    let app = TestApp::new().await;
    asked_of_swallowing(&app).await;
    let read = app.get("/api/v1/inbox").await.is(200);
    let name = read["items"][0]["item"].as_str().unwrap();
    let set = app.send(done(name).body(Body::from(DONE)).unwrap()).await;
    assert_eq!(set.status, 204);
    let [item] = inbox(&app, OfCases::Real).await.try_into().unwrap();
    assert_eq!(item.state, ItemState::Done);
    app.send(done("mine").body(Body::from(DONE)).unwrap())
        .await
        .refused(404, "no_such_item");
    app.get("/api/v1/inbox?case=1")
        .await
        .refused(400, "address_not_understood");
}

#[tokio::test]
async fn feedback_is_kept_sealed_and_changes_nothing_of_the_case() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .volunteers("drooling", "yes")
        .await
        .holds("ambulance-category-2");
    let body = json!({"helpful": "partly", "words": WORDS});
    let key = [("idempotency-key", "feedback-once-0000001")];
    let first = call.send("/feedback", &key, body.clone()).await.is(200);
    let again = call.send("/feedback", &key, body).await.is(200);
    assert_eq!(first, again);
    assert_eq!(first["result"], call.state["result"]);
    assert_eq!(first["next"], call.state["next"]);
    let [item] = inbox(&app, OfCases::Real).await.try_into().unwrap();
    assert_eq!(
        (item.kind.as_str(), item.subject.as_str(), item.helpful),
        ("feedback", "ambulance-category-2", Some(Helpful::Partly))
    );
    assert_eq!(item.words, Words::Said(WORDS.to_owned()));
    app.service.close().await;
    assert!(!app.stores("broken glass").await, "it is stored sealed");
}

#[tokio::test]
async fn feedback_is_taken_when_a_contact_has_ended_and_needs_no_words() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    call.send("/early-exit", &[], json!({})).await.is(200);
    call.send("/feedback", &[], json!({"helpful": "no"}))
        .await
        .is(200);
    let [item] = inbox(&app, OfCases::Real).await.try_into().unwrap();
    assert_eq!((item.helpful, item.words), (Some(Helpful::No), Words::None));
}

#[tokio::test]
async fn feedback_that_is_too_long_or_makes_no_sense_is_refused_and_not_repeated() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let long = format!("{WORDS} {}", "x".repeat(2000));
    let problem = call
        .send("/feedback", &[], json!({"helpful": "no", "words": long}))
        .await
        .refused(422, "too_many_words");
    assert!(!problem.to_string().contains("glass"));
    call.send("/feedback", &[], json!({"helpful": "perhaps"}))
        .await
        .refused(422, "body_not_understood");
    call.send("/feedback", &[], json!({"helpful": "no", "after": 1}))
        .await
        .refused(409, "case_has_moved_on");
    let other = Call {
        secret: "0".repeat(64),
        case: call.case.clone(),
        app: &app,
        state: call.state.clone(),
    };
    other
        .send("/feedback", &[], json!({"helpful": "no"}))
        .await
        .refused(404, "case_not_found");
    assert!(inbox(&app, OfCases::All).await.is_empty());
}

#[tokio::test]
async fn practice_and_test_cases_stay_out_of_the_inbox_unless_they_are_asked_for() {
    let app = TestApp::new().await;
    for mark in ["test", "practice", "real"] {
        let start = json!({"complaints": ["sore-throat"], "mark": mark});
        let call = Call::start(&app, start).await;
        call.send("/feedback", &[], json!({"helpful": "yes"}))
            .await
            .is(200);
    }
    assert_eq!(inbox(&app, OfCases::Real).await.len(), 1);
    let marks: Vec<Mark> = inbox(&app, OfCases::All)
        .await
        .iter()
        .map(|item| item.mark)
        .collect();
    assert_eq!(marks.len(), 3);
    assert!(marks.contains(&Mark::Test) && marks.contains(&Mark::Practice));
}

#[tokio::test]
async fn an_item_whose_case_has_lost_its_key_says_so() {
    let app = TestApp::new().await;
    asked_of_swallowing(&app).await;
    app.tamper("DELETE FROM case_keys", "DELETE FROM case_keys")
        .await;
    let [item] = inbox(&app, OfCases::Real).await.try_into().unwrap();
    assert_eq!(item.words, Words::Destroyed);
}

#[tokio::test]
async fn the_inbox_is_read_and_marked_from_the_command_line() {
    let app = TestApp::new().await;
    asked_of_swallowing(&app).await;
    let database = app.database_url();
    let key = app.folder.path().join("master.key");
    std::fs::write(&key, "05".repeat(32)).unwrap();
    let nhs111 = |arguments: &[&str]| {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_nhs111"))
            .arg("inbox")
            .args(arguments)
            .args(["--database-url", &database])
            .args(["--master-key", key.to_str().unwrap()])
            .output()
            .unwrap();
        let said = [done.stdout, done.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        (done.status.code().unwrap(), said)
    };
    let (code, listed) = nhs111(&["list", "--state", "new"]);
    assert_eq!(code, 0, "{listed}");
    assert!(
        listed.contains(WORDS) && listed.contains("swallowing"),
        "{listed}"
    );
    let name = listed.split_whitespace().next().unwrap();
    let (code, said) = nhs111(&["mark", name, "done", "--by", "ann"]);
    assert_eq!(code, 0, "{said}");
    let (_, shown) = nhs111(&["show", name]);
    assert!(
        shown.contains("done, by ann") && shown.contains(WORDS),
        "{shown}"
    );
    let (_, shown) = nhs111(&["show", name, "--json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(
        (&shown["words"], &shown["changed"]["by"]),
        (&json!(WORDS), &json!("ann"))
    );
    assert_eq!(nhs111(&["list", "--state", "new"]).1, "");
    let unknown = "0".repeat(32);
    assert_eq!(nhs111(&["show", &unknown]).0, 1);
    assert_eq!(nhs111(&["mark", &unknown, "done", "--by", "ann"]).0, 1);
    assert_eq!(nhs111(&["show", "mine"]).0, 2);
}

also_on_postgres![
    words_that_fit_no_answer_come_into_the_inbox_without_their_case,
    nobody_reads_the_inbox_by_the_api_without_the_right_to,
    a_client_with_the_scope_reads_the_inbox_and_says_how_far_it_is,
    feedback_is_kept_sealed_and_changes_nothing_of_the_case,
    feedback_is_taken_when_a_contact_has_ended_and_needs_no_words,
    feedback_that_is_too_long_or_makes_no_sense_is_refused_and_not_repeated,
    practice_and_test_cases_stay_out_of_the_inbox_unless_they_are_asked_for,
    an_item_whose_case_has_lost_its_key_says_so,
    the_inbox_is_read_and_marked_from_the_command_line,
];
