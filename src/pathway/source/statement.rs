//! Statements, and the files that hold them, as written.

use std::ops::RangeInclusive;

use super::fields::{self, Fields};
use super::{Guard, Name, ScoreSource, Statement, What, WhenSource};
use crate::pathway::content::Codes;
use crate::pathway::diagnostic::{Diagnostic, Findings, Span};
use crate::pathway::yaml::{Node, Value};

/// The keys that say what a statement does, and which other keys it may have.
const KINDS: [&str; 13] = [
    "ask",
    "reach",
    "settle",
    "otherwise",
    "also",
    "keep",
    "guide",
    "advise",
    "let",
    "score",
    "when",
    "include",
    "elsewhere",
];

pub fn codes(fields: &mut Fields<'_>, findings: &mut Findings) -> Codes {
    let Some(node) = fields.get("codes") else {
        return Codes::default();
    };
    let Some(mut fields) = Fields::of(node, findings) else {
        return Codes::default();
    };
    let codes = Codes {
        sg: fields.name("sg", findings).map(|name| name.text),
        sd: fields.name("sd", findings).map(|name| name.text),
    };
    fields.finish(findings);
    codes
}

/// A list of statements.
pub fn statements(node: &Node, findings: &mut Findings) -> Vec<Statement> {
    fields::list(node, findings)
        .iter()
        .filter_map(|item| statement(item, findings))
        .collect()
}

fn statement(node: &Node, findings: &mut Findings) -> Option<Statement> {
    let mut fields = Fields::of(node, findings)?;
    let Value::Map(entries) = &node.value else {
        return None;
    };
    let kinds: Vec<&'static str> = KINDS
        .into_iter()
        .filter(|kind| entries.iter().any(|(key, _)| key.text() == Some(kind)))
        .collect();
    let kind = match kinds.as_slice() {
        [kind] => *kind,
        [] => {
            let first = entries
                .first()
                .and_then(|(key, _)| key.text())
                .unwrap_or_default();
            let span = entries
                .first()
                .map_or(node.span.clone(), |(key, _)| key.span.clone());
            findings.push(
                Diagnostic::error(span, "P219", "this is no statement")
                    .help(format!(
                        "a statement has one of the keys {}",
                        KINDS.join(", ")
                    ))
                    .did_you_mean(first, KINDS),
            );
            return None;
        }
        [first, second, ..] => {
            findings.push(two_statements(&fields, node, first, second));
            return None;
        }
    };
    let span = fields
        .key_span(kind)
        .cloned()
        .unwrap_or_else(|| node.span.clone());
    let value = fields.get(kind)?;
    let mut built = Statement {
        what: What::Ask(Vec::new()),
        guard: Guard::default(),
        because: None,
        staff: None,
        evidence: Vec::new(),
        codes: Codes::default(),
        gives_way: Vec::new(),
        span,
    };
    if !matches!(kind, "when" | "otherwise" | "score") {
        built.guard = fields.guard(findings);
    }
    if matches!(kind, "reach" | "settle" | "otherwise" | "also") {
        built.because = if matches!(kind, "reach" | "settle") {
            fields
                .require("because", findings)
                .and_then(|node| fields::text(node, findings))
        } else {
            fields.text("because", findings)
        };
        built.staff = fields.name("staff", findings).map(|name| name.text);
        built.evidence = fields.names("evidence", findings);
        built.codes = codes(&mut fields, findings);
    }
    if matches!(kind, "reach" | "also") {
        built.gives_way = fields.names("gives_way", findings);
    }
    if kind == "let" && built.guard.is_absent() {
        let message = "this condition would hold for everybody";
        findings.push(
            Diagnostic::error(built.span.clone(), "P221", message)
                .help("say when: add `if:`, `unless:` or `any:`"),
        );
    }
    let what = what(kind, value, &mut fields, findings);
    fields.finish(findings);
    built.what = what?;
    Some(built)
}

/// Two statements in one item: the `- ` between them was forgotten.
fn two_statements(fields: &Fields<'_>, node: &Node, first: &str, second: &str) -> Diagnostic {
    let span = |key| fields.key_span(key).unwrap_or(&node.span).clone();
    let (first_span, second_span) = (span(first), span(second));
    let (above, below) = if first_span <= second_span {
        (first_span, second_span)
    } else {
        (second_span, first_span)
    };
    let message = format!("a statement does one thing, and this one has `{first}` and `{second}`");
    let found = Diagnostic::error(below.clone(), "P220", message)
        .help("begin a new item with `- ` where the second begins");
    if node.in_flow || above.line == below.line || below.column < 3 {
        return found;
    }
    let before = Span {
        column: below.column - 2,
        length: 2,
        ..below
    };
    found.fix_at(before, "- ")
}

fn what(
    kind: &str,
    value: &Node,
    fields: &mut Fields<'_>,
    findings: &mut Findings,
) -> Option<What> {
    Some(match kind {
        "ask" => What::Ask(some_names(kind, value, fields, findings)),
        "keep" => What::Keep(some_names(kind, value, fields, findings)),
        "when" => What::When(WhenSource {
            rule: fields.rule("when", findings),
            then: fields
                .require("do", findings)
                .map(|node| statements(node, findings))
                .unwrap_or_default(),
            otherwise: fields
                .get("else")
                .map(|node| statements(node, findings))
                .unwrap_or_default(),
        }),
        "score" => What::Score(score(fields::name(value, findings)?, fields, findings)),
        _ => {
            let name = fields::name(value, findings)?;
            match kind {
                "reach" => What::Reach(name),
                "settle" => What::Settle(name),
                "otherwise" => What::Otherwise(name),
                "also" => What::Also(name),
                "guide" => What::Guide(name),
                "advise" => What::Advise(name),
                "let" => What::Let(name),
                "include" => What::Include(name),
                _ => What::Elsewhere(name),
            }
        }
    })
}

fn some_names(kind: &str, value: &Node, fields: &Fields<'_>, findings: &mut Findings) -> Vec<Name> {
    if matches!(&value.value, Value::List(items) if items.is_empty()) {
        let span = fields.key_span(kind).unwrap_or(&value.span).clone();
        findings.push(
            Diagnostic::error(span, "P228", format!("`{kind}` names no question"))
                .help("name the questions, or remove the statement"),
        );
    }
    fields::names(value, findings)
}

/// No single part of a score is larger than this.
const MOST_POINTS: RangeInclusive<i64> = -1000..=1000;

fn score(name: Name, fields: &mut Fields<'_>, findings: &mut Findings) -> ScoreSource {
    let (points, bands) = (fields.get("points"), fields.get("bands"));
    if points.is_none() && bands.is_none() {
        let message = format!("the score `{}` adds nothing", name.text);
        findings.push(
            Diagnostic::error(name.span.clone(), "P222", message)
                .help("give it `points:` or `bands:`"),
        );
    }
    let before = findings.len();
    let points = points.map(|node| points_of(node, findings));
    let bands = bands.map(|node| bands_of(node, findings));
    ScoreSource {
        name,
        points: points.unwrap_or_default(),
        bands: bands.unwrap_or_default(),
        is_incomplete: findings.len() > before,
    }
}

fn points_of(node: &Node, findings: &mut Findings) -> Vec<(i64, Guard)> {
    let mut points = Vec::new();
    for item in fields::list(node, findings) {
        let Some(mut part) = Fields::of(item, findings) else {
            continue;
        };
        let add = part.required_name("add", findings);
        let add = add.and_then(|add| fields::integer(&add, MOST_POINTS, findings));
        let guard = part.guard(findings);
        if guard.is_absent() {
            findings.push(
                Diagnostic::error(
                    item.span.clone(),
                    "P221",
                    "these points are added for everybody",
                )
                .help("say when: add `if:`, `unless:` or `any:`"),
            );
        }
        part.finish(findings);
        points.extend(add.map(|add| (add, guard)));
    }
    points
}

fn bands_of(node: &Node, findings: &mut Findings) -> Vec<(Name, Vec<(Name, i64)>)> {
    let mut bands = Vec::new();
    for (key, value) in fields::entries(node, findings) {
        let Some(question) = fields::name(key, findings) else {
            continue;
        };
        let mut ranges = Vec::new();
        for (range, points) in fields::entries(value, findings) {
            let range = fields::name(range, findings);
            let points = fields::name(points, findings)
                .and_then(|points| fields::integer(&points, MOST_POINTS, findings));
            ranges.extend(range.zip(points));
        }
        bands.push((question, ranges));
    }
    bands
}
