//! Cases walked again on a draft.

use std::sync::Arc;

use jiff::Timestamp;

use nhs111::case::impact::{Again, Change, Tally, Why, again};
use nhs111::case::{Case, Planned};
use nhs111::generate::{Generator, Made, Plan};
use nhs111::pathway;
use nhs111::service::london;
use nhs111::walk::{Moment, Scratch};

use crate::test_app::{Place, content};

mod laws;
mod program;
mod record;

type Files = Vec<(String, String)>;

/// The library of these tests with `old` replaced in one of its files.
fn with(name: &str, changes: &[(&str, &str)]) -> Files {
    let mut files = content();
    let (_, text) = files.iter_mut().find(|(file, _)| file == name).unwrap();
    for (old, new) in changes {
        assert!(text.contains(old), "{name} says `{old}` no longer");
        *text = text.replace(old, new);
    }
    files
}

const SORE_THROAT: &str = "complaints/sore-throat.yaml";

/// A fever has to last longer before somebody is to be seen.
fn lowered() -> Files {
    with(SORE_THROAT, &[("fever_days >= 5", "fever_days >= 9")])
}

/// A question more, and a line that needs it.
fn asks_more() -> Files {
    let question = "questions:\n  stiff_neck:\n    say: Is your neck stiff?\n    third: \"{patient}: is the neck stiff?\"\n  throat_signs:";
    let line = "  - ask: stiff_neck\n  - reach: ambulance-category-2\n    if: stiff_neck\n    because: This can be meningitis.\n  - ask: [swallowing, fever_days]";
    with(
        SORE_THROAT,
        &[
            ("questions:\n  throat_signs:", question),
            ("  - ask: [swallowing, fever_days]", line),
        ],
    )
}

/// One answer is another one.
fn without_an_option() -> Files {
    with(
        SORE_THROAT,
        &[("      sore: It hurts", "      painful: It hurts")],
    )
}

fn without_headache() -> Files {
    let mut files = content();
    files.retain(|(name, _)| name != "complaints/headache.yaml");
    files
}

fn without_a_question() -> Files {
    with(
        SORE_THROAT,
        &[
            (
                "  afraid_at_home:\n    say: Are you afraid of somebody at home?\n    third: \"{patient}: is there fear of somebody at home?\"\n",
                "",
            ),
            (
                "  - ask: afraid_at_home\n  - also: safeguarding\n    if: afraid_at_home\n",
                "",
            ),
        ],
    )
}

fn planned(files: &Files) -> Planned {
    let checked = pathway::read(files).unwrap_or_else(|findings| panic!("{findings:#?}"));
    Planned::new(checked.content)
}

fn moment(began: Timestamp) -> Moment {
    Moment {
        contact_began: began,
        today: began.to_zoned(london()).date(),
    }
}

fn on(case: &Case, then: &Planned, draft: &Planned) -> Again {
    let began = case.contact().unwrap().began;
    again(case, then, draft, moment(began), &mut Scratch::new()).unwrap()
}

/// The same made-up cases in each test, and what they were walked on.
async fn made(count: u64) -> (Vec<Made>, Generator, Place) {
    let place = Place::new().await;
    place.publish(content()).await;
    let mut generator = place.generator(Plan::of_seed(21)).await;
    let made = (0..count).map(|number| generator.case(number).unwrap());
    (made.collect(), generator, place)
}

/// What becomes of these cases on a draft.
fn tally(made: &[Made], then: &Planned, draft: &Planned) -> Tally {
    let mut tally = Tally::default();
    for made in made {
        tally.add(on(&made.composed.view.case, then, draft));
    }
    tally
}

/// A service of its own over a record, as the commands of an operator have it.
fn service(place: &Place) -> Arc<nhs111::service::Service> {
    use nhs111::clock::{SystemClock, SystemIds};
    use nhs111::service::Service;
    use nhs111::store::people::MatchingKey;
    use nhs111::store::seal::{CaseSealer, MasterKey};

    let ids = Arc::new(SystemIds);
    let sealer = Arc::new(CaseSealer::new(&MasterKey::new([5; 32]), ids.clone()));
    let matching = Arc::new(MatchingKey::new([6; 32]));
    let database = place.served.clone();
    Arc::new(Service::new(
        database,
        Arc::new(SystemClock),
        ids,
        sealer,
        matching,
    ))
}

fn is_unknown(change: &Change, why: &Why) -> bool {
    *change == Change::Unknown(why.clone())
}
