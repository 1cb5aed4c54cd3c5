//! Reading one value: a word, a list, a rule, a text.

use std::ops::RangeInclusive;

use super::fields::Fields;
use super::{Name, RuleText};
use crate::pathway::diagnostic::{Diagnostic, Findings, Span};
use crate::pathway::text::Text;
use crate::pathway::yaml::{Node, Style, Value};

/// `90s`, `20min`, `6h`, `3d` in seconds.
pub fn seconds(text: &str) -> Option<u32> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (count, unit) = text.split_at_checked(digits)?;
    let unit = match unit {
        "s" => 1,
        "min" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    count.parse::<u32>().ok()?.checked_mul(unit)
}

/// The items of a list, or a finding.
pub fn list<'n>(node: &'n Node, findings: &mut Findings) -> &'n [Node] {
    match &node.value {
        Value::List(items) => items,
        _ => {
            findings.push(
                Diagnostic::error(
                    node.span.clone(),
                    "P210",
                    format!("a list belongs here, and there is {}", node.what()),
                )
                .help("write one item a line, each with `- `"),
            );
            &[]
        }
    }
}

/// The entries of a map, or a finding.
pub fn entries<'n>(node: &'n Node, findings: &mut Findings) -> &'n [(Node, Node)] {
    match &node.value {
        Value::Map(entries) => entries,
        _ => {
            findings.push(no_map(node));
            &[]
        }
    }
}

pub(super) fn no_map(node: &Node) -> Diagnostic {
    let message = format!("a map of keys belongs here, and there is {}", node.what());
    Diagnostic::error(node.span.clone(), "P201", message)
        .help("write `key: value`, one a line; docs/authors/format.md says which keys")
}

/// Nothing, an empty list, or text without a letter.
pub(super) fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::Scalar { text, .. } => text.trim().is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(_) => false,
    }
}

/// A whole number within bounds.
pub fn integer(name: &Name, bounds: RangeInclusive<i64>, findings: &mut Findings) -> Option<i64> {
    let number = name
        .text
        .parse()
        .ok()
        .filter(|number| bounds.contains(number));
    if number.is_none() {
        let (from, to) = (bounds.start(), bounds.end());
        let message = format!("`{}` is no whole number from {from} to {to}", name.text);
        findings.push(
            Diagnostic::error(name.span.clone(), "P207", message)
                .help("write it in digits, without unit or decimal point"),
        );
    }
    number
}

/// One word.
pub fn name(node: &Node, findings: &mut Findings) -> Option<Name> {
    match node.text() {
        Some(text) => Some(Name {
            text: text.to_owned(),
            span: node.span.clone(),
        }),
        None => {
            let message = format!("a single value belongs here, and there is {}", node.what());
            findings.push(
                Diagnostic::error(node.span.clone(), "P211", message)
                    .help("write one word or number after the colon"),
            );
            None
        }
    }
}

/// One word or a list of them.
pub fn names(node: &Node, findings: &mut Findings) -> Vec<Name> {
    match &node.value {
        Value::List(items) => items
            .iter()
            .filter_map(|item| name(item, findings))
            .collect(),
        _ => name(node, findings).into_iter().collect(),
    }
}

/// A rule.
pub fn rule(node: &Node, findings: &mut Findings) -> Option<RuleText> {
    let Value::Scalar { text, pieces, .. } = &node.value else {
        findings.push(
            Diagnostic::error(
                node.span.clone(),
                "P212",
                format!("a rule belongs here, and there is {}", node.what()),
            )
            .help("write the rule on one line; put several rules in `any:`"),
        );
        return None;
    };
    let mut span = node.span.clone();
    if let Some(first) = pieces.first() {
        (span.line, span.column) = (first.line, first.column);
    }
    Some(RuleText {
        text: text.clone(),
        span,
        pieces: if pieces.len() > 1 {
            pieces.clone()
        } else {
            Vec::new()
        },
    })
}

/// A text: a sentence, or a block of variants.
pub fn text(node: &Node, findings: &mut Findings) -> Option<Text> {
    match &node.value {
        Value::Map(_) => {
            let mut fields = Fields::of(node, findings)?;
            let text = fields.wording(findings);
            fields.finish(findings);
            Some(text)
        }
        _ => sentence(node, findings).map(Text::plain),
    }
}

/// A list of texts.
pub fn texts(node: &Node, findings: &mut Findings) -> Vec<Text> {
    let items = list(node, findings).iter();
    items.filter_map(|item| text(item, findings)).collect()
}

/// Wording: a scalar outside of braces.
pub fn sentence(node: &Node, findings: &mut Findings) -> Option<String> {
    let Value::Scalar { text, style, .. } = &node.value else {
        let message = format!("wording belongs here, and there is {}", node.what());
        findings
            .push(Diagnostic::error(node.span.clone(), "P213", message).help("write a sentence"));
        return None;
    };
    if text.trim().is_empty() {
        findings.push(
            Diagnostic::error(node.span.clone(), "P213", "this wording is empty")
                .help("write a sentence, or remove the key"),
        );
        return None;
    }
    if node.in_flow && *style == Style::Plain {
        let found = Diagnostic::error(
            node.span.clone(),
            "P214",
            "wording in braces is cut at its first comma",
        )
        .help("write it in block style, one key a line");
        findings.push(if text.contains(['"', '\\']) {
            found
        } else {
            found.fix(format!("\"{text}\""))
        });
    }
    placeholders(node, text, findings);
    Some(text.trim().to_owned())
}

/// Reports anything in braces that is not `{patient}`: it would be shown as it stands.
fn placeholders(node: &Node, text: &str, findings: &mut Findings) {
    let mut before = 0;
    let mut rest = text;
    while let Some((head, after)) = rest.split_once('{') {
        let (inner, tail) = after.split_once('}').unwrap_or((after, ""));
        before += head.chars().count();
        let written = format!("{{{inner}}}");
        let length = written.chars().count();
        if inner != "patient" {
            let span = within(node, before, length);
            let found = Diagnostic::error(
                span.clone().unwrap_or_else(|| node.span.clone()),
                "P229",
                format!("`{written}` is no placeholder"),
            )
            .help("the only placeholder is `{patient}`");
            findings.push(match span {
                Some(span) => found.fix_at(span, "{patient}"),
                None => found,
            });
        }
        before += length;
        rest = tail;
    }
}

/// Where a run of the text of a scalar stands, if it is written on one line as it is.
fn within(node: &Node, offset: usize, length: usize) -> Option<Span> {
    let Value::Scalar { text, pieces, .. } = &node.value else {
        return None;
    };
    let [piece] = pieces.as_slice() else {
        return None;
    };
    // Escapes would shift it.
    let as_it_is = !text.contains(['"', '\'', '\\', '\n', '\t']);
    as_it_is.then(|| Span {
        file: node.span.file.clone(),
        line: piece.line,
        column: piece.column + offset as u32,
        length: length as u32,
    })
}
