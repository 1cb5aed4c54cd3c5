//! The hazard log names tests and worked cases that exist, and reckons its risks by its own matrix.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Log {
    hazards: Vec<Hazard>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hazard {
    id: String,
    name: String,
    requirements: Vec<String>,
    description: String,
    cause: String,
    effect: String,
    existing_controls: Vec<String>,
    initial: Rating,
    new_controls: Vec<Control>,
    residual: Rating,
    status: Status,
    missing: Option<String>,
    owner: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    control: String,
    /// `module::path::test_function`, `pathways/cases/FILE.yaml: TITLE`, or a script.
    evidence: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rating {
    severity: usize,
    likelihood: usize,
    risk: u8,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Status {
    Open,
    Controlled,
    Absent,
}

/// By likelihood, then severity, both from 1: the matrix of `docs/clinical-safety/plan.md`.
const RISK: [[u8; 5]; 5] = [
    [1, 1, 2, 2, 3],
    [1, 2, 2, 3, 4],
    [2, 2, 3, 3, 4],
    [2, 3, 3, 4, 5],
    [3, 4, 4, 5, 5],
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn log() -> Log {
    let text = fs::read_to_string(root().join("docs/clinical-safety/hazards.yaml")).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

/// The text of every Rust file below a folder.
fn code(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            code(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

fn exists(evidence: &str, code: &str) -> bool {
    if let Some((file, title)) = evidence.split_once(": ") {
        let cases = fs::read_to_string(root().join(file)).unwrap_or_default();
        return cases
            .lines()
            .filter_map(|line| line.trim().strip_prefix("- case: "))
            .any(|known| known.trim_matches('"') == title);
    }
    if evidence.contains('/') {
        return root().join(evidence).is_file();
    }
    let name = evidence.rsplit("::").next().unwrap_or_default();
    code.contains(&format!("fn {name}("))
}

#[test]
fn every_control_names_tests_that_exist() {
    let mut source = String::new();
    code(&root().join("src"), &mut source);
    code(&root().join("tests"), &mut source);
    let mut missing = Vec::new();
    for hazard in log().hazards {
        for control in &hazard.new_controls {
            assert!(
                !control.evidence.is_empty(),
                "{}: {}",
                hazard.id,
                control.control
            );
            let lost = control
                .evidence
                .iter()
                .filter(|evidence| !exists(evidence, &source));
            missing.extend(lost.map(|evidence| format!("{}: {evidence}", hazard.id)));
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_risk_is_that_of_the_matrix_and_no_control_makes_it_worse() {
    for hazard in log().hazards {
        for rating in [&hazard.initial, &hazard.residual] {
            let risk = RISK[rating.likelihood - 1][rating.severity - 1];
            assert_eq!(rating.risk, risk, "{}", hazard.id);
        }
        assert!(hazard.residual.risk <= hazard.initial.risk, "{}", hazard.id);
    }
}

#[test]
fn every_hazard_is_told_whole_and_nothing_is_called_done_that_is_not() {
    let hazards = log().hazards;
    let ids: BTreeSet<&str> = hazards.iter().map(|hazard| hazard.id.as_str()).collect();
    assert_eq!(ids.len(), hazards.len(), "an id stands twice");
    for hazard in &hazards {
        let Hazard {
            id,
            name,
            requirements,
            description,
            cause,
            effect,
            existing_controls,
            owner,
            ..
        } = hazard;
        let told = [name, description, cause, effect, owner];
        let whole = told
            .into_iter()
            .chain(requirements)
            .chain(existing_controls)
            .all(|text| !text.trim().is_empty());
        assert!(whole, "{id}");
        let done = hazard.status == Status::Controlled;
        assert_eq!(
            done,
            hazard.missing.is_none(),
            "{id}: what is missing is said, and only there"
        );
        let is_there = hazard.status != Status::Absent;
        assert_eq!(
            is_there,
            !hazard.new_controls.is_empty(),
            "{id}: a function that is there has controls"
        );
    }
}

/// Words that would have somebody wait for help that nobody sent.
const SENT: [&str; 14] = [
    "passing this",
    "passed this",
    "pass this",
    "passed on",
    "on its way",
    "on their way",
    "help is coming",
    "ambulance is coming",
    "have sent",
    "has been sent",
    "we have asked",
    "will ring you.",
    "we will find",
    "we have booked",
];

#[test]
fn nothing_that_is_read_out_says_that_help_was_sent() {
    let mut said = Vec::new();
    for (name, text) in nhs111::cli::read_folder(&root().join("pathways")).unwrap() {
        // `staff:` is read out to nobody, and "we will find another way" is said of the next call.
        let read_out = text.lines().map(str::trim).filter(|line| {
            !line.starts_with('#')
                && !line.starts_with("staff:")
                && !line.contains("Phone 111 again at once")
        });
        let says = |line: &&str| SENT.iter().any(|words| line.to_lowercase().contains(words));
        said.extend(read_out.filter(says).map(|line| format!("{name}: {line}")));
    }
    assert_eq!(said, Vec::<String>::new());
}
