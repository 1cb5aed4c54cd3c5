//! What only a server does: it goes, comes back, loses an answer, is set up badly, holds a row, knows roles.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{Connection as _, PgConnection};

use nhs111::case::chain;
use nhs111::case::ids::{CaseId, ProviderId};
use nhs111::service::ports::{Append, Appended, Store, StoreError};
use nhs111::store::postgres::{Limits, PostgresStore, PostgresUrl};

use super::cut::{Fault, Line};
use super::database::{Database, Fresh, Place};
use super::said::{RELEASE, case, head, key, next, next_by, opening};

/// A record that is reached by a line that can be cut.
struct Far {
    fresh: Fresh,
    line: Line,
}

impl Far {
    async fn new() -> Option<Self> {
        let database = Database::new().await?;
        let line = Line::to(database.port()).await;
        let store = opened(&database.url_by(line.port), quick()).await.unwrap();
        let fresh = Fresh::on(
            nhs111::service::ports::Database::of(store),
            Place::Postgres(database),
        )
        .await;
        Some(Far { fresh, line })
    }

    async fn append(&self, append: &Append) -> Result<Appended, StoreError> {
        self.fresh.store.append(append.clone()).await
    }

    /// The events of a case, as another node reads them.
    async fn events(&self, case: CaseId) -> usize {
        let other = self.fresh.another_node().await;
        let stored = other.case(&ProviderId::default(), case).await.unwrap();
        stored.map_or(0, |stored| {
            assert_eq!(chain::verify(&stored.links), Ok(stored.head));
            stored.links.len()
        })
    }
}

/// Limits for tests in which something is waited for in vain.
fn quick() -> Limits {
    Limits {
        lock: Duration::from_millis(200),
        ..Limits::default()
    }
}

async fn opened(url: &str, limits: Limits) -> Result<Arc<PostgresStore>, StoreError> {
    let store = PostgresStore::open(&PostgresUrl::new(url).unwrap(), limits).await?;
    Ok(Arc::new(store))
}

fn database(fresh: &Fresh) -> &Database {
    match &fresh.place {
        Place::Postgres(database) => database,
        Place::Sqlite(_) => unreachable!("it is on PostgreSQL"),
    }
}

async fn is_done(store: &Arc<impl Store + ?Sized>, append: Append) {
    assert_eq!(store.append(append).await.unwrap(), Appended::Done);
}

#[tokio::test]
async fn a_commit_that_was_done_and_not_answered_is_found_and_not_done_again() {
    let Some(far) = Far::new().await else { return };
    let first = Append {
        remember: key(1),
        ..opening(case(1), 2)
    };
    let second = next(case(1), head(&first), 2);
    for append in [first, second] {
        far.line.is_to(Fault::AfterCommit);
        assert_eq!(far.append(&append).await.unwrap(), Appended::Done);
        assert_eq!(far.line.fault(), Fault::None, "the line was cut");
    }
    assert_eq!(far.events(case(1)).await, 4);
}

#[tokio::test]
async fn a_commit_that_never_arrived_is_made_again() {
    let Some(far) = Far::new().await else { return };
    let first = opening(case(1), 2);
    let second = next(case(1), head(&first), 2);
    for append in [first, second] {
        far.line.is_to(Fault::BeforeCommit);
        assert_eq!(far.append(&append).await.unwrap(), Appended::Done);
        assert_eq!(far.line.fault(), Fault::None, "the line was cut");
    }
    assert_eq!(far.events(case(1)).await, 4);
}

#[tokio::test]
async fn a_commit_of_which_nothing_is_known_is_not_said_to_be_done() {
    let Some(far) = Far::new().await else { return };
    let append = Append {
        remember: key(1),
        ..opening(case(1), 2)
    };
    far.line.is_to(Fault::AfterCommitForGood);
    let unknown = far.append(&append).await;
    assert!(matches!(unknown, Err(StoreError::Gone(_))), "{unknown:?}");
    let later = far.append(&opening(case(2), 1)).await;
    assert!(matches!(later, Err(StoreError::Gone(_))), "{later:?}");
    assert!(far.fresh.store.ready().await.is_err());
    // The line is mended: a resend under the same key is told what it did.
    far.line.is_to(Fault::None);
    let resent = Append {
        remember: key(1),
        ..opening(case(3), 1)
    };
    let Appended::Remembered(remembered) = far.append(&resent).await.unwrap() else {
        panic!("it had a second effect")
    };
    assert_eq!((remembered.case, remembered.seq), (case(1), 2));
    assert_eq!(far.events(case(1)).await, 2);
    far.fresh.store.ready().await.unwrap();
}

/// Until somebody waits for a lock in this database.
async fn somebody_waits(database: &Database) {
    let mut other = PgConnection::connect(&database.url()).await.unwrap();
    loop {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'",
        )
        .bind(database.name())
        .fetch_one(&mut other)
        .await
        .unwrap();
        if waiting > 0 {
            return;
        }
    }
}

/// Another append after the same head.
fn rival_of(append: &Append) -> Append {
    match append.opened {
        Some(_) => opening(append.case, 3),
        None => next_by(append.case, append.after, 3, "a rival"),
    }
}

/// Nothing holds its rows meanwhile, so the node tries again and is done; what then arrives does not follow any more.
#[tokio::test]
async fn a_batch_that_arrives_late_is_refused_and_doubles_nothing() {
    let Some(far) = Far::new().await else { return };
    let first = Append {
        remember: key(1),
        ..opening(case(1), 2)
    };
    let second = next(case(1), head(&first), 2);
    for (events, append) in [(2, first), (4, second)] {
        far.line.is_to(Fault::LateBatch);
        assert_eq!(far.append(&append).await.unwrap(), Appended::Done);
        assert_eq!(far.line.fault(), Fault::None, "the line was cut");
        far.line.deliver();
        far.line.has_delivered().await;
        assert_eq!(far.events(case(1)).await, events);
    }
}

#[tokio::test]
async fn a_commit_that_is_still_on_its_way_is_waited_for() {
    let Some(database) = Database::new().await else {
        return;
    };
    let line = Line::to(database.port()).await;
    let store = opened(&database.url_by(line.port), Limits::default())
        .await
        .unwrap();
    let fresh = Fresh::on(
        nhs111::service::ports::Database::of(store),
        Place::Postgres(database),
    )
    .await;
    let first = opening(case(1), 1);
    let second = next(case(1), head(&first), 1);
    for (events, append) in [(1, first), (2, second)] {
        line.is_to(Fault::LateCommit);
        let deliver = async {
            somebody_waits(self::database(&fresh)).await;
            line.deliver();
        };
        // With one that comes too late beside it, the batch is judged and committed apart.
        let rival = rival_of(&append);
        let (outcome, refused, ()) = tokio::join!(
            fresh.store.append(append),
            fresh.store.append(rival),
            deliver
        );
        assert_eq!(outcome.unwrap(), Appended::Done);
        assert!(matches!(refused.unwrap(), Appended::Conflict { .. }));
        let stored = fresh.store.case(&ProviderId::default(), case(1)).await;
        assert_eq!(stored.unwrap().unwrap().links.len(), events);
    }
}

#[tokio::test]
async fn a_commit_that_stays_on_its_way_is_not_said_to_be_done() {
    let Some(far) = Far::new().await else { return };
    let first = opening(case(1), 1);
    is_done(&far.fresh.store, first.clone()).await;
    far.line.is_to(Fault::LateCommit);
    let second = next(case(1), head(&first), 1);
    let rival = rival_of(&second);
    let (unknown, _) = tokio::join!(far.append(&second), far.append(&rival));
    assert!(matches!(unknown, Err(StoreError::Busy(_))), "{unknown:?}");
    // The others are not held up, and the line delivers in the end.
    is_done(&far.fresh.store, opening(case(2), 1)).await;
    far.line.deliver();
    let conflict = loop {
        match far.append(&next(case(1), head(&first), 2)).await {
            Err(StoreError::Busy(_)) => {}
            outcome => break outcome.unwrap(),
        }
    };
    assert_eq!(conflict, Appended::Conflict { seq: 2 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_ends_every_session_loses_nothing() {
    let Some(fresh) = super::database::postgres().await else {
        return;
    };
    let mut writers = tokio::task::JoinSet::new();
    for number in 1..=16 {
        let store = fresh.store.clone();
        writers.spawn(async move {
            let mut append = opening(case(number), 1);
            for _ in 0..20 {
                is_done(&store, append.clone()).await;
                // A reader may be told that its session is gone, and asks again.
                let stored = loop {
                    match store.case(&ProviderId::default(), case(number)).await {
                        Err(StoreError::Gone(_) | StoreError::Busy(_)) => {}
                        read => break read.unwrap().unwrap(),
                    }
                };
                append = next(case(number), stored.head, 1);
            }
        });
    }
    let end_all = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
        database(&fresh).name()
    );
    for _ in 0..3 {
        database(&fresh).administer(end_all.clone()).await;
    }
    writers.join_all().await;
    for number in 1..=16 {
        let stored = fresh
            .store
            .case(&ProviderId::default(), case(number))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(stored.links.len(), 20);
        assert_eq!(chain::verify(&stored.links), Ok(stored.head));
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_no_record() {
    if super::database::server().is_none() {
        return;
    }
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = nobody.local_addr().unwrap().port();
    let limits = Limits {
        session: Duration::from_millis(100),
        ..Limits::default()
    };
    let url = format!("postgres://nhs111:secret@127.0.0.1:{silent}/nhs111");
    let unanswered = opened(&url, limits).await.err().unwrap();
    assert!(matches!(unanswered, StoreError::Gone(_)), "{unanswered:?}");
    drop(nobody);
    let refused = opened(&url, limits).await.err().unwrap();
    assert!(matches!(refused, StoreError::Gone(_)), "{refused:?}");
}

#[tokio::test]
async fn a_server_that_is_gone_is_named_so_to_readers_and_writers() {
    let Some(far) = Far::new().await else { return };
    is_done(&far.fresh.store, opening(case(1), 1)).await;
    far.line.is_gone();
    let unread = far.fresh.store.case(&ProviderId::default(), case(1)).await;
    assert!(matches!(unread, Err(StoreError::Gone(_))), "{unread:?}");
    let unwritten = far.append(&opening(case(2), 1)).await;
    assert!(
        matches!(unwritten, Err(StoreError::Gone(_))),
        "{unwritten:?}"
    );
}

#[tokio::test]
async fn a_row_that_somebody_holds_makes_its_own_case_busy_and_no_other() {
    let Some(database) = Database::new().await else {
        return;
    };
    let store = opened(&database.url(), quick()).await.unwrap();
    let fresh = Fresh::on(
        nhs111::service::ports::Database::of(store),
        Place::Postgres(database),
    )
    .await;
    let first = opening(case(1), 1);
    is_done(&fresh.store, first.clone()).await;
    let mut other = PgConnection::connect(&self::database(&fresh).url())
        .await
        .unwrap();
    let mut held = other.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM cases FOR UPDATE")
        .execute(&mut *held)
        .await
        .unwrap();
    let (filler, busy, free) = tokio::join!(
        fresh.store.append(opening(case(2), 1)),
        fresh.store.append(next(case(1), head(&first), 1)),
        fresh.store.append(opening(case(3), 1)),
    );
    assert_eq!(
        [filler.unwrap(), free.unwrap()],
        [Appended::Done, Appended::Done]
    );
    assert!(matches!(busy, Err(StoreError::Busy(_))), "{busy:?}");
    held.rollback().await.unwrap();
    is_done(&fresh.store, next(case(1), head(&first), 1)).await;
}

#[tokio::test]
async fn a_server_that_acknowledges_what_is_not_on_disk_is_refused() {
    let Some(database) = Database::new().await else {
        return;
    };
    let off = format!(
        "ALTER DATABASE {} SET synchronous_commit = off",
        database.name()
    );
    database.administer(off).await;
    let refused = opened(&database.url(), quick()).await.err().unwrap();
    assert_eq!(
        refused.to_string(),
        "the record is not safe there: `synchronous_commit` is `off`, and has to be `on`"
    );
    // A stronger setting is nobody's fault.
    let stronger = format!(
        "ALTER DATABASE {} SET synchronous_commit = remote_apply",
        database.name()
    );
    database.administer(stronger).await;
    opened(&database.url(), quick()).await.unwrap();
}

#[tokio::test]
async fn a_server_that_takes_no_writes_is_read_only() {
    let Some(fresh) = super::database::postgres().await else {
        return;
    };
    let database = database(&fresh);
    let read_only = format!(
        "ALTER DATABASE {} SET default_transaction_read_only = on",
        database.name()
    );
    database.administer(read_only).await;
    let refused = opened(&database.url(), quick()).await.err().unwrap();
    assert!(matches!(refused, StoreError::ReadOnly(_)), "{refused:?}");
}

#[tokio::test]
async fn a_role_that_can_add_to_the_record_and_not_change_it_is_enough() {
    let Some(fresh) = super::database::postgres().await else {
        return;
    };
    let database = database(&fresh);
    let role = database.name().replace("_test_", "_role_");
    let made = format!("CREATE ROLE {role} LOGIN PASSWORD 'of a test'");
    database.administer(made).await;
    let grants = include_str!("../../../docs/operators/postgres-role.sql")
        .replace("TO nhs111;", &format!("TO {role};"));
    let mut owner = PgConnection::connect(&database.url()).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(grants))
        .execute(&mut owner)
        .await
        .unwrap();

    let url = database.url_of(&role, "of%20a%20test", database.port());
    let store = opened(&url, quick()).await.unwrap();
    let release = store.release(RELEASE).await.unwrap().unwrap();
    store.keep_release(&release).await.unwrap();
    let provider = ProviderId::default();
    store
        .activate(&provider, RELEASE, release.kept_at)
        .await
        .unwrap();
    let first = Append {
        remember: key(1),
        ..opening(case(1), 2)
    };
    is_done(&store, first.clone()).await;
    is_done(&store, next(case(1), head(&first), 1)).await;
    let stored = store.case(&provider, case(1)).await.unwrap().unwrap();
    assert_eq!(stored.links.len(), 3);
    super::directory::is_imported_twice(&url).await;

    let mut served = PgConnection::connect(&url).await.unwrap();
    for forbidden in [
        "UPDATE events SET event = '{}'",
        "DELETE FROM events",
        "TRUNCATE events",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "UPDATE cases SET secret = head",
        "DELETE FROM cases",
        "UPDATE releases SET canonical = ''",
        "DELETE FROM case_keys",
        "UPDATE case_keys SET wrapped = ''",
        "DELETE FROM master_keys",
        "INSERT INTO tombstones SELECT case_id, provider, '', '' FROM cases",
    ] {
        let refused = sqlx::query(forbidden).execute(&mut served).await;
        let code = refused.unwrap_err().into_database_error().unwrap();
        assert_eq!(code.code().as_deref(), Some("42501"), "{forbidden}");
    }
    drop((store, served));
    let gone = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(gone))
        .execute(&mut owner)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_role_for_keeping_records_can_end_them_and_change_no_event() {
    let Some(fresh) = super::database::postgres().await else {
        return;
    };
    let database = database(&fresh);
    let keeper = database.name().replace("_test_", "_keeper_");
    let made = format!("CREATE ROLE {keeper} LOGIN PASSWORD 'of a test'");
    database.administer(made).await;
    let grants = [
        include_str!("../../../docs/operators/postgres-role.sql"),
        include_str!("../../../docs/operators/postgres-keeper.sql"),
    ]
    .concat()
    .replace("TO nhs111;", &format!("TO {keeper};"))
    .replace("TO nhs111_keeper;", &format!("TO {keeper};"));
    let mut owner = PgConnection::connect(&database.url()).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(grants))
        .execute(&mut owner)
        .await
        .unwrap();
    fresh.store.append(opening(case(1), 2)).await.unwrap();
    let url = database.url_of(&keeper, "of%20a%20test", database.port());
    let store = PostgresStore::open(&PostgresUrl::new(&url).unwrap(), quick())
        .await
        .unwrap();
    let ports = nhs111::service::ports::Database::of(Arc::new(store));
    let id = nhs111::service::ports::MasterKeyId([1; 8]);
    let wrapped = |fill: u8| nhs111::service::ports::WrappedKey::under(id, &[fill; 72]);
    let known = nhs111::service::ports::KnownMasterKey {
        id,
        proof: wrapped(1),
        since: jiff::Timestamp::UNIX_EPOCH,
    };
    ports.case_keys.know_master_key(&known).await.unwrap();
    let found = ports.case_keys.case_keys(None, None, 1).await.unwrap();
    let anew = nhs111::service::ports::Rewrapped {
        case: case(1),
        from: found[0].1.clone(),
        to: wrapped(2),
    };
    ports.case_keys.rewrap(&[anew]).await.unwrap();
    let now = jiff::Timestamp::UNIX_EPOCH;
    let tombstone = nhs111::service::ports::Tombstone {
        case: case(1),
        provider: ProviderId::default(),
        at: now,
        reason: nhs111::case::event::EndReason::Decided,
    };
    ports.endings.destroy(&tombstone).await.unwrap();
    assert!(ports.case_keys.forget_master_key(id).await.unwrap());
    ports.endings.forget_requests(now, None, 10).await.unwrap();
    ports.endings.forget_errands(now, None, 10).await.unwrap();
    let mut kept = PgConnection::connect(&url).await.unwrap();
    for forbidden in ["UPDATE events SET event = '{}'", "DELETE FROM tombstones"] {
        let refused = sqlx::query(forbidden).execute(&mut kept).await;
        let code = refused.unwrap_err().into_database_error().unwrap();
        assert_eq!(code.code().as_deref(), Some("42501"), "{forbidden}");
    }
    ports.store.close().await;
    drop(kept);
    let gone = format!("DROP OWNED BY {keeper}; DROP ROLE {keeper}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(gone))
        .execute(&mut owner)
        .await
        .unwrap();
}

#[tokio::test]
async fn tables_that_are_newer_than_the_program_are_left_alone() {
    let Some(fresh) = super::database::postgres().await else {
        return;
    };
    fresh
        .tamper(
            "",
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', true, '', 0)",
        )
        .await;
    let older = fresh.another_node().await;
    is_done(&older, opening(case(1), 1)).await;
}

#[tokio::test]
async fn nodes_that_start_at_once_make_the_tables_once() {
    let Some(database) = Database::new().await else {
        return;
    };
    let url = database.url();
    let (one, two, three) = tokio::join!(
        opened(&url, quick()),
        opened(&url, quick()),
        opened(&url, quick()),
    );
    for store in [one, two, three] {
        store.unwrap().ready().await.unwrap();
    }
}
