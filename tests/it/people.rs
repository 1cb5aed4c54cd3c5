//! Who the person is, and their earlier contacts, through the API and the use cases.

use std::sync::Arc;
use std::time::Instant;

use nhs111::case::event::{Actor, Channel, LinkReason, MissedReason, UnlinkReason};
use nhs111::case::ids::{CaseId, ProviderId};
use nhs111::case::past::Direction;
use nhs111::case::person::{Because, Likeness, Person};
use nhs111::case::{Case, Planned};
use nhs111::service::Caller;
use nhs111::service::access::Access;
use nhs111::service::history::History;
use nhs111::service::idempotency::Asked;
use nhs111::service::person::Word;
use nhs111::service::rights::Scopes;
use nhs111::service::triage::{StartCase, TriageError};
use nhs111::walk::{Answer, Facts, Moment, Scratch, outcome};
use serde_json::{Value, json};

use crate::test_app::{Call, LooksUp, TestApp, also_on_postgres};

fn amira() -> Value {
    json!({"patient": {"name": "Amira Khan", "birth_date": "1984-02-29", "phones": ["07700 900123"]},
           "places": {"home": {"lines": ["12 High St"], "postcode": "ls1 4ap"}}})
}

async fn of(app: &TestApp, person: Value) -> Call<'_> {
    let body = json!({"complaints": ["sore-throat"], "patient": {"party": "first", "sex": "female"}, "person": person});
    Call::start(app, body).await
}

/// What the service stated of earlier contacts, in order.
async fn stated(call: &Call<'_>, fact: &str) -> Vec<Value> {
    let record = call.read("").await;
    let answers = record["answers"].as_array().unwrap().iter();
    let told = answers.filter(|told| told["question"] == fact);
    told.map(|told| told["answer"].clone()).collect()
}

fn handler() -> Caller {
    Caller {
        provider: ProviderId::default(),
        channel: Channel::Desk,
        actor: Actor::Handler("h1".to_owned()),
        scopes: Scopes::NONE,
    }
}

async fn history(call: &Call<'_>) -> History {
    let history = call.app.service.history(&handler(), &call.access()).await;
    history.unwrap()
}

#[tokio::test]
async fn the_third_case_of_one_person_in_four_days_asks_for_a_clinician_e3() {
    let app = TestApp::new().await;
    let first = of(&app, amira()).await;
    assert_eq!(stated(&first, "earlier_contacts").await, [json!(0.0)]);
    // A typing slip, the names the other way round, another way to write the number.
    app.clock.forward(3600);
    let slip = json!({"patient": {"name": "KAHN, Ameera", "phones": ["+44 (0)7700 900123"]}});
    let second = of(&app, slip).await;
    assert_eq!(stated(&second, "earlier_contacts").await, [json!(1.0)]);
    app.clock.forward(3600);
    // Without a phone: by the date of birth and the name.
    let third = of(
        &app,
        json!({"patient": {"name": "Amira Khan", "birth_date": "1984-02-29"}}),
    )
    .await;
    let third = third.volunteers("drooling", "no").await;
    assert_eq!(
        stated(&third, "earlier_contacts").await,
        [json!(1.0)],
        "the second gave no date of birth"
    );
    let all = json!({"person": {"patient": {"name": "Amira Khan", "birth_date": "1984-02-29", "phones": ["447700900123"]}}});
    let state = third.put("/person", all.clone()).await.is(200);
    assert_eq!(state["result"]["disposition"], "clinician-30-minutes");
    assert_eq!(
        stated(&third, "earlier_contacts").await,
        [json!(1.0), json!(2.0)]
    );
    // The same again changes nothing.
    let again = third.put("/person", all).await.is(200);
    assert_eq!(again["seq"], state["seq"]);
    // Four days later none of it counts.
    app.clock.forward(97 * 3600);
    let later = of(&app, amira()).await;
    assert_eq!(stated(&later, "earlier_contacts").await, [json!(0.0)]);
}

#[tokio::test]
async fn a_later_contact_of_a_known_person_is_found_by_its_own_time() {
    let app = TestApp::new().await;
    let first = of(&app, amira()).await;
    app.clock.forward(90 * 3600);
    first.send("/contacts", &[], json!({})).await.is(200);
    app.clock.forward(10 * 3600);
    let other = of(&app, amira()).await;
    assert_eq!(
        stated(&other, "earlier_contacts").await,
        [json!(1.0)],
        "the contact of ten hours ago"
    );
}

#[tokio::test]
async fn a_number_to_ring_back_on_is_found_again_and_a_number_alone_counts() {
    let app = TestApp::new().await;
    let first = Call::sore_throat(&app).await;
    first
        .put("/callback-number", json!({"number": "07700 900123"}))
        .await
        .is(200);
    let second = Call::sore_throat(&app).await;
    assert_eq!(stated(&second, "earlier_contacts").await, [] as [Value; 0]);
    second
        .put("/callback-number", json!({"number": "+447700900123"}))
        .await
        .is(200);
    assert_eq!(stated(&second, "earlier_contacts").await, [json!(1.0)]);
    assert_eq!(history(&second).await.contacts[0].because, Because::Phone);
}

#[tokio::test]
async fn a_visitor_is_not_told_of_others_by_a_number_alone() {
    let app = TestApp::new().await;
    of(&app, amira()).await;
    let counts = async |person: Value| {
        let start = StartCase {
            person: serde_json::from_value::<Person>(person).unwrap(),
            ..StartCase::default()
        };
        let started = app
            .service
            .start(&Caller::visitor(), &start, None)
            .await
            .unwrap();
        let told = |case: &Case| {
            let told = case
                .told
                .iter()
                .find(|told| told.name == "earlier_contacts");
            told.and_then(|told| told.answer.clone())
        };
        told(&started.view.case)
    };
    let phone = json!({"patient": {"phones": ["+447700900123"]}});
    assert_eq!(counts(phone).await, Some(Answer::Number(0.0)));
    let both = json!({"patient": {"birth_date": "1984-02-29", "phones": ["+447700900123"]}});
    assert_eq!(counts(both).await, Some(Answer::Number(1.0)));
}

#[tokio::test]
async fn practice_never_counts_for_a_real_case() {
    let app = TestApp::new().await;
    let practice = json!({"mark": "practice", "person": amira()});
    Call::start(&app, practice.clone()).await;
    assert_eq!(
        stated(&of(&app, amira()).await, "earlier_contacts").await,
        [json!(0.0)]
    );
    let practice = Call::start(&app, practice).await;
    assert_eq!(stated(&practice, "earlier_contacts").await, [json!(1.0)]);
}

#[tokio::test]
async fn somebody_else_at_the_same_desk_is_not_counted() {
    let app = TestApp::new().await;
    for (name, number) in [
        ("Amira Khan", "943 476 5919"),
        ("Peter Dodd", "401 023 2137"),
    ] {
        let person = json!({"patient": {"name": name, "nhs_number": number}, "caller": {"name": "Ward 7", "phones": ["0113 496 0000"]}});
        let call = of(&app, person).await;
        assert_eq!(
            stated(&call, "earlier_contacts").await,
            [json!(0.0)],
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_look_up_that_fails_or_lasts_reads_as_not_sure_and_holds_up_nobody() {
    let app = TestApp::new().await;
    of(&app, amira()).await;
    for how in [LooksUp::Fails, LooksUp::Never] {
        app.store.looks_up(how);
        let began = Instant::now();
        let call = of(&app, amira()).await;
        assert!(began.elapsed().as_secs() < 5, "{how:?}");
        assert_eq!(
            stated(&call, "earlier_contacts").await,
            [json!({"unknown": true})]
        );
        let call = call.holds("clinician-30-minutes");
        call.volunteers("drooling", "yes")
            .await
            .holds("ambulance-category-2");
    }
    // Nobody is told what could not be looked up, and nothing is made up.
    let call = Call::sore_throat(&app).await;
    call.put("/callback-number", json!({"number": "07700 900123"}))
        .await
        .is(200);
    let denied = app.service.history(&handler(), &call.access()).await;
    assert!(
        matches!(denied, Err(TriageError::LookUpTooSlow)),
        "{denied:?}"
    );
}

/// What is logged on this thread.
#[derive(Clone, Default)]
struct Logged(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_case_that_cannot_be_read_is_left_out_named_and_not_sure_and_the_others_are_told() {
    let app = TestApp::new().await;
    let first = of(&app, amira()).await;
    let second = of(&app, amira()).await;
    app.tamper(
        "DROP TRIGGER events_are_never_changed; UPDATE events SET event = '{\"schema\":1,\"said\":\"private words\"}'
         WHERE seq = 2 AND case_id = (SELECT min(case_id) FROM cases)",
        "ALTER TABLE events DISABLE TRIGGER ALL; UPDATE events SET event = '{\"schema\":1,\"said\":\"private words\"}'
         WHERE seq = 2 AND case_id = (SELECT case_id FROM cases ORDER BY case_id LIMIT 1)",
    )
    .await;
    let (damaged, whole) = if first.case < second.case {
        (first, second)
    } else {
        (second, first)
    };
    let logged = Logged::default();
    let writer = logged.clone();
    let logs = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let call = {
        let _logs = tracing::subscriber::set_default(logs);
        of(&app, amira()).await
    };
    for fact in ["earlier_contacts", "missed_call_backs"] {
        assert_eq!(stated(&call, fact).await, [json!({"unknown": true})]);
    }
    let call = call.holds("clinician-30-minutes");
    let logged = String::from_utf8(logged.0.lock().unwrap().clone()).unwrap();
    let named = logged.lines().find(|line| line.contains(&damaged.case));
    assert!(named.is_some_and(|line| line.contains("ERROR")), "{logged}");
    assert!(!logged.contains("private words"), "{logged}");
    let seen = history(&call).await;
    let cases: Vec<String> = seen
        .contacts
        .iter()
        .map(|seen| seen.case.to_string())
        .collect();
    assert_eq!((cases, seen.unread), (vec![whole.case.clone()], 1));
}

#[tokio::test]
async fn a_missed_call_back_counts_at_once_and_for_the_next_case() {
    let app = TestApp::new().await;
    let first = of(&app, amira()).await;
    let state = first
        .send("/missed-call-backs", &[], json!({"reason": "no_answer"}))
        .await
        .is(200);
    assert_eq!(state["result"]["disposition"], "clinician-30-minutes");
    let second = of(&app, amira()).await.holds("clinician-30-minutes");
    assert_eq!(stated(&second, "missed_call_backs").await, [json!(1.0)]);
    assert_eq!(history(&second).await.missed_call_backs, 1);
    first
        .send("/missed-call-backs", &[], json!({"reason": "bored"}))
        .await
        .refused(422, "body_not_understood");
    let visitor = app
        .service
        .call_back_missed(
            &Caller::visitor(),
            &first.access(),
            MissedReason::NotMade,
            &Asked::default(),
        )
        .await;
    assert!(
        matches!(visitor, Err(TriageError::NotAllowed(_))),
        "{visitor:?}"
    );
}

#[tokio::test]
async fn the_history_tells_times_and_dispositions_and_that_somebody_looked() {
    let app = TestApp::new().await;
    let first = of(&app, amira()).await;
    let words = "it burns like whisky";
    let first = first
        .volunteers("swallowing", json!({"none_fit": words}))
        .await;
    app.clock.forward(3600);
    let second = of(&app, amira()).await.volunteers("drooling", "yes").await;
    app.clock.forward(3600);
    let third = of(&app, amira()).await;
    let seen = history(&third).await;
    let told: Vec<_> = seen
        .contacts
        .iter()
        .map(|contact| {
            (
                contact.case.to_string(),
                contact.disposition.as_deref(),
                contact.direction,
                contact.likeness,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                second.case.clone(),
                Some("ambulance-category-2"),
                Direction::Worse,
                Likeness::Certain
            ),
            (
                first.case.clone(),
                Some("clinician-30-minutes"),
                Direction::Unknown,
                Likeness::Certain
            ),
        ]
    );
    assert_eq!(seen.contacts[0].complaints, ["sore-throat"]);
    let shown = format!("{seen:?}");
    assert!(
        !shown.contains("whisky") && !shown.contains("Khan"),
        "{shown}"
    );
    let case = third.read("").await;
    assert_eq!(
        case["state"]["seq"], seen.seq,
        "the look is on the record of the case"
    );
    let links = app.events_of(&third).await;
    let last = links.last().unwrap();
    assert!(
        last.contains(r#"{"kind":"history_consulted","cases":2,"providers":["default"]}"#),
        "{last}"
    );
    // A machine reads no history, and neither does a visitor.
    let request = third.read_status("/history").await;
    request.refused(403, "not_allowed");
}

#[tokio::test]
async fn a_case_of_another_provider_is_found_and_said_to_be_theirs() {
    let app = TestApp::new().await;
    let other = "INSERT INTO providers (provider, title) VALUES ('other', 'Other')";
    app.tamper(other, other).await;
    let theirs = ProviderId("other".to_owned());
    let published = app.service.releases().publish_example(
        &theirs,
        crate::test_app::content(),
        app.service.now(),
    );
    published.await.unwrap();
    let start = StartCase {
        person: serde_json::from_value(
            json!({"patient": {"birth_date": "1984-02-29", "phones": ["+447700900123"]}}),
        )
        .unwrap(),
        ..StartCase::default()
    };
    let caller = Caller {
        provider: theirs.clone(),
        ..handler()
    };
    let started = app.service.start(&caller, &start, None).await.unwrap();
    let call = of(&app, amira()).await;
    assert_eq!(stated(&call, "earlier_contacts").await, [json!(1.0)]);
    let seen = history(&call).await;
    assert_eq!(
        (&seen.contacts[0].provider, seen.contacts[0].case),
        (&theirs, started.view.case.id)
    );
    let links = app.events_of(&call).await;
    assert!(
        links
            .iter()
            .any(|text| text.contains(r#""providers":["other"]"#)),
        "{links:?}"
    );
    // Linked, it is on the record of theirs as well.
    link(
        &call,
        started.view.case.id,
        Word::Linked(LinkReason::RecordsCompared),
    )
    .await
    .unwrap();
    let stored = app.events_at(&theirs, started.view.case.id).await;
    assert!(
        stored.last().unwrap().contains(r#""kind":"linked""#),
        "{stored:?}"
    );
}

async fn link(call: &Call<'_>, other: CaseId, word: Word) -> Result<(), TriageError> {
    let service = &call.app.service;
    service
        .link(&handler(), &call.access(), other, word, &Asked::default())
        .await
        .map(|_| ())
}

#[tokio::test]
async fn people_linked_wrongly_are_unlinked_on_the_record_of_both_and_not_matched_again() {
    let app = TestApp::new().await;
    let first = of(&app, amira()).await;
    let second = of(&app, amira()).await;
    assert_eq!(stated(&second, "earlier_contacts").await, [json!(1.0)]);
    let other: CaseId = first.case.parse().unwrap();
    for _ in 0..2 {
        link(&second, other, Word::Unlinked(UnlinkReason::AnotherPerson))
            .await
            .unwrap();
    }
    assert_eq!(
        stated(&second, "earlier_contacts").await,
        [json!(1.0), json!(0.0)]
    );
    assert_eq!(history(&second).await.contacts, []);
    assert_eq!(
        history(&first).await.contacts,
        [],
        "from the other side neither"
    );
    for call in [&first, &second] {
        let links = app.events_of(call).await;
        let said = links
            .iter()
            .filter(|text| text.contains(r#""kind":"unlinked""#));
        assert_eq!(said.count(), 1, "{links:?}");
    }
    // A new contact is not matched by the same either; something new is.
    second.send("/contacts", &[], json!({})).await.is(200);
    assert_eq!(history(&second).await.contacts, []);
    for call in [&first, &second] {
        let mut person = amira();
        person["patient"]["nhs_number"] = json!("943 476 5919");
        call.put("/person", json!({"person": person})).await.is(200);
    }
    assert_eq!(
        history(&second).await.contacts[0].because,
        Because::NhsNumber
    );
    // And what somebody links is one person's, whatever it shares.
    let stranger = Call::sore_throat(&app).await;
    link(&stranger, other, Word::Linked(LinkReason::SaidByPerson))
        .await
        .unwrap();
    assert_eq!(
        history(&stranger).await.contacts[0].because,
        Because::Linked
    );
    assert_eq!(stated(&stranger, "earlier_contacts").await, [json!(1.0)]);
}

#[tokio::test]
async fn a_call_handler_of_a_host_system_reads_the_history_and_links() {
    let app = TestApp::new().await;
    let first = of(&app, amira()).await;
    let second = of(&app, amira()).await;
    let handler = ("on-behalf-of", "handler jo.bloggs");
    let request = axum::http::Request::get(format!("/api/v1/cases/{}/history", second.case))
        .header("case-secret", &second.secret)
        .header(handler.0, handler.1);
    let read = app.send(request.body(axum::body::Body::empty()).unwrap());
    assert_eq!(read.await.is(200)["contacts"][0]["case"], first.case);
    let last = app.events_of(&second).await.pop().unwrap();
    assert!(
        last.contains(r#""actor":{"kind":"handler","id":"of-the-tests/jo.bloggs"}"#),
        "{last}"
    );
    let body = json!({"case": first.case, "reason": "another_person"});
    second.send("/unlinks", &[handler], body).await.is(200);
    assert_eq!(history(&second).await.contacts, []);
}

#[tokio::test]
async fn only_staff_link_people_and_only_cases_that_there_are() {
    let app = TestApp::new().await;
    let (first, second) = (of(&app, amira()).await, of(&app, amira()).await);
    let body = json!({"case": first.case, "reason": "said_by_person"});
    second
        .send("/links", &[], body)
        .await
        .refused(403, "not_allowed");
    let body = json!({"case": first.case, "reason": "another_person"});
    second
        .send("/unlinks", &[], body)
        .await
        .refused(403, "not_allowed");
    // A client that acts for nobody in the role, or has no scope for it, is refused all the same.
    let secret = app
        .client("default", "desk", "triage act_for_handler")
        .await;
    let bearer = format!("Bearer {}", app.token_of("desk", &secret).await);
    let of_desk = [
        ("on-behalf-of", "handler jo.bloggs"),
        ("authorization", bearer.as_str()),
    ];
    let body = json!({"case": first.case, "reason": "said_by_person"});
    second
        .send("/links", &of_desk, body)
        .await
        .refused(403, "not_allowed");
    let word = Word::Linked(LinkReason::SaidByPerson);
    for none in [
        CaseId(uuid::Uuid::from_u128(5)),
        second.case.parse().unwrap(),
    ] {
        let refused = link(&second, none, word).await;
        assert!(
            matches!(refused, Err(TriageError::NotMatched(_))),
            "{refused:?}"
        );
    }
    let practice = Call::start(&app, json!({"mark": "practice", "person": amira()})).await;
    let refused = link(&second, practice.case.parse().unwrap(), word).await;
    assert!(
        matches!(refused, Err(TriageError::NotMatched(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn who_the_person_is_reads_back_as_it_was_said_last() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    assert_eq!(
        call.read("/person").await["person"],
        json!({"patient": {}, "caller": {}, "places": {}})
    );
    let body = json!({"person": {"patient": {"name": " Amira Khan ", "nhs_number": "943 476 5919"}, "caller": {"name": "Yusuf"},
                                 "places": {"now": {"lines": ["the bus stop by the church", ""]}}}});
    call.put("/person", body).await.is(200);
    let kept = call.read("/person").await;
    assert_eq!(
        kept["person"],
        json!({"patient": {"name": "Amira Khan", "nhs_number": "9434765919"}, "caller": {"name": "Yusuf"},
               "places": {"now": {"lines": ["the bus stop by the church"]}}})
    );
    assert!(
        !call.read("").await.to_string().contains("Khan"),
        "no other reply shows it"
    );
    let visitor = app.service.person(&Caller::visitor(), &call.access()).await;
    assert!(matches!(visitor, Err(TriageError::NotAllowed(_))));
    let access = Access {
        secret: "0".repeat(64).parse().unwrap(),
        ..call.access()
    };
    let stranger = app.service.person(&handler(), &access).await;
    assert!(matches!(stranger, Err(TriageError::NotFound)));
}

#[tokio::test]
async fn what_cannot_be_said_of_a_person_is_named_and_not_repeated() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let long = "x".repeat(201);
    for (person, code, field) in [
        (
            json!({"patient": {"nhs_number": "943 476 5918"}}),
            "not_an_nhs_number",
            "patient.nhs_number",
        ),
        (
            json!({"patient": {"phones": ["secret"]}}),
            "not_a_phone_number",
            "patient.phones",
        ),
        (
            json!({"places": {"home": {"postcode": "secret"}}}),
            "not_a_postcode",
            "places.home",
        ),
        (
            json!({"patient": {"name": long}}),
            "text_too_long",
            "patient.name",
        ),
        (
            json!({"caller": {"phones": vec!["07700900123"; 7]}}),
            "too_many",
            "caller.phones",
        ),
    ] {
        let problem = call
            .put("/person", json!({"person": person.clone()}))
            .await
            .refused(422, code);
        assert_eq!(problem["field"], field);
        assert!(
            !problem.to_string().contains("secret") && !problem.to_string().contains("5918"),
            "{problem}"
        );
        let start = app.post("/api/v1/cases", json!({"person": person})).await;
        start.refused(422, code);
    }
    call.put("/person", json!({"person": {"patient": {"shoe_size": 4}}}))
        .await
        .refused(422, "body_not_understood");
    let tomorrow = json!({"person": {"patient": {"birth_date": "2126-01-01"}}});
    let open = Call::start(&app, json!({"complaints": ["sore-throat"]})).await;
    assert!(open.put("/person", tomorrow).await.status.is_client_error());
}

/// Every answer to the shipped pathways, one way for all, against how often help was asked for.
#[test]
fn more_earlier_contacts_and_missed_call_backs_never_lower_a_result() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("pathways");
    let read = nhs111::pathway::read(&nhs111::cli::read_folder(&root).unwrap()).unwrap();
    let content = Arc::new(Planned::new(read.content));
    let moment = Moment {
        contact_began: "2026-11-22T12:00:00Z".parse().unwrap(),
        today: "2026-11-22".parse().unwrap(),
    };
    let families: Vec<String> = content
        .families()
        .iter()
        .map(|(id, _)| (*id).to_owned())
        .collect();
    for family in &families {
        let plan = content.plan(&[family.as_str()], false).unwrap();
        for (age, way) in [
            ("34 years", "no"),
            ("34 years", "yes"),
            ("5 weeks", "no"),
            ("80 years", "not sure"),
        ] {
            let mut facts = Facts::new(&content);
            for id in content.fact_ids.keys() {
                let answer = if way == "not sure" {
                    Answer::NotSure
                } else {
                    Answer::from(way)
                };
                // What is no question of yes or no stays open.
                let _ = facts.tell(&content, id, &answer, moment);
            }
            for (name, answer) in [
                ("party", Answer::from("first")),
                ("sex", Answer::from("female")),
                ("age", Answer::Age(age.to_owned())),
            ] {
                let _ = facts.tell(&content, name, &answer, moment);
            }
            for fact in ["earlier_contacts", "missed_call_backs"] {
                let mut before = None;
                let numbers = (0..=20).map(|number| Answer::Number(f64::from(number)));
                let mut least = None;
                for answer in numbers {
                    let mut facts = facts.clone();
                    facts.tell(&content, fact, &answer, moment).unwrap();
                    let reached = outcome(&content, &plan, &facts, &mut Scratch::new()).disposition;
                    assert!(
                        before.is_none_or(|before| reached <= before),
                        "{family} {age} {way} {fact}"
                    );
                    before = Some(reached);
                    least = Some(reached);
                }
                let mut facts = facts.clone();
                // Where the content asks the caller in its place, that is not sure either.
                let _ = facts.tell(&content, "earlier_contacts_told", &Answer::NotSure, moment);
                facts
                    .tell(&content, fact, &Answer::Unknown, moment)
                    .unwrap();
                let unknown = outcome(&content, &plan, &facts, &mut Scratch::new()).disposition;
                assert!(
                    least.is_some_and(|least| unknown <= least),
                    "{family} {age} {way} {fact}: not sure"
                );
            }
        }
    }
}

also_on_postgres![
    a_case_that_cannot_be_read_is_left_out_named_and_not_sure_and_the_others_are_told,
    the_third_case_of_one_person_in_four_days_asks_for_a_clinician_e3,
    a_later_contact_of_a_known_person_is_found_by_its_own_time,
    a_number_to_ring_back_on_is_found_again_and_a_number_alone_counts,
    a_visitor_is_not_told_of_others_by_a_number_alone,
    practice_never_counts_for_a_real_case,
    somebody_else_at_the_same_desk_is_not_counted,
    a_missed_call_back_counts_at_once_and_for_the_next_case,
    the_history_tells_times_and_dispositions_and_that_somebody_looked,
    a_case_of_another_provider_is_found_and_said_to_be_theirs,
    people_linked_wrongly_are_unlinked_on_the_record_of_both_and_not_matched_again,
    a_call_handler_of_a_host_system_reads_the_history_and_links,
    only_staff_link_people_and_only_cases_that_there_are,
    who_the_person_is_reads_back_as_it_was_said_last,
    what_cannot_be_said_of_a_person_is_named_and_not_repeated,
];
