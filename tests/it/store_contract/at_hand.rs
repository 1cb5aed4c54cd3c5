//! Cases at hand on two nodes of one record: the same replies as one node that reads every case each time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use nhs111::case::answer::{Occasion, Said, What};
use nhs111::case::chain;
use nhs111::case::ids::{CaseId, ProviderId};
use nhs111::pathway::content::{FactSource, Kind};
use nhs111::service::Service;
use nhs111::service::access::Access;
use nhs111::service::idempotency::Asked;
use nhs111::service::ports::{Clock, Ids};
use nhs111::service::triage::{StartCase, TriageError};
use nhs111::service::view::View;
use nhs111::store::people::MatchingKey;
use nhs111::store::seal::{CaseSealer, MasterKey};
use nhs111::walk::{Answer, Next};

use super::database::{self, Fresh};
use crate::random::{Dice, known_answer};
use crate::test_app::{content, machine};

struct Standing(AtomicI64);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// The same numbers in each run.
struct Seeded(AtomicU64);

impl Ids for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let drawn = Sha256::digest(self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
    }
}

/// So many nodes on one record, each with room for so many cases at hand.
async fn nodes(
    fresh: &Fresh,
    count: usize,
    at_hand: usize,
    seed: u64,
) -> (Vec<Service>, Arc<Standing>) {
    let at = crate::random::NOW.parse::<Timestamp>().unwrap();
    let clock = Arc::new(Standing(AtomicI64::new(at.as_second())));
    let ids = Arc::new(Seeded(AtomicU64::new(seed)));
    let mut nodes = Vec::new();
    for _ in 0..count {
        let sealer = Arc::new(CaseSealer::new(&MasterKey::new([5; 32]), ids.clone()));
        let database = fresh.ports().await;
        let node = Service::new(
            database,
            clock.clone(),
            ids.clone(),
            sealer,
            Arc::new(MatchingKey::new([6; 32])),
        );
        nodes.push(node.with_at_hand(at_hand));
    }
    let published = nodes[0]
        .releases()
        .publish_example(&ProviderId::default(), content(), at)
        .await;
    published.unwrap();
    (nodes, clock)
}

async fn start(node: &Service) -> Access {
    let said = |name: &str, answer: Value| Said {
        name: name.to_owned(),
        what: What::Answer(serde_json::from_value(answer).unwrap()),
    };
    let start = StartCase {
        complaints: vec!["sore-throat".to_owned()],
        known: vec![
            said("party", json!("first")),
            said("age", json!({"birth_date": "1986-02-03"})),
            said("sex", json!("female")),
        ],
        ..StartCase::default()
    };
    let started = node.start(&machine(), &start, None).await.unwrap();
    Access {
        provider: ProviderId::default(),
        case: started.view.case.id,
        secret: started.secret,
    }
}

/// What somebody does: which node they reach is decided apart.
#[derive(Debug, Clone)]
enum Deed {
    Look,
    Answer {
        occasion: Occasion,
        said: Vec<Said>,
        key: String,
        after: Option<u64>,
    },
    Leave,
    Resume,
}

/// What comes of it, as far as it is shown.
fn shown(reply: Result<View, TriageError>) -> String {
    match reply {
        Ok(view) => format!(
            "{:?} {:?} {:?} {:?}",
            view.case, view.present.position, view.present.facts, view.held
        ),
        Err(error) => format!("{error:?}"),
    }
}

async fn does(node: &Service, access: &Access, deed: &Deed) -> Result<View, TriageError> {
    let caller = machine();
    match deed {
        Deed::Look => node.look(access).await,
        Deed::Answer {
            occasion,
            said,
            key,
            after,
        } => {
            let asked = Asked {
                key: Some(key.parse().unwrap()),
                after: *after,
            };
            node.answer(&caller, access, *occasion, said, &asked).await
        }
        Deed::Leave => node.leave_early(&caller, access, &Asked::default()).await,
        Deed::Resume => node.resume(&caller, access, &Asked::default()).await,
    }
}

/// What somebody might do who sees this.
fn deed(dice: &mut Dice, view: &View, number: usize) -> Deed {
    let content = &view.release.content;
    let answer = |dice: &mut Dice, fact| {
        let value = match &content.fact(fact).kind {
            Kind::Age => json!({"age": "40 years"}),
            _ if dice.one_in(8) => json!({"not_sure": true}),
            _ if dice.one_in(20) => json!({"none_fit": "none of these"}),
            _ if dice.one_in(20) => json!("no-such-option"),
            kind => known_answer(dice, content, kind),
        };
        Said {
            name: content.fact(fact).id.clone(),
            what: What::Answer(serde_json::from_value(value).unwrap_or(Answer::NotSure)),
        }
    };
    let key = format!("a-key-of-a-test-{number:08}");
    let seq = view.case.seq;
    let after = match dice.below(6) {
        0 => Some(seq),
        1 => Some(seq.saturating_sub(1)),
        _ => None,
    };
    match dice.below(20) {
        0..3 => return Deed::Look,
        3 => return Deed::Leave,
        4 => return Deed::Resume,
        _ => {}
    }
    let told = |dice: &mut Dice| {
        let facts = view.present.facts.told().map(|(fact, _)| fact);
        let facts: Vec<_> = facts
            .filter(|fact| content.fact(*fact).source == FactSource::Question)
            .collect();
        (!facts.is_empty()).then(|| *dice.pick(&facts))
    };
    let shown = match &view.present.position.next {
        Next::Patient { shown, .. } | Next::Ask { shown, .. } | Next::Keep { shown, .. } => {
            shown.to_vec()
        }
        Next::Guide(_) | Next::End => Vec::new(),
    };
    let (occasion, said) = match (shown.first(), told(dice)) {
        (_, Some(fact)) if shown.is_empty() || dice.one_in(4) => {
            (Occasion::Changed, vec![answer(dice, fact)])
        }
        (Some(_), _) => {
            let count = 1 + dice.below(shown.len());
            let said = shown.iter().take(count).map(|fact| answer(dice, *fact));
            (Occasion::Asked, said.collect())
        }
        (None, _) => return Deed::Look,
    };
    Deed::Answer {
        occasion,
        said,
        key,
        after,
    }
}

pub async fn with_cases_at_hand_two_nodes_reply_as_one_that_has_none(fresh: &Fresh) {
    let alone = database::sqlite().await;
    for at_hand in [4096, 2] {
        let seed = at_hand as u64 * 1_000_000;
        let (many, clock) = nodes(fresh, 2, at_hand, seed).await;
        let (one, other_clock) = nodes(&alone, 1, 0, seed).await;
        let mut dice = Dice::new(at_hand as u64);
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for _ in 0..4 {
            here.push(start(&many[0]).await);
            there.push(start(&one[0]).await);
        }
        let mut last: Vec<Option<Deed>> = vec![None; here.len()];
        for number in 0..160 {
            let place = dice.below(here.len());
            let view = one[0].look(&there[place]).await.unwrap();
            // Now and then the very same request once more.
            let deed = match last[place].take().filter(|_| dice.one_in(6)) {
                Some(again) => again,
                None => deed(&mut dice, &view, at_hand * 1000 + number),
            };
            // Mostly the same node goes on.
            let node = &many[usize::from(dice.one_in(4))];
            let replies = (
                shown(does(node, &here[place], &deed).await),
                shown(does(&one[0], &there[place], &deed).await),
            );
            assert_eq!(replies.0, replies.1, "{number}: {deed:?}");
            last[place] = Some(deed);
            if dice.one_in(10) {
                let seconds = i64::try_from(dice.below(900)).unwrap();
                clock.0.fetch_add(seconds, Ordering::SeqCst);
                other_clock.0.fetch_add(seconds, Ordering::SeqCst);
            }
        }
        for (one, other) in here.iter().zip(&there) {
            assert_eq!(
                texts(fresh, one.case).await,
                texts(&alone, other.case).await
            );
        }
    }
}

/// The events of a case, which is whole.
async fn texts(fresh: &Fresh, case: CaseId) -> Vec<String> {
    let stored = fresh.store.case(&ProviderId::default(), case).await;
    let stored = stored.unwrap().unwrap();
    assert_eq!(chain::verify(&stored.links), Ok(stored.head));
    stored.links.into_iter().map(|link| link.text).collect()
}

pub async fn what_is_at_hand_and_old_neither_loses_nor_doubles_an_answer(fresh: &Fresh) {
    let (nodes, _) = nodes(fresh, 2, 4096, 0).await;
    let nodes: Vec<Arc<Service>> = nodes.into_iter().map(Arc::new).collect();
    let access = start(&nodes[0]).await;
    let mut dice = Dice::new(1);
    let view = nodes[0].look(&access).await.unwrap();
    let Some(Deed::Answer { said, .. }) = (0..)
        .map(|number| deed(&mut dice, &view, number))
        .find(|deed| {
            matches!(deed, Deed::Answer { occasion: Occasion::Asked, said, after: None, .. }
                if said.len() == 1 && matches!(&said[0].what, What::Answer(Answer::Word(word)) if word == "yes" || word == "no"))
        })
    else {
        panic!("something is asked that is answered by yes or no")
    };
    let name = said[0].name.clone();
    let first = nodes[0]
        .answer(
            &machine(),
            &access,
            Occasion::Asked,
            &said,
            &Asked::default(),
        )
        .await;
    first.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8_usize {
        let (node, access, name) = (nodes[writer % 2].clone(), access.clone(), name.clone());
        writers.spawn(async move {
            let mut acknowledged = Vec::new();
            for number in 0..8 {
                let word = if number % 2 == 0 { "yes" } else { "no" };
                let said = [Said {
                    name: name.clone(),
                    what: What::Answer(Answer::from(word)),
                }];
                let key = format!("writer {writer} answer {number:02}");
                let key = key.replace(' ', "-");
                loop {
                    let asked = Asked {
                        key: Some(key.parse().unwrap()),
                        after: None,
                    };
                    let caller = machine();
                    match node
                        .answer(&caller, &access, Occasion::Changed, &said, &asked)
                        .await
                    {
                        Ok(view) => {
                            acknowledged.push(view.case.seq);
                            break;
                        }
                        Err(TriageError::Conflict { .. }) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
            }
            acknowledged
        });
    }
    let mut acknowledged: Vec<u64> = writers.join_all().await.into_iter().flatten().collect();
    acknowledged.sort_unstable();
    acknowledged.dedup();
    assert_eq!(
        acknowledged.len(),
        64,
        "each answer moved the case on by itself"
    );
    for node in &nodes {
        let view = node.look(&access).await.unwrap();
        let told = view.case.told.iter().filter(|told| told.name == name);
        assert_eq!(told.count(), 1 + 64);
    }
    texts(fresh, access.case).await;
}

pub async fn a_case_at_hand_whose_key_was_destroyed_is_closed(fresh: &Fresh) {
    let (nodes, _) = nodes(fresh, 1, 4096, 0).await;
    let access = start(&nodes[0]).await;
    let before = nodes[0].look(&access).await.unwrap();
    let mut dice = Dice::new(3);
    let answer = (0..)
        .map(|number| deed(&mut dice, &before, number))
        .find(|deed| matches!(deed, Deed::Answer { occasion: Occasion::Asked, after: None, said, .. } if said[0].what == What::Answer(Answer::from("no"))))
        .unwrap();
    fresh
        .tamper("DELETE FROM case_keys", "DELETE FROM case_keys")
        .await;
    let refused = does(&nodes[0], &access, &answer).await;
    assert!(
        matches!(refused, Err(TriageError::Destroyed)),
        "{refused:?}"
    );
    let after = nodes[0].look(&access).await;
    assert!(matches!(after, Err(TriageError::Destroyed)), "{after:?}");
}
