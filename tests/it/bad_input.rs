//! What nobody should send, and what becomes of it: a stable code, a sentence, and nothing lost.
//!
//! The faults of bodies, secrets and keys are in `api`, those of the pages in `public`, those of single files in `broken`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use nhs111::case::ids::ProviderId;
use nhs111::pathway;
use nhs111::service::releases::PublishError;
use serde_json::{Value, json};

use crate::test_app::{Call, TestApp, also_on_postgres, content};

/// The library of these tests, in which fear at home is asked of children only.
fn asking_children_only() -> Vec<(String, String)> {
    let mut files = content();
    for (name, text) in &mut files {
        if name == "complaints/sore-throat.yaml" {
            *text = text.replace(
                "third: \"{patient}: is there fear of somebody at home?\"\n",
                "third: \"{patient}: is there fear of somebody at home?\"\n    only_if: age < years(16)\n    otherwise: no\n",
            );
            assert!(text.contains("only_if"));
        }
    }
    files
}

#[track_caller]
fn says(problem: &Value, sentence: &str) {
    assert_eq!(problem["detail"], sentence);
}

/// Well enough to go home with a sore throat, up to the last question.
async fn at_the_last_question(app: &TestApp) -> Call<'_> {
    let call = Call::sore_throat(app)
        .await
        .answers("unresponsive", "no")
        .await;
    let call = call.none_of("throat_signs").await;
    let call = call.answers("weak_immunity", "no").await;
    let call = call.answers("swallowing", "normal").await;
    call.answers("fever_days", 1).await
}

#[tokio::test]
async fn an_unknown_release_is_told_and_a_known_one_is_walked_on() {
    let app = TestApp::new().await;
    let first = app.get("/api/v1/releases").await.is(200)["active"]["hash"].clone();
    let mut files = content();
    for (_, text) in &mut files {
        *text = text.replace("fever_days >= 5", "fever_days >= 7");
    }
    let second = app.publish(files).await.to_string();
    let walk = async |release: &Value| {
        app.walk(json!({"release": release, "complaints": ["sore-throat"]}))
            .await
    };
    assert_eq!(walk(&first).await.is(200)["release"]["hash"], first);
    assert_eq!(
        walk(&json!(second)).await.is(200)["release"]["hash"],
        second
    );
    for unknown in ["0".repeat(64), "latest".to_owned(), String::new()] {
        let problem = walk(&json!(unknown)).await.refused(422, "unknown_release");
        says(
            &problem,
            &format!("There is no release `{unknown}` that can be walked on here."),
        );
    }
    let app = app.approved_only();
    app.walk(json!({"release": first}))
        .await
        .refused(422, "unknown_release");
}

#[tokio::test]
async fn the_terminal_says_that_there_is_no_such_release_and_no_such_complaint() {
    let app = TestApp::new().await;
    let database = format!("sqlite://{}", app.folder.path().join("record.db").display());
    let nhs111 = |arguments: &[&str]| {
        let run = Command::new(env!("CARGO_BIN_EXE_nhs111"))
            .args(arguments)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned();
        (run.status.code(), said)
    };
    let (code, said) = nhs111(&["release", "show", "zz", "--database-url", &database]);
    assert_eq!(code, Some(2));
    assert!(said.contains("0 releases begin with `zz`"), "{said}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/content");
    let folder = folder.to_str().unwrap();
    let (code, said) = nhs111(&["walk", "--pathways", folder, "--complaint", "sore-throt"]);
    assert_ne!(code, Some(0));
    assert!(
        said.contains("there is no complaint `sore-throt`; there are headache, sore-throat"),
        "{said}"
    );
}

#[tokio::test]
async fn a_start_with_an_unknown_name_starts_nothing() {
    let app = TestApp::new().await;
    let start = async |body: Value| app.post("/api/v1/cases", body).await;
    let problem = start(json!({"complaints": ["hedache"]}))
        .await
        .refused(422, "unknown_complaint");
    says(&problem, "There is no complaint `hedache`.");
    assert_eq!(problem["did_you_mean"], "headache");
    let problem = start(json!({"volunteered": {"droling": "yes"}}))
        .await
        .refused(422, "unknown_fact");
    assert_eq!(problem["did_you_mean"], "drooling");
    start(json!({"complaints": ["sore-throat"], "volunteered": {"swallowing": "fine"}}))
        .await
        .refused(422, "not_offered");
    start(json!({"patient": {"age": "58"}}))
        .await
        .refused(422, "missing_unit");
    start(json!({"patient": {"age": "-3 years"}}))
        .await
        .refused(422, "out_of_range");
    start(json!({"patient": {"sex": "blue"}}))
        .await
        .refused(422, "not_offered");
    start(json!({"patient": {"birth_date": "2026-02-31"}}))
        .await
        .refused(422, "body_not_understood");
    let figures = app.get("/metrics").await.text;
    assert!(!figures.contains("status=\"201\""), "nothing was started");
}

#[tokio::test]
async fn a_number_beyond_its_range_is_kept_as_said_and_read_as_the_bound() {
    let app = TestApp::new().await;
    let facts = json!({"unresponsive": "no", "drooling": "no", "stridor": "no", "weak_immunity": "no", "swallowing": "normal", "fever_days": 400, "afraid_at_home": "no"});
    let patient = json!({"party": "first", "age": "34 years", "sex": "female"});
    let walked = app
        .walk(json!({"complaints": ["sore-throat"], "patient": patient, "facts": facts}))
        .await
        .is(200);
    assert_eq!(walked["result"]["disposition"], "primary-care-24-hours");
    let call = Call::sore_throat(&app)
        .await
        .volunteers("fever_days", 400)
        .await
        .holds("primary-care-24-hours");
    let record = call.read("").await;
    let told = record["answers"].as_array().unwrap().iter();
    let said: Vec<_> = told
        .filter(|told| told["question"] == "fever_days")
        .map(|told| told["answer"].as_f64())
        .collect();
    assert_eq!(said, [Some(400.0)]);
}

#[tokio::test]
async fn an_answer_to_a_question_that_does_not_apply_is_refused_as_an_answer_and_kept_as_said() {
    let app = TestApp::without_content().await;
    app.publish(asking_children_only()).await;
    let call = at_the_last_question(&app).await.reaches("self-care");
    let item = json!({"question": "afraid_at_home", "answer": "yes"});
    let problem = call
        .send("/answers", &[], json!({"answers": [item]}))
        .await
        .refused(422, "not_asked");
    says(
        &problem,
        "`afraid_at_home` is not asked now; volunteer or change it.",
    );
    assert_eq!(call.read("/next").await["seq"], call.state["seq"]);
    // What was said wins: volunteered it may raise, and never lowers.
    let call = call
        .volunteers("afraid_at_home", "yes")
        .await
        .holds("self-care");
    assert_eq!(call.state["needs"][0]["id"], "safeguarding");
    let patient = json!({"party": "first", "age": "34 years", "sex": "female"});
    let walked = app
        .walk(json!({"complaints": ["sore-throat"], "patient": patient, "facts": {"afraid_at_home": "yes"}}))
        .await
        .is(200);
    assert!(walked["explanation"].to_string().contains("safeguarding"));
}

#[tokio::test]
async fn an_answer_after_the_end_is_refused_or_changes_what_stands_and_nothing_is_lost() {
    let app = TestApp::new().await;
    let call = at_the_last_question(&app)
        .await
        .answers("afraid_at_home", "no")
        .await
        .reaches("self-care");
    let send = async |how: &str, question: &str, answer: &str| {
        let item = json!({"question": question, "answer": answer});
        call.send("/answers", &[], json!({"how": how, "answers": [item]}))
            .await
    };
    send("answer", "swallowing", "unable")
        .await
        .refused(422, "already_answered");
    send("answer", "worst_ever", "yes")
        .await
        .refused(422, "not_asked");
    let outcome = call.read("/outcome").await;
    // Said after the end it counts: more facts never lower a finished end.
    let raised = send("change", "swallowing", "unable").await.is(200);
    assert_eq!(raised["result"]["disposition"], "primary-care-24-hours");
    assert_eq!(outcome["state"]["result"]["disposition"], "self-care");
    let left = Call::sore_throat(&app).await;
    left.send("/early-exit", &[], json!({})).await.is(200);
    let before = left.read("/outcome").await;
    let item = json!({"question": "unresponsive", "answer": "no"});
    for how in ["answer", "volunteer", "change"] {
        let problem = left
            .send("/answers", &[], json!({"how": how, "answers": [item]}))
            .await
            .refused(409, "contact_ended");
        says(&problem, "The contact has ended; begin another.");
    }
    left.send("/complaints", &[], json!({"complaints": ["headache"]}))
        .await
        .refused(409, "contact_ended");
    assert_eq!(left.read("/outcome").await, before);
}

/// A rule of the headache, in the place of `worst_ever`.
fn with_rule(rule: &str) -> Vec<(String, String)> {
    let mut files = content();
    for (name, text) in &mut files {
        if name == "complaints/headache.yaml" {
            *text = text.replace("if: worst_ever", &format!("if: {rule}"));
        }
    }
    files
}

#[tokio::test]
async fn no_folder_with_a_fault_is_published_and_what_runs_goes_on() {
    let app = TestApp::new().await;
    let call = Call::sore_throat(&app).await;
    let before = app.get("/api/v1/releases").await.is(200);
    let nested = |open: &str, close: &str| {
        format!("{}worst_ever{}", open.repeat(10_000), close.repeat(10_000))
    };
    let mut circle = content();
    for (name, of) in [("one", "two"), ("two", "one")] {
        circle.push((
            format!("shared/{name}.yaml"),
            format!("shared: {name}\nevidence: e1\nflow:\n  - include: {of}\n"),
        ));
    }
    let mut half = content();
    for (name, text) in &mut half {
        if name == "complaints/sore-throat.yaml" {
            let middle = text.len() / 2;
            text.truncate(middle);
        }
    }
    let mut missing = content();
    missing.retain(|(name, _)| name != "questions/system.yaml");
    let folders = [
        (
            "a rule that loops",
            with_rule("while true { worst_ever }"),
            "P401",
        ),
        (
            "a rule in 10,000 parentheses",
            with_rule(&nested("(", ")")),
            "P40",
        ),
        (
            "a rule negated 10,000 times",
            with_rule(&format!("({})", nested("!", ""))),
            "P40",
        ),
        (
            "a rule over an unknown fact",
            with_rule("worst_evr"),
            "P301",
        ),
        ("an include in a circle", circle, "P502"),
        ("a file half written", half, "P"),
        ("a file not written yet", missing, "P"),
        ("an empty folder", Vec::new(), "P"),
    ];
    for (what, files, code) in folders {
        let published = app
            .service
            .releases()
            .publish_example(&ProviderId::default(), files, app.service.now())
            .await;
        let Err(PublishError::Refused(findings)) = published else {
            panic!("{what} was published")
        };
        assert!(
            findings
                .iter()
                .any(|finding| finding.code.starts_with(code)),
            "{what} is not {code}"
        );
        for finding in findings {
            assert!(
                finding.span.line >= 1 && !finding.span.file.is_empty(),
                "{what}: {finding}"
            );
        }
    }
    assert_eq!(app.get("/api/v1/releases").await.is(200), before);
    call.answers("unresponsive", "no").await;
}

#[test]
fn a_file_cut_anywhere_is_read_without_a_fault_of_ours() {
    let whole = content();
    for (place, (name, text)) in whole.iter().enumerate() {
        let cuts = text.char_indices().map(|(at, _)| at).step_by(7);
        for cut in cuts {
            let mut files = whole.clone();
            files[place].1.truncate(cut);
            if let Err(findings) = pathway::read(&files) {
                assert!(!findings.is_empty(), "{name} cut at {cut}");
            }
        }
    }
}

#[test]
fn a_content_that_joins_too_deep_or_asks_too_much_is_refused() {
    let codes = |files: &[(String, String)]| -> Vec<&str> {
        let findings = pathway::read(files).err().unwrap_or_default();
        findings.iter().map(|finding| finding.code).collect()
    };
    let mut deep = content();
    for depth in 0..100 {
        deep.push((
            format!("shared/flow-{depth}.yaml"),
            format!(
                "shared: flow-{depth}\nevidence: e1\nflow:\n  - include: flow-{}\n",
                depth + 1
            ),
        ));
    }
    deep.push((
        "shared/flow-100.yaml".to_owned(),
        "shared: flow-100\nevidence: e1\nflow:\n  - ask: worst_ever\n".to_owned(),
    ));
    for (name, text) in &mut deep {
        if name == "complaints/headache.yaml" {
            *text = text.replace("flow:\n", "flow:\n  - include: flow-0\n");
        }
    }
    assert!(codes(&deep).contains(&"P539"));
    let mut large = content();
    for (part, half) in [("one", 0..10_001), ("two", 10_001..20_002)] {
        let mut questions = "questions:\n".to_owned();
        for number in half {
            let _ = write!(questions, "  q{number}:\n    say: Is it?\n");
        }
        large.push((format!("questions/{part}.yaml"), questions));
    }
    assert!(codes(&large).contains(&"P540"));
}

also_on_postgres![
    an_unknown_release_is_told_and_a_known_one_is_walked_on,
    a_start_with_an_unknown_name_starts_nothing,
    a_number_beyond_its_range_is_kept_as_said_and_read_as_the_bound,
    an_answer_to_a_question_that_does_not_apply_is_refused_as_an_answer_and_kept_as_said,
    an_answer_after_the_end_is_refused_or_changes_what_stands_and_nothing_is_lost,
    no_folder_with_a_fault_is_published_and_what_runs_goes_on,
];
