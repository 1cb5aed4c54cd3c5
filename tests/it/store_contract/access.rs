//! Clients and tokens, codes to carry a case on, and what was tried, on one node and on several.

use jiff::Timestamp;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use nhs111::case::ids::{Hash, ProviderId};
use nhs111::service::ports::attempts::Attempt;
use nhs111::service::ports::carry_on::KeptCode;
use nhs111::service::ports::clients::{Grant, KnownClient, Provider};
use nhs111::service::rights::Scopes;

use super::database::{Fresh, Place};
use super::said::{case, opening};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn other() -> ProviderId {
    ProviderId("other".to_owned())
}

fn client(id: &str) -> KnownClient {
    KnownClient {
        provider: ProviderId::default(),
        id: id.to_owned(),
        title: "A desk".to_owned(),
        scopes: "triage cancel_start".parse().unwrap(),
        created_at: at(100),
        disabled_at: None,
    }
}

fn grant(seconds: i64) -> Grant {
    Grant {
        provider: ProviderId::default(),
        client: "desk".to_owned(),
        scopes: "triage".parse().unwrap(),
        issued_at: at(1000),
        expires_at: at(1000 + seconds),
    }
}

async fn with_provider(fresh: &Fresh) {
    let provider = Provider {
        id: other(),
        title: "Another".to_owned(),
    };
    let ports = fresh.ports().await;
    assert!(ports.clients.add_provider(&provider).await.unwrap());
    assert!(!ports.clients.add_provider(&provider).await.unwrap());
    let ids: Vec<_> = ports.clients.providers().await.unwrap();
    assert_eq!(
        ids.iter().map(|provider| &provider.id).collect::<Vec<_>>(),
        [&ProviderId::default(), &other()]
    );
}

pub async fn a_client_is_known_on_every_node_with_two_secrets_at_most(fresh: &Fresh) {
    let (one, two) = (fresh.ports().await.clients, fresh.ports().await.clients);
    let desk = client("desk");
    assert!(one.add_client(&desk, Hash([1; 32])).await.unwrap());
    assert_eq!(
        two.client("desk").await.unwrap(),
        Some((desk.clone(), vec![Hash([1; 32])]))
    );
    assert_eq!(two.client("desk2").await.unwrap(), None);
    two.rotate(&desk, Hash([2; 32]), 1, at(200)).await.unwrap();
    let secrets = async || one.client("desk").await.unwrap().unwrap().1;
    assert_eq!(secrets().await, [Hash([2; 32]), Hash([1; 32])]);
    one.rotate(&desk, Hash([3; 32]), 1, at(300)).await.unwrap();
    assert_eq!(secrets().await, [Hash([3; 32]), Hash([2; 32])]);
    one.rotate(&desk, Hash([4; 32]), 0, at(400)).await.unwrap();
    assert_eq!(secrets().await, [Hash([4; 32])]);
    assert_eq!(one.clients().await.unwrap(), [desk]);
}

pub async fn a_client_added_twice_keeps_its_first_secret(fresh: &Fresh) {
    let clients = fresh.ports().await.clients;
    assert!(
        clients
            .add_client(&client("desk"), Hash([1; 32]))
            .await
            .unwrap()
    );
    assert!(
        clients
            .add_client(&client("desk"), Hash([1; 32]))
            .await
            .unwrap(),
        "the same again, as after a session that was lost"
    );
    let stolen = KnownClient {
        scopes: Scopes::ALL,
        ..client("desk")
    };
    assert!(!clients.add_client(&stolen, Hash([2; 32])).await.unwrap());
    let (kept, secrets) = clients.client("desk").await.unwrap().unwrap();
    assert_eq!((kept, secrets), (client("desk"), vec![Hash([1; 32])]));
}

pub async fn a_token_allows_what_it_was_given_until_it_is_ended(fresh: &Fresh) {
    let (one, two) = (fresh.ports().await.clients, fresh.ports().await.clients);
    one.add_client(&client("desk"), Hash([1; 32]))
        .await
        .unwrap();
    one.add_client(&client("another"), Hash([2; 32]))
        .await
        .unwrap();
    let token = Hash([9; 32]);
    one.keep_token(token, &grant(600)).await.unwrap();
    one.keep_token(token, &grant(600)).await.unwrap();
    assert_eq!(two.grant(token).await.unwrap(), Some(grant(600)));
    assert_eq!(two.grant(Hash([8; 32])).await.unwrap(), None);
    two.revoke("another", token).await.unwrap();
    assert!(
        one.grant(token).await.unwrap().is_some(),
        "not theirs to end"
    );
    two.revoke("desk", token).await.unwrap();
    two.revoke("desk", token).await.unwrap();
    assert_eq!(one.grant(token).await.unwrap(), None);
    // One that expired goes with the next that is given out.
    one.keep_token(Hash([7; 32]), &grant(-1)).await.unwrap();
    assert!(one.grant(Hash([7; 32])).await.unwrap().is_some());
    one.keep_token(token, &grant(600)).await.unwrap();
    assert_eq!(one.grant(Hash([7; 32])).await.unwrap(), None);
}

pub async fn a_client_that_is_disabled_has_no_tokens(fresh: &Fresh) {
    let (one, two) = (fresh.ports().await.clients, fresh.ports().await.clients);
    one.add_client(&client("desk"), Hash([1; 32]))
        .await
        .unwrap();
    one.keep_token(Hash([9; 32]), &grant(600)).await.unwrap();
    assert!(two.disable("desk", at(2000)).await.unwrap());
    assert!(two.disable("desk", at(3000)).await.unwrap());
    assert!(!two.disable("nobody", at(2000)).await.unwrap());
    assert_eq!(one.grant(Hash([9; 32])).await.unwrap(), None);
    // One that was given out at the same moment allows nothing either.
    one.keep_token(Hash([8; 32]), &grant(600)).await.unwrap();
    assert_eq!(two.grant(Hash([8; 32])).await.unwrap(), None);
    let (kept, _) = one.client("desk").await.unwrap().unwrap();
    assert_eq!(kept.disabled_at, Some(at(2000)));
}

pub async fn every_token_and_every_code_can_be_ended_at_once(fresh: &Fresh) {
    for number in 1..=2 {
        fresh.store.append(opening(case(number), 1)).await.unwrap();
    }
    let (one, two) = (fresh.ports().await, fresh.ports().await);
    let desk = client("desk");
    one.clients.add_client(&desk, Hash([1; 32])).await.unwrap();
    for token in [8, 9] {
        let grant = grant(600);
        let kept = one.clients.keep_token(Hash([token; 32]), &grant);
        kept.await.unwrap();
    }
    for (number, proof) in [(1, 7), (2, 8)] {
        let kept = one.carry_on.keep_code(&code(number, proof)).await;
        assert!(kept.unwrap());
    }
    let provider = ProviderId::default();
    let redeem = async |proof: u8, secret: u8| {
        let (proof, secret) = (Hash([proof; 32]), Hash([secret; 32]));
        let found = two.carry_on.redeem(&provider, proof, secret, at(1500));
        found.await.unwrap()
    };
    assert_eq!(redeem(7, 21).await, Some(case(1)));
    assert_eq!(two.clients.end_tokens().await.unwrap(), 2);
    assert_eq!(two.carry_on.end_codes().await.unwrap(), 2);
    assert_eq!(two.clients.end_tokens().await.unwrap(), 0);
    assert_eq!(two.carry_on.end_codes().await.unwrap(), 0);
    for token in [8, 9] {
        assert_eq!(one.clients.grant(Hash([token; 32])).await.unwrap(), None);
    }
    assert_eq!(redeem(8, 22).await, None);
    // Who was let in before stays so, and the client may ask for another token.
    let opens = two.carry_on.opens(&provider, case(1), Hash([21; 32]));
    assert!(opens.await.unwrap());
    let (kept, secrets) = one.clients.client("desk").await.unwrap().unwrap();
    assert_eq!((kept, secrets), (desk, vec![Hash([1; 32])]));
}

pub fn code(number: u128, proof: u8) -> KeptCode {
    KeptCode {
        provider: ProviderId::default(),
        case: case(number),
        proof: Hash([proof; 32]),
        made_at: at(1000),
        expires_at: at(2000),
    }
}

pub async fn a_code_is_used_once_on_whichever_node(fresh: &Fresh) {
    fresh.store.append(opening(case(1), 1)).await.unwrap();
    let (one, two) = (fresh.ports().await.carry_on, fresh.ports().await.carry_on);
    assert!(one.keep_code(&code(1, 7)).await.unwrap());
    let provider = ProviderId::default();
    let redeem = |port: &std::sync::Arc<dyn nhs111::service::ports::carry_on::CarryOn>, secret| {
        let (port, provider) = (port.clone(), provider.clone());
        async move {
            port.redeem(&provider, Hash([7; 32]), Hash([secret; 32]), at(1500))
                .await
                .unwrap()
        }
    };
    let (first, second) = tokio::join!(redeem(&one, 21), redeem(&two, 22));
    let granted: Vec<u8> = [(first, 21), (second, 22)]
        .into_iter()
        .filter(|(found, _)| *found == Some(case(1)))
        .map(|(_, secret)| secret)
        .collect();
    let [granted] = granted[..] else {
        panic!("{granted:?} were let in")
    };
    for secret in [21, 22, 23] {
        let opens = two.opens(&provider, case(1), Hash([secret; 32])).await;
        assert_eq!(opens.unwrap(), secret == granted);
    }
    assert_eq!(redeem(&one, 24).await, None, "it was used");
}

pub async fn a_code_takes_the_place_of_the_one_before_it(fresh: &Fresh) {
    for number in 1..=2 {
        fresh.store.append(opening(case(number), 1)).await.unwrap();
    }
    let port = fresh.ports().await.carry_on;
    let provider = ProviderId::default();
    assert!(port.keep_code(&code(1, 7)).await.unwrap());
    assert!(!port.keep_code(&code(2, 7)).await.unwrap(), "it is taken");
    assert!(port.keep_code(&code(1, 8)).await.unwrap());
    let redeem = async |proof: u8, secret: u8| {
        port.redeem(&provider, Hash([proof; 32]), Hash([secret; 32]), at(1500))
            .await
            .unwrap()
    };
    assert_eq!(redeem(7, 21).await, None);
    assert_eq!(redeem(8, 22).await, Some(case(1)));
    assert!(
        port.keep_code(&code(1, 9)).await.unwrap(),
        "after one was used"
    );
    assert_eq!(redeem(9, 23).await, Some(case(1)));
}

pub async fn a_code_of_another_provider_or_after_its_time_opens_nothing(fresh: &Fresh) {
    with_provider(fresh).await;
    fresh.store.append(opening(case(1), 1)).await.unwrap();
    let port = fresh.ports().await.carry_on;
    assert!(port.keep_code(&code(1, 7)).await.unwrap());
    let redeem = async |provider: &ProviderId, second| {
        port.redeem(provider, Hash([7; 32]), Hash([21; 32]), at(second))
            .await
            .unwrap()
    };
    let own = ProviderId::default();
    assert_eq!(redeem(&other(), 1500).await, None);
    assert_eq!(redeem(&own, 2000).await, None, "its time is over");
    assert_eq!(redeem(&own, 1999).await, Some(case(1)));
    let opens = port.opens(&other(), case(1), Hash([21; 32])).await;
    assert!(!opens.unwrap(), "of another provider");
}

pub async fn redeeming_again_for_the_same_secret_changes_nothing(fresh: &Fresh) {
    fresh.store.append(opening(case(1), 1)).await.unwrap();
    let port = fresh.ports().await.carry_on;
    assert!(port.keep_code(&code(1, 7)).await.unwrap());
    let provider = ProviderId::default();
    for _ in 0..2 {
        let found = port.redeem(&provider, Hash([7; 32]), Hash([21; 32]), at(1500));
        assert_eq!(found.await.unwrap(), Some(case(1)));
    }
}

pub async fn attempts_on_two_nodes_are_counted_together(fresh: &Fresh) {
    let (one, two) = (fresh.ports().await.attempts, fresh.ports().await.attempts);
    let attempt = Attempt {
        provider: ProviderId::default(),
        kind: "code",
        subject: Hash([5; 32]),
        since: at(300),
        until: at(600),
    };
    assert_eq!(one.counted(&attempt).await.unwrap(), 0);
    let mut counting = tokio::task::JoinSet::new();
    for number in 0..20 {
        let port = if number % 2 == 0 {
            one.clone()
        } else {
            two.clone()
        };
        let attempt = attempt.clone();
        counting.spawn(async move { port.count(&attempt).await.unwrap() });
    }
    let mut counts = counting.join_all().await;
    counts.sort_unstable();
    assert_eq!(counts, (1..=20).collect::<Vec<u32>>());
    let other_kind = Attempt {
        kind: "client",
        ..attempt.clone()
    };
    assert_eq!(two.count(&other_kind).await.unwrap(), 1);
    let later = Attempt {
        since: at(900),
        until: at(1200),
        ..attempt.clone()
    };
    assert_eq!(two.count(&later).await.unwrap(), 1, "another window");
    assert_eq!(
        one.counted(&attempt).await.unwrap(),
        0,
        "the first is forgotten"
    );
}

/// Content is the same for everybody, and these two belong to the tools.
const OF_NOBODY: [&str; 4] = [
    "releases",
    "release_proofs",
    "_sqlx_migrations",
    "sqlite_sequence",
];

pub async fn every_table_names_its_provider(fresh: &Fresh) {
    let tables: Vec<(String, i64)> = match &fresh.place {
        Place::Sqlite(folder) => {
            let path = folder.path().join("record.db");
            let mut other = SqliteConnection::connect(&format!("sqlite://{}", path.display()))
                .await
                .unwrap();
            sqlx::query_as(
                "SELECT name, (SELECT count(*) FROM pragma_table_info(sqlite_schema.name) AS columns WHERE columns.name = 'provider')
                 FROM sqlite_schema WHERE type = 'table'",
            )
            .fetch_all(&mut other)
            .await
            .unwrap()
        }
        Place::Postgres(database) => {
            let mut other = PgConnection::connect(&database.url()).await.unwrap();
            sqlx::query_as(
                "SELECT table_name::text, (SELECT count(*) FROM information_schema.columns
                                           WHERE columns.table_name = tables.table_name AND column_name = 'provider')
                 FROM information_schema.tables WHERE table_schema = 'public'",
            )
            .fetch_all(&mut other)
            .await
            .unwrap()
        }
    };
    assert!(tables.len() > 10, "{tables:?}");
    for (table, providers) in tables {
        assert!(
            providers == 1 || OF_NOBODY.contains(&table.as_str()),
            "{table} does not say whose it is"
        );
    }
}
