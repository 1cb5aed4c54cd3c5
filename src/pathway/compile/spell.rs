//! A rule spelled out in one way only, so that a line can be told across releases by what it says.

use sha2::{Digest, Sha256};

use super::facts::Questions;
use crate::pathway::content::{FactId, Kind};
use crate::pathway::form::{AgeUnit, Forms, Node, Part, Rule};

/// What a line is across releases: the file it stands in, its effect and its guard as lowered and inlined.
///
/// Thirty-two hexadecimal digits of the SHA-256 of the three, spelled out.
pub fn line_key(
    file: &str,
    effect: &str,
    guard: Rule,
    forms: &Forms,
    questions: &Questions,
) -> String {
    let mut text = format!("{file}\n{effect}\n");
    spell(guard, forms, questions, &mut text);
    let digest = Sha256::digest(text.as_bytes());
    hex::encode(digest).chars().take(32).collect()
}

fn spell(rule: Rule, forms: &Forms, questions: &Questions, out: &mut String) {
    match forms.node(rule) {
        Node::Constant(value) => out.push_str(if *value { "true" } else { "false" }),
        Node::OneOf { fact, options } => {
            let names = match questions.kind(*fact) {
                Some(Kind::OneOf { options: all, .. }) => all
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| options & (1 << place) != 0)
                    .map(|(_, option)| option.id.as_str())
                    .collect(),
                _ => Vec::new(),
            };
            out.push_str(&format!(
                "{}∈{}",
                name(*fact, questions),
                sorted(names).join(",")
            ));
        }
        Node::Number { fact, from, to } => {
            out.push_str(&format!("{}∈{from}..={to}", name(*fact, questions)))
        }
        Node::Age {
            fact,
            unit,
            from,
            to,
        } => {
            let unit = if *unit == AgeUnit::Months {
                "months"
            } else {
                "days"
            };
            out.push_str(&format!("{}∈{unit} {from}..={to}", name(*fact, questions)));
        }
        Node::Picked { fact, rows } => out.push_str(&format!(
            "{}∋{:?}",
            name(*fact, questions),
            forms.rows(*rows)
        )),
        Node::PerKg {
            amount,
            weight,
            from,
            to,
        } => out.push_str(&format!(
            "{}/{}∈{from}..={to}",
            name(*amount, questions),
            name(*weight, questions)
        )),
        Node::Score {
            score,
            highest,
            from,
            to,
        } => {
            let parts = forms
                .score(*score)
                .parts
                .iter()
                .map(|part| spelled_part(part, forms, questions))
                .collect();
            out.push_str(&format!(
                "{}({})∈{from}..={to}",
                if *highest { "highest" } else { "sum" },
                sorted(parts).join(";")
            ));
        }
        Node::AtLeast { n, of } => joined(
            &format!("{n}of"),
            forms.children(*of),
            forms,
            questions,
            out,
        ),
        Node::All(of) => joined("all", forms.children(*of), forms, questions, out),
        Node::Any(of) => joined("any", forms.children(*of), forms, questions, out),
        Node::Not(inner) => joined("not", &[*inner], forms, questions, out),
        Node::Surely(inner) => joined("surely", &[*inner], forms, questions, out),
        Node::Unsure(fact) => out.push_str(&format!("unsure {}", name(*fact, questions))),
    }
}

fn joined(word: &str, rules: &[Rule], forms: &Forms, questions: &Questions, out: &mut String) {
    let parts = rules
        .iter()
        .map(|rule| spelled(*rule, forms, questions))
        .collect();
    out.push_str(&format!("{word}({})", sorted(parts).join(";")));
}

fn spelled(rule: Rule, forms: &Forms, questions: &Questions) -> String {
    let mut text = String::new();
    spell(rule, forms, questions, &mut text);
    text
}

fn spelled_part(part: &Part, forms: &Forms, questions: &Questions) -> String {
    match part {
        Part::Points { points, guard } => format!("{points}:{}", spelled(*guard, forms, questions)),
        Part::Bands { fact, bands } => format!("{}:{bands:?}", name(*fact, questions)),
        Part::Options { fact, points } => format!("{}:{points:?}", name(*fact, questions)),
    }
}

fn sorted<T: Ord>(mut parts: Vec<T>) -> Vec<T> {
    parts.sort_unstable();
    parts
}

fn name(fact: FactId, questions: &Questions) -> &str {
    questions
        .facts
        .get(fact.index())
        .map(|fact| fact.id.as_str())
        .unwrap_or_default()
}
