//! Promises and worked cases as written.

use super::fields::{self, Fields};
use super::flows::whom;
use super::{CaseWord, Name, PromiseSource};
use crate::pathway::cases::{Case, CaseFile, Expect, Said};
use crate::pathway::content::Place;
use crate::pathway::diagnostic::{Diagnostic, Findings, Span};
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
        findings.push(
            Diagnostic::error(node.span.clone(), "P801", "this is no promise").help(
                "a promise has one of `never_below`, `never_above`, or `below` with `always_asked`",
            ),
        );
        return None;
    }
    Some(promise)
}

/// `cases/NAME.yaml`.
pub fn cases(
    stem: &str,
    tree: &Node,
    words: &mut Vec<CaseWord>,
    findings: &mut Findings,
) -> Option<CaseFile> {
    let mut fields = Fields::of(tree, findings)?;
    let unless_said = said("unless_said", &mut fields, words, findings);
    let mut cases: Vec<Case> = Vec::new();
    if let Some(node) = fields.require("cases", findings) {
        for item in fields::list(node, findings) {
            let Some(case) = case(item, words, findings) else {
                continue;
            };
            if cases.iter().any(|other| other.title == case.title) {
                let message = format!("two cases are called `{}`", case.title);
                findings.push(
                    Diagnostic::error(item.span.clone(), "P802", message)
                        .help("give each case a title of its own"),
                );
            }
            cases.push(case);
        }
    }
    fields.finish(findings);
    unconfirmed(&cases, findings);
    Some(CaseFile {
        name: stem.to_owned(),
        unless_said,
        cases,
    })
}

/// Says how many cases of a file nobody has confirmed yet, where the first of them stands.
fn unconfirmed(cases: &[Case], findings: &mut Findings) {
    let mut suggested = cases.iter().filter(|case| case.suggested);
    let Some(first) = suggested.next() else {
        return;
    };
    let message = match suggested.count() + 1 {
        1 => "1 case is suggested and not confirmed: it shows nothing yet".to_owned(),
        count => format!("{count} cases are suggested and not confirmed: they show nothing yet"),
    };
    findings.push(
        Diagnostic::warning(Span::from(&first.place), "P806", message)
            .help("judge what each expects by its source, then write `source: …` in place of `suggested: yes`; or take it out"),
    );
}

fn case(node: &Node, words: &mut Vec<CaseWord>, findings: &mut Findings) -> Option<Case> {
    let mut fields = Fields::of(node, findings)?;
    let title = fields
        .require("case", findings)
        .and_then(|node| fields::sentence(node, findings));
    let mut patient = [None, None, None];
    if let Some(node) = fields.require("patient", findings)
        && let Some(mut keys) = Fields::of(node, findings)
    {
        patient = [
            one("age", &mut keys, CaseWord::Age, words, findings),
            one("sex", &mut keys, CaseWord::Sex, words, findings),
            one("party", &mut keys, CaseWord::Party, words, findings),
        ];
        keys.finish(findings);
    }
    let [age, sex, party] = patient;
    let case = Case {
        title: title.unwrap_or_default(),
        complaints: many(
            "complaints",
            &mut fields,
            CaseWord::Complaint,
            words,
            findings,
        ),
        age,
        sex,
        party,
        facts: said("facts", &mut fields, words, findings),
        volunteered: said("volunteered", &mut fields, words, findings),
        source: one("source", &mut fields, CaseWord::Source, words, findings),
        suggested: fields.flag("suggested", findings),
        expect: fields
            .require("expect", findings)
            .map(|node| expect(node, words, findings))
            .unwrap_or_default(),
        place: Place::from(&node.span),
    };
    fields.finish(findings);
    if case.suggested && case.source.is_some() {
        findings.push(
            Diagnostic::error(
                node.span.clone(),
                "P805",
                "a case that has a source is no longer a suggestion",
            )
            .help("a confirmed case has `source` and no `suggested`; a suggestion has no `source` yet"),
        );
    }
    (!case.title.is_empty()).then_some(case)
}

/// One word, kept to be looked up.
fn one(
    key: &'static str,
    fields: &mut Fields<'_>,
    kind: fn(Name) -> CaseWord,
    words: &mut Vec<CaseWord>,
    findings: &mut Findings,
) -> Option<String> {
    let name = fields.name(key, findings)?;
    words.push(kind(name.clone()));
    Some(name.text)
}

/// Words, kept to be looked up.
fn many(
    key: &'static str,
    fields: &mut Fields<'_>,
    kind: fn(Name) -> CaseWord,
    words: &mut Vec<CaseWord>,
    findings: &mut Findings,
) -> Vec<String> {
    let names = fields.names(key, findings);
    words.extend(names.iter().cloned().map(kind));
    names.into_iter().map(|name| name.text).collect()
}

fn said(
    key: &'static str,
    fields: &mut Fields<'_>,
    words: &mut Vec<CaseWord>,
    findings: &mut Findings,
) -> Vec<(String, Said)> {
    let Some(node) = fields.get(key) else {
        return Vec::new();
    };
    fields::entries(node, findings)
        .iter()
        .filter_map(|(key, value)| {
            let question = fields::name(key, findings)?;
            let answers = match &value.value {
                Value::List(_) => fields::names(value, findings),
                _ => vec![fields::name(value, findings)?],
            };
            let texts = answers.iter().map(|name| name.text.clone());
            let said = match &value.value {
                Value::List(_) => Said::Rows(texts.collect()),
                _ => Said::Word(texts.collect()),
            };
            let fact = question.text.clone();
            words.push(CaseWord::Said { question, answers });
            Some((fact, said))
        })
        .collect()
}

fn expect(node: &Node, words: &mut Vec<CaseWord>, findings: &mut Findings) -> Expect {
    let Some(mut fields) = Fields::of(node, findings) else {
        return Expect::default();
    };
    let because = fields.names("because", findings).into_iter();
    let expect = Expect {
        ask: one("ask", &mut fields, CaseWord::Question, words, findings),
        reach: one("reach", &mut fields, CaseWord::Reach, words, findings),
        within: fields
            .integer("within", 0..=1000, findings)
            .and_then(|within| u32::try_from(within).ok()),
        because: because.map(|name| name.text).collect(),
        also: many("also", &mut fields, CaseWord::Also, words, findings),
        advise: many("advise", &mut fields, CaseWord::Advise, words, findings),
        not_asked: many(
            "not_asked",
            &mut fields,
            CaseWord::Question,
            words,
            findings,
        ),
    };
    fields.finish(findings);
    expect
}
