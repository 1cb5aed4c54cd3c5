//! The direction of dependencies, read from the `use` lines and paths of each module; and that the README names what is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Module, and the modules of this crate that it may name. What is not listed may name anything.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("pathway", &["pathway"]),
    ("walk", &["walk", "pathway"]),
    ("cores", &["cores"]),
    ("proof", &["proof", "walk", "pathway", "cores"]),
    ("case", &["case", "walk", "pathway"]),
    ("directory", &["directory", "pathway"]),
    (
        "service",
        &["service", "directory", "case", "walk", "pathway"],
    ),
    ("store", &["store", "service", "directory", "case"]),
    ("clock", &["clock", "service"]),
    ("config", &["config", "store", "service", "case"]),
    ("telemetry", &["telemetry", "config"]),
    (
        "generate",
        &["generate", "service", "case", "walk", "pathway"],
    ),
    (
        "http",
        &[
            "http",
            "service",
            "directory",
            "case",
            "walk",
            "pathway",
            "proof",
        ],
    ),
];

/// What the pure modules may not name at all.
const IMPURE: &[&str] = &[
    "axum",
    "tower",
    "tower_http",
    "sqlx",
    "tokio",
    "tracing",
    "metrics",
    "async_trait",
    "getrandom",
    "std::fs",
    "std::env",
    "std::time::SystemTime",
    "std::time::Instant",
    "std::net",
    "std::thread",
    "Timestamp::now",
    "Zoned::now",
    "async fn",
];

const PURE: &[&str] = &["pathway", "walk", "proof", "case", "directory"];

/// A name, and the only places that may name it.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("rhai::", &["src/pathway/rule"]),
    ("serde_yaml::", &["src/pathway/yaml", "src/config"]),
    ("csv::", &["src/directory/read"]),
    ("sqlx::", &["src/store"]),
    ("axum::", &["src/http", "src/cli"]),
];

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

fn all_sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    sources(&root.join("src"), &mut paths);
    paths
        .into_iter()
        .map(|path| {
            (
                path.strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned(),
                code(&fs::read_to_string(&path).unwrap()),
            )
        })
        .collect()
}

/// The text without comments and without what only tests see.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The module at the top of the crate that a file belongs to.
fn module(file: &str) -> &str {
    let rest = file.strip_prefix("src/").unwrap();
    rest.split(['/', '.']).next().unwrap()
}

/// The modules of this crate that a text names.
fn named(text: &str) -> BTreeSet<String> {
    text.match_indices("crate::")
        .flat_map(|(at, found)| {
            let rest = &text[at + found.len()..];
            let group = rest.strip_prefix('{').map(|rest| {
                rest.split('}')
                    .next()
                    .unwrap_or_default()
                    .split(',')
                    .collect::<Vec<_>>()
            });
            group.unwrap_or_else(|| vec![rest]).into_iter().map(|part| {
                part.trim()
                    .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            })
        })
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn each_module_names_only_what_it_stands_on() {
    let mut faults = Vec::new();
    for (file, text) in all_sources() {
        let Some((_, may)) = MAY_NAME.iter().find(|(name, _)| *name == module(&file)) else {
            continue;
        };
        faults.extend(
            named(&text)
                .into_iter()
                .filter(|name| !may.contains(&name.as_str()))
                .map(|name| format!("{file} names crate::{name}")),
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_pure_modules_know_nothing_of_the_world() {
    let mut faults = Vec::new();
    for (file, text) in all_sources()
        .into_iter()
        .filter(|(file, _)| PURE.contains(&module(file)) && !file.ends_with("tests.rs"))
    {
        for name in IMPURE {
            let names = text.match_indices(name).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let after = text[at + name.len()..].chars().next();
                before.is_none_or(|letter| {
                    !letter.is_alphanumeric() && letter != '_' && letter != ':'
                }) && (name.contains([':', ' ']) || after == Some(':'))
            });
            if names {
                faults.push(format!("{file} names {name}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_library_is_named_only_where_it_is_wrapped() {
    let mut faults = Vec::new();
    for (file, text) in all_sources() {
        for (name, places) in ONLY_IN {
            if text.contains(name) && !places.iter().any(|place| file.starts_with(place)) {
                faults.push(format!("{file} names {name}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Phone and online reach the same result for the same facts (G13): what decides cannot tell them apart.
#[test]
fn what_decides_knows_no_voice_and_no_channel() {
    let decides = [
        "src/walk/",
        "src/pathway/form.rs",
        "src/pathway/rule/",
        "src/pathway/encode/",
        "src/pathway/content/line.rs",
    ];
    let mut faults = Vec::new();
    for (file, text) in all_sources() {
        if !decides.iter().any(|place| file.starts_with(place)) {
            continue;
        }
        let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let named = words.filter(|word| matches!(*word, "Voice" | "Channel" | "voice" | "channel"));
        faults.extend(named.map(|word| format!("{file} names {word}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_reader_of_use_lines_sees_groups_and_paths() {
    let names = named("use crate::{case, walk::Facts}; let x = crate::pathway::read();");
    assert_eq!(
        names.into_iter().collect::<Vec<_>>(),
        ["case", "pathway", "walk"]
    );
}

/// The paths under `src/` that a text names.
fn places(text: &str) -> BTreeSet<&str> {
    let is_of_path = |letter: char| letter.is_alphanumeric() || "/_.-".contains(letter);
    text.split(|letter| !is_of_path(letter))
        .filter(|word| word.starts_with("src/"))
        .map(|word| word.trim_end_matches(['.', '/']))
        .collect()
}

#[test]
fn the_readme_names_every_part_and_nothing_that_is_gone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let named = places(&readme);
    let gone = named.iter().filter(|place| !root.join(place).exists());
    let gone: Vec<_> = gone.collect();
    assert!(gone.is_empty(), "README.md names {gone:?}, not there");
    let parts = fs::read_dir(root.join("src")).unwrap();
    let unnamed: Vec<_> = parts
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| format!("src/{}", entry.file_name().to_str().unwrap()))
        .filter(|part| !named.contains(part.as_str()))
        .collect();
    assert!(unnamed.is_empty(), "README.md does not name {unnamed:?}");
}

#[test]
fn the_reader_of_places_sees_files_and_folders() {
    let named = places("`src/walk/step.rs` is in src/walk/. Not ssrc/a, nor `walk/b.rs`.");
    assert_eq!(
        named.into_iter().collect::<Vec<_>>(),
        ["src/walk", "src/walk/step.rs"]
    );
}
