//! How deep and how large a content may be.

use std::fmt::Write as _;

use nhs111::pathway;

use crate::broken::base;

fn codes(name: &str, text: String) -> Vec<&'static str> {
    codes_of(vec![(name.to_owned(), text)])
}

fn codes_of(added: Vec<(String, String)>) -> Vec<&'static str> {
    let files: Vec<_> = base().into_iter().chain(added).collect();
    match pathway::read(&files) {
        Ok(_) => Vec::new(),
        Err(findings) => findings.iter().map(|finding| finding.code).collect(),
    }
}

/// Flows that include one another, each the next.
fn nested(depth: usize) -> Vec<(String, String)> {
    let flow = |place: usize| {
        let next = match place {
            0 => String::from("  - ask: cough\n"),
            _ => format!("  - include: nested-{}\n", place - 1),
        };
        let text = format!("title: Nested\nevidence: ng84\nflow:\n{next}");
        (format!("shared/nested-{place}.yaml"), text)
    };
    let mut files: Vec<_> = (0..depth).map(flow).collect();
    let top = format!(
        "pathway: cough\ntitle: Cough\nfamily: cough\nevidence: ng84\nrisks:\n  rest: usual\nflow:\n  - include: nested-{}\n  - otherwise: pharmacy\n",
        depth - 1
    );
    files.push(("complaints/cough.yaml".to_owned(), top));
    files
}

#[test]
fn flows_may_join_each_other_twenty_deep_and_not_a_hundred() {
    assert_eq!(codes_of(nested(20)), Vec::<&str>::new());
    assert_eq!(codes_of(nested(100)), ["P539"]);
}

#[test]
fn a_content_of_too_many_questions_is_refused() {
    let mut text = "questions:\n".to_owned();
    for place in 0..20_001 {
        let _ = write!(text, "  sign_{place}:\n    say: Is it so?\n");
    }
    assert_eq!(codes("questions/signs.yaml", text), ["P540"]);
}

#[test]
fn a_content_of_too_many_statements_is_refused() {
    let reach = "  - reach: pharmacy\n    if: cough\n    because: It is.\n";
    let text = format!(
        "pathway: cough\ntitle: Cough\nfamily: cough\nevidence: ng84\nrisks:\n  rest: usual\nflow:\n  - ask: cough\n{}  - otherwise: pharmacy\n",
        reach.repeat(60_001)
    );
    assert_eq!(codes("complaints/cough.yaml", text), ["P540"]);
}
