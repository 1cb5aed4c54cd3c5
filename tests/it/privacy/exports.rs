//! What is handed out to the person whom it is about, and what is put right.

use serde_json::{Value, json};

use nhs111::http::render::{FIRST_LOCALE, Pages};
use nhs111::service::notes::NoteError;

use super::{Held, Opened, keeper, on_every_database};

on_every_database![
    everything_that_is_held_is_handed_out_in_the_words_of_its_release,
    a_correction_stands_beside_what_was_recorded,
    what_cannot_be_corrected_is_refused,
];

async fn exported(held: &Held, opened: &Opened) -> Value {
    let export = held.service.export(&keeper(), &[opened.case], "json").await;
    serde_json::to_value(export.unwrap()).unwrap()
}

fn events(export: &Value) -> Vec<Value> {
    let contacts = export["cases"][0]["contacts"].as_array().unwrap();
    let events = contacts
        .iter()
        .flat_map(|contact| contact["events"].as_array().unwrap().clone());
    events.collect()
}

/// Up to the end of a walk.
async fn advised(held: &Held) -> Opened {
    let opened = held.born("1990-03-01", "test").await;
    for (question, answer) in [
        ("drooling", json!("no")),
        ("swallowing", json!({"none_fit": "it <clicks>"})),
        ("temperature", json!(37.2)),
        ("began", json!({"at": "2026-11-22T09:00:00Z"})),
        ("taken", json!(["paracetamol"])),
        ("worry", json!("my work")),
    ] {
        held.answers(&opened, question, answer).await;
    }
    // Whatever is still asked: the emergency signs.
    for _ in 0..20 {
        let (_, looked) = held.looks(&opened).await;
        let next = &looked["state"]["next"];
        let name = next["checklist"]["id"]
            .as_str()
            .or(next["questions"][0]["id"].as_str());
        let Some(name) = name else { break };
        let said = if next["checklist"].is_null() {
            json!({"question": name, "answer": "no"})
        } else {
            json!({"question": name, "ticked": [], "others": "no"})
        };
        let key = uuid::Uuid::now_v7().to_string();
        let (status, body) = held
            .on_case(&opened, "/answers", &key, &json!({"answers": [said]}))
            .await;
        assert_eq!(status, 200, "{body}");
    }
    held.gives_number(&opened, "07700 900461").await;
    opened
}

async fn everything_that_is_held_is_handed_out_in_the_words_of_its_release(held: &Held) {
    let opened = advised(held).await;
    // The wording changes; what was asked before is shown as it was asked.
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/public/content");
    let mut files = Vec::new();
    crate::public::browser::read_folder(&root, &mut files, &root);
    for (_, text) in &mut files {
        *text = text.replace("How is your swallowing?", "How do you swallow today?");
    }
    let releases = held.service.releases();
    releases
        .publish_example(&Default::default(), files, held.service.now())
        .await
        .unwrap();
    let export = exported(held, &opened).await;
    assert_eq!(
        (export["format"].as_str(), &export["version"]),
        (Some("nhs111-export"), &json!(1))
    );
    assert_eq!(export["made_by"], json!({"role": "operator", "id": "k1"}));
    let case = &export["cases"][0];
    assert_eq!(
        (&case["is_as_recorded"], &case["mark"]),
        (&json!(true), &json!("test"))
    );
    assert_eq!(case["contacts"][0]["in_its_words"], true);
    let events = events(&export);
    let provider = Default::default();
    let stored = held
        .ports
        .store
        .case(&provider, opened.case)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(events.len(), stored.links.len(), "every event is there");
    for (event, link) in events.iter().zip(&stored.links) {
        let recorded: Value = serde_json::from_str(&link.text).unwrap();
        assert_eq!(event["recorded"], recorded);
        assert_eq!(
            event["personal"].is_null(),
            link.sealed.is_none(),
            "{event}"
        );
        assert_eq!(event["unreadable"], false);
    }
    let about = |words: &str| {
        let found = events.iter().find(|event| event["about"][0] == words);
        found.unwrap_or_else(|| panic!("{words}: {events:#?}"))
    };
    let swallowing = about("How is your swallowing?");
    assert_eq!(
        swallowing["said"],
        json!({"kind": "none_fit", "text": "it <clicks>"})
    );
    assert_eq!(
        about("What was taken for it?")["said"]["text"],
        "Paracetamol"
    );
    let kind = |kind: &str| events.iter().find(|event| event["kind"] == kind).unwrap();
    let advised = &kind("advised")["advised"];
    assert!(
        !advised["headline"].as_str().unwrap().is_empty(),
        "{advised}"
    );
    assert_eq!(kind("callback_number_given")["said"]["text"], "07700900461");
    assert_eq!(
        events.last().unwrap()["kind"],
        "exported",
        "that it was handed out stands in it"
    );
    let again = exported(held, &opened).await;
    assert_eq!(self::events(&again).len(), events.len() + 1);

    let export = held
        .service
        .export(&keeper(), &[opened.case], "html")
        .await
        .unwrap();
    let page = Pages::new()
        .unwrap()
        .try_page(FIRST_LOCALE, "record/export.html", (), &export)
        .unwrap();
    for wanted in [
        "How is your swallowing?",
        "it &lt;clicks&gt;",
        "07700900461",
        "1990-03-01",
        "Keeper of the records (k1)",
        "37.2",
    ] {
        assert!(page.contains(wanted), "{wanted} is not in {page}");
    }
    assert!(!page.contains('⟦') && !page.contains("<clicks>"), "{page}");
}

async fn a_correction_stands_beside_what_was_recorded(held: &Held) {
    let opened = advised(held).await;
    let before = exported(held, &opened).await;
    let seq_of = |about: &str| {
        let events = events(&before);
        let found = events
            .iter()
            .find(|event| event["about"][0] == about || event["kind"] == about);
        found.unwrap()["seq"].as_u64().unwrap()
    };
    let (worry, number) = (
        seq_of("What worries you most?"),
        seq_of("callback_number_given"),
    );
    let service = &held.service;
    service
        .rectify(&keeper(), opened.case, worry, "answer", "my health\n")
        .await
        .unwrap();
    service
        .rectify(&keeper(), opened.case, number, "number", "07700900462")
        .await
        .unwrap();
    let after = exported(held, &opened).await;
    let events = events(&after);
    let event = |seq: u64| events.iter().find(|event| event["seq"] == seq).unwrap();
    assert_eq!(
        event(worry)["said"]["text"],
        "my work",
        "it stays as it was recorded"
    );
    let corrected = &event(worry)["corrected"][0];
    assert_eq!(
        (&corrected["right"], &corrected["field"]),
        (&json!("my health"), &json!("answer"))
    );
    assert_eq!(corrected["by"], json!({"role": "operator", "id": "k1"}));
    assert_eq!(event(number)["corrected"][0]["right"], "07700900462");
    let export = held
        .service
        .export(&keeper(), &[opened.case], "html")
        .await
        .unwrap();
    let page = Pages::new()
        .unwrap()
        .try_page(FIRST_LOCALE, "record/export.html", (), &export)
        .unwrap();
    assert!(page.contains("Was as above; corrected on 2026-11-22T12:00:00Z by Keeper of the records (k1): my health"), "{page}");
    // What was reached is as it was, and nothing of it stands in the clear.
    let (_, looked) = held.looks(&opened).await;
    assert_eq!(looked["state"]["next"]["kind"], "outcome");
    let wanted = super::scan::Wanted::of(&["my health", "07700900462"]);
    for (place, bytes) in super::scan::stored(&held.fresh).await {
        assert_eq!(wanted.found_in(&bytes), Vec::<String>::new(), "{place}");
    }
}

async fn what_cannot_be_corrected_is_refused(held: &Held) {
    let opened = held.born("1990-03-01", "test").await;
    let service = &held.service;
    for (seq, field) in [(1, "answer"), (99, "answer"), (3, "number"), (3, "colour")] {
        let refused = service
            .rectify(&keeper(), opened.case, seq, field, "x")
            .await;
        let Err(error @ NoteError::NothingToRectify { .. }) = refused else {
            panic!("{seq} {field}: {refused:?}")
        };
        assert!(error.to_string().contains(field));
    }
    let nowhere = nhs111::case::ids::CaseId(uuid::Uuid::nil());
    let missing = service
        .export(&keeper(), &[opened.case, nowhere], "json")
        .await;
    assert!(matches!(missing, Err(NoteError::NoCase(case)) if case == nowhere));
}
