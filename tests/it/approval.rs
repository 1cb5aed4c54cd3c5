//! What can lower a result is listed for the people who approve a release, and nothing else is.

use std::collections::BTreeSet;

use nhs111::pathway::{self, Diagnostic, Severity};

use crate::broken::base;

fn notes(changes: &[(&str, &str, &str)]) -> Vec<Diagnostic> {
    let mut files = base();
    for (name, from, to) in changes {
        let file = files.iter_mut().find(|(file, _)| file == name);
        let (_, text) = file.expect("the file is there");
        assert!(text.contains(from), "{name} holds {from}");
        *text = text.replacen(from, to, 1);
    }
    pathway::read(&files)
        .expect("the content is sound")
        .for_approval
}

#[track_caller]
fn says(notes: &[Diagnostic], code: &str, place: &str, message: &str) {
    let found = notes.iter().any(|note| {
        let at = format!("{}:{}", note.span.file, note.span.line);
        note.code == code && at == place && note.message == message
    });
    assert!(found, "{code} at {place} is not among {notes:#?}");
}

#[test]
fn each_use_of_what_can_lower_a_result_is_one_note() {
    let throat = "complaints/sore-throat.yaml";
    let found = notes(&[
        (
            throat,
            "    worse: first",
            "    worse: first\n    not_sure: sore",
        ),
        (
            throat,
            "    never_below: ambulance",
            "    never_below: ambulance\n    unless: [stay-at-home]",
        ),
        (
            throat,
            "  weak_immunity: call-back",
            "  weak_immunity: pharmacy",
        ),
    ]);
    says(
        &found,
        "P901",
        "complaints/sore-throat.yaml:86",
        "`settle self-care` may take the place of `pharmacy`",
    );
    says(
        &found,
        "P902",
        "dispositions.yaml:24",
        "`emergency-department` gives way to `stay-at-home`, and becomes `palliative-visit`",
    );
    says(
        &found,
        "P903",
        "complaints/sore-throat-child.yaml:21",
        "`elsewhere sore-throat` takes away `primary-care`, and that pathway can end in pharmacy, self-care",
    );
    says(
        &found,
        "P904",
        "complaints/sore-throat-child.yaml:9",
        "`bleeding` reaches nothing here (It does not matter here.); its usual is `pharmacy`",
    );
    says(
        &found,
        "P904",
        "complaints/sore-throat.yaml:11",
        "`weak_immunity` reaches `pharmacy` here; its usual is `primary-care`",
    );
    says(
        &found,
        "P905",
        "complaints/sore-throat.yaml:22",
        "the answers to `fever_days` have no order: Short and long fevers have different causes.",
    );
    says(
        &found,
        "P906",
        "complaints/sore-throat.yaml:17",
        "\"not sure\" of `swallowing` is read as `sore`",
    );
    says(
        &found,
        "P907",
        "complaints/sore-throat.yaml:95",
        "this promise does not hold for `stay-at-home`",
    );
    assert!(found.iter().all(|note| note.severity == Severity::Note));
}

#[test]
fn a_content_of_reaches_alone_has_no_note() {
    let text = "pathway: cough\ntitle: Cough\nfamily: cough\nevidence: ng84\nrisks:\n  rest: usual\nflow:\n  - ask: cough\n  - reach: call-back\n    if: cough\n    because: It is.\n  - otherwise: pharmacy\n";
    let before: BTreeSet<String> = notes(&[]).iter().map(ToString::to_string).collect();
    let mut files = base();
    files.push(("complaints/cough.yaml".to_owned(), text.to_owned()));
    let checked = pathway::read(&files).expect("the content is sound");
    let after: BTreeSet<String> = checked
        .for_approval
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(before, after);
}
