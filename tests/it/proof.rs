//! Promises, proven of today's content, and broken by hand.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use nhs111::cli::read_folder;
use nhs111::pathway::encode::Limit;
use nhs111::pathway::{self, Content};
use nhs111::proof::report::{Found, Outcome};
use nhs111::proof::{Guarantee, Report, Verdict, order, promises};
use nhs111::prover::Prover;

use crate::test_app::content;

fn files() -> Vec<(String, String)> {
    read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("pathways")).unwrap()
}

/// The content in which one text of one file is another.
#[track_caller]
fn with(file: &str, old: &str, new: &str) -> Content {
    let mut files = files();
    let (_, text) = files.iter_mut().find(|(name, _)| name == file).unwrap();
    assert!(text.contains(old), "{file} does not say {old}");
    *text = text.replacen(old, new, 1);
    pathway::read(&files).unwrap().content
}

/// The broken promises: of which pathway, in words, and where the walk ends.
fn broken(content: &Content) -> Vec<(String, String, String)> {
    promises(content)
        .unwrap()
        .into_iter()
        .filter_map(|claim| match claim.verdict {
            Verdict::Broken(broken) => Some((
                content.pathway(claim.pathway).id.clone(),
                broken
                    .example
                    .words(content, &content.forms.facts(claim.promise.when)),
                content.disposition(broken.walked.disposition).id.clone(),
            )),
            Verdict::Proven | Verdict::Empty | Verdict::Unproven => None,
        })
        .collect()
}

#[test]
fn every_promise_of_the_content_is_proven() {
    let content = pathway::read(&files()).unwrap().content;
    let broken = broken(&content);
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn a_red_flag_that_became_milder_shows_somebody_in_every_pathway_for_them() {
    let content = with(
        "first-flow.yaml",
        "  - reach: ambulance-category-2\n    if: floppy\n",
        "  - reach: clinician-1-hour\n    if: floppy\n",
    );
    let broken = broken(&content);
    let children = content.pathways.iter().filter(|pathway| {
        broken
            .iter()
            .any(|(broken, words, _)| *broken == pathway.id && words.contains("floppy is yes"))
    });
    assert!(children.count() >= 8, "{broken:#?}");
    assert!(
        broken
            .iter()
            .all(|(_, _, ends)| !ends.starts_with("ambulance-category-1")),
        "{broken:#?}"
    );
}

#[test]
fn an_age_that_is_off_by_one_shows_somebody_of_that_age() {
    let content = with(
        "complaints/chest-pain.yaml",
        "    if: age < years(5)\n",
        "    if: age < years(4)\n",
    );
    let found = broken(&content);
    assert!(!found.is_empty());
    for (pathway, words, _) in &found {
        assert_eq!(pathway, "chest-pain");
        assert!(words.contains("age 4 years"), "{words}");
    }
}

#[test]
fn a_sound_library_lowers_nobody() {
    let read = |files: Vec<(String, String)>| pathway::read(&files).unwrap().content;
    let sound = order(&read(content())).unwrap();
    assert!(sound.lowered.is_empty(), "{:#?}", sound.lowered);
    assert!(sound.proven > 0);
}

#[test]
fn no_worse_answer_of_the_library_lowers_anybody() {
    let content = pathway::read(&files()).unwrap().content;
    let found = order(&content).unwrap();
    assert!(found.lowered.is_empty(), "{:#?}", found.lowered);
    assert!(found.proven > 2_600, "{}", found.proven);
}

#[test]
fn a_worse_answer_that_lowers_is_shown_with_both_ends() {
    let mut files = content();
    let (_, text) = files
        .iter_mut()
        .find(|(name, _)| name == "complaints/headache.yaml")
        .unwrap();
    *text = text.replace(
        "  - otherwise: self-care",
        "  - ask: since_yesterday\n  - settle: self-care\n    if: since_yesterday\n    because: It will pass.\n  - otherwise: pharmacy-24-hours",
    ).replace(
        "flow:\n",
        "  since_yesterday:\n    say: Has it lasted since yesterday?\n    third: \"{patient}: has it lasted since yesterday?\"\nflow:\n",
    );
    let content = pathway::read(&files).unwrap().content;
    let found = order(&content).unwrap().lowered;
    let [lowered] = &found[..] else {
        panic!("{found:#?}");
    };
    assert_eq!(lowered.answers, ["yes", "no"]);
    let ends = lowered
        .walked
        .map(|walked| content.disposition(walked.disposition).id.as_str());
    assert_eq!(ends, ["self-care", "pharmacy-24-hours"]);
}

/// The library of these tests with one text in place of another.
#[track_caller]
fn small(file: &str, old: &str, new: &str) -> Vec<(String, String)> {
    let mut files = content();
    let (_, text) = files.iter_mut().find(|(name, _)| name == file).unwrap();
    assert!(text.contains(old), "{file} does not say {old}");
    *text = text.replacen(old, new, 1);
    files
}

fn read(files: &[(String, String)]) -> Content {
    pathway::read(files).unwrap().content
}

/// A clock that stands still: no question is ever stopped.
fn timeless() -> Limit {
    Limit {
        now: Arc::new(|| Duration::ZERO),
        each: Duration::from_secs(1),
    }
}

/// A clock on which every look is an hour later: every question that needs a guess is stopped.
fn hasty() -> Limit {
    let looks = AtomicU64::new(0);
    Limit {
        now: Arc::new(move || Duration::from_secs(3_600 * looks.fetch_add(1, Ordering::Relaxed))),
        each: Duration::from_secs(1),
    }
}

fn report(content: &Content) -> Report {
    Prover::with(timeless()).prove(content).unwrap()
}

#[track_caller]
fn found(report: &Report, guarantee: Guarantee) -> &Found {
    let mut found = report.found.iter();
    found.find(|found| found.guarantee == guarantee).unwrap()
}

#[test]
fn a_sound_library_has_every_guarantee() {
    let report = report(&read(&content()));
    let told: Vec<_> = report.found.iter().map(|found| found.guarantee).collect();
    assert_eq!(told, Guarantee::ALL);
    let broken: Vec<_> = report.found.iter().filter(|found| found.fails()).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    for guarantee in Guarantee::ALL {
        let over = found(&report, guarantee).over;
        let looked_at = over.proven + over.empty + over.warned > 0;
        // This library promises nothing, and has neither a stand-in nor a question that need not apply.
        assert!(
            looked_at || matches!(guarantee, Guarantee::G7 | Guarantee::G9),
            "{guarantee:?}: {over:?}"
        );
    }
}

#[test]
fn what_the_time_was_too_short_for_is_unproven_and_fails_where_it_must() {
    let content = read(&content());
    let hasty = Prover::with(hasty()).prove(&content).unwrap();
    let order = found(&hasty, Guarantee::G8);
    assert_eq!(order.outcome(), Outcome::Unproven);
    assert!(order.fails(), "nobody knows whether a worse answer lowers");
    let length = found(&hasty, Guarantee::G4);
    assert_eq!(length.outcome(), Outcome::Unproven);
    assert!(
        !length.fails(),
        "a bound that is not the least is one all the same"
    );
    assert!(hasty.fails());
}

#[test]
fn what_was_cut_short_is_proven_the_next_time() {
    let content = read(&content());
    let looks = Arc::new(AtomicU64::new(0));
    let hurry = Arc::new(AtomicBool::new(true));
    let (seen, pressed) = (Arc::clone(&looks), Arc::clone(&hurry));
    let now = move || {
        let step = if pressed.load(Ordering::Relaxed) {
            3_600
        } else {
            0
        };
        Duration::from_secs(seen.fetch_add(step, Ordering::Relaxed))
    };
    let prover = Prover::with(Limit {
        now: Arc::new(now),
        each: Duration::from_secs(1),
    });
    assert!(prover.prove(&content).unwrap().fails());
    hurry.store(false, Ordering::Relaxed);
    assert!(!prover.prove(&content).unwrap().fails());
}

#[test]
fn an_edit_of_one_pathway_proves_that_one_again_and_no_other() {
    let prover = Prover::with(timeless());
    let before = prover.prove(&read(&content())).unwrap();
    assert_eq!(before.proven_now, before.pathways);
    assert_eq!(prover.prove(&read(&content())).unwrap().proven_now, 0);
    let edited = small(
        "complaints/headache.yaml",
        "  - otherwise: self-care",
        "  - otherwise: pharmacy-24-hours",
    );
    let after = prover.prove(&read(&edited)).unwrap();
    assert_eq!(after.proven_now, 1);
    let fresh = report(&read(&edited));
    assert_eq!(
        fresh.found, after.found,
        "what was kept is what is found anew"
    );
}
