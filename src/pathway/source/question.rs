//! Questions, checklists and system facts as written.

use super::fields::{self, Fields};
use super::{Answers, ChoiceSource, Name, Question};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::text::Text;
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
            Some(question(id, value, findings))
        })
        .collect()
}

/// A question; one that cannot be read keeps its name, so that its readers are not blamed.
fn question(id: Name, node: &Node, findings: &mut Findings) -> Question {
    let Some(mut fields) = Fields::of(node, findings) else {
        return unread(id);
    };
    let question = match fields.get("checklist") {
        Some(members) => checklist(id, members, &mut fields, findings),
        None => plain(id, &mut fields, findings),
    };
    fields.finish(findings);
    question
}

fn unread(id: Name) -> Question {
    Question {
        id,
        wording: Text::default(),
        why: None,
        help: None,
        rephrase: Vec::new(),
        red_flag: false,
        worse: None,
        not_ordered: None,
        ask_again_after: None,
        only_if: None,
        otherwise: None,
        not_sure: None,
        about_complaint: false,
        if_unknown: None,
        answers: Answers::Unread,
    }
}

/// A screen has words of its own and nothing else: who is asked, and what counts, is its members'.
fn checklist(
    id: Name,
    members: &Node,
    fields: &mut Fields<'_>,
    findings: &mut Findings,
) -> Question {
    let members = fields::names(members, findings);
    if members.is_empty() {
        let message = format!("the checklist `{}` lists nothing", id.text);
        findings.push(
            Diagnostic::error(id.span.clone(), "P228", message)
                .help("name the yes/no questions that it shows"),
        );
    }
    Question {
        wording: fields.wording(findings),
        why: fields.text("why", findings),
        help: fields.text("help", findings),
        rephrase: fields.texts("rephrase", findings),
        answers: Answers::Checklist(members),
        ..unread(id)
    }
}

fn plain(id: Name, fields: &mut Fields<'_>, findings: &mut Findings) -> Question {
    Question {
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
        about_complaint: about_complaint(fields, findings),
        if_unknown: if_unknown(fields, findings),
        answers: match fields.get("answers") {
            Some(answers) => answers_of(answers, findings).unwrap_or(Answers::Unread),
            None => Answers::YesNo,
        },
        id,
    }
}

fn about_complaint(fields: &mut Fields<'_>, findings: &mut Findings) -> bool {
    let Some(about) = fields.name("about", findings) else {
        return false;
    };
    if about.text != "complaint" && about.text != "person" {
        let message = format!(
            "a question is about the `complaint` or the `person`, and not `{}`",
            about.text
        );
        findings.push(
            Diagnostic::error(about.span, "P215", message)
                .help("about the person is the default: leave the key out")
                .fix("complaint"),
        );
        return false;
    }
    about.text == "complaint"
}

/// `if_unknown: ask q`.
fn if_unknown(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<Name> {
    let written = fields.name("if_unknown", findings)?;
    let Some(question) = written.text.strip_prefix("ask ") else {
        let instead = format!("ask {}", written.text);
        findings.push(
            Diagnostic::error(
                written.span,
                "P216",
                "`if_unknown` says which question to ask",
            )
            .help(format!("write `{instead}`"))
            .fix(instead),
        );
        return None;
    };
    let mut span = written.span.clone();
    span.column += 4;
    span.length = span.length.saturating_sub(4);
    Some(Name {
        text: question.trim().to_owned(),
        span,
    })
}

fn answers_of(node: &Node, findings: &mut Findings) -> Option<Answers> {
    match node.text() {
        Some("text") => return Some(Answers::Text),
        Some("age") => return Some(Answers::Age),
        Some(word) => {
            let message = format!("`{word}` is no kind of answer");
            findings.push(
                Diagnostic::error(node.span.clone(), "P217", message)
                    .help(
                        "answers are options, `number: …`, `ago: …`, `due: …`, `table: …` or `text`",
                    )
                    .did_you_mean(word, ["text", "age"]),
            );
            return None;
        }
        None => {}
    }
    let mut fields = Fields::of(node, findings)?;
    let kind = if fields.get("number").is_some() {
        number(&mut fields, findings)
    } else if fields.get("ago").is_some() {
        let unit = fields.name("ago", findings);
        let to = fields.required_name("to", findings);
        unit.zip(to).map(|(unit, to)| Answers::Ago { unit, to })
    } else if fields.get("due").is_some() {
        due(&mut fields, findings)
    } else if fields.get("table").is_some() {
        fields.name("table", findings).map(Answers::Table)
    } else {
        return Some(Answers::OneOf(choices(node, findings)));
    };
    fields.finish(findings);
    kind
}

fn number(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<Answers> {
    let unit = fields.name("number", findings);
    let from = fields.required_name("from", findings);
    let to = fields.required_name("to", findings);
    let step = fields.name("step", findings);
    Some(Answers::Number {
        unit: unit?,
        from: from?,
        to: to?,
        step,
    })
}

fn due(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<Answers> {
    let unit = fields.name("due", findings);
    let from = fields.required_name("from", findings);
    let to = fields.required_name("to", findings);
    Some(Answers::Due {
        unit: unit?,
        from: from?,
        to: to?,
    })
}

fn choices(node: &Node, findings: &mut Findings) -> Vec<ChoiceSource> {
    fields::entries(node, findings)
        .iter()
        .filter_map(|(key, value)| choice(fields::name(key, findings)?, value, findings))
        .collect()
}

fn choice(id: Name, value: &Node, findings: &mut Findings) -> Option<ChoiceSource> {
    if !matches!(value.value, Value::Map(_)) {
        return Some(ChoiceSource {
            id,
            text: fields::text(value, findings).unwrap_or_default(),
            means: Vec::new(),
        });
    }
    let mut fields = Fields::of(value, findings)?;
    let means = fields.get("means");
    let choice = ChoiceSource {
        id,
        text: fields.wording(findings),
        means: means
            .map(|means| means_of(means, findings))
            .unwrap_or_default(),
    };
    fields.finish(findings);
    Some(choice)
}

fn means_of(node: &Node, findings: &mut Findings) -> Vec<(Name, Name)> {
    fields::entries(node, findings)
        .iter()
        .filter_map(|(fact, value)| {
            let fact = fields::name(fact, findings);
            fact.zip(fields::name(value, findings))
        })
        .collect()
}
