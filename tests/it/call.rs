//! Calls through the API, from the first question to the outcome.

use serde_json::json;

use nhs111::case::ids::ProviderId;
use nhs111::service::ports::Store as _;

use crate::test_app::{Call, TestApp, also_on_postgres};

#[tokio::test]
async fn a_mild_sore_throat_ends_in_self_care() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await.asks(&["unresponsive"]);
    let call = call
        .answers("unresponsive", "no")
        .await
        .asks(&["drooling", "stridor"]);
    assert_eq!(call.state["next"]["checklist"]["id"], "throat_signs");
    let call = call
        .none_of("throat_signs")
        .await
        .asks(&["weak_immunity"])
        .answers("weak_immunity", "no")
        .await;
    let call = call
        .asks(&["swallowing", "fever_days"])
        .answers("swallowing", "normal")
        .await
        .answers("fever_days", 1)
        .await;
    let call = call
        .asks(&["afraid_at_home"])
        .answers("afraid_at_home", "no")
        .await
        .reaches("self-care");
    let outcome = call.read("/outcome").await;
    assert_eq!(
        outcome["explanation"]["decided_by"][0]["because"],
        "Most sore throats get better within a week."
    );
    assert_eq!(
        outcome["explanation"]["advice"][0]["lines"],
        json!(["Drink plenty."])
    );
    assert_eq!(
        outcome["state"]["result"]["worsening"],
        json!(["Ring 111 again if it gets worse."])
    );
    assert_eq!(outcome["state"]["release"]["approval"], "example");
}

#[tokio::test]
async fn the_walk_goes_on_after_an_emergency_and_a_change_lowers_nothing() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .volunteers("drooling", "yes")
        .await
        .holds("ambulance-category-2");
    let call = call
        .asks(&["unresponsive"])
        .answers("unresponsive", "no")
        .await;
    let call = call
        .changes("drooling", "no")
        .await
        .holds("ambulance-category-2");
    let record = call.read("").await;
    let said: Vec<_> = record["answers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|told| told["question"] == "drooling")
        .collect();
    assert_eq!(said.len(), 2, "changed answers keep both values");
    assert_eq!(
        (&said[0]["counts"], &said[1]["counts"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(said[0]["provenance"], "volunteered");
    assert_eq!(record["grounds"][0]["disposition"], "ambulance-category-2");
    assert_eq!(
        record["starts"],
        json!([{"service": "ambulance", "disposition": "ambulance-category-2", "state": "pending"}])
    );
    // A machine dispatches nothing.
    assert!(
        app.store
            .waiting(&ProviderId::default(), 10)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_preview_shows_the_effect_and_records_nothing() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .answers("unresponsive", "no")
        .await
        .none_of("throat_signs")
        .await;
    let seq = call.state["seq"].clone();
    let body = json!({"how": "change", "preview": true, "answers": [{"question": "stridor", "answer": "yes"}]});
    let preview = call.send("/answers", &[], body).await.is(200);
    assert_eq!(preview["before"]["result"], json!(null));
    assert_eq!(
        preview["after"]["result"]["disposition"],
        "ambulance-category-2"
    );
    assert_eq!(call.read("/next").await["seq"], seq);
}

#[tokio::test]
async fn not_sure_is_at_least_as_urgent_as_every_option() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .answers("unresponsive", "no")
        .await;
    let body = json!({"answers": [{"question": "throat_signs", "others": "not_sure"}]});
    call.send("/answers", &[], body).await.is(200);
    let mut call = call;
    call.state = call.read("/next").await;
    let call = call
        .asks(&["drooling"])
        .answers("drooling", json!({"not_sure": true}))
        .await;
    call.holds("ambulance-category-2");
}

#[tokio::test]
async fn none_of_these_fit_keeps_the_words_sealed_and_asks_for_a_clinician() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .answers("unresponsive", "no")
        .await
        .none_of("throat_signs")
        .await;
    let call = call.answers("weak_immunity", "no").await;
    let words = "it burns like whisky";
    let call = call
        .answers("swallowing", json!({"none_fit": words}))
        .await
        .holds("clinician-30-minutes");
    let record = call.read("").await;
    assert!(
        record.to_string().contains(words),
        "whoever has the secret reads them"
    );
    let case = app
        .store
        .case(&ProviderId::default(), call.case.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert!(
        case.links.iter().all(|link| !link.text.contains("whisky")),
        "they stand in no event"
    );
    for file in ["record.db", "record.db-wal"] {
        let bytes = std::fs::read(app.folder.path().join(file)).unwrap();
        assert!(
            !bytes
                .windows(words.len())
                .any(|window| window == words.as_bytes()),
            "they are in no file in the clear"
        );
    }
}

#[tokio::test]
async fn a_birth_date_is_sealed_and_counts() {
    let app = TestApp::new().await;
    let body = json!({"complaints": ["sore-throat"], "patient": {"party": "third", "birth_date": "2026-05-01", "sex": "male"}});
    let call = Call::start(&app, body).await.asks(&["unresponsive"]);
    assert_eq!(
        call.state["next"]["questions"][0]["say"],
        "your baby: is there no answer at all?"
    );
    let case = app
        .store
        .case(&ProviderId::default(), call.case.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert!(
        case.links
            .iter()
            .all(|link| !link.text.contains("2026-05-01"))
    );
    assert!(call.read("").await.to_string().contains("2026-05-01"));
}

#[tokio::test]
async fn a_call_that_breaks_off_is_rung_back_and_goes_on_later() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .answers("unresponsive", "no")
        .await
        .none_of("throat_signs")
        .await;
    let left = call.send("/early-exit", &[], json!({})).await.is(200);
    assert_eq!(
        left["state"]["result"]["disposition"],
        "clinician-30-minutes"
    );
    assert_eq!(left["state"]["next"]["kind"], "ended");
    let late = json!({"answers": [{"question": "swallowing", "answer": "normal"}]});
    call.send("/answers", &[], late)
        .await
        .refused(409, "contact_ended");
    call.send("/early-exit", &[], json!({}))
        .await
        .refused(409, "contact_ended");
    app.clock.forward(600);
    let resumed = call.send("/contacts", &[], json!({})).await.is(200);
    assert_eq!(
        (&resumed["contact"], &resumed["result"]["disposition"]),
        (&json!(2), &json!("clinician-30-minutes"))
    );
    let record = call.read("").await;
    let states: Vec<_> = record["answers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|told| told["question"] == "earlier_contacts")
        .collect();
    assert_eq!(
        (&states[0]["answer"], &states[0]["by"]),
        (&json!(1.0), &json!("service"))
    );
}

#[tokio::test]
async fn an_old_answer_that_was_an_emergency_is_asked_again_first() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .answers("unresponsive", "no")
        .await;
    let call = call
        .volunteers("stridor", "yes")
        .await
        .holds("ambulance-category-2");
    app.clock.forward(3600);
    let mut call = call;
    let patient = json!({"answers": [{"question": "party", "answer": "first"}, {"question": "age", "answer": {"age": "34 years"}}, {"question": "sex", "answer": "female"}]});
    call.send("/contacts", &[], json!({})).await.is(200);
    call.state = call.send("/answers", &[], patient).await.is(200);
    assert!(
        call.read("").await["suggestions"]
            .as_array()
            .unwrap()
            .contains(&json!("stridor"))
    );
    let call = call
        .asks(&["stridor"])
        .answers("stridor", "no")
        .await
        .asks(&["unresponsive"]);
    // What the first contact held is still held.
    call.holds("ambulance-category-2");
}

#[tokio::test]
async fn the_third_contact_in_four_days_asks_for_a_clinician() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    call.send("/contacts", &[], json!({})).await.is(200);
    let third = call.send("/contacts", &[], json!({})).await.is(200);
    assert_eq!(third["result"]["disposition"], "clinician-30-minutes");
}

#[tokio::test]
async fn a_second_complaint_joins_the_first() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .answers("unresponsive", "no")
        .await
        .none_of("throat_signs")
        .await;
    let both = call
        .send("/complaints", &[], json!({"complaints": ["headache"]}))
        .await
        .is(200);
    assert_eq!(both["complaints"], json!(["sore-throat", "headache"]));
    call.volunteers("worst_ever", "yes")
        .await
        .holds("ambulance-category-2");
}

#[tokio::test]
async fn a_guide_is_shown_with_its_exits_and_an_exit_for_the_worse_asks_again() {
    let app = TestApp::new().await;
    let call = Call::start(
        &app,
        json!({"patient": {"party": "third", "age": "58 years", "sex": "male"}}),
    )
    .await;
    let call = call
        .answers("unresponsive", "yes")
        .await
        .holds("ambulance-category-1");
    assert_eq!(
        (&call.state["next"]["kind"], &call.state["next"]["id"]),
        (&json!("guide"), &json!("cpr"))
    );
    let call = call
        .answers("cpr", json!({"exit": "answers_again"}))
        .await
        .asks(&["unresponsive"]);
    let call = call.answers("unresponsive", "yes").await;
    assert_eq!(call.state["next"]["kind"], "guide");
    let call = call.answers("cpr", json!({"exit": "crew_here"})).await;
    call.holds("ambulance-category-1");
}

#[tokio::test]
async fn a_need_travels_with_the_result() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .volunteers("afraid_at_home", "yes")
        .await;
    assert_eq!(call.state["needs"][0]["id"], "safeguarding");
}

#[tokio::test]
async fn another_node_goes_on_with_the_case() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app)
        .await
        .answers("unresponsive", "no")
        .await;
    let (case, secret, before) = (call.case.clone(), call.secret.clone(), call.read("").await);
    let app = app.another_node();
    let call = Call {
        app: &app,
        case,
        secret,
        state: before.clone(),
    };
    assert_eq!(call.read("").await, before);
    call.none_of("throat_signs").await.asks(&["weak_immunity"]);
}

also_on_postgres![
    a_mild_sore_throat_ends_in_self_care,
    the_walk_goes_on_after_an_emergency_and_a_change_lowers_nothing,
    a_preview_shows_the_effect_and_records_nothing,
    not_sure_is_at_least_as_urgent_as_every_option,
    a_birth_date_is_sealed_and_counts,
    a_call_that_breaks_off_is_rung_back_and_goes_on_later,
    an_old_answer_that_was_an_emergency_is_asked_again_first,
    the_third_contact_in_four_days_asks_for_a_clinician,
    a_second_complaint_joins_the_first,
    a_guide_is_shown_with_its_exits_and_an_exit_for_the_worse_asks_again,
    a_need_travels_with_the_result,
    another_node_goes_on_with_the_case,
];
