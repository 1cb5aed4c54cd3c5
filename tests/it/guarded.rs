//! What is done to a case beside answering, and by whom: nobody may do anything that is not allowed.

use axum::body::Body;
use axum::http::Request;
use nhs111::case::event::{Actor, Channel, Mark};
use nhs111::case::ground::{GroundId, ReleaseReason};
use nhs111::case::ids::ProviderId;
use nhs111::service::Caller;
use nhs111::service::access::Access;
use nhs111::service::guarded::{CancelReason, ReleaseGrounds};
use nhs111::service::idempotency::Asked;
use nhs111::service::ports::Store as _;
use nhs111::service::rights::Scopes;
use nhs111::service::triage::{StartCase, TriageError};
use serde_json::{Value, json};

use crate::test_app::{Answered, Call, TestApp, also_on_postgres};

async fn put_number(call: &Call<'_>, secret: &str, body: Value) -> Answered {
    let request = Request::put(format!("/api/v1/cases/{}/callback-number", call.case))
        .header("case-secret", secret)
        .header("content-type", "application/json")
        .header("idempotency-key", "0190e3a0-7b8e-7c3a")
        .body(Body::from(body.to_string()))
        .unwrap();
    call.app.send(request).await
}

async fn in_an_emergency(app: &TestApp) -> Call<'_> {
    Call::sore_throat(app)
        .await
        .volunteers("drooling", "yes")
        .await
        .holds("ambulance-category-2")
}

#[tokio::test]
async fn a_machine_client_gives_a_number_which_is_sealed_and_starts_nothing() {
    let app = TestApp::new().await;
    let call = in_an_emergency(&app).await;
    assert_eq!(call.state["has_callback_number"], false);
    let body = json!({"number": "+44 7700 900123", "after": call.state["seq"]});
    let given = put_number(&call, &call.secret, body.clone()).await.is(200);
    assert_eq!(given["has_callback_number"], true);
    let again = put_number(&call, &call.secret, body).await.is(200);
    assert_eq!(again, given, "a resend has no second effect");
    let record = call.read("").await;
    assert_eq!(record["starts"][0]["state"], "pending", "nothing was sent");
    assert!(!record.to_string().contains("7700"), "no reply shows it");
    app.service.close().await;
    assert!(!app.stores("447700900123").await, "it is stored sealed");
}

#[tokio::test]
async fn a_number_that_is_none_or_a_case_of_somebody_else_is_refused() {
    let app = TestApp::new().await;
    let (call, other) = (in_an_emergency(&app).await, Call::sore_throat(&app).await);
    for number in ["", "999", "my neighbour's"] {
        let problem = put_number(&call, &call.secret, json!({"number": number}))
            .await
            .refused(422, "not_a_phone_number");
        assert!(
            !problem.to_string().contains("neighbour"),
            "it is not repeated"
        );
    }
    let body = json!({"number": "07700 900123"});
    put_number(&call, &other.secret, body.clone())
        .await
        .refused(404, "case_not_found");
    put_number(
        &call,
        &call.secret,
        json!({"number": "07700 900123", "after": 1}),
    )
    .await
    .refused(409, "case_has_moved_on");
    put_number(&call, &call.secret, json!({"phone": "07700 900123"}))
        .await
        .refused(422, "body_not_understood");
    assert_eq!(call.read("/next").await["has_callback_number"], false);
}

#[tokio::test]
async fn a_machine_client_neither_releases_what_is_held_nor_cancels_a_start() {
    let app = TestApp::new().await;
    let call = in_an_emergency(&app).await;
    let release = json!({"grounds": [1], "reason": "assessed", "disposition": "self-care"});
    let problem = call
        .send("/releases", &[], release)
        .await
        .refused(403, "not_allowed");
    assert_eq!(
        problem["detail"],
        "Releasing what a case holds is for a clinician to do; this caller is not signed in as one, or has no scope for it."
    );
    let cancel = json!({"service": "ambulance", "reason": "caller_cancelled"});
    call.send("/cancellations", &[], cancel.clone())
        .await
        .refused(403, "not_allowed");
    // Whoever says in a header or the body that they are a clinician is still none.
    call.send("/cancellations", &[("x-role", "clinician")], cancel)
        .await
        .refused(403, "not_allowed");
    let state = call.read("/next").await;
    assert_eq!(
        (&state["seq"], &state["result"]["disposition"]),
        (&call.state["seq"], &json!("ambulance-category-2"))
    );
}

fn clinician() -> Caller {
    Caller {
        provider: ProviderId::default(),
        channel: Channel::Desk,
        actor: Actor::Clinician("c1".to_owned()),
        scopes: Scopes::NONE,
    }
}

#[tokio::test]
async fn a_clinician_releases_with_a_disposition_of_their_own_and_cancels_a_start() {
    let app = TestApp::new().await;
    let call = in_an_emergency(&app)
        .await
        .changes("drooling", "no")
        .await
        .holds("ambulance-category-2");
    let access = Access {
        provider: ProviderId::default(),
        case: call.case.parse().unwrap(),
        secret: call.secret.parse().unwrap(),
    };
    let record = call.read("").await;
    let held = record["grounds"].as_array().unwrap().iter();
    let grounds: Vec<GroundId> = held
        .map(|ground| GroundId(u32::try_from(ground["id"].as_u64().unwrap()).unwrap()))
        .collect();
    let release = |grounds: Vec<GroundId>, disposition: &str| ReleaseGrounds {
        grounds,
        judgements: Vec::new(),
        reason: ReleaseReason::Assessed,
        disposition: disposition.to_owned(),
    };
    let release_as = async |release: &ReleaseGrounds| {
        app.service
            .release_grounds(&clinician(), &access, release, &Asked::default())
            .await
    };
    let unseen = release_as(&release(Vec::new(), "self-care")).await;
    assert!(
        matches!(&unseen, Err(TriageError::GroundsAbove(above)) if *above == grounds),
        "{unseen:?}"
    );
    let unknown = release_as(&release(grounds.clone(), "nowhere")).await;
    assert!(
        matches!(unknown, Err(TriageError::Grounds(_))),
        "{unknown:?}"
    );
    let missing = release_as(&release(vec![GroundId(99)], "self-care")).await;
    assert!(
        matches!(missing, Err(TriageError::Grounds(_))),
        "{missing:?}"
    );
    release_as(&release(grounds, "self-care")).await.unwrap();
    assert_eq!(call.read("/next").await["result"]["emergency"], false);
    assert_eq!(call.read("").await["grounds"][0]["standing"], "released");
    let cancel = async |service: &str| {
        app.service
            .cancel_start(
                &clinician(),
                &access,
                service,
                CancelReason::CallerCancelled,
                &Asked::default(),
            )
            .await
    };
    cancel("ambulance").await.unwrap();
    assert_eq!(call.read("").await["starts"][0]["state"], "cancelled");
    for service in ["ambulance", "dental"] {
        let none = cancel(service).await;
        assert!(matches!(none, Err(TriageError::NoSuchStart(_))), "{none:?}");
    }
}

/// An adult in an emergency, whom a call handler asks, with a number to ring back on.
async fn at_the_desk(app: &TestApp, mark: Mark) -> Call<'_> {
    let handler = Caller {
        actor: Actor::Handler("h1".to_owned()),
        ..clinician()
    };
    let start = StartCase {
        complaints: vec!["sore-throat".to_owned()],
        mark,
        ..StartCase::default()
    };
    let started = app.service.start(&handler, &start, None).await.unwrap();
    let call = Call {
        app,
        case: started.view.case.id.to_string(),
        secret: started.secret.reveal(),
        state: Value::Null,
    };
    let number = json!({"number": "07700 900123"});
    put_number(&call, &call.secret, number).await.is(200);
    call.volunteers("drooling", "yes")
        .await
        .holds("ambulance-category-2")
}

#[tokio::test]
async fn a_real_case_at_the_desk_queues_an_ambulance_and_practice_and_test_queue_nothing() {
    for (mark, queued) in [(Mark::Real, 1), (Mark::Practice, 0), (Mark::Test, 0)] {
        let app = TestApp::new().await;
        let call = at_the_desk(&app, mark).await;
        assert_eq!(
            call.read("").await["starts"],
            json!([{"service": "ambulance", "disposition": "ambulance-category-2", "state": "requested"}]),
            "whoever practises sees what would happen: {mark:?}"
        );
        let waiting = app.store.waiting(&ProviderId::default(), 10).await.unwrap();
        assert_eq!(waiting.len(), queued, "{mark:?}");
        for errand in waiting {
            assert_eq!(
                (errand.kind.as_str(), errand.case.to_string()),
                ("start", call.case.clone())
            );
            let payload: Value = serde_json::from_str(&errand.payload).unwrap();
            assert_eq!(payload["disposition"], "ambulance-category-2");
        }
    }
}

#[tokio::test]
async fn what_a_clinician_released_no_longer_counts_although_the_answer_stands() {
    let app = TestApp::new().await;
    let call = in_an_emergency(&app).await;
    let access = Access {
        provider: ProviderId::default(),
        case: call.case.parse().unwrap(),
        secret: call.secret.parse().unwrap(),
    };
    let release = ReleaseGrounds {
        grounds: vec![GroundId(1)],
        judgements: Vec::new(),
        reason: ReleaseReason::Assessed,
        disposition: "self-care".to_owned(),
    };
    app.service
        .release_grounds(&clinician(), &access, &release, &Asked::default())
        .await
        .unwrap();
    let state = call.read("/next").await;
    assert_eq!(state["result"]["disposition"], "self-care");
}

/// A member of staff of the host system, as the client of the tests names them.
const CLINICIAN: (&str, &str) = ("on-behalf-of", "clinician 4411223");
const HANDLER: (&str, &str) = ("on-behalf-of", "handler jo.bloggs");

#[tokio::test]
async fn a_clinician_of_a_host_system_releases_what_the_case_holds_although_the_answer_stands() {
    let app = TestApp::new().await;
    let call = in_an_emergency(&app).await;
    let record = call.read("").await;
    let held: Vec<u64> = record["grounds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ground| ground["id"].as_u64().unwrap())
        .collect();
    let release = |grounds: &[u64], disposition: &str| json!({"grounds": grounds, "reason": "assessed", "disposition": disposition});
    // Every ground above the disposition has to be named: it is said which are not.
    let unnamed = call
        .send("/releases", &[CLINICIAN], release(&[], "self-care"))
        .await
        .refused(422, "grounds_above");
    assert_eq!(unnamed["grounds"], json!(held));
    call.send("/releases", &[HANDLER], release(&held, "self-care"))
        .await
        .refused(403, "not_allowed");
    let released = call
        .send("/releases", &[CLINICIAN], release(&held, "self-care"))
        .await
        .is(200);
    assert_eq!(released["result"]["disposition"], "self-care");
    let after = call.read("").await;
    assert_eq!(after["grounds"][0]["standing"], "released");
    assert_eq!(
        after["starts"][0]["state"], "pending",
        "a start is not undone by a release"
    );
    // Said again, it counts again.
    let call = call.changes("drooling", "no").await;
    let call = call.changes("drooling", "yes").await;
    call.holds("ambulance-category-2");
}

#[tokio::test]
async fn who_acted_for_whom_stands_on_the_record() {
    let app = TestApp::new().await;
    let call = in_an_emergency(&app).await;
    let cancel = json!({"service": "ambulance", "reason": "made_by_mistake"});
    call.send("/cancellations", &[HANDLER], cancel.clone())
        .await
        .is(200);
    assert_eq!(call.read("").await["starts"][0]["state"], "cancelled");
    call.send("/cancellations", &[HANDLER], cancel)
        .await
        .refused(422, "no_such_start");
    let stored = app
        .store
        .case(&ProviderId::default(), call.case.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    let last = &stored.links.last().unwrap().text;
    assert!(
        last.contains(r#""actor":{"kind":"handler","id":"of-the-tests/jo.bloggs"}"#),
        "{last}"
    );
}

#[tokio::test]
async fn whoever_names_nobody_or_has_no_scope_acts_for_nobody() {
    let app = TestApp::new().await;
    let call = in_an_emergency(&app).await;
    let cancel = json!({"service": "ambulance", "reason": "caller_cancelled"});
    for text in ["clinician", "surgeon 1", "clinician a b", ""] {
        call.send("/cancellations", &[("on-behalf-of", text)], cancel.clone())
            .await
            .refused(400, "on_behalf_of_malformed");
    }
    for scopes in ["triage cancel_start", "triage act_for_handler"] {
        let id = scopes.replace([' ', '_'], "-");
        let secret = app.client("default", &id, scopes).await;
        let bearer = format!("Bearer {}", app.token_of(&id, &secret).await);
        let headers = [HANDLER, ("authorization", bearer.as_str())];
        call.send("/cancellations", &headers, cancel.clone())
            .await
            .refused(403, "not_allowed");
    }
    assert_eq!(call.read("").await["starts"][0]["state"], "pending");
}

also_on_postgres![
    a_real_case_at_the_desk_queues_an_ambulance_and_practice_and_test_queue_nothing,
    a_number_that_is_none_or_a_case_of_somebody_else_is_refused,
    a_machine_client_neither_releases_what_is_held_nor_cancels_a_start,
    a_clinician_releases_with_a_disposition_of_their_own_and_cancels_a_start,
    a_clinician_of_a_host_system_releases_what_the_case_holds_although_the_answer_stands,
    who_acted_for_whom_stands_on_the_record,
];
