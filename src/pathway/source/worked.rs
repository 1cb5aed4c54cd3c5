//! Promises and worked cases as written.

use std::sync::Arc;

use super::PromiseSource;
use super::fields::{self, Fields};
use super::statement::whom;
use crate::pathway::cases::{Case, CaseFile, Expect, Said};
use crate::pathway::content::Place;
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::yaml::{Node, Value};

/// `promises.yaml`.
pub fn promises_file(tree: &Node, findings: &mut Findings) -> Vec<PromiseSource> {
    let Some(mut fields) = Fields::of(tree, findings) else {
        return Vec::new();
    };
    let found = fields
        .require("promises", findings)
        .map(|node| promises(node, findings))
        .unwrap_or_default();
    fields.finish(findings);
    found
}

/// A list of promises.
pub fn promises(node: &Node, findings: &mut Findings) -> Vec<PromiseSource> {
    fields::list(node, findings)
        .iter()
        .filter_map(|item| promise(item, findings))
        .collect()
}

fn promise(node: &Node, findings: &mut Findings) -> Option<PromiseSource> {
    let mut fields = Fields::of(node, findings)?;
    let promise = PromiseSource {
        whom: fields
            .get("for")
            .map(|node| whom(node, findings))
            .unwrap_or_default(),
        when: fields.rule("when", findings),
        never_below: fields.name("never_below", findings),
        never_above: fields.name("never_above", findings),
        below: fields.name("below", findings),
        always_asked: fields.names("always_asked", findings),
        unless: fields.names("unless", findings),
        span: node.span.clone(),
    };
    fields.finish(findings);
    let kinds = usize::from(promise.never_below.is_some())
        + usize::from(promise.never_above.is_some())
        + usize::from(promise.below.is_some());
    if kinds != 1 || promise.below.is_some() == promise.always_asked.is_empty() {
        findings.push(Diagnostic::error(
            node.span.clone(),
            "P801",
            "a promise is one of `never_below`, `never_above`, or `below` with `always_asked`",
        ));
        return None;
    }
    Some(promise)
}

/// `cases/NAME.yaml`.
pub fn cases(
    file: &Arc<str>,
    stem: &str,
    tree: &Node,
    findings: &mut Findings,
) -> Option<CaseFile> {
    let mut fields = Fields::of(tree, findings)?;
    let unless_said = fields
        .get("unless_said")
        .map(|node| said(node, findings))
        .unwrap_or_default();
    let mut cases: Vec<Case> = Vec::new();
    if let Some(node) = fields.require("cases", findings) {
        for item in fields::list(node, findings) {
            let Some(case) = case(file, item, findings) else {
                continue;
            };
            if cases.iter().any(|other| other.title == case.title) {
                findings.push(
                    Diagnostic::error(
                        item.span.clone(),
                        "P802",
                        format!("two cases are called `{}`", case.title),
                    )
                    .help("give each case a title of its own"),
                );
            }
            cases.push(case);
        }
    }
    fields.finish(findings);
    Some(CaseFile {
        name: stem.to_owned(),
        unless_said,
        cases,
    })
}

fn case(file: &Arc<str>, node: &Node, findings: &mut Findings) -> Option<Case> {
    let mut fields = Fields::of(node, findings)?;
    let title = fields
        .require("case", findings)
        .and_then(|node| fields::sentence(node, findings));
    let mut patient = (None, None, None);
    if let Some(node) = fields.require("patient", findings) {
        if let Some(mut keys) = Fields::of(node, findings) {
            let mut word = |key| keys.name(key, findings).map(|name| name.text);
            patient = (word("age"), word("sex"), word("party"));
            keys.finish(findings);
        }
    }
    let complaints = fields
        .names("complaints", findings)
        .into_iter()
        .map(|name| name.text)
        .collect();
    let facts = fields
        .get("facts")
        .map(|node| said(node, findings))
        .unwrap_or_default();
    let volunteered = fields
        .get("volunteered")
        .map(|node| said(node, findings))
        .unwrap_or_default();
    let source = fields.name("source", findings).map(|name| name.text);
    let expect = fields
        .require("expect", findings)
        .map(|node| expect(node, findings))
        .unwrap_or_default();
    fields.finish(findings);
    let (age, sex, party) = patient;
    let place = Place {
        file: file.clone(),
        line: node.span.line,
    };
    Some(Case {
        title: title?,
        complaints,
        age,
        sex,
        party,
        facts,
        volunteered,
        source,
        expect,
        place,
    })
}

fn said(node: &Node, findings: &mut Findings) -> Vec<(String, Said)> {
    fields::entries(node, findings)
        .iter()
        .filter_map(|(key, value)| {
            let fact = fields::name(key, findings)?.text;
            let said = match &value.value {
                Value::List(items) => Said::Rows(
                    items
                        .iter()
                        .filter_map(|item| fields::name(item, findings))
                        .map(|name| name.text)
                        .collect(),
                ),
                _ => Said::Word(fields::name(value, findings)?.text),
            };
            Some((fact, said))
        })
        .collect()
}

fn expect(node: &Node, findings: &mut Findings) -> Expect {
    let Some(mut fields) = Fields::of(node, findings) else {
        return Expect::default();
    };
    let mut words = |key| {
        fields
            .names(key, findings)
            .into_iter()
            .map(|name| name.text)
            .collect::<Vec<_>>()
    };
    let (because, also, advise, not_asked) = (
        words("because"),
        words("also"),
        words("advise"),
        words("not_asked"),
    );
    let expect = Expect {
        ask: fields.name("ask", findings).map(|name| name.text),
        reach: fields.name("reach", findings).map(|name| name.text),
        within: fields
            .integer("within", findings)
            .and_then(|within| u32::try_from(within).ok()),
        because,
        also,
        advise,
        not_asked,
    };
    fields.finish(findings);
    expect
}
