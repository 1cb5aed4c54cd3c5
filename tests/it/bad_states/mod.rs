//! A record that is full, held, gone, read-only or damaged, and a clock that goes back, as a client and a visitor meet them.
//!
//! What becomes of the record itself then is in `store_contract`; what a crash or a power cut leaves, in `scripts/drill-*`.

use std::process::Command;
use std::time::Duration;

use futures_util::future::join_all;
use nhs111::store::{postgres, sqlite};
use serde_json::{Value, json};

use crate::public::browser::{self, Browser};
use crate::public::with_a_sore_throat_in;
use crate::store_contract::cut::{Fault, Line};
use crate::test_app::{Answered, Call, Other, TestApp, also_on_postgres, in_file, on_server};

mod damage;

/// A case without its app, so that another node can go on with it.
struct Held {
    case: String,
    secret: String,
    state: Value,
}

impl Held {
    fn of(call: Call) -> Self {
        let Call {
            case,
            secret,
            state,
            ..
        } = call;
        Held {
            case,
            secret,
            state,
        }
    }

    fn on<'a>(&self, app: &'a TestApp) -> Call<'a> {
        Call {
            app,
            case: self.case.clone(),
            secret: self.secret.clone(),
            state: self.state.clone(),
        }
    }
}

/// Somebody who has to phone 999, which the case holds.
async fn in_an_emergency(app: &TestApp) -> Held {
    let call = Call::sore_throat(app).await.volunteers("stridor", "yes");
    Held::of(call.await.holds("ambulance-category-2"))
}

/// The number of days that the fever has lasted, once more, as another answer than before.
async fn says_again(call: &Call<'_>, number: u64) -> Answered {
    let how = if number == 0 { "volunteer" } else { "change" };
    let body = json!({"how": how, "answers": [{"question": "fever_days", "answer": number % 14}]});
    let key = format!("fever-days-{number:020}");
    call.send("/answers", &[("idempotency-key", &key)], body)
        .await
}

/// How often that was recorded.
async fn times_recorded(call: &Call<'_>) -> usize {
    let record = call.read("").await;
    let told = record["answers"].as_array().unwrap().iter();
    told.filter(|told| told["question"] == "fever_days").count()
}

#[track_caller]
fn is_refused_with_where_it_leads(answered: Answered) {
    let problem = answered.refused(503, "not_recorded");
    assert_eq!(problem["unrecorded_result"]["headline"], "Phone 999 now.");
    assert_eq!(problem["unrecorded_result"]["emergency"], true);
}

/// The app on a disk with no room left.
async fn full(app: TestApp) -> TestApp {
    if app.server.is_some() {
        // What the server says when a file cannot grow.
        app.tamper(
            "",
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$;
             CREATE TRIGGER no_room BEFORE INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION no_room()",
        )
        .await;
        return app;
    }
    // No less than there is already.
    let limits = sqlite::Limits {
        max_page_count: Some(1),
        ..sqlite::Limits::default()
    };
    app.service.close().await;
    let record = in_file(&app.file(), limits).await;
    app.reached_by(record)
}

/// The same with room again.
async fn roomy(app: TestApp) -> TestApp {
    if app.server.is_some() {
        app.tamper("", "DROP FUNCTION no_room CASCADE").await;
        return app;
    }
    app.service.close().await;
    let record = in_file(&app.file(), sqlite::Limits::default()).await;
    app.reached_by(record)
}

#[tokio::test]
async fn a_full_disk_refuses_answers_with_where_they_lead_and_takes_them_once_there_is_room() {
    let app = TestApp::new().await;
    let held = in_an_emergency(&app).await;
    let app = full(app).await;
    let call = held.on(&app);
    let mut taken = 0;
    let refused = loop {
        let answered = says_again(&call, taken).await;
        if answered.status != 200 {
            break answered;
        }
        taken += 1;
    };
    is_refused_with_where_it_leads(refused);
    let start = json!({"complaints": ["sore-throat"], "volunteered": {"stridor": "yes"}});
    let refused = loop {
        let answered = app.post("/api/v1/cases", start.clone()).await;
        if answered.status != 201 {
            break answered;
        }
    };
    is_refused_with_where_it_leads(refused);
    // Nothing that was acknowledged is lost, and what is there can be read.
    assert_eq!(times_recorded(&call).await as u64, taken);
    app.get("/readyz").await.is(200);
    let app = roomy(app).await;
    let call = held.on(&app);
    for _ in 0..2 {
        says_again(&call, taken).await.is(200);
    }
    assert_eq!(times_recorded(&call).await as u64, taken + 1);
}

/// Where a file of SQLite says which format its writers have to know; above 2, nobody may write it.
/// Source: <https://www.sqlite.org/fileformat2.html#file_format_version_numbers>
const WRITE_VERSION: u64 = 18;

fn write_version(app: &TestApp, version: u8) {
    use std::os::unix::fs::FileExt as _;
    let file = std::fs::File::options().write(true).open(app.file());
    file.unwrap()
        .write_all_at(&[version], WRITE_VERSION)
        .unwrap();
}

/// A process does not serve a record that takes no writes, and says why.
fn does_not_start(app: &TestApp) {
    let keys = tempfile::tempdir().unwrap();
    std::fs::write(keys.path().join("master.key"), "05".repeat(32)).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_nhs111"))
        .args(["serve", "--listen", "127.0.0.1:0", "--pathways", "none"])
        .env("NHS111_DATABASE_URL", app.database_url())
        .env("NHS111_MASTER_KEY", keys.path().join("master.key"))
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(2), "{run:?}");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(said.contains("the record is read-only"), "{said}");
}

#[tokio::test]
async fn a_file_that_takes_no_writes_is_read_and_refuses_starts_and_answers_with_where_they_lead() {
    let app = TestApp::new().await;
    let held = in_an_emergency(&app).await;
    app.service.close().await;
    write_version(&app, 3);
    does_not_start(&app);
    let record = in_file(&app.file(), sqlite::Limits::default()).await;
    let app = app.reached_by(record);
    let call = held.on(&app);
    is_refused_with_where_it_leads(says_again(&call, 0).await);
    let start = json!({"complaints": ["sore-throat"], "volunteered": {"stridor": "yes"}});
    is_refused_with_where_it_leads(app.post("/api/v1/cases", start).await);
    assert_eq!(call.read("/next").await["seq"], call.state["seq"]);
    app.service.close().await;
    write_version(&app, 2);
    let record = in_file(&app.file(), sqlite::Limits::default()).await;
    let app = app.reached_by(record);
    let call = held.on(&app);
    for _ in 0..2 {
        says_again(&call, 0).await.is(200);
    }
    assert_eq!(times_recorded(&call).await, 1);
}

/// The app, as a node that waits for nobody who holds the record.
async fn impatient(app: TestApp) -> TestApp {
    let wait = Duration::from_millis(100);
    let record = match &app.server {
        Some(server) => {
            let limits = postgres::Limits {
                lock: wait,
                ..postgres::Limits::default()
            };
            on_server(&server.url(), limits).await
        }
        None => {
            let limits = sqlite::Limits {
                busy_timeout: wait,
                ..sqlite::Limits::default()
            };
            in_file(&app.file(), limits).await
        }
    };
    app.reached_by(record)
}

/// Takes hold of the record, on SQLite and on PostgreSQL.
const HOLD: (&str, &str) = ("BEGIN IMMEDIATE", "BEGIN; SELECT 1 FROM cases FOR UPDATE");

#[tokio::test]
async fn a_held_record_refuses_answers_with_where_they_lead_and_is_read_all_the_while() {
    let app = impatient(TestApp::new().await).await;
    let held = in_an_emergency(&app).await;
    let call = held.on(&app);
    let mut other = Other::of(&app).await;
    other.does(HOLD.0, HOLD.1).await;
    is_refused_with_where_it_leads(says_again(&call, 0).await);
    assert_eq!(call.read("/next").await["seq"], call.state["seq"]);
    app.get("/readyz").await.is(200);
    other.does("ROLLBACK", "ROLLBACK").await;
    for _ in 0..2 {
        says_again(&call, 0).await.is(200);
    }
    assert_eq!(times_recorded(&call).await, 1);
}

/// The files of SQLite, and where they are put.
const FILES: [(&str, &str); 2] = [("record.db", "away.db"), ("record.db-wal", "away.db-wal")];

#[tokio::test]
async fn a_file_that_was_moved_away_takes_nothing_until_it_is_back() {
    let app = TestApp::new().await;
    let held = in_an_emergency(&app).await;
    let call = held.on(&app);
    let here = app.folder.path();
    let emergency =
        json!({"how": "volunteer", "answers": [{"question": "drooling", "answer": "yes"}]});
    for (name, away) in FILES {
        std::fs::rename(here.join(name), here.join(away)).unwrap();
        let unkeyed = call.send("/answers", &[], emergency.clone()).await;
        is_refused_with_where_it_leads(unkeyed);
        // Twice: the first one left nothing behind that the second could be told of.
        for _ in 0..2 {
            let keyed = says_again(&call, 0).await;
            keyed.refused(503, "record_unavailable");
        }
        app.get("/readyz").await.refused(503, "record_unavailable");
        std::fs::rename(here.join(away), here.join(name)).unwrap();
        app.get("/readyz").await.is(200);
    }
    assert_eq!(times_recorded(&call).await, 0);
    for _ in 0..2 {
        says_again(&call, 0).await.is(200);
    }
    assert_eq!(times_recorded(&call).await, 1);
    // Another file in its place is not the record.
    std::fs::rename(app.file(), here.join("away.db")).unwrap();
    std::fs::copy(here.join("away.db"), app.file()).unwrap();
    is_refused_with_where_it_leads(call.send("/answers", &[], emergency).await);
    app.get("/readyz").await.refused(503, "record_unavailable");
}

#[tokio::test]
async fn readings_at_once_while_a_file_is_away_are_of_the_record_or_told_that_it_is_unavailable() {
    let app = TestApp::new().await;
    let held = in_an_emergency(&app).await;
    let call = held.on(&app);
    let here = app.folder.path();
    // More than have read until now, so that each needs a reader of its own, and some have to wait for one.
    let at_once = 2 * sqlite::Limits::default().readers;
    for (name, away) in FILES {
        std::fs::rename(here.join(name), here.join(away)).unwrap();
        let readings = join_all((0..at_once).map(|_| call.read_status("/next"))).await;
        for reading in readings {
            if reading.status == 200 {
                assert_eq!(reading.body["seq"], call.state["seq"], "{name}");
            } else {
                reading.refused(503, "record_unavailable");
            }
        }
        // SQLite makes a log where there is none: it is not the record's.
        std::fs::rename(here.join(away), here.join(name)).unwrap();
    }
    app.get("/readyz").await.is(200);
}

#[tokio::test]
async fn a_server_that_is_gone_refuses_everything_but_the_walk_and_works_again_once_it_is_back() {
    let app = TestApp::new().await;
    let Some(server) = &app.server else { return };
    let held = in_an_emergency(&app).await;
    let line = Line::to(server.port()).await;
    let record = on_server(&server.url_by(line.port), postgres::Limits::default()).await;
    let app = app.reached_by(record);
    let call = held.on(&app);
    says_again(&call, 0).await.is(200);
    line.is_to(Fault::Dead);
    says_again(&call, 1)
        .await
        .refused(503, "record_unavailable");
    app.get("/readyz").await.refused(503, "record_unavailable");
    app.get("/healthz").await.is(200);
    line.is_to(Fault::None);
    for _ in 0..2 {
        says_again(&call, 1).await.is(200);
    }
    assert_eq!(times_recorded(&call).await, 2);
    // A server that answers the reading and is gone at the commit.
    line.is_to(Fault::AfterCommitForGood);
    is_refused_with_where_it_leads(says_again(&call, 2).await);
    line.is_to(Fault::None);
    for _ in 0..2 {
        says_again(&call, 2).await.is(200);
    }
    assert_eq!(times_recorded(&call).await, 3);
}

#[tokio::test]
async fn a_server_that_takes_no_writes_is_read_and_refuses_answers_with_where_they_lead() {
    let app = TestApp::new().await;
    let Some(server) = &app.server else { return };
    let held = in_an_emergency(&app).await;
    let call = held.on(&app);
    let name = server.name();
    let sessions_end =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    let read_only = |value: &str| {
        format!("ALTER DATABASE {name} SET default_transaction_read_only = {value}; {sessions_end}")
    };
    server.administer(read_only("on")).await;
    is_refused_with_where_it_leads(says_again(&call, 0).await);
    assert_eq!(call.read("/next").await["seq"], call.state["seq"]);
    server.administer(read_only("off")).await;
    for _ in 0..2 {
        says_again(&call, 0).await.is(200);
    }
    assert_eq!(times_recorded(&call).await, 1);
}

/// A visitor on this app, at the first question about a sore throat, whose "yes" is an emergency.
async fn visitor(app: &TestApp) -> Browser {
    with_a_sore_throat_in(Browser::of(app.router.clone())).await
}

#[tokio::test]
async fn a_visitor_whose_answer_cannot_be_recorded_is_told_of_an_emergency_and_else_whom_to_phone()
{
    let app = TestApp::without_content().await;
    app.publish(browser::content()).await;
    let app = impatient(app).await;
    let mut calm = visitor(&app).await;
    let mut urgent = calm.clone();
    let mut other = Other::of(&app).await;
    other.does(HOLD.0, HOLD.1).await;
    urgent.submit(&[("answer", "yes")]).await;
    assert!(
        urgent
            .main()
            .starts_with("Immediate action required: Phone 999 now"),
        "{}",
        urgent.main()
    );
    let (action, form) = calm.form(&[("answer", "no")]);
    calm.post(&action, form.clone()).await;
    calm.says("If this is an emergency, phone 999 now.")
        .says("phone 111")
        .says("Try again");
    other.does("ROLLBACK", "ROLLBACK").await;
    // The same form, sent again.
    calm.post(&action, form).await;
    calm.says("Is your immune system weak?");
}

also_on_postgres![
    a_full_disk_refuses_answers_with_where_they_lead_and_takes_them_once_there_is_room,
    a_held_record_refuses_answers_with_where_they_lead_and_is_read_all_the_while,
    a_server_that_is_gone_refuses_everything_but_the_walk_and_works_again_once_it_is_back,
    a_server_that_takes_no_writes_is_read_and_refuses_answers_with_where_they_lead,
    a_visitor_whose_answer_cannot_be_recorded_is_told_of_an_emergency_and_else_whom_to_phone,
];
