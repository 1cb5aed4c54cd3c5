//! Projections computed again from the events.

use serde_json::{Value, json};
use uuid::Uuid;

use nhs111::case::ids::CaseId;
use nhs111::service::ports::projections::Row;
use nhs111::service::projection::ALL;
use nhs111::service::rebuild::{Found, Heads, Mode, Rebuilt, rebuild};

use crate::test_app::{Call, TestApp, also_on_postgres};

/// The same numbers in each run.
struct Dice(u64);

impl Dice {
    fn next(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.next(all.len())]
    }
}

/// What somebody says to what is asked next: anything that can be said.
fn said(next: &Value, dice: &mut Dice) -> Option<Value> {
    let question = &next["questions"][0];
    let answer = match next["kind"].as_str()? {
        "guide" => json!({"exit": dice.of(next["exits"].as_array().unwrap())["id"]}),
        "patient" | "ask" | "keep" if next["checklist"].is_object() => {
            let questions = next["questions"].as_array().unwrap();
            let ticked: Vec<&Value> = questions
                .iter()
                .filter(|_| dice.next(6) == 0)
                .map(|question| &question["id"])
                .collect();
            return Some(
                json!({"question": next["checklist"]["id"], "ticked": ticked, "others": dice.of(&["no", "not_sure"])}),
            );
        }
        "patient" | "ask" | "keep" => {
            let asked = &question["answer"];
            match asked["kind"].as_str().unwrap() {
                "age" => dice
                    .of(&[
                        json!({"birth_date": "1990-02-03"}),
                        json!({"age": "34 years"}),
                    ])
                    .clone(),
                "one_of" if dice.next(5) == 0 => json!({"none_fit": "otherwise"}),
                "yes_no" | "one_of" => dice.of(asked["options"].as_array().unwrap())["id"].clone(),
                "number" => asked[dice.of(&["from", "to"])].clone(),
                _ => json!({"not_sure": true}),
            }
        }
        _ => return None,
    };
    let question = if next["kind"] == "guide" {
        &next["id"]
    } else {
        &question["id"]
    };
    Some(json!({"question": question, "answer": answer}))
}

/// Cases of every kind, each left anywhere.
async fn random_cases(app: &TestApp, count: u64) -> Vec<CaseId> {
    let mut cases = Vec::new();
    for seed in 0..count {
        let mut dice = Dice(seed);
        let complaints = dice
            .of(&[
                json!([]),
                json!(["sore-throat"]),
                json!(["headache", "sore-throat"]),
            ])
            .clone();
        let mark = dice.of(&["real", "practice", "test"]);
        let patient = dice
            .of(&[
                json!({}),
                json!({"party": "third", "birth_date": "1990-02-03", "sex": "male"}),
            ])
            .clone();
        let person = dice
            .of(&[
                json!({}),
                json!({"patient": {"name": "Amira Khan", "phones": ["07700 900123"]}}),
                json!({"patient": {"name": "Zoë O'Neil"}, "places": {"home": {"lines": ["12 High St"], "postcode": "LS1 4AP"}}}),
            ])
            .clone();
        let mut call = Call::start(
            app,
            json!({"complaints": complaints, "patient": patient, "mark": mark, "person": person}),
        )
        .await;
        for _ in 0..dice.next(14) {
            app.clock.forward(7);
            call.state = match (dice.next(12), said(&call.state["next"], &mut dice)) {
                (0, _) => call.send("/contacts", &[], json!({})).await.is(200),
                (1, _) => {
                    let left = call.send("/early-exit", &[], json!({})).await;
                    if left.status != 200 {
                        continue;
                    } else {
                        left.body["state"].clone()
                    }
                }
                (_, Some(item)) => call
                    .send("/answers", &[], json!({"answers": [item]}))
                    .await
                    .is(200),
                (_, None) => break,
            };
        }
        cases.push(CaseId(call.case.parse::<Uuid>().unwrap()));
    }
    cases
}

async fn run(app: &TestApp, mode: Mode, heads: Heads) -> (Rebuilt, Vec<(CaseId, Found)>) {
    let mut found = Vec::new();
    let mut tell = |case, what| found.push((case, what));
    let projections = app.database.projections.as_ref();
    let rebuilt = rebuild(&app.service, projections, mode, heads, &mut tell)
        .await
        .unwrap();
    (rebuilt, found)
}

async fn projected(app: &TestApp, cases: &[CaseId]) -> Vec<Vec<Row>> {
    let mut all = Vec::new();
    for case in cases {
        for projection in ALL {
            all.push(
                app.database
                    .projections
                    .rows(projection.table(), *case)
                    .await
                    .unwrap(),
            );
        }
    }
    all
}

#[tokio::test]
async fn a_record_of_random_cases_is_restored_exactly() {
    let app = TestApp::new().await;
    let cases = random_cases(&app, 60).await;
    // One whose key was destroyed.
    let gone = "DELETE FROM case_keys WHERE case_id = (SELECT case_id FROM cases ORDER BY case_id LIMIT 1);
                DELETE FROM match_keys WHERE case_id = (SELECT case_id FROM cases ORDER BY case_id LIMIT 1)";
    app.tamper(gone, gone).await;
    let before = projected(&app, &cases).await;
    let keys = before.chunks(ALL.len()).filter_map(|rows| rows.last());
    assert!(
        keys.filter(|rows| rows.len() > 5).count() >= 10,
        "people who can be found"
    );
    for mode in [Mode::Compare, Mode::Restore] {
        let (rebuilt, found) = run(&app, mode, Heads::Leave).await;
        assert_eq!(found, [], "{mode:?}");
        assert_eq!((rebuilt.cases, rebuilt.different, rebuilt.left), (60, 0, 0));
    }
    assert_eq!(projected(&app, &cases).await, before);
    let damage = "UPDATE cases SET disposition = 'self-care', contacts = contacts + 1, changed_at = opened_at, mark = 'test';
            UPDATE cases SET channel = 'desk', opened_at = '2020-01-01T00:00:00Z' WHERE contacts > 2;";
    let more = "INSERT INTO inbox_items (case_id, seq, provider, kind, subject, release, at)
                SELECT case_id, 1, provider, 'none_fit', 'x', release, changed_at FROM cases WHERE contacts > 2;";
    let people = "UPDATE match_keys SET kind = 'sound' WHERE kind = 'phone';
                  DELETE FROM match_keys WHERE kind = 'birth_date'
                  AND EXISTS (SELECT 1 FROM match_keys AS beside WHERE beside.case_id = match_keys.case_id AND beside.seq = match_keys.seq AND beside.kind = 'sound');";
    let damage = format!("{damage}{more}{people}");
    let (on_sqlite, on_postgres) = (damage.clone(), damage);
    app.tamper(on_sqlite.leak(), on_postgres.leak()).await;
    let damaged = projected(&app, &cases).await;
    assert_ne!(damaged, before);
    let (compared, _) = run(&app, Mode::Compare, Heads::Leave).await;
    assert!(compared.different >= 60, "{compared:?}");
    assert_eq!(
        projected(&app, &cases).await,
        damaged,
        "comparing changes nothing"
    );
    let (restored, _) = run(&app, Mode::Restore, Heads::Leave).await;
    assert_eq!(restored, compared);
    assert_eq!(projected(&app, &cases).await, before);
    let (again, found) = run(&app, Mode::Restore, Heads::Leave).await;
    assert_eq!((again.different, found), (0, Vec::new()));
}

#[tokio::test]
async fn a_head_that_is_not_where_the_events_end_is_evidence_until_somebody_says_otherwise() {
    let app = TestApp::new().await;
    let cases = random_cases(&app, 3).await;
    let before = projected(&app, &cases).await;
    let damage = "UPDATE cases SET seq = seq + 2";
    app.tamper(damage, damage).await;
    for mode in [Mode::Compare, Mode::Restore] {
        let (rebuilt, found) = run(&app, mode, Heads::Leave).await;
        assert_eq!((rebuilt.left, rebuilt.different), (3, 0), "{found:?}");
    }
    let (rebuilt, found) = run(&app, Mode::Restore, Heads::Restore).await;
    assert_eq!((rebuilt.left, rebuilt.different), (0, 3));
    let wanted = Found::Different {
        table: "cases",
        columns: vec!["seq"],
    };
    assert!(found.iter().all(|(_, found)| *found == wanted), "{found:?}");
    assert_eq!(projected(&app, &cases).await, before);
}

#[tokio::test]
async fn a_case_that_was_tampered_with_is_left_alone_and_named() {
    let app = TestApp::new().await;
    random_cases(&app, 2).await;
    let edit = "UPDATE events SET event = replace(event, '2026', '2027') WHERE seq = 2";
    let (on_sqlite, on_postgres) = (
        format!("DROP TRIGGER events_are_never_changed; {edit}"),
        format!("SET session_replication_role = replica; {edit}"),
    );
    app.tamper(on_sqlite.leak(), on_postgres.leak()).await;
    let (rebuilt, found) = run(&app, Mode::Restore, Heads::Restore).await;
    assert_eq!((rebuilt.left, rebuilt.different), (2, 0), "{found:?}");
    let why = Found::Left("event 2 is not what was recorded".to_owned());
    assert!(found.iter().all(|(_, found)| *found == why), "{found:?}");
}

also_on_postgres![
    a_record_of_random_cases_is_restored_exactly,
    a_head_that_is_not_where_the_events_end_is_evidence_until_somebody_says_otherwise,
    a_case_that_was_tampered_with_is_left_alone_and_named,
];
