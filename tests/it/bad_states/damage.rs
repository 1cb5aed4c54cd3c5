//! What somebody else did to the record, and what a clock does to its times.

use std::process::Command;

use nhs111::service::ports::Clock as _;
use serde_json::{Value, json};

use super::{says_again, times_recorded};
use crate::test_app::{Call, TestApp, also_on_postgres};

#[tokio::test]
async fn a_changed_event_is_named_and_counted_and_its_case_is_served() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .answers("unresponsive", "no")
        .await;
    app.tamper(
        "DROP TRIGGER events_are_never_changed; UPDATE events SET event = replace(event, '\"no\"', '\"yes\"') WHERE event LIKE '%\"unresponsive\"%'",
        "ALTER TABLE events DISABLE TRIGGER ALL; UPDATE events SET event = replace(event, '\"no\"', '\"yes\"') WHERE event LIKE '%\"unresponsive\"%'",
    )
    .await;
    call.read("/next").await;
    let figures = app.get("/metrics").await.text;
    assert!(
        figures.contains("nhs111_case_chain_broken_total 1"),
        "{figures}"
    );
    let found = verified(&app);
    let seq = call.read("").await["answers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|told| told["question"] == "unresponsive")
        .unwrap()["seq"]
        .clone();
    let fault = format!("event {seq} is not what was recorded");
    assert_eq!(
        found["broken"],
        json!([{"case": call.case, "code": "event_changed", "fault": fault}])
    );
    // It can go on, and ends where what stands there leads: nobody waits for help because a record was tampered with.
    call.send(
        "/answers",
        &[],
        json!({"how": "volunteer", "answers": [{"question": "drooling", "answer": "no"}]}),
    )
    .await
    .is(200);
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_named_and_counted_and_the_rest_is_served() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let other = Call::sore_throat(&app).await;
    app.tamper(
        "DROP TRIGGER events_are_never_changed; UPDATE events SET event = '{\"schema\":1,\"said\":\"private words\"}'
         WHERE seq = 2 AND case_id = (SELECT min(case_id) FROM cases)",
        "ALTER TABLE events DISABLE TRIGGER ALL; UPDATE events SET event = '{\"schema\":1,\"said\":\"private words\"}'
         WHERE seq = 2 AND case_id = (SELECT case_id FROM cases ORDER BY case_id LIMIT 1)",
    )
    .await;
    let (damaged, whole) = if call.case < other.case {
        (call, other)
    } else {
        (other, call)
    };
    let problem = says_again(&damaged, 0).await.refused(500, "internal");
    assert!(!problem.to_string().contains("private words"));
    assert!(problem["detail"].as_str().unwrap().contains("999"));
    says_again(&whole, 0).await.is(200);
    app.get("/readyz").await.is(200);
    let figures = app.get("/metrics").await.text;
    assert!(
        figures.contains("nhs111_case_events_unreadable_total 1"),
        "{figures}"
    );
    let found = verified(&app);
    let fault = "event 2 is not what was recorded";
    assert_eq!(
        found["broken"],
        json!([{"case": damaged.case, "code": "event_changed", "fault": fault}])
    );
    assert_eq!(found["cases"], 2);
}

/// What an operator is told of the record.
fn verified(app: &TestApp) -> Value {
    let run = Command::new(env!("CARGO_BIN_EXE_nhs111"))
        .args([
            "verify-log",
            "--json",
            "--database-url",
            &app.database_url(),
        ])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    serde_json::from_slice(&run.stdout).unwrap()
}

/// The events of the case, by place and time.
async fn times(call: &Call<'_>) -> Vec<(u64, String)> {
    let record = call.read("").await;
    let told = record["answers"].as_array().unwrap().iter();
    told.map(|told| {
        (
            told["seq"].as_u64().unwrap(),
            told["at"].as_str().unwrap().to_owned(),
        )
    })
    .collect()
}

#[tokio::test]
async fn a_clock_that_steps_back_changes_neither_the_order_nor_the_times_of_events() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let noon = app.clock.now();
    says_again(&call, 0).await.is(200);
    app.clock.forward(-3600);
    says_again(&call, 1).await.is(200);
    let eleven = app.clock.now();
    app.clock.forward(7200);
    says_again(&call, 2).await.is(200);
    let one = app.clock.now();
    let times = times(&call).await;
    let last: Vec<String> = times
        .iter()
        .rev()
        .take(3)
        .rev()
        .map(|(_, at)| at.clone())
        .collect();
    assert_eq!(last, [noon, eleven, one].map(|at| at.to_string()));
    assert!(times.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert_eq!(times_recorded(&call).await, 3);
}

#[tokio::test]
async fn a_clock_that_steps_back_forgets_no_earlier_contact_and_makes_nobody_older() {
    let app = TestApp::new().await;
    let body = json!({"complaints": ["sore-throat"], "patient": {"party": "third", "birth_date": "2026-11-22", "sex": "female"}});
    let mut call = Call::start(&app, body).await;
    for _ in 0..2 {
        // Two days back each time: before the contacts that there were, and before the day of birth.
        app.clock.forward(-2 * 24 * 3600);
        call.state = call.send("/contacts", &[], json!({})).await.is(200);
    }
    let record = call.read("").await;
    let contacts = record["answers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|told| told["question"] == "earlier_contacts")
        .map(|told| told["answer"].as_f64())
        .collect::<Vec<_>>();
    assert_eq!(contacts, [Some(1.0), Some(2.0)], "{record:#}");
    // What is not sure is asked, or counts as any age: never as an older one.
    let outcome = call.read("/next").await;
    assert_ne!(outcome["next"]["kind"], "outcome", "{outcome:#}");
    says_again(&call, 0).await.is(200);
}

also_on_postgres![
    a_changed_event_is_named_and_counted_and_its_case_is_served,
    an_event_that_cannot_be_read_is_named_and_counted_and_the_rest_is_served,
    a_clock_that_steps_back_changes_neither_the_order_nor_the_times_of_events,
    a_clock_that_steps_back_forgets_no_earlier_contact_and_makes_nobody_older,
];
