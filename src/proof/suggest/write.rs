//! Suggestions as the text of a case file, for an author to judge.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::pathway::cases::Said;
use crate::pathway::content::Content;

use super::Suggestion;

const HEAD: &str = "\
# Written by `nhs111 cases --suggest`; nobody has judged these cases yet, and they count for nothing. What each of them expects is what the
# walk gives today, which proves nothing: read in the source what should become of this patient. If it is what the case expects, write
# `source: …` in place of `suggested: yes`. If not, the content is wrong, or the source is silent: mend it, or take the case out.
";

/// The text of one case file that holds these suggestions; it reads as `cases/NAME.yaml` under any free name.
pub fn file(content: &Content, suggestions: &[Suggestion]) -> String {
    let mut baseline: BTreeMap<&str, &Said> = BTreeMap::new();
    for suggestion in suggestions {
        for (name, said) in &suggestion.case.facts {
            if suggestion.usual.contains(name) {
                baseline.entry(name).or_insert(said);
            }
        }
    }
    let mut text = HEAD.to_owned();
    if !baseline.is_empty() {
        text.push_str("unless_said:\n");
        for (name, said) in &baseline {
            line(&mut text, &format!("  {name}: {}", value(said)));
        }
    }
    text.push_str("cases:\n");
    let mut titles = BTreeSet::new();
    for suggestion in suggestions {
        case(&mut text, content, suggestion, &baseline, &mut titles);
    }
    text
}

fn case(
    text: &mut String,
    content: &Content,
    suggestion: &Suggestion,
    baseline: &BTreeMap<&str, &Said>,
    titles: &mut BTreeSet<String>,
) {
    let case = &suggestion.case;
    for item in &suggestion.exercises {
        line(text, &format!("  # for {}", item.words(content)));
    }
    let mut title = case.title.clone();
    for number in 2.. {
        if titles.insert(title.clone()) {
            break;
        }
        title = format!("{} ({number})", case.title);
    }
    line(text, &format!("  - case: {title}"));
    let patient = [
        ("age", &case.age),
        ("sex", &case.sex),
        ("party", &case.party),
    ];
    let patient: Vec<String> = patient
        .into_iter()
        .filter_map(|(key, word)| Some(format!("{key}: {}", word.as_deref()?)))
        .collect();
    line(text, &format!("    patient: {{ {} }}", patient.join(", ")));
    line(
        text,
        &format!("    complaints: [{}]", case.complaints.join(", ")),
    );
    let unusual = case.facts.iter();
    let unusual = unusual.filter(|(name, said)| baseline.get(name.as_str()) != Some(&said));
    said(text, "facts", unusual);
    said(text, "volunteered", case.volunteered.iter());
    line(text, "    suggested: yes");
    line(text, "    expect:");
    if let Some(reach) = &case.expect.reach {
        line(text, &format!("      reach: {reach}"));
    }
    if !case.expect.also.is_empty() {
        line(
            text,
            &format!("      also: [{}]", case.expect.also.join(", ")),
        );
    }
}

fn said<'s>(text: &mut String, key: &str, said: impl Iterator<Item = &'s (String, Said)>) {
    let mut said = said.peekable();
    if said.peek().is_some() {
        line(text, &format!("    {key}:"));
    }
    for (name, said) in said {
        line(text, &format!("      {name}: {}", value(said)));
    }
}

fn value(said: &Said) -> String {
    match said {
        Said::Word(word) => word.clone(),
        Said::Rows(rows) => format!("[{}]", rows.join(", ")),
    }
}

fn line(text: &mut String, line: &str) {
    // Writing to a text does not fail.
    let _ = writeln!(text, "{line}");
}
