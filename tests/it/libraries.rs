//! What random libraries are like, and a look at one.

use std::collections::{BTreeMap, BTreeSet};

use nhs111::pathway::content::PathwayId;
use nhs111::pathway::definedness::undefined;

use crate::random::{With, asked, library, tiny};

/// Writes the library of `NHS111_SHOW_SEED` or `NHS111_SHOW_TINY` to standard output, to look at a seed that a test names.
#[test]
fn shows_the_library_of_a_seed() {
    let asked = |name| std::env::var(name).ok().and_then(|seed| seed.parse().ok());
    let files = match (asked("NHS111_SHOW_SEED"), asked("NHS111_SHOW_TINY")) {
        (Some(seed), _) => library(seed),
        (None, Some(seed)) => tiny(seed),
        (None, None) => return,
    };
    for (name, text) in &files {
        println!("--- {name}\n{text}");
    }
    for finding in nhs111::pathway::read(&files).err().unwrap_or_default() {
        println!("--- {finding}");
    }
}

/// Most random libraries are read, and every part of the language comes up in those that are.
///
/// What is refused, by code, goes to standard output.
#[test]
fn every_part_of_the_language_comes_up_in_random_libraries() {
    const LIBRARIES: u64 = 600;
    let mut refused: BTreeMap<&str, u64> = BTreeMap::new();
    let mut seen: BTreeMap<&str, u64> = PARTS.iter().map(|part| (*part, 0)).collect();
    let mut read = 0;
    for seed in 1..=LIBRARIES {
        let files = library(seed);
        match nhs111::pathway::read(&files) {
            Ok(_) => {
                read += 1;
                let text: Vec<&str> = files.iter().map(|(_, text)| text.as_str()).collect();
                let text = text.join("\n");
                for (part, count) in &mut seen {
                    *count += u64::from(text.contains(part));
                }
            }
            Err(findings) => {
                let codes: BTreeSet<&str> = findings.iter().map(|finding| finding.code).collect();
                for code in codes {
                    *refused.entry(code).or_insert(0) += 1;
                }
            }
        }
    }
    println!("{read} of {LIBRARIES} are read; refused: {refused:?}; parts: {seen:?}");
    assert!(read * 5 > LIBRARIES * 4, "{read} of {LIBRARIES}");
    let rare: Vec<_> = seen
        .iter()
        .filter(|(_, count)| **count * 50 < read)
        .collect();
    assert!(rare.is_empty(), "in fewer than one of fifty: {rare:?}");
}

/// Words by which the parts of the language are known in a library's text.
const PARTS: [&str; 62] = [
    "about: complaint",
    "checklist: [",
    "_list,",
    "ask: list\n",
    "_kept",
    "for:\n  age: ",
    "for:\n  sex: ",
    "for:\n  party: ",
    "..\"\n  sex: ",
    "- elsewhere: ",
    "      - elsewhere: ",
    "    none: w",
    "rest: usual",
    "- when: ",
    "      - when: ",
    "  else:\n",
    "any:\n",
    "unless: ",
    "per_kg(",
    "gives_way: [at-home]",
    "gives_way: [declined, at-home]",
    "hands_over: no\n    gives_way: ",
    "- include: ",
    "- keep: ",
    "- guide: ",
    "asks_again: ",
    "step: 0.1",
    "step: 5",
    "outside ",
    "worse: lower",
    "worse: last",
    "worse: no",
    "not_ordered: ",
    "any(",
    "all(",
    "ago: hours",
    "ago: days",
    "due: hours",
    "due: minutes",
    "hours_since(",
    "hours_until(",
    "- score: ",
    "bands:\n",
    "highest(",
    "- let: ",
    "not_sure: ",
    "means: { flag: yes }",
    "means: { sign: blue }",
    "unsure(",
    "if_unknown: ask s0",
    "level == high",
    "- also: police",
    "- also: crisis",
    "- advise: ",
    "up_to: ",
    "- settle: ",
    "only_if: ",
    "count([",
    "answers: text",
    "several:\n",
    "age in ",
    "  - add: -1",
];

/// The checker finds nothing undetermined where everything that is read is asked.
#[test]
fn where_everything_is_asked_every_line_is_defined() {
    for seed in 1..=40 {
        let with = With {
            interrupts: seed % 2 == 0,
            means: seed % 3 == 0,
            beside: seed % 5 == 0,
        };
        let files = asked(seed, with);
        let content = match nhs111::pathway::read(&files) {
            Ok(checked) => checked.content,
            Err(findings) => panic!("seed {seed}: {}", findings[0]),
        };
        for (place, pathway) in (0..).zip(&content.pathways) {
            let found = undefined(&content, PathwayId(place));
            let found: Vec<String> = found
                .iter()
                .map(|line| line.diagnostic(&content).to_string())
                .collect();
            assert!(found.is_empty(), "seed {seed}, {}: {found:?}", pathway.id);
        }
    }
}
