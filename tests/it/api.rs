//! The API as a machine meets it: shapes, faults by their codes, headers, and what must never be said.

use axum::body::Body;
use axum::http::Request;
use nhs111::case::ids::ProviderId;
use nhs111::service::ports::Store as _;
use serde_json::{Value, json};

use crate::test_app::{Call, TestApp, also_on_postgres, json_request};

const KEY: &str = "0190e3a0-7b8e-7c3a-9b5e-2f6f0a1b2c3d";

#[tokio::test]
async fn a_walk_stores_nothing_and_asks_what_comes_next() {
    let app = TestApp::new().await;
    let body = json!({"complaints": ["sore-throat"], "patient": {"party": "first", "age": "34 years", "sex": "female"}, "facts": {"unresponsive": "no"}});
    let reply = app.walk(body).await.is(200);
    assert_eq!(reply["next"]["checklist"]["id"], "throat_signs");
    assert_eq!(reply["result"], json!(null));
    assert_eq!(reply["explanation"]["could_reach"], "ambulance-category-2");
    assert_eq!(reply["release"]["approval"], "example");
    assert!(
        reply["release"]["notice"]
            .as_str()
            .unwrap()
            .contains("not clinically approved")
    );
    assert_eq!(reply["release"]["hash"].as_str().unwrap().len(), 64);
}

#[tokio::test]
async fn a_walk_says_why_and_what_would_change_it() {
    let app = TestApp::new().await;
    let facts = json!({"unresponsive": "no", "drooling": "no", "stridor": "no", "weak_immunity": "no", "swallowing": "normal",
                       "fever_days": 1, "afraid_at_home": "no"});
    let patient = json!({"party": "first", "age": "34 years", "sex": "female"});
    let body = json!({"complaints": ["sore-throat"], "patient": patient, "facts": facts});
    let reply = app.walk(body.clone()).await.is(200);
    assert_eq!(
        (&reply["next"]["kind"], &reply["result"]["disposition"]),
        (&json!("outcome"), &json!("self-care"))
    );
    assert_eq!(
        reply["explanation"]["decided_by"][0]["evidence"],
        json!(["e1"])
    );
    assert_eq!(reply["explanation"]["would_change"][0]["to"], "yes");
    let mut with_system = body.clone();
    with_system["system"] = json!({"earlier_contacts": 2});
    assert_eq!(
        app.walk(with_system).await.is(200)["result"]["disposition"],
        "clinician-30-minutes"
    );
    let mut ended_early = body;
    ended_early["ended_early"] = json!(true);
    assert_eq!(
        app.walk(ended_early).await.is(200)["result"]["disposition"],
        "clinician-30-minutes"
    );
}

#[tokio::test]
async fn a_walk_goes_on_when_the_record_is_lost() {
    let app = TestApp::new().await;
    app.store.fail(true);
    app.walk(json!({"complaints": ["sore-throat"]}))
        .await
        .is(200);
}

#[tokio::test]
async fn each_fault_of_a_walk_has_its_code() {
    let app = TestApp::new().await;
    let unknown = app
        .walk(json!({"complaints": ["sore-throt"]}))
        .await
        .refused(422, "unknown_complaint");
    assert_eq!(unknown["did_you_mean"], "sore-throat");
    let facts = |facts: Value| json!({"complaints": ["sore-throat"], "facts": facts});
    let unknown = app
        .walk(facts(json!({"droling": "yes"})))
        .await
        .refused(422, "unknown_fact");
    assert_eq!(
        (&unknown["field"], &unknown["did_you_mean"]),
        (&json!("droling"), &json!("drooling"))
    );
    let offered = app
        .walk(facts(json!({"drooling": "perhaps"})))
        .await
        .refused(422, "not_offered");
    assert_eq!(offered["options"], json!(["yes", "no"]));
    app.walk(facts(json!({"drooling": 3})))
        .await
        .refused(422, "wrong_type");
    app.walk(facts(json!({"fever_days": 1.5})))
        .await
        .refused(422, "not_on_step");
    app.walk(facts(json!({"earlier_contacts": 2})))
        .await
        .refused(422, "not_the_callers_to_say");
    app.walk(json!({"system": {"drooling": "yes"}}))
        .await
        .refused(422, "not_a_system_fact");
    app.walk(json!({"patient": {"age": "58"}}))
        .await
        .refused(422, "missing_unit");
    app.walk(json!({"patient": {"age": "-3 years"}}))
        .await
        .refused(422, "out_of_range");
    app.walk(json!({"colour": "blue"}))
        .await
        .refused(422, "body_not_understood");
    app.walk(facts(json!({"drooling": {"not_sure": false}})))
        .await
        .refused(422, "body_not_understood");
}

#[tokio::test]
async fn each_fault_of_a_body_has_its_code() {
    let app = TestApp::new().await;
    let send = async |body: Vec<u8>, kind: &'static str| {
        app.send(
            Request::post("/api/v1/walk")
                .header("content-type", kind)
                .body(Body::from(body))
                .unwrap(),
        )
        .await
    };
    send(b"{\"complaints\":".to_vec(), "application/json")
        .await
        .refused(400, "body_not_json");
    send(b"{\"complaints\": [\"\xff\"]}".to_vec(), "application/json")
        .await
        .refused(400, "body_not_utf8");
    let deep = [
        b"{\"facts\": {\"drooling\": ".as_slice(),
        &b"[".repeat(5000),
    ]
    .concat();
    send(deep, "application/json")
        .await
        .refused(400, "body_not_json");
    send(b"[null, []]".to_vec(), "application/json")
        .await
        .refused(422, "body_not_understood");
    send(b"a=b".to_vec(), "application/x-www-form-urlencoded")
        .await
        .refused(415, "not_json_media_type");
    send(vec![b' '; 10 * 1024 * 1024], "application/json")
        .await
        .refused(413, "body_too_large");
    let chunks = futures_of(10 * 1024);
    let streamed = Request::post("/api/v1/walk")
        .header("content-type", "application/json")
        .body(chunks)
        .unwrap();
    app.send(streamed).await.refused(413, "body_too_large");
    send(
        b"{\"facts\": {\"drooling\": \"no\", \"drooling\": \"yes\"}}".to_vec(),
        "application/json",
    )
    .await
    .refused(422, "body_not_understood");
}

/// A body of unannounced length, in chunks of 1 kB.
fn futures_of(chunks: usize) -> Body {
    Body::from_stream(tokio_stream(chunks))
}

fn tokio_stream(
    chunks: usize,
) -> impl futures_util::Stream<Item = Result<Vec<u8>, std::io::Error>> {
    futures_util::stream::iter((0..chunks).map(|_| Ok(vec![b' '; 1024])))
}

#[tokio::test]
async fn an_address_that_is_not_there_and_a_method_that_is_not_taken_are_problems() {
    let app = TestApp::new().await;
    app.get("/api/v1/nothing")
        .await
        .refused(404, "no_such_address");
    app.get("/api/v1/walk")
        .await
        .refused(405, "method_not_allowed");
    app.get("/api/v1/complaints?voice=loud")
        .await
        .refused(400, "address_not_understood");
}

#[tokio::test]
async fn a_case_opens_only_for_its_secret() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let other = Call::sore_throat(&app).await;
    let path = format!("/api/v1/cases/{}", call.case);
    let get = async |path: &str, secret: &str| {
        app.send(
            Request::get(path)
                .header("case-secret", secret)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    };
    app.get(&path).await.refused(400, "secret_missing");
    get(&path, "abc").await.refused(400, "secret_malformed");
    get(&path, &other.secret)
        .await
        .refused(404, "case_not_found");
    let nobody = "/api/v1/cases/0190e3a0-7b8e-7c3a-9b5e-2f6f0a1b2c3d";
    get(nobody, &call.secret)
        .await
        .refused(404, "case_not_found");
    get("/api/v1/cases/x", &call.secret)
        .await
        .refused(404, "case_not_found");
    let mine = get(&path, &call.secret).await;
    assert_eq!(mine.headers["cache-control"], "no-store");
    assert!(
        !mine.text.contains(&call.secret),
        "the secret is shown once"
    );
    mine.is(200);
}

#[tokio::test]
async fn each_fault_of_an_answer_has_its_code() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .answers("unresponsive", "no")
        .await;
    let answer = async |how: &str, item: Value| {
        call.send("/answers", &[], json!({"how": how, "answers": [item]}))
            .await
    };
    answer(
        "answer",
        json!({"question": "swallowing", "answer": "normal"}),
    )
    .await
    .refused(422, "not_asked");
    answer(
        "answer",
        json!({"question": "unresponsive", "answer": "no"}),
    )
    .await
    .refused(422, "already_answered");
    answer(
        "volunteer",
        json!({"question": "unresponsive", "answer": "no"}),
    )
    .await
    .refused(422, "already_answered");
    answer(
        "change",
        json!({"question": "swallowing", "answer": "sore"}),
    )
    .await
    .refused(422, "not_answered");
    answer(
        "volunteer",
        json!({"question": "earlier_contacts", "answer": 0}),
    )
    .await
    .refused(422, "not_the_callers_to_say");
    answer(
        "volunteer",
        json!({"question": "swalowing", "answer": "sore"}),
    )
    .await
    .refused(422, "unknown_fact");
    answer(
        "volunteer",
        json!({"question": "swallowing", "answer": "fine"}),
    )
    .await
    .refused(422, "not_offered");
    answer("answer", json!({"question": "throat_signs", "ticked": []}))
        .await
        .refused(422, "nothing_ticked");
    answer(
        "answer",
        json!({"question": "throat_signs", "ticked": ["swallowing"]}),
    )
    .await
    .refused(422, "not_listed");
    answer(
        "answer",
        json!({"question": "other_list", "ticked": ["drooling"]}),
    )
    .await
    .refused(422, "not_listed");
    answer("answer", json!({"question": "drooling"}))
        .await
        .refused(422, "body_not_understood");
    answer(
        "answer",
        json!({"question": "drooling", "answer": "no", "take_back": true}),
    )
    .await
    .refused(422, "body_not_understood");
    call.send("/answers", &[], json!({"answers": []}))
        .await
        .refused(422, "no_answer");
    call.send("/complaints", &[], json!({"complaints": ["hedache"]}))
        .await
        .refused(422, "unknown_complaint");
    assert_eq!(
        call.read("/next").await["seq"],
        call.state["seq"],
        "a refusal leaves no event"
    );
}

#[tokio::test]
async fn an_answer_can_be_taken_back() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .answers("unresponsive", "no")
        .await;
    let back =
        json!({"how": "change", "answers": [{"question": "unresponsive", "take_back": true}]});
    let state = call.send("/answers", &[], back).await.is(200);
    assert_eq!(state["next"]["questions"][0]["id"], "unresponsive");
}

#[tokio::test]
async fn whoever_saw_an_older_case_gets_a_conflict() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let seen = call.state["seq"].clone();
    let call = call.answers("unresponsive", "no").await;
    let body = json!({"after": seen, "answers": [{"question": "drooling", "answer": "no"}]});
    let conflict = call
        .send("/answers", &[], body)
        .await
        .refused(409, "case_has_moved_on");
    assert_eq!(conflict["seq"], call.state["seq"]);
    let body =
        json!({"after": call.state["seq"], "answers": [{"question": "drooling", "answer": "no"}]});
    call.send("/answers", &[], body).await.is(200);
}

#[tokio::test]
async fn two_answers_at_once_are_one_answer_and_a_conflict_or_both() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let body = json!({"answers": [{"question": "unresponsive", "answer": "no"}]});
    let (one, other) = tokio::join!(
        call.send("/answers", &[], body.clone()),
        call.send("/answers", &[], body)
    );
    let codes = [one.status.as_u16(), other.status.as_u16()];
    assert!(
        codes.contains(&200) && (codes.contains(&409) || codes.contains(&422)),
        "{codes:?}"
    );
    let record = call.read("").await;
    let said = record["answers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|told| told["question"] == "unresponsive")
        .count();
    assert_eq!(said, 1);
}

#[tokio::test]
async fn a_resend_has_no_second_effect_and_gets_the_same_reply() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let body = json!({"answers": [{"question": "unresponsive", "answer": "no"}]});
    let first = call
        .send("/answers", &[("idempotency-key", KEY)], body.clone())
        .await
        .is(200);
    let call = call.none_of("throat_signs").await;
    let again = call
        .send("/answers", &[("idempotency-key", KEY)], body)
        .await
        .is(200);
    assert_eq!(again, first);
    assert_eq!(call.read("/next").await["seq"], call.state["seq"]);
    let other = json!({"answers": [{"question": "weak_immunity", "answer": "no"}]});
    call.send("/answers", &[("idempotency-key", KEY)], other)
        .await
        .refused(422, "idempotency_key_reused");
    call.send(
        "/answers",
        &[("idempotency-key", "short")],
        json!({"answers": []}),
    )
    .await
    .refused(400, "idempotency_key_malformed");
}

#[tokio::test]
async fn a_resend_that_meets_the_first_on_its_way_gets_the_same_reply() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let case = call.case.parse().unwrap();
    let before = app.store.case(&ProviderId::default(), case).await.unwrap();
    let send = async || {
        let body = json!({"answers": [{"question": "unresponsive", "answer": "no"}]});
        let key = [("idempotency-key", KEY)];
        call.send("/answers", &key, body).await.is(200)
    };
    let first = send().await;
    // It read the case before the first was recorded, and the key after it.
    app.store.reads_first(before.unwrap());
    assert_eq!(send().await, first);
    assert_eq!(call.read("/next").await["seq"], first["seq"]);
}

#[tokio::test]
async fn a_start_that_is_sent_again_gives_the_same_case_and_secret() {
    let app = TestApp::new().await;
    let body = json!({"complaints": ["sore-throat"]});
    let send = async |body: &Value| {
        app.send(json_request(
            "/api/v1/cases",
            &[("idempotency-key", KEY)],
            body,
        ))
        .await
    };
    let first = send(&body).await;
    assert_eq!(
        first.headers["location"],
        format!(
            "/api/v1/cases/{}",
            first.body["state"]["case"].as_str().unwrap()
        )
    );
    let first = first.is(201);
    assert_eq!(send(&body).await.is(201), first);
    send(&json!({"complaints": ["headache"]}))
        .await
        .refused(422, "idempotency_key_reused");
    let (one, other) = tokio::join!(send(&body), send(&body));
    assert_eq!((one.is(201), other.is(201)), (first.clone(), first));
}

#[tokio::test]
async fn an_answer_that_cannot_be_recorded_says_so_and_where_it_would_have_led() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .answers("unresponsive", "no")
        .await;
    app.store.fail(true);
    let body = json!({"answers": [{"question": "throat_signs", "ticked": ["stridor"]}]});
    let problem = call
        .send("/answers", &[], body.clone())
        .await
        .refused(503, "not_recorded");
    assert_eq!(problem["unrecorded_result"]["headline"], "Phone 999 now.");
    assert!(problem["detail"].as_str().unwrap().contains("999"));
    assert!(
        !problem.to_string().contains("secret words"),
        "the inside of a fault is not shown"
    );
    app.store.fail(false);
    assert_eq!(call.read("/next").await["seq"], call.state["seq"]);
    call.send("/answers", &[], body).await.is(200);
}

#[tokio::test]
async fn every_response_has_safe_headers() {
    let app = TestApp::new().await;
    for path in ["/healthz", "/api/v1/complaints", "/nothing"] {
        let headers = app.get(path).await.headers;
        assert!(
            headers["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("frame-ancestors 'none'")
        );
        assert_eq!(headers["x-content-type-options"], "nosniff");
        // A form of a page must say where it comes from, to the page's own service only.
        let referrer = if path == "/nothing" {
            "same-origin"
        } else {
            "no-referrer"
        };
        assert_eq!(headers["referrer-policy"], referrer);
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-request-id"].len(), 36);
    }
    let given = Request::get("/healthz")
        .header("x-request-id", KEY)
        .body(Body::empty())
        .unwrap();
    assert_eq!(app.send(given).await.headers["x-request-id"], KEY);
    let words = Request::get("/healthz")
        .header("x-request-id", "my chest hurts")
        .body(Body::empty())
        .unwrap();
    assert_ne!(
        app.send(words).await.headers["x-request-id"],
        "my chest hurts"
    );
}

#[tokio::test]
async fn figures_name_addresses_by_their_template_only() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .answers("unresponsive", "no")
        .await;
    app.get("/drooling-and-alone").await;
    let figures = app.get("/metrics").await;
    assert!(
        figures
            .text
            .contains("route=\"/api/v1/cases/{case}/answers\""),
        "{}",
        figures.text
    );
    assert!(
        !figures.text.contains(&call.case)
            && !figures.text.contains("drooling")
            && !figures.text.contains("unresponsive")
    );
}

#[tokio::test]
async fn the_description_names_every_address() {
    let app = TestApp::new().await;
    let description = app.get("/api/v1/openapi.json").await.is(200);
    let paths: Vec<&String> = description["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "/carry-on",
            "/cases",
            "/cases/{case}",
            "/cases/{case}/answers",
            "/cases/{case}/callback-number",
            "/cases/{case}/cancellations",
            "/cases/{case}/carry-on-code",
            "/cases/{case}/complaints",
            "/cases/{case}/contacts",
            "/cases/{case}/early-exit",
            "/cases/{case}/feedback",
            "/cases/{case}/history",
            "/cases/{case}/links",
            "/cases/{case}/missed-call-backs",
            "/cases/{case}/next",
            "/cases/{case}/outcome",
            "/cases/{case}/person",
            "/cases/{case}/releases",
            "/cases/{case}/services/choice",
            "/cases/{case}/services/search",
            "/cases/{case}/unlinks",
            "/complaints",
            "/inbox",
            "/inbox/{item}/state",
            "/releases",
            "/releases/{hash}/proof",
            "/walk"
        ]
    );
    assert_eq!(
        description["components"]["securitySchemes"]["case_secret"]["name"],
        "Case-Secret"
    );
    let token = &description["components"]["securitySchemes"]["token"]["flows"];
    assert_eq!(token["clientCredentials"]["tokenUrl"], "/oauth/token");
    assert!(token["clientCredentials"]["scopes"]["triage"].is_string());
    let schemas = description["components"]["schemas"].as_object().unwrap();
    let text = description.to_string();
    for (at, _) in text.match_indices("#/components/schemas/") {
        let name = text[at..]
            .trim_start_matches("#/components/schemas/")
            .split('"')
            .next()
            .unwrap();
        assert!(schemas.contains_key(name), "{name} is not described");
    }
    assert!(schemas["AnswerItem"]["properties"]["ticked"].is_object());
}

#[tokio::test]
async fn complaints_are_listed_with_the_words_that_find_them() {
    let app = TestApp::new().await;
    let reply = app.get("/api/v1/complaints").await.is(200);
    assert_eq!(
        reply["complaints"][1],
        json!({"id": "sore-throat", "title": "Sore throat", "found_by": ["sore throat", "tonsillitis"]})
    );
    assert_eq!(reply["release"]["approval"], "example");
    app.get("/readyz").await.is(200);
}

also_on_postgres![
    a_case_opens_only_for_its_secret,
    each_fault_of_an_answer_has_its_code,
    an_answer_can_be_taken_back,
    whoever_saw_an_older_case_gets_a_conflict,
    two_answers_at_once_are_one_answer_and_a_conflict_or_both,
    a_resend_has_no_second_effect_and_gets_the_same_reply,
    a_resend_that_meets_the_first_on_its_way_gets_the_same_reply,
    a_start_that_is_sent_again_gives_the_same_case_and_secret,
    an_answer_that_cannot_be_recorded_says_so_and_where_it_would_have_led,
    figures_name_addresses_by_their_template_only,
    complaints_are_listed_with_the_words_that_find_them,
];
