//! The difference of fixtures, and of today's content edited by hand.

use std::path::Path;

use nhs111::cli::read_folder;
use nhs111::pathway;
use nhs111::pathway::content::FactId;
use nhs111::pathway::form::AgeUnit;
use nhs111::proof::difference;
use nhs111::proof::difference::whom::{self, Band};
use nhs111::proof::difference::{Edit, What};

fn folder(name: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    read_folder(&root.join(name)).unwrap()
}

/// What changes, each with the sentence that says for whom.
#[track_caller]
fn told(before: &[(String, String)], after: &[(String, String)]) -> Vec<(Edit, What, String)> {
    let [before, after] = [before, after].map(|files| pathway::read(files).unwrap().content);
    let found = difference(&before, &after).unwrap();
    let all: Vec<FactId> = (0..).map(FactId).take(after.facts.len()).collect();
    found
        .changes()
        .flat_map(|(edit, change)| {
            let words = change.example.words(&after, &all);
            let told = move |what: &What| (edit.clone(), what.clone(), words.clone());
            change.whats().map(told)
        })
        .collect()
}

fn moved(from: &str, to: &str, is_down: bool) -> What {
    What::Moved {
        from: from.to_owned(),
        to: to.to_owned(),
        is_down,
    }
}

#[test]
fn a_category_that_was_moved_and_not_only_widened_goes_up_and_down() {
    let told = told(
        &folder("tests/fixtures/asthma/before"),
        &folder("tests/fixtures/asthma/after"),
    );
    let whats: Vec<&What> = told.iter().map(|(_, what, _)| what).collect();
    assert_eq!(
        whats,
        [
            &moved("ambulance-category-1", "ambulance-category-2", true),
            &What::AskedNoMore("deathly_colour".to_owned()),
            &moved("ambulance-category-2", "ambulance-category-1", false),
            &What::Asked("deathly_colour".to_owned()),
        ]
    );
    let has = |words: &str, what: &str| assert!(words.contains(what), "{words}");
    let (down, up) = (&told[0].2, &told[2].2);
    has(down, "asthma is yes");
    has(down, "fighting_for_breath is no");
    has(down, "drowsy is yes");
    has(down, "deathly_colour is yes");
    has(up, "fighting_for_breath is yes");
    let is_one_line = |edit: &Edit| {
        matches!(edit, Edit::Line { before: Some(was), after: Some(is) }
            if was.line == 25 && is.line == 25 && &*is.file == "complaints/breathlessness.yaml")
    };
    assert!(
        told.iter().all(|(edit, _, _)| is_one_line(edit)),
        "{told:#?}"
    );
}

#[test]
fn a_question_that_was_narrowed_says_who_is_no_longer_asked_and_who_goes_down() {
    let told = told(
        &folder("tests/fixtures/ectopic/before"),
        &folder("tests/fixtures/ectopic/after"),
    );
    let whats: Vec<&What> = told.iter().map(|(_, what, _)| what).collect();
    for what in [
        moved("ambulance-category-2", "clinician-30-minutes", true),
        moved("ambulance-category-2", "primary-care-24-hours", true),
        What::Asked("pregnancy".to_owned()),
        What::AskedNoMore("ectopic_signs".to_owned()),
    ] {
        assert!(whats.contains(&&what), "{whats:#?}");
    }
    assert!(
        !whats
            .iter()
            .any(|what| matches!(what, What::Moved { is_down: false, .. }))
    );
}

#[test]
fn an_age_that_was_moved_by_a_year_says_who_is_of_that_year() {
    let before = folder("pathways");
    let mut after = before.clone();
    for (name, text) in &mut after {
        if name == "complaints/vomiting.yaml" {
            *text = text.replacen(
                "vomit_many && age >= years(65)",
                "vomit_many && age >= years(66)",
                1,
            );
        }
    }
    assert_ne!(before, after);
    let [before, after] = [before, after].map(|files| pathway::read(&files).unwrap().content);
    let found = difference(&before, &after).unwrap();
    let year = Band {
        from: Some((AgeUnit::Months, 65 * 12)),
        before: Some((AgeUnit::Months, 66 * 12)),
    };
    let mut moved = 0;
    for (_, change) in found.changes() {
        assert_eq!(change.pathway, "vomiting");
        if matches!(change.what, What::Moved { .. }) {
            let groups = change.whom.as_ref().unwrap();
            let sexes: Vec<&str> = groups.iter().map(|group| group.sex.as_str()).collect();
            assert_eq!(sexes, ["female", "male"]);
            assert!(
                groups.iter().all(|group| group.ages == [year]),
                "{groups:?}"
            );
            assert_eq!(
                whom::said(groups),
                "female and male: 65 years to under 66 years"
            );
            moved += 1;
        }
    }
    assert!(moved > 0);
}

#[test]
fn ages_and_sexes_are_said_in_words() {
    let years = |count: i64| Some((AgeUnit::Months, count * 12));
    let band = |from, before| Band { from, before };
    let group = |sex: &str, ages: &[Band]| whom::Group {
        sex: sex.to_owned(),
        ages: ages.to_vec(),
    };
    let outside = [band(None, years(12)), band(years(56), None)];
    assert_eq!(
        whom::said(&[
            group("female", &outside),
            group("male", &[band(None, None)])
        ]),
        "female: under 12 years, 56 years and over; male: any age"
    );
    assert_eq!(
        whom::said(&[]),
        "whoever does not tell their sex, or not exactly their age"
    );
}

#[test]
fn wording_alone_changes_nothing_for_anybody() {
    let before = folder("pathways");
    let mut after = before.clone();
    for (name, text) in &mut after {
        if name == "complaints/sore-throat.yaml" {
            *text = text.replacen("title: ", "title: A very ", 1);
        }
    }
    assert_ne!(before, after);
    let [before, after] = [before, after].map(|files| pathway::read(&files).unwrap().content);
    let found = difference(&before, &after).unwrap();
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(found.alike.len(), after.pathways.len());
}

#[test]
fn a_family_that_is_divided_elsewhere_says_who_is_sent_elsewhere() {
    let before = folder("pathways");
    let mut after = before.clone();
    for (name, text) in &mut after {
        if name.starts_with("complaints/sore-throat") {
            *text = text
                .replace("\"years(5)..\"", "\"years(4)..\"")
                .replace("\"..years(5)\"", "\"..years(4)\"");
        }
    }
    assert_ne!(before, after);
    let told = told(&before, &after);
    let is_four = |words: &String| words.contains("age 4 years");
    assert!(
        told.iter()
            .any(|(_, what, words)| matches!(what, What::Moved { .. }) && is_four(words)),
        "{told:#?}"
    );
    assert!(told.iter().all(|(_, _, words)| is_four(words)), "{told:#?}");
}

#[test]
fn contents_that_are_the_same_differ_in_nothing() {
    let content = pathway::read(&folder("pathways")).unwrap().content;
    assert!(difference(&content, &content).unwrap().is_empty());
}
