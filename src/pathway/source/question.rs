//! Questions, checklists and system facts as written.

use super::fields::{self, Fields};
use super::{Answers, ChoiceSource, Name, Question};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::yaml::{Node, Value};

/// A file that holds questions under one key.
pub fn file(tree: &Node, key: &'static str, findings: &mut Findings) -> Vec<Question> {
    let Some(mut fields) = Fields::of(tree, findings) else {
        return Vec::new();
    };
    let found = fields
        .require(key, findings)
        .map(|node| questions(node, findings))
        .unwrap_or_default();
    fields.finish(findings);
    found
}

/// The questions of a map.
pub fn questions(node: &Node, findings: &mut Findings) -> Vec<Question> {
    fields::entries(node, findings)
        .iter()
        .filter_map(|(key, value)| {
            let id = fields::name(key, findings)?;
            question(id, value, findings)
        })
        .collect()
}

fn question(id: Name, node: &Node, findings: &mut Findings) -> Option<Question> {
    let mut fields = Fields::of(node, findings)?;
    let checklist = fields
        .get("checklist")
        .map(|list| Answers::Checklist(fields::names(list, findings)));
    let answered = fields
        .get("answers")
        .and_then(|answers| read_answers(answers, findings));
    let question = Question {
        wording: fields.wording(findings),
        why: fields.text("why", findings),
        help: fields.text("help", findings),
        rephrase: fields.texts("rephrase", findings),
        red_flag: fields.flag("red_flag", findings),
        worse: fields.name("worse", findings),
        not_ordered: fields.name("not_ordered", findings),
        ask_again_after: fields.name("ask_again_after", findings),
        only_if: fields.rule("only_if", findings),
        otherwise: fields.name("otherwise", findings),
        not_sure: fields.name("not_sure", findings),
        about_complaint: about_complaint(&mut fields, findings),
        if_unknown: if_unknown(&mut fields, findings),
        answers: checklist.or(answered).unwrap_or(Answers::YesNo),
        id,
    };
    fields.finish(findings);
    Some(question)
}

fn about_complaint(fields: &mut Fields<'_>, findings: &mut Findings) -> bool {
    let Some(about) = fields.name("about", findings) else {
        return false;
    };
    if about.text != "complaint" && about.text != "person" {
        findings.push(
            Diagnostic::error(
                about.span,
                "P215",
                format!(
                    "a question is about the `complaint` or the `person`, and not `{}`",
                    about.text
                ),
            )
            .fix("complaint"),
        );
        return false;
    }
    about.text == "complaint"
}

/// `if_unknown: ask q`.
fn if_unknown(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<Name> {
    let written = fields.name("if_unknown", findings)?;
    match written.text.strip_prefix("ask ") {
        Some(question) => Some(Name {
            text: question.trim().to_owned(),
            span: written.span,
        }),
        None => {
            findings.push(
                Diagnostic::error(
                    written.span.clone(),
                    "P216",
                    "`if_unknown` says which question to ask",
                )
                .fix(format!("ask {}", written.text)),
            );
            None
        }
    }
}

fn read_answers(node: &Node, findings: &mut Findings) -> Option<Answers> {
    if let Some(word) = node.text() {
        return match word {
            "text" => Some(Answers::Text),
            "age" => Some(Answers::Age),
            _ => {
                findings.push(
                    Diagnostic::error(node.span.clone(), "P217", format!("`{word}` is no kind of answer"))
                        .did_you_mean(word, ["text", "age"])
                        .help("answers are options, `{ number: … }`, `{ ago: … }`, `{ due: … }`, `{ table: … }` or `text`"),
                );
                None
            }
        };
    }
    let mut fields = Fields::of(node, findings)?;
    let kind = if fields.get("number").is_some() {
        let unit = fields.name("number", findings)?;
        let (from, to) = (
            fields.required_name("from", findings),
            fields.required_name("to", findings),
        );
        let step = fields.name("step", findings);
        Answers::Number {
            unit,
            from: from?,
            to: to?,
            step,
        }
    } else if fields.get("ago").is_some() {
        let (unit, to) = (
            fields.name("ago", findings)?,
            fields.required_name("to", findings),
        );
        Answers::Ago { unit, to: to? }
    } else if fields.get("due").is_some() {
        let unit = fields.name("due", findings)?;
        let (from, to) = (
            fields.required_name("from", findings),
            fields.required_name("to", findings),
        );
        Answers::Due {
            unit,
            from: from?,
            to: to?,
        }
    } else if fields.get("table").is_some() {
        Answers::Table(fields.name("table", findings)?)
    } else {
        return Some(Answers::OneOf(choices(node, findings)));
    };
    fields.finish(findings);
    Some(kind)
}

fn choices(node: &Node, findings: &mut Findings) -> Vec<ChoiceSource> {
    fields::entries(node, findings)
        .iter()
        .filter_map(|(key, value)| {
            let id = fields::name(key, findings)?;
            if !matches!(value.value, Value::Map(_)) {
                return Some(ChoiceSource {
                    id,
                    text: fields::text(value, findings)?,
                    means: Vec::new(),
                });
            }
            let mut fields = Fields::of(value, findings)?;
            let means = fields
                .get("means")
                .map(|means| means_of(means, findings))
                .unwrap_or_default();
            let text = fields.wording(findings);
            fields.finish(findings);
            Some(ChoiceSource { id, text, means })
        })
        .collect()
}

fn means_of(node: &Node, findings: &mut Findings) -> Vec<(Name, Name)> {
    fields::entries(node, findings)
        .iter()
        .filter_map(|(fact, value)| {
            Some((
                fields::name(fact, findings)?,
                fields::name(value, findings)?,
            ))
        })
        .collect()
}
