//! No plaintext of what identifies a person or was said in words remains anywhere.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use nhs111::case::ids::ProviderId;

use super::scan::{Wanted, stored};
use super::{Held, keeper, on_every_database};
use crate::public::browser::Browser;
use crate::test_app::json_request;

on_every_database![
    nothing_that_was_said_stands_anywhere_in_plain,
    a_planted_word_is_found,
    after_the_key_is_destroyed_nothing_opens,
    the_same_request_under_two_keys_leaves_two_hashes,
];

/// Words that nobody else says.
fn words() -> [String; 9] {
    let number = uuid::Uuid::now_v7().as_u128() % 100_000_000;
    [
        format!("clicks like \"Zebrafinch\" {number}"),
        format!("afraid of Quillon Featherstonehaugh {number}"),
        format!("077{number:08}"),
        format!("typed wrongly Ophelia {number}"),
        format!("page words Peregrine & co {number}"),
        format!("Thessaly Winterbourne{number}"),
        format!("{number} Larkspur Parade"),
        "ZE3 9JW".to_owned(),
        format!("was kind, says Bartholomew {number}"),
    ]
}

/// Of nobody: numbers that begin with 9 are for demonstrations.
const NHS_NUMBER: &str = "9876543210";

/// Days of birth: of the API, and of the pages.
const BORN: [&str; 2] = ["1931-02-27", "1929-07-13"];

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that is logged from now on, down to the smallest.
fn logged() -> (Lines, tracing::subscriber::DefaultGuard) {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    tracing::info!("logging begins");
    (lines, guard)
}

async fn by_api(held: &Held, words: &[String; 9]) -> super::Opened {
    let opened = held.born(BORN[0], "test").await;
    let (status, _) = held
        .on_case(
            &opened,
            "/answers",
            "0190e3a0-7b8e-7c3a-resent",
            &json!({"how": "volunteer", "answers": [
            {"question": "swallowing", "answer": {"none_fit": words[0]}}]}),
        )
        .await;
    assert_eq!(status, 200);
    held.answers(&opened, "worry", json!(words[1])).await;
    let (status, _) = held.gives_number(&opened, &words[2]).await;
    assert_eq!(status, 200);
    let person = json!({
        "patient": {"name": words[5], "nhs_number": NHS_NUMBER, "phones": [words[2]]},
        "places": {"home": {"lines": [words[6]], "postcode": words[7]}},
    });
    let (status, said) = held.identifies(&opened, &json!({"person": person})).await;
    assert_eq!(status, 200, "{said}");
    let search = json!({"place": {"postcode": words[7]}});
    let key = "0190e3a0-7b8e-7c3a-search";
    held.on_case(&opened, "/services/search", key, &search)
        .await;
    let feedback = json!({"helpful": "yes", "words": words[8]});
    let key = "0190e3a0-7b8e-7c3a-feedback";
    let (status, said) = held.on_case(&opened, "/feedback", key, &feedback).await;
    assert_eq!(status, 200, "{said}");
    let second = json!({"birth_date": BORN[0]});
    let key = "0190e3a0-7b8e-7c3a-carry-on";
    let (status, made) = held
        .on_case(&opened, "/carry-on-code", key, &json!({"second": second}))
        .await;
    assert_eq!(status, 201, "{made}");
    let (status, said) = held
        .send(json_request(
            "/api/v1/carry-on",
            &[],
            &json!({"code": made["code"], "second": second}),
        ))
        .await;
    assert_eq!(status, 201, "{said}");
    // What is refused is not kept either.
    let wrong = [
        held.gives_number(&opened, &words[3]).await,
        held.on_case(
            &opened,
            "/answers",
            "0190e3a0-7b8e-7c3a-wrong1",
            &json!({"answers": [{"question": words[3], "answer": words[3]}]}),
        )
        .await,
        held.on_case(
            &opened,
            "/answers",
            "0190e3a0-7b8e-7c3a-wrong2",
            &json!({words[3].as_str(): 1}),
        )
        .await,
        held.on_case(
            &opened,
            "/answers",
            "0190e3a0-7b8e-7c3a-resent",
            &json!({"answers": [{"question": "swallowing", "answer": {"none_fit": words[3]}}]}),
        )
        .await,
        held.send(json_request(
            "/api/v1/walk",
            &[],
            &json!({"facts": {"swallowing": words[3]}, "complaints": ["sore-throat"]}),
        ))
        .await,
    ];
    for (status, body) in wrong {
        assert_eq!(status, 422, "{body}");
    }
    opened
}

async fn by_pages(held: &Held, words: &[String; 9]) -> Vec<String> {
    let mut browser = Browser::of(held.router.clone());
    browser.get("/").await;
    browser.follow("Start now").await;
    browser.follow("None of these").await;
    // A day that is none is shown again, and kept nowhere.
    let wrong = [
        ("party", "first"),
        ("age_by", "birth"),
        ("birth_day", "31"),
        ("birth_month", "2"),
        ("birth_year", "1929"),
        ("sex", "female"),
    ];
    browser.submit(&wrong).await;
    assert_eq!(browser.path, "/about-you");
    let (year, rest) = BORN[1].split_once('-').unwrap();
    let (month, day) = rest.split_once('-').unwrap();
    browser
        .submit(&[
            ("party", "first"),
            ("age_by", "birth"),
            ("birth_day", day),
            ("birth_month", month),
            ("birth_year", year),
            ("sex", "female"),
        ])
        .await;
    assert_eq!(browser.path, "/complaints", "{}", browser.html);
    browser.submit(&[("add.sore-throat", "")]).await;
    browser.submit(&[("go", "on")]).await;
    browser.submit(&[("rest", "none")]).await;
    browser.submit(&[("answer", "no")]).await;
    while browser.heading() != "How is your swallowing?" {
        browser.submit(&[("answer", "no")]).await;
    }
    browser
        .submit(&[("answer", "none_fit"), ("words", &words[4])])
        .await;
    assert_eq!(browser.heading(), "What worries you most?");
    browser.submit(&[("text", &words[1])]).await;
    browser.get("/answers").await;
    assert!(browser.html.contains("Peregrine"), "{}", browser.html);
    browser.seen
}

async fn nothing_that_was_said_stands_anywhere_in_plain(held: &Held) {
    let (lines, _guard) = logged();
    let words = words();
    by_api(held, &words).await;
    let addresses = by_pages(held, &words).await;
    let wanted: Vec<&str> = (words.iter().map(String::as_str))
        .chain(BORN)
        .chain([NHS_NUMBER])
        .collect();
    let wanted = Wanted::of(&wanted);
    let places = stored(&held.fresh).await;
    assert!(places.len() > 50, "there is something to look at");
    let mut found = Vec::new();
    for (place, bytes) in &places {
        found.extend(
            wanted
                .found_in(bytes)
                .into_iter()
                .map(|word| format!("{place}: {word}")),
        );
    }
    let logged = lines.0.lock().unwrap().clone();
    assert!(!logged.is_empty());
    found.extend(
        wanted
            .found_in(&logged)
            .into_iter()
            .map(|word| format!("log: {word}")),
    );
    let request = axum::http::Request::get("/metrics")
        .body(axum::body::Body::empty())
        .unwrap();
    use tower::ServiceExt as _;
    let metrics = held.router.clone().oneshot(request).await.unwrap();
    let metrics = axum::body::to_bytes(metrics.into_body(), usize::MAX)
        .await
        .unwrap();
    assert!(metrics.windows(7).any(|window| window == b"nhs111_"));
    found.extend(
        wanted
            .found_in(&metrics)
            .into_iter()
            .map(|word| format!("metrics: {word}")),
    );
    let addresses = addresses.join("\n");
    found.extend(
        wanted
            .found_in(addresses.as_bytes())
            .into_iter()
            .map(|word| format!("address: {word}")),
    );
    assert_eq!(found, Vec::<String>::new());
}

async fn a_planted_word_is_found(held: &Held) {
    let sqlite = "INSERT INTO outbox (provider, case_id, seq, kind, key, payload, queued_at) SELECT provider, case_id, 1, 'note', 'k', 'Zebrafinch 1', '' FROM cases;
                  UPDATE idempotency SET sealed = CAST('Zebrafinch 2' AS BLOB);
                  UPDATE providers SET title = 'WmVicmFmaW5jaCAz'";
    let postgres = "INSERT INTO outbox (provider, case_id, seq, kind, key, payload, queued_at) SELECT provider, case_id, 1, 'note', 'k', 'Zebrafinch 1', '' FROM cases;
                    UPDATE idempotency SET sealed = 'Zebrafinch 2'::bytea;
                    UPDATE providers SET title = 'WmVicmFmaW5jaCAz'";
    held.born(BORN[0], "test").await;
    held.fresh.tamper(sqlite, postgres).await;
    let wanted = Wanted::of(&["Zebrafinch 1", "Zebrafinch 2", "Zebrafinch 3"]);
    let places = stored(&held.fresh).await;
    for (word, tables) in [
        ("Zebrafinch 1", ["outbox", "outbox.payload"]),
        ("Zebrafinch 2", ["idempotency", "idempotency.sealed"]),
        ("Zebrafinch 3", ["providers", "providers.title"]),
    ] {
        let is_in = |in_files: bool| {
            places.iter().any(|(place, bytes)| {
                place.contains('/') == in_files
                    && (in_files || tables.contains(&place.as_str()))
                    && wanted.found_in(bytes).contains(&word.to_owned())
            })
        };
        assert!(is_in(false), "{word} is found in its column");
        assert!(
            is_in(true) || !places.iter().any(|(place, _)| place.contains('/')),
            "{word} is found in the files"
        );
    }
}

async fn after_the_key_is_destroyed_nothing_opens(held: &Held) {
    let words = words();
    let (ended, other) = (by_api(held, &words).await, held.born(BORN[1], "test").await);
    let provider = ProviderId::default();
    let stored_case = held
        .ports
        .store
        .case(&provider, ended.case)
        .await
        .unwrap()
        .unwrap();
    let wrapped = stored_case.key.unwrap();
    held.service
        .end_record(&keeper(), ended.case)
        .await
        .unwrap();
    let stored_case = held
        .ports
        .store
        .case(&provider, ended.case)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored_case.key, None);
    assert_eq!(
        nhs111::case::chain::verify(&stored_case.links),
        Ok(stored_case.head),
        "the chain still verifies"
    );
    let (status, body) = held.looks(&ended).await;
    assert_eq!((status, body["code"].as_str()), (410, Some("case_closed")));
    let (status, body) = held
        .on_case(
            &ended,
            "/answers",
            "0190e3a0-7b8e-7c3a-resent",
            &json!({"how": "volunteer", "answers": [
            {"question": "swallowing", "answer": {"none_fit": words[0]}}]}),
        )
        .await;
    assert_eq!(
        (status, body["code"].as_str()),
        (410, Some("case_closed")),
        "not even a resend"
    );
    assert_eq!(held.looks(&other).await.0, 200, "another case is as it was");
    // The wrapped key is nowhere: with the master key beside it, it would open everything.
    let is_left = |bytes: &[u8]| {
        bytes
            .windows(wrapped.0.len())
            .any(|window| window == wrapped.0)
    };
    if matches!(
        held.fresh.place,
        crate::store_contract::database::Place::Sqlite(_)
    ) {
        for (place, bytes) in stored(&held.fresh).await {
            assert!(!is_left(&bytes), "{place}");
        }
    }
    let again = held.service.end_record(&keeper(), ended.case).await;
    assert!(again.is_err(), "it has ended");
}

async fn the_same_request_under_two_keys_leaves_two_hashes(held: &Held) {
    let body = json!({"patient": {"party": "first", "birth_date": BORN[0]}});
    let mut hashes = Vec::new();
    for key in ["0190e3a0-7b8e-7c3a-one", "0190e3a0-7b8e-7c3a-two"] {
        let (status, first) = held.start(key, &body).await;
        let (_, again) = held.start(key, &body).await;
        assert_eq!(
            (status, &again),
            (201, &first),
            "a resend gets the same reply"
        );
        let (_, other) = held.start(key, &json!({})).await;
        assert_eq!(other["code"], Value::from("idempotency_key_reused"));
    }
    for (place, bytes) in stored(&held.fresh).await {
        if place == "idempotency.request" {
            hashes.push(bytes);
        }
    }
    hashes.sort();
    hashes.dedup();
    let on_sqlite = matches!(
        held.fresh.place,
        crate::store_contract::database::Place::Sqlite(_)
    );
    assert!(
        !on_sqlite || hashes.len() == 2,
        "a date of birth could be found out by trying all days"
    );
}
