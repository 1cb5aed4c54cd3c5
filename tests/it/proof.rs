//! Promises, proven of today's content, and broken by hand.

use std::path::Path;

use nhs111::cli::read_folder;
use nhs111::pathway::{self, Content};
use nhs111::proof::{Verdict, order, promises};

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
            Verdict::Proven | Verdict::Empty => None,
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
