//! Codes to carry a case on, at the API: what they open, for whom, how often they may be tried.

use serde_json::{Value, json};

use crate::test_app::{Answered, Call, TestApp, also_on_postgres, json_request};

const BORN: &str = "1991-03-27";

fn second() -> Value {
    json!({"birth_date": BORN})
}

async fn code_of(call: &Call<'_>) -> String {
    let made = call
        .send("/carry-on-code", &[], json!({"second": second()}))
        .await
        .is(201);
    made["code"].as_str().unwrap().to_owned()
}

async fn carry_on(app: &TestApp, code: &str, second: Value) -> Answered {
    let body = json!({"code": code, "second": second});
    app.post("/api/v1/carry-on", body).await
}

#[tokio::test]
async fn a_code_and_the_second_thing_begin_another_contact_and_the_first_secret_stays() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .volunteers("drooling", "yes")
        .await;
    let made = call
        .send("/carry-on-code", &[], json!({"second": second()}))
        .await
        .is(201);
    assert_eq!(made["expires_at"], "2026-11-22T16:00:00Z");
    assert_eq!(made["seq"], call.read("/next").await["seq"]);
    let code = made["code"].as_str().unwrap();
    let heard = code.to_lowercase().replace('-', " ");
    let carried = carry_on(&app, &heard, second()).await.is(201);
    assert_eq!(carried["state"]["case"], json!(call.case));
    assert_eq!(carried["state"]["contact"], 2);
    assert_eq!(
        carried["state"]["result"]["disposition"], "ambulance-category-2",
        "what was held is held"
    );
    let other = Call {
        app: &app,
        case: call.case.clone(),
        secret: carried["secret"].as_str().unwrap().to_owned(),
        state: carried["state"].clone(),
    };
    assert_ne!(other.secret, call.secret);
    other.read("").await;
    call.read("").await;
    // On another node too, where nothing is in memory.
    let (case, secret) = (call.case.clone(), other.secret.clone());
    let app = app.another_node();
    let request = axum::http::Request::get(format!("/api/v1/cases/{case}"))
        .header("case-secret", secret)
        .body(axum::body::Body::empty())
        .unwrap();
    app.send(request).await.is(200);
}

#[tokio::test]
async fn a_code_that_is_wrong_used_replaced_or_too_old_gives_one_and_the_same_answer() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let mut answers = Vec::new();
    let mut answered = |refused: Answered| {
        let mut body = refused.refused(404, "code_refused");
        body.as_object_mut().unwrap().remove("request_id");
        answers.push(body);
    };
    let replaced = code_of(&call).await;
    let code = code_of(&call).await;
    answered(carry_on(&app, &replaced, second()).await);
    answered(carry_on(&app, "0000-0000", second()).await);
    answered(carry_on(&app, "no code at all", second()).await);
    answered(carry_on(&app, &code, json!({"birth_date": "1991-03-28"})).await);
    answered(carry_on(&app, &code, json!({"last_four": "1991"})).await);
    carry_on(&app, &code, second()).await.is(201);
    answered(carry_on(&app, &code, second()).await);
    let late = code_of(&call).await;
    app.clock.forward(4 * 60 * 60);
    answered(carry_on(&app, &late, second()).await);
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn a_code_is_cut_off_after_five_tries_whatever_is_given_then() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let code = code_of(&call).await;
    for day in 1..=5 {
        let wrong = json!({"birth_date": format!("1991-04-0{day}")});
        carry_on(&app, &code, wrong)
            .await
            .refused(404, "code_refused");
    }
    // Neither here nor on another node, and nobody is told why.
    carry_on(&app, &code, second())
        .await
        .refused(404, "code_refused");
    let code_elsewhere = code.clone();
    let next = code_of(&call).await;
    carry_on(&app, &next, second()).await.is(201);
    let app = app.another_node();
    carry_on(&app, &code_elsewhere, second())
        .await
        .refused(404, "code_refused");
}

#[tokio::test]
async fn whoever_tries_every_code_is_cut_off_on_every_node() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let code = code_of(&call).await;
    for number in 0..30 {
        carry_on(&app, &format!("0000-00{number:02}"), second())
            .await
            .refused(404, "code_refused");
    }
    let app = app.another_node();
    let limited = carry_on(&app, &code, second()).await;
    assert_eq!(limited.headers["retry-after"], "3600");
    limited.refused(429, "too_many_requests");
    app.clock.forward(60 * 60);
    carry_on(&app, &code, second()).await.is(201);
}

#[tokio::test]
async fn a_code_opens_nothing_for_another_organisation() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let code = code_of(&call).await;
    let credentials = app.service.credentials();
    let other = credentials.add_provider("other", "Another").await.unwrap();
    let secret = app.client(&other.0, "desk-other", "triage carry_on").await;
    let bearer = format!("Bearer {}", app.token_of("desk-other", &secret).await);
    let body = json!({"code": code, "second": second()});
    let request = json_request("/api/v1/carry-on", &[("authorization", &bearer)], &body);
    app.send(request).await.refused(404, "code_refused");
    carry_on(&app, &code, second()).await.is(201);
}

#[tokio::test]
async fn without_the_scope_nobody_carries_on() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let code = code_of(&call).await;
    let secret = app.client("default", "triage-only", "triage").await;
    let bearer = format!("Bearer {}", app.token_of("triage-only", &secret).await);
    let body = json!({"code": code, "second": second()});
    let request = json_request("/api/v1/carry-on", &[("authorization", &bearer)], &body);
    app.send(request).await.refused(403, "not_allowed");
}

#[tokio::test]
async fn so_many_codes_of_a_case_are_made_and_no_more() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    for _ in 0..10 {
        code_of(&call).await;
    }
    call.send("/carry-on-code", &[], json!({"second": second()}))
        .await
        .refused(429, "too_many_requests");
    // Answering is never held back.
    call.answers("unresponsive", "no").await;
}

#[tokio::test]
async fn each_fault_of_a_second_thing_has_its_code_and_is_not_repeated() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    for wrong in [
        json!({}),
        json!({"last_four": "my neighbour's"}),
        json!({"last_four": "0123", "birth_date": BORN}),
        json!({"birth_date": "tomorrow"}),
        json!({"name": "Jo"}),
    ] {
        let problem = call
            .send("/carry-on-code", &[], json!({"second": wrong}))
            .await
            .refused(422, "body_not_understood");
        assert!(!problem.to_string().contains("neighbour"));
    }
}

#[tokio::test]
async fn neither_code_nor_second_thing_is_stored_and_the_record_says_that_it_was_carried_on() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let code = code_of(&call).await;
    carry_on(&app, &code, second()).await.is(201);
    use nhs111::service::ports::Store as _;
    let stored = app
        .store
        .case(
            &nhs111::case::ids::ProviderId::default(),
            call.case.parse().unwrap(),
        )
        .await
        .unwrap()
        .unwrap();
    let kinds = |kind: &str| {
        let kind = format!(r#""kind":"{kind}""#);
        stored
            .links
            .iter()
            .filter(|link| link.text.contains(&kind))
            .count()
    };
    assert_eq!((kinds("carry_on_code_made"), kinds("carried_on")), (1, 1));
    app.service.close().await;
    for plain in [code.clone(), code.replace('-', ""), BORN.to_owned()] {
        assert!(!app.stores(&plain).await);
    }
}

also_on_postgres![
    a_code_and_the_second_thing_begin_another_contact_and_the_first_secret_stays,
    a_code_that_is_wrong_used_replaced_or_too_old_gives_one_and_the_same_answer,
    a_code_is_cut_off_after_five_tries_whatever_is_given_then,
    whoever_tries_every_code_is_cut_off_on_every_node,
    a_code_opens_nothing_for_another_organisation,
    without_the_scope_nobody_carries_on,
    so_many_codes_of_a_case_are_made_and_no_more,
    each_fault_of_a_second_thing_has_its_code_and_is_not_repeated,
    neither_code_nor_second_thing_is_stored_and_the_record_says_that_it_was_carried_on,
];
