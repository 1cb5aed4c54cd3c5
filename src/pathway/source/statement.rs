//! Statements, and the files that hold them, as written.

use std::sync::Arc;

use super::fields::{self, Fields};
use super::{
    FlowFile, Guard, Name, PathwayFile, Question, RiskEffect, RiskItem, ScoreSource, Sources,
    Statement, What, WhenSource, Whom, named_as_file, question, worked,
};
use crate::pathway::content::Codes;
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::text::Text;
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

/// `first-flow.yaml` and `interrupts.yaml`.
pub fn list_file(
    file: &Arc<str>,
    tree: &Node,
    key: &'static str,
    findings: &mut Findings,
) -> Option<FlowFile> {
    let mut fields = Fields::of(tree, findings)?;
    let flow = library_list(file, &mut fields, key, findings);
    fields.finish(findings);
    Some(flow)
}

fn library_list(
    file: &Arc<str>,
    fields: &mut Fields<'_>,
    key: &'static str,
    findings: &mut Findings,
) -> FlowFile {
    FlowFile {
        file: file.clone(),
        id: Name {
            text: String::new(),
            span: fields.span().clone(),
        },
        title: Text::default(),
        evidence: fields.names("evidence", findings),
        codes: Codes::default(),
        questions: own_questions(fields, findings),
        danger: Vec::new(),
        flow: fields
            .require(key, findings)
            .map(|node| statements(node, findings))
            .unwrap_or_default(),
    }
}

/// `risk-history.yaml`.
pub fn risk_history(sources: &mut Sources, file: &Arc<str>, tree: &Node, findings: &mut Findings) {
    let Some(mut fields) = Fields::of(tree, findings) else {
        return;
    };
    sources.risk_history = Some(library_list(file, &mut fields, "flow", findings));
    if let Some(items) = fields.require("items", findings) {
        for (key, value) in fields::entries(items, findings) {
            let item = fields::name(key, findings).and_then(|id| risk_item(id, value, findings));
            sources.risk_items.extend(item);
        }
    }
    fields.finish(findings);
}

fn risk_item(id: Name, node: &Node, findings: &mut Findings) -> Option<RiskItem> {
    let mut fields = Fields::of(node, findings)?;
    let reach = fields.required_name("reach", findings);
    let because = fields
        .require("because", findings)
        .and_then(|node| fields::text(node, findings));
    let item = RiskItem {
        guard: fields.guard(findings),
        because,
        staff: fields.name("staff", findings).map(|name| name.text),
        evidence: fields.names("evidence", findings),
        reach: Name {
            text: String::new(),
            span: id.span.clone(),
        },
        id,
    };
    fields.finish(findings);
    Some(RiskItem {
        reach: reach?,
        ..item
    })
}

/// `shared/NAME.yaml`.
pub fn shared(
    file: &Arc<str>,
    stem: &str,
    tree: &Node,
    findings: &mut Findings,
) -> Option<FlowFile> {
    let mut fields = Fields::of(tree, findings)?;
    let id = fields.required_name("shared", findings);
    let flow = FlowFile {
        file: file.clone(),
        id: Name {
            text: stem.to_owned(),
            span: tree.span.clone(),
        },
        title: fields.text("title", findings).unwrap_or_default(),
        evidence: fields.names("evidence", findings),
        codes: codes(&mut fields, findings),
        questions: own_questions(&mut fields, findings),
        danger: fields
            .get("danger")
            .map(|node| statements(node, findings))
            .unwrap_or_default(),
        flow: fields
            .get("flow")
            .map(|node| statements(node, findings))
            .unwrap_or_default(),
    };
    fields.finish(findings);
    named_as_file(&id?, stem, findings);
    Some(flow)
}

/// `complaints/NAME.yaml`.
pub fn pathway(
    file: &Arc<str>,
    stem: &str,
    tree: &Node,
    findings: &mut Findings,
) -> Option<PathwayFile> {
    let mut fields = Fields::of(tree, findings)?;
    let id = fields.required_name("pathway", findings);
    let family = fields.required_name("family", findings);
    let title = fields
        .require("title", findings)
        .and_then(|node| fields::text(node, findings));
    let whom = fields
        .get("for")
        .map(|node| whom(node, findings))
        .unwrap_or_default();
    let (risks, rest_usual) = fields
        .get("risks")
        .map(|node| risks(node, findings))
        .map_or((None, false), |(risks, rest)| (Some(risks), rest));
    let found_by = fields
        .names("found_by", findings)
        .into_iter()
        .map(|name| name.text)
        .collect();
    let flow = FlowFile {
        file: file.clone(),
        id: Name {
            text: stem.to_owned(),
            span: tree.span.clone(),
        },
        title: title.unwrap_or_default(),
        evidence: fields.names("evidence", findings),
        codes: codes(&mut fields, findings),
        questions: own_questions(&mut fields, findings),
        danger: fields
            .get("danger")
            .map(|node| statements(node, findings))
            .unwrap_or_default(),
        flow: fields
            .require("flow", findings)
            .map(|node| statements(node, findings))
            .unwrap_or_default(),
    };
    let promises = fields
        .get("promises")
        .map(|node| worked::promises(node, findings))
        .unwrap_or_default();
    fields.finish(findings);
    if let Some(id) = &id {
        named_as_file(id, stem, findings);
    }
    Some(PathwayFile {
        family: family.unwrap_or_else(|| flow.id.clone()),
        flow,
        whom,
        found_by,
        risks,
        rest_usual,
        promises,
    })
}

fn own_questions(fields: &mut Fields<'_>, findings: &mut Findings) -> Vec<Question> {
    fields
        .get("questions")
        .map(|node| question::questions(node, findings))
        .unwrap_or_default()
}

fn codes(fields: &mut Fields<'_>, findings: &mut Findings) -> Codes {
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

/// `for:`.
pub fn whom(node: &Node, findings: &mut Findings) -> Whom {
    let Some(mut fields) = Fields::of(node, findings) else {
        return Whom::default();
    };
    let whom = Whom {
        age: fields.rule("age", findings),
        sex: fields.name("sex", findings),
        party: fields.name("party", findings),
    };
    fields.finish(findings);
    whom
}

fn risks(node: &Node, findings: &mut Findings) -> (Vec<(Name, RiskEffect)>, bool) {
    let mut rest = false;
    let mut risks = Vec::new();
    for (key, value) in fields::entries(node, findings) {
        let Some(item) = fields::name(key, findings) else {
            continue;
        };
        if item.text == "rest" {
            match value.text() {
                Some("usual") => rest = true,
                _ => findings.push(
                    Diagnostic::error(
                        value.span.clone(),
                        "P218",
                        "the only value of `rest` is `usual`",
                    )
                    .fix("usual"),
                ),
            }
        } else if let Value::Map(_) = value.value {
            let Some(mut fields) = Fields::of(value, findings) else {
                continue;
            };
            // The reason is for the approvers who read the file; nothing shows it.
            fields.require("none", findings);
            fields.finish(findings);
            risks.push((item, RiskEffect::Nothing));
        } else if let Some(disposition) = fields::name(value, findings) {
            risks.push((item, RiskEffect::Reach(disposition)));
        }
    }
    (risks, rest)
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
            let span = fields
                .key_span(second)
                .cloned()
                .unwrap_or_else(|| node.span.clone());
            findings.push(
                Diagnostic::error(
                    span,
                    "P220",
                    format!(
                        "a statement does one thing, and this one has `{first}` and `{second}`"
                    ),
                )
                .help("begin a new item with `- `"),
            );
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
    let what = what(kind, value, &mut fields, findings);
    fields.finish(findings);
    built.what = what?;
    Some(built)
}

fn what(
    kind: &str,
    value: &Node,
    fields: &mut Fields<'_>,
    findings: &mut Findings,
) -> Option<What> {
    Some(match kind {
        "ask" => What::Ask(fields::names(value, findings)),
        "keep" => What::Keep(fields::names(value, findings)),
        "when" => What::When(WhenSource {
            rule: fields::rule(value, findings)?,
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

fn score(name: Name, fields: &mut Fields<'_>, findings: &mut Findings) -> ScoreSource {
    let mut points = Vec::new();
    if let Some(node) = fields.get("points") {
        for item in fields::list(node, findings) {
            let Some(mut part) = Fields::of(item, findings) else {
                continue;
            };
            let add = part
                .require("add", findings)
                .is_some()
                .then(|| part.integer("add", findings))
                .flatten();
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
    }
    let mut bands = Vec::new();
    if let Some(node) = fields.get("bands") {
        for (key, value) in fields::entries(node, findings) {
            let Some(question) = fields::name(key, findings) else {
                continue;
            };
            let mut ranges = Vec::new();
            for (range, points) in fields::entries(value, findings) {
                let (Some(range), Some(points)) = (
                    fields::name(range, findings),
                    fields::name(points, findings),
                ) else {
                    continue;
                };
                match points.text.parse() {
                    Ok(points) => ranges.push((range, points)),
                    Err(_) => findings.push(Diagnostic::error(
                        points.span,
                        "P207",
                        format!("points are a whole number, and not `{}`", points.text),
                    )),
                }
            }
            bands.push((question, ranges));
        }
    }
    if points.is_empty() && bands.is_empty() {
        findings.push(
            Diagnostic::error(
                name.span.clone(),
                "P222",
                format!("the score `{}` adds nothing", name.text),
            )
            .help("give it `points:` or `bands:`"),
        );
    }
    ScoreSource {
        name,
        points,
        bands,
    }
}
