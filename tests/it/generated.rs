//! Made-up cases, and the laws that every one of them obeys.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use jiff::Timestamp;

use nhs111::case::Case;
use nhs111::case::Planned;
use nhs111::case::event::{Actor, Body, Channel, Event, Mark, Personal};
use nhs111::case::ground::Standing;
use nhs111::case::ids::{CaseId, Hash, ProviderId};
use nhs111::case::impact::{Change, again, from_texts};
use nhs111::case::retrace::retrace;
use nhs111::cli::read_folder;
use nhs111::generate::{Generator, Made, Plan};
use nhs111::pathway;
use nhs111::pathway::canonical::{LANGUAGE, canonical};
use nhs111::service::ports::{Ids, Sealer, StoredRelease};
use nhs111::service::releases::{Policy, Releases};
use nhs111::service::replay::Proof;
use nhs111::service::{Caller, london};
use nhs111::store::people::MatchingKey;
use nhs111::store::seal::{CaseSealer, MasterKey};
use nhs111::walk::{Moment, Scratch};

use crate::test_app::{Other, Place, also_on_postgres, content, machine};

impl Place {
    pub async fn with(files: Vec<(String, String)>) -> Self {
        let place = Place::new().await;
        place.publish(files).await;
        place
    }

    /// Keeps a release and makes it active, unproven.
    async fn keep(&self, files: &[(String, String)]) -> Hash {
        let canonical = canonical(files);
        let (hash, at) = (canonical.hash.parse().unwrap(), Plan::of_seed(1).from);
        let store = &self.database.store;
        let release = StoredRelease {
            hash,
            language: LANGUAGE,
            canonical: canonical.text,
            kept_at: at,
        };
        store.keep_release(&release).await.unwrap();
        store
            .activate(&ProviderId::default(), hash, at)
            .await
            .unwrap();
        hash
    }

    pub async fn publish(&self, files: Vec<(String, String)>) -> Hash {
        let releases = Releases::new(self.database.store.clone(), Policy::default());
        let at = Plan::of_seed(1).from;
        let ours = ProviderId::default();
        let published = releases.publish_example(&ours, files, at).await;
        published.unwrap().release.hash
    }

    pub async fn generator(&self, plan: Plan) -> Generator {
        let sealer = |ids: Arc<dyn Ids>| -> Arc<dyn Sealer> {
            Arc::new(CaseSealer::new(&MasterKey::new([5; 32]), ids))
        };
        Generator::new(
            self.database.clone(),
            sealer,
            Arc::new(MatchingKey::new([6; 32])),
            plan,
        )
        .await
        .unwrap()
    }

    async fn waiting(&self) -> usize {
        let ours = ProviderId::default();
        let waiting = self.database.store.waiting(&ours, 10_000).await;
        waiting.unwrap().len()
    }
}

fn events(made: &Made) -> Vec<(Event, Option<Personal>)> {
    let drafted = made.composed.events.iter();
    drafted
        .map(|drafted| (drafted.event.clone(), drafted.personal.clone()))
        .collect()
}

fn replayed(events: &[(Event, Option<Personal>)]) -> Case {
    Case::replay(
        events
            .iter()
            .map(|(event, personal)| (event, personal.as_ref())),
    )
    .unwrap()
}

/// What one event may do to a case.
fn may_follow(before: &Case, event: &Event, after: &Case, content: &Planned) {
    let grounds = after.grounds.get(..before.grounds.len()).unwrap();
    let contact = after.contact();
    for (was, is) in before.grounds.iter().zip(grounds) {
        assert_eq!(
            (&was.ground, was.contact),
            (&is.ground, is.contact),
            "a ground never changes"
        );
        match (was.standing, is.standing) {
            (was, is) if was == is => {}
            (Standing::Holds, Standing::Released) => {
                assert!(matches!(event.body, Body::GroundsReleased { .. }));
                assert!(
                    matches!(event.actor, Actor::Clinician(_)),
                    "only a clinician releases"
                );
            }
            (Standing::Holds, Standing::Withdrawn) => {
                let Body::GroundsWithdrawn { corrected_by, .. } = &event.body else {
                    panic!("only a correction withdraws");
                };
                let correction = after
                    .told
                    .iter()
                    .find(|told| told.seq == *corrected_by)
                    .unwrap();
                assert_eq!(
                    (&correction.actor, correction.contact),
                    (&Actor::Visitor, was.contact)
                );
                assert_eq!(contact.unwrap().channel, Channel::Public);
            }
            (was, is) => panic!("{was:?} does not become {is:?}"),
        }
    }
    let lowers = match (before.held(content), after.held(content)) {
        (Some(before), Some(after)) => after.urgency > before.urgency,
        (before, after) => before.is_some() && after.is_none(),
    };
    let may_lower = matches!(
        event.body,
        Body::GroundsReleased { .. } | Body::GroundsWithdrawn { .. }
    );
    assert!(!lowers || may_lower, "{} lowers", event.body.kind());
    if let Body::StartRequested(start) | Body::StartUpgraded(start) = &event.body {
        assert_eq!(
            contact.unwrap().channel,
            Channel::Desk,
            "only the desk starts"
        );
        assert!(before.has_callback_number);
        let known = before
            .starts
            .iter()
            .find(|kept| kept.start.key == start.key);
        let known = known.map(|kept| (kept.state, kept.start.urgency));
        match (&event.body, known) {
            (Body::StartUpgraded(_), Some((_, urgency))) => assert!(start.urgency < urgency),
            (Body::StartUpgraded(_), None) => panic!("there is nothing to upgrade"),
            (_, Some((state, _))) => {
                assert_eq!(
                    state,
                    nhs111::case::state::StartState::Pending,
                    "one start a key"
                );
            }
            (_, None) => {}
        }
        let cancelled = before.cancellations.get(&start.key.service).copied();
        assert_eq!(start.key.cancellations, cancelled.unwrap_or_default());
    }
    if let Body::StartCancelled { .. } = &event.body {
        assert!(
            matches!(event.actor, Actor::Handler(_)),
            "a person cancels, a correction never"
        );
    }
}

fn obeys_the_laws(made: &Made, hash: Hash, content: &Planned) {
    let events = events(made);
    assert_eq!(replayed(&events), *made.composed.view.case);
    let zone = london();
    let moment = |began| Moment {
        contact_began: began,
        today: zone.to_datetime(began).date(),
    };
    let release = |asked| (asked == hash).then_some(content);
    assert_eq!(
        retrace(&events, release, moment),
        Ok(Vec::new()),
        "case {}",
        made.number
    );
    let mut case = Case::open(&events[0].0).unwrap();
    let mut bare = case.clone();
    for (event, personal) in &events[1..] {
        let before = case.clone();
        case.apply(event, personal.as_ref()).unwrap();
        bare.apply(event, None).unwrap();
        may_follow(&before, event, &case, content);
        // Without its sealed parts a case comes to the same, at every event.
        assert_eq!(bare.held(content), case.held(content));
        assert_eq!((&bare.starts, &bare.advised), (&case.starts, &case.advised));
        let text = event.text();
        let person = &made.person;
        for secret in [&person.phone, &person.birth_date.to_string(), &person.name] {
            assert!(!text.contains(secret.as_str()), "{text}");
        }
    }
    walks_again_to_the_same(&events, &case, content, moment);
}

/// Walked again on its own content a case is the same, also where it was read without the events that move no walk.
fn walks_again_to_the_same(
    events: &[(Event, Option<Personal>)],
    case: &Case,
    content: &Planned,
    moment: impl Fn(Timestamp) -> Moment,
) {
    let texts: Vec<String> = events.iter().map(|(event, _)| event.text()).collect();
    let sealed = |seq: u64| events.iter().find(|(event, _)| event.seq == seq)?.1.clone();
    let read = from_texts(texts.iter().map(String::as_str), sealed).unwrap();
    assert_eq!((read.seq, &read.told), (case.seq, &case.told));
    let began = moment(case.contact().unwrap().began);
    let mut scratch = Scratch::new();
    let [of_texts, of_case] =
        [&read, case].map(|case| again(case, content, content, began, &mut scratch).unwrap());
    assert_eq!(of_texts, of_case);
    assert_eq!(of_case.change, Change::Same);
    assert!(!of_case.differs && of_case.dropped.is_empty());
}

/// How often each kind of event came.
fn kinds<'a>(made: impl Iterator<Item = &'a Made>) -> HashMap<&'static str, usize> {
    let mut kinds = HashMap::new();
    for drafted in made.flat_map(|made| &made.composed.events) {
        *kinds.entry(drafted.event.body.kind()).or_default() += 1;
    }
    kinds
}

#[tokio::test]
async fn every_made_up_case_obeys_the_laws_of_a_case() {
    let place = Place::with(content()).await;
    let plan = Plan {
        mark: Mark::Real,
        ..Plan::of_seed(11)
    };
    let mut generator = place.generator(plan).await;
    let release = generator.release().clone();
    let made: Vec<Made> = (0..1500)
        .map(|number| generator.case(number).unwrap())
        .collect();
    for made in &made {
        obeys_the_laws(made, release.hash, &release.content);
    }
    let kinds = kinds(made.iter());
    for kind in [
        "contact_began",
        "complaint_chosen",
        "answered",
        "withdrawn",
        "left_early",
        "callback_number_given",
        "held",
        "grounds_withdrawn",
        "grounds_released",
        "start_requested",
        "start_pending",
        "start_cancelled",
        "advised",
        "feedback_given",
    ] {
        assert!(
            kinds.get(kind).is_some_and(|count| *count > 0),
            "no {kind}: {kinds:?}"
        );
    }
    let contacts = made
        .iter()
        .map(|made| made.composed.view.case.contacts.len());
    assert!(contacts.max().unwrap() >= 2);
}

#[tokio::test]
async fn made_up_cases_of_the_whole_library_obey_the_laws() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pathways");
    let files = read_folder(&folder).unwrap();
    // Proven elsewhere; here it is walked.
    let content = Planned::new(pathway::read(&files).unwrap().content);
    assert!(content.families().len() > 10);
    let place = Place::new().await;
    let hash = place.keep(&files).await;
    let mut generator = place.generator(Plan::of_seed(3)).await;
    for number in 0..200 {
        let made = generator.case(number).unwrap();
        obeys_the_laws(&made, hash, &content);
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_cases_byte_for_byte() {
    let (one, two) = (Place::with(content()).await, Place::with(content()).await);
    let mut first = one.generator(Plan::of_seed(5)).await;
    let mut second = two.generator(Plan::of_seed(5)).await;
    let mut other = two.generator(Plan::of_seed(6)).await;
    second.case(9).unwrap();
    for number in [0, 3, 4] {
        let (made, again) = (first.case(number).unwrap(), second.case(number).unwrap());
        assert_eq!(made.person, again.person);
        assert_eq!(events(&made), events(&again));
        assert_ne!(events(&made), events(&other.case(number).unwrap()));
        let service = (first.service(), second.service());
        let case = made.composed.view.case.id;
        assert!(service.0.record_composed(made.composed).await.unwrap());
        assert!(service.1.record_composed(again.composed).await.unwrap());
        let stored = async |place: &Place| {
            let stored = place
                .database
                .store
                .case(&ProviderId::default(), case)
                .await;
            let stored = stored.unwrap().unwrap();
            (stored.secret, stored.key, stored.head, stored.links)
        };
        // The sealed parts too.
        assert_eq!(stored(&one).await, stored(&two).await);
    }
    let twice = first.case(0).unwrap();
    assert!(
        !first
            .service()
            .record_composed(twice.composed)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_recorded_case_replays_to_what_was_recorded_and_starts_nothing() {
    let place = Place::with(content()).await;
    let plan = Plan {
        mark: Mark::Real,
        ..Plan::of_seed(8)
    };
    let mut generator = place.generator(plan).await;
    let mut cases: Vec<(CaseId, Option<String>)> = Vec::new();
    let mut started = 0;
    for number in 0..150 {
        let made = generator.case(number).unwrap();
        let kinds = kinds(std::iter::once(&made));
        started += kinds.get("start_requested").copied().unwrap_or_default();
        started += kinds.get("start_upgraded").copied().unwrap_or_default();
        let held = made.composed.view.held.clone().map(|held| held.disposition);
        cases.push((made.composed.view.case.id, held));
        assert!(
            generator
                .service()
                .record_composed(made.composed)
                .await
                .unwrap()
        );
    }
    assert!(started > 0);
    assert_eq!(place.waiting().await, started);
    // A later release is there, on which many would come to something else.
    let mut files = content();
    for (_, text) in &mut files {
        *text = text.replace(
            "- otherwise: pharmacy-24-hours",
            "- otherwise: primary-care-24-hours",
        );
    }
    place.publish(files).await;
    let service = generator.service();
    for (case, held) in &cases {
        let replayed = service
            .replay(&Caller::at_command_line(), *case)
            .await
            .unwrap()
            .unwrap();
        assert!(replayed.is_whole);
        assert!(
            matches!(replayed.proof, Proof::Same),
            "{:?}",
            replayed.proof
        );
        assert_eq!(replayed.view.held.map(|held| held.disposition), *held);
    }
    assert_eq!(place.waiting().await, started, "replay starts nothing");
    assert!(service.replay(&machine(), cases[0].0).await.is_err());
    // Once the keys are gone, what was recorded stands, and is never less urgent.
    let mut other = Other::at(&place.url()).await;
    other
        .does("DELETE FROM case_keys", "DELETE FROM case_keys")
        .await;
    for (case, held) in &cases {
        let replayed = service
            .replay(&Caller::at_command_line(), *case)
            .await
            .unwrap()
            .unwrap();
        let view = &replayed.view;
        assert!(!matches!(replayed.proof, Proof::Differs(_)));
        assert_eq!(
            view.held.as_ref().map(|held| &held.disposition),
            held.as_ref()
        );
        let content = &view.release.content;
        let held = held
            .as_ref()
            .and_then(|held| content.disposition_named(held));
        assert!(held.is_none() || view.result() <= held);
    }
}

#[tokio::test]
async fn cases_are_made_up_and_replayed_from_the_command_line() {
    let place = Place::new().await;
    let pathways = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/content");
    let pathways = pathways.to_str().unwrap();
    let nhs111 = |arguments: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_nhs111"))
            .args(arguments)
            .output()
            .unwrap();
        let said = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
        (done.status.code().unwrap(), said)
    };
    let as_json = [
        "generate",
        "--cases",
        "4",
        "--seed",
        "9",
        "--json",
        "--pathways",
        pathways,
    ];
    let (code, first) = nhs111(&as_json);
    assert_eq!(code, 0, "{first}");
    assert_eq!(nhs111(&as_json).1, first);
    assert_eq!(first.lines().count(), 4);
    let case: serde_json::Value = serde_json::from_str(first.lines().next().unwrap()).unwrap();
    assert_eq!(case["mark"], "test");
    let url = place.url();
    let key = place.folder.path().join("master.key");
    let key = key.to_str().unwrap();
    let into = [
        "generate",
        "--cases",
        "4",
        "--seed",
        "9",
        "--pathways",
        pathways,
        "--into",
        &url,
        "--master-key",
        key,
    ];
    let (code, said) = nhs111(&into);
    assert_eq!(
        (code, said.as_str()),
        (0, "4 cases made, 0 of them there already\n")
    );
    let (_, said) = nhs111(&into);
    assert_eq!(said, "4 cases made, 4 of them there already\n");
    let id = case["case"].as_str().unwrap();
    let replay = [
        "replay-case",
        id,
        "--database-url",
        &url,
        "--master-key",
        key,
    ];
    let (code, told) = nhs111(&replay);
    assert_eq!(code, 0, "{told}");
    assert!(
        told.contains("complaint:") && told.contains("it comes to what was recorded"),
        "{told}"
    );
    let edit = r#"UPDATE events SET event = replace(event, '"kind":"held"', '"kind":"held" ')"#;
    let on_sqlite = format!("DROP TRIGGER events_are_never_changed; {edit}");
    let on_postgres = format!("SET session_replication_role = replica; {edit}");
    let mut other = Other::at(&url).await;
    other.does(on_sqlite.leak(), on_postgres.leak()).await;
    let (code, told) = nhs111(&replay);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("THE CHAIN IS BROKEN"), "{told}");
    let unknown = uuid::Uuid::nil().to_string();
    assert_eq!(
        nhs111(&[
            "replay-case",
            &unknown,
            "--database-url",
            &url,
            "--master-key",
            key
        ])
        .0,
        1
    );
}

also_on_postgres![
    the_same_seed_gives_the_same_cases_byte_for_byte,
    a_recorded_case_replays_to_what_was_recorded_and_starts_nothing,
    cases_are_made_up_and_replayed_from_the_command_line,
];
