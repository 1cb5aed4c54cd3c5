//! What is done to a case beside answering, and by whom: nobody may do anything that is not allowed.

use axum::body::Body;
use axum::http::Request;
use nhs111::case::event::{Actor, Channel};
use nhs111::case::ground::{GroundId, ReleaseReason};
use nhs111::case::ids::ProviderId;
use nhs111::service::Caller;
use nhs111::service::access::Access;
use nhs111::service::guarded::{CancelReason, ReleaseGrounds};
use nhs111::service::idempotency::Asked;
use nhs111::service::triage::TriageError;
use serde_json::{Value, json};

use crate::test_app::{Answered, Call, TestApp, also_on_postgres};

async fn put_number(call: &Call<'_>, secret: &str, body: Value) -> Answered {
    let request = Request::put(format!("/api/v1/cases/{}/callback-number", call.case))
        .header("authorization", format!("Bearer {secret}"))
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
    for file in std::fs::read_dir(app.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let stored = String::from_utf8_lossy(&bytes);
        assert!(!stored.contains("447700900123"), "it is stored sealed");
    }
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
        "Releasing what a case holds is for a clinician to do; this caller is not signed in as one."
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

also_on_postgres![
    a_number_that_is_none_or_a_case_of_somebody_else_is_refused,
    a_machine_client_neither_releases_what_is_held_nor_cancels_a_start,
    a_clinician_releases_with_a_disposition_of_their_own_and_cancels_a_start,
];
