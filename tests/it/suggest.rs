//! Suggested cases: written, they read back, pass, and exercise what they were suggested for.

use std::path::Path;

use nhs111::cli::read_folder;
use nhs111::pathway::{self, Content, Severity};
use nhs111::proof::suggest::{Left, Suggestions, file, suggest};
use nhs111::walk;
use nhs111::walk::run::{Coverage, Item};

use crate::broken::base;
use crate::random::{With, asked, library};

type Files = Vec<(String, String)>;

fn read(files: &Files) -> Content {
    let checked = pathway::read(files);
    checked
        .unwrap_or_else(|findings| panic!("{findings:#?}"))
        .content
}

/// The library with what is suggested for it, as `cases/suggested.yaml`.
fn with(files: &Files, content: &Content, suggestions: &Suggestions) -> Files {
    let mut files = files.clone();
    files.push((
        "cases/suggested.yaml".to_owned(),
        file(content, &suggestions.found),
    ));
    files
}

fn coverage(content: &Content) -> Coverage {
    let files = content.cases.iter();
    let cases = files.flat_map(|file| file.cases.iter().map(move |case| (file, case)));
    let runs: Vec<_> = cases
        .map(|(file, case)| (case, walk::run(content, file, case)))
        .collect();
    Coverage::of(content, runs.iter().map(|(case, run)| (*case, run)))
}

/// Every suggestion reads back, passes and exercises what it is for; gives how many there are.
#[track_caller]
fn hold(name: &str, files: &Files, suggestions: &Suggestions) -> usize {
    let content = read(files);
    if suggestions.found.is_empty() {
        return 0;
    }
    let files = with(files, &content, suggestions);
    let content = match pathway::read(&files) {
        Ok(checked) => checked.content,
        Err(findings) => {
            let mut errors = findings.iter();
            let error = errors.find(|finding| finding.severity == Severity::Error);
            panic!("{name}: {}\n{}", error.unwrap(), files.last().unwrap().1)
        }
    };
    let written = content.cases.iter().find(|file| file.name == "suggested");
    let written = written.unwrap();
    assert_eq!(written.cases.len(), suggestions.found.len(), "{name}");
    for (case, suggestion) in written.cases.iter().zip(&suggestions.found) {
        let run = walk::run(&content, written, case);
        assert_eq!(run.failures, [], "{name}: {}", case.title);
        assert!(case.suggested, "{name}: {}", case.title);
        assert!(!suggestion.exercises.is_empty(), "{name}: {}", case.title);
        let used = Item::used(&content, &run.used);
        for item in &suggestion.exercises {
            assert!(
                used.contains(item),
                "{name}: {}: {}",
                case.title,
                item.words(&content)
            );
        }
    }
    // They count for nothing, and are not suggested again.
    let before = coverage(&read(&files[..files.len() - 1].to_vec()));
    let after = coverage(&content);
    assert_eq!(after.unconfirmed, suggestions.found.len(), "{name}");
    assert_eq!(after.whole.missing, before.whole.missing, "{name}");
    assert!(suggest(&content, None).unwrap().found.is_empty(), "{name}");
    suggestions.found.len()
}

#[test]
fn of_random_libraries_every_suggestion_passes_and_exercises_what_it_is_for() {
    let (mut read, mut found, mut left) = (0, 0, 0);
    for seed in 1..=25 {
        let files = library(seed);
        // Now and then a random rule is always true or false, which the reader refuses.
        let Ok(checked) = pathway::read(&files) else {
            continue;
        };
        let suggestions = suggest(&checked.content, None).unwrap();
        read += 1;
        found += hold(&format!("library {seed}"), &files, &suggestions);
        left += suggestions.left.len();
    }
    println!("{read} libraries: {found} suggestions, {left} things without one");
    assert!(read > 15 && found > 10 * read, "{found} in {read}");
}

/// Where all is asked and defined, there is a case for nearly everything that somebody reaches. What is left has no words in a case: a line
/// that only a party nobody told makes true, an instant that is overdue.
#[test]
fn of_defined_libraries_hardly_anything_is_left_that_somebody_reaches() {
    let (mut exercised, mut short) = (0, Vec::new());
    for seed in 1..=15 {
        let with = With {
            interrupts: seed % 2 == 0,
            means: seed % 3 == 0,
            beside: seed % 5 == 0,
        };
        let files = asked(seed, with);
        let content = read(&files);
        let suggestions = suggest(&content, None).unwrap();
        hold(&format!("seed {seed}"), &files, &suggestions);
        for suggestion in &suggestions.found {
            exercised += suggestion.exercises.len();
        }
        let left = suggestions.left.iter();
        let left = left.filter(|(_, left)| *left == Left::NoCase);
        short.extend(left.map(|(item, _)| format!("{seed}: {}", item.words(&content))));
    }
    println!("{exercised} exercised, left: {short:#?}");
    assert!(
        exercised > 1_000 && short.len() * 50 < exercised,
        "{exercised}: {short:#?}"
    );
}

#[test]
fn every_line_outcome_and_option_of_a_sound_library_gets_a_case() {
    let files = base();
    let content = read(&files);
    let suggestions = suggest(&content, None).unwrap();
    assert_eq!(suggestions.left, []);
    hold("base", &files, &suggestions);
    // Confirmed, they leave nothing that no case exercises.
    let mut confirmed = with(&files, &content, &suggestions);
    let (_, text) = confirmed.last_mut().unwrap();
    *text = text.replace("suggested: yes", "source: ng84");
    let coverage = coverage(&read(&confirmed));
    assert_eq!(coverage.whole.missing, []);
    assert_eq!(coverage.unconfirmed, 0);
}

#[test]
fn a_deleted_case_is_suggested_again_for_what_only_it_exercised() {
    let files = base();
    let content = read(&files);
    let suggestions = suggest(&content, None).unwrap();
    let mut confirmed = with(&files, &content, &suggestions);
    let text = &mut confirmed.last_mut().unwrap().1;
    *text = text.replace("suggested: yes", "source: ng84");
    // Without the case that meets the child's `otherwise` and the line beside it.
    let place = text
        .find("  - case: a girl of 3 years, drinking no")
        .unwrap();
    let next = place + text[place..].find("  # for ").unwrap();
    text.replace_range(place..next, "");
    let content = read(&confirmed);
    let missing = coverage(&content).whole.missing;
    assert!(!missing.is_empty());
    let again = suggest(&content, None).unwrap();
    let covered: Vec<Item> = again
        .found
        .iter()
        .flat_map(|suggestion| suggestion.exercises.clone())
        .collect();
    for item in &missing {
        assert!(covered.contains(item), "{}", item.words(&content));
    }
    assert_eq!(again.found.len(), 1);
}

#[test]
fn the_cases_of_one_pathway_are_walked_in_it() {
    let content = read(&base());
    let suggestions = suggest(&content, Some("sore-throat-child")).unwrap();
    assert!(!suggestions.found.is_empty());
    for suggestion in &suggestions.found {
        assert_eq!(
            content.pathway(suggestion.pathway).id,
            "sore-throat-child",
            "{}",
            suggestion.case.title
        );
    }
    assert!(suggest(&content, Some("no-such-pathway")).is_none());
}

/// What no patient meets is said to be so, and nothing is made up for it.
#[test]
fn what_nobody_reaches_gets_no_case() {
    let mut files = base();
    let (_, text) = files
        .iter_mut()
        .find(|(name, _)| name == "complaints/sore-throat.yaml")
        .unwrap();
    *text = text.replace(
        "  - ask: taken\n",
        "  - ask: taken\n  - reach: call-back\n    if: swallowing == normal && pus_on_tonsils && fever_pain >= 9\n    because: Nobody is so.\n",
    );
    let content = match pathway::read(&files) {
        Ok(checked) => checked.content,
        Err(findings) => panic!("{findings:#?}"),
    };
    let suggestions = suggest(&content, None).unwrap();
    let left: Vec<Left> = suggestions.left.iter().map(|(_, left)| *left).collect();
    assert_eq!(left, [Left::Nobody]);
}

#[test]
fn the_content_has_a_case_for_what_somebody_reaches() {
    let files = read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("pathways")).unwrap();
    let mut files: Files = files;
    // Without the cases of one pathway, which are suggested again; the others take long to walk, and are left out as well.
    files.retain(|(name, _)| !name.starts_with("cases/"));
    let content = read(&files);
    let suggestions = suggest(&content, Some("sore-throat")).unwrap();
    assert_eq!(suggestions.left, []);
    let text = file(&content, &suggestions.found);
    files.push((
        "cases/suggested.yaml".to_owned(),
        text.replace("suggested: yes", "source: ng84"),
    ));
    let content = read(&files);
    let coverage = coverage(&content);
    let part = coverage.part("sore-throat").unwrap();
    let missing: Vec<String> = part
        .missing
        .iter()
        .map(|item| item.words(&content))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
