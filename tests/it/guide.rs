//! The libraries in the guides for authors: what is printed there passes every check.

use std::collections::BTreeMap;
use std::path::Path;

use nhs111::pathway;
use nhs111::walk;

const GUIDES: [&str; 2] = ["docs/authors/language.md", "docs/authors/first-day.md"];

/// A library: `(name, text)` of each of its files.
type Files = Vec<(String, String)>;

/// The files of each library: the fenced blocks whose first line is `yaml LIBRARY/FILE`. A later block replaces an earlier one.
fn libraries() -> BTreeMap<String, Files> {
    let mut libraries: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for guide in GUIDES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(guide);
        let text = std::fs::read_to_string(&path).unwrap();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some((library, file)) = line
                .strip_prefix("```yaml ")
                .and_then(|name| name.split_once('/'))
            else {
                continue;
            };
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let files = libraries.entry(library.to_owned()).or_default();
            files.insert(file.to_owned(), block.join("\n") + "\n");
        }
    }
    libraries
        .into_iter()
        .map(|(library, files)| (library, files.into_iter().collect()))
        .collect()
}

#[test]
fn the_libraries_of_the_guides_check_without_a_finding() {
    let libraries = libraries();
    assert_eq!(libraries.keys().collect::<Vec<_>>(), ["small", "whole"]);
    for (library, files) in libraries {
        let checked =
            pathway::read(&files).unwrap_or_else(|findings| panic!("{library}: {findings:?}"));
        let mut findings = checked.warnings;
        findings.extend(pathway::analyse(&checked.content));
        assert!(findings.is_empty(), "{library}: {findings:?}");
    }
}

#[test]
fn the_worked_cases_of_the_guides_hold() {
    for (library, files) in libraries() {
        let content = pathway::read(&files).unwrap().content;
        for file in &content.cases {
            for case in &file.cases {
                let run = walk::run(&content, file, case);
                assert!(
                    run.failures.is_empty(),
                    "{library}: {}: {:?}",
                    case.title,
                    run.failures
                );
            }
        }
    }
}
