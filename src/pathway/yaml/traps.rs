//! Traps: what is legal YAML, or nearly, and not what its author meant.

use std::sync::Arc;

use super::{Node, RULE_KEYS, Style, Value, place};
use crate::pathway::diagnostic::{Diagnostic, Findings, Span};

/// What a text was turned into so that its tree can be read all the same, once its traps are reported.
#[derive(Default)]
pub(super) struct Mended {
    /// The text without its traps; `None` where nothing had to change.
    pub(super) text: Option<String>,
    /// Lines that were made longer, and by how many characters.
    pub(super) longer: Vec<(u32, u32)>,
}

/// Traps that are seen in the text itself.
pub(super) fn in_text(file: &Arc<str>, text: &str, findings: &mut Findings) -> Mended {
    byte_order_mark(file, text, findings);
    line_ends(file, text, findings);
    let mut mended = String::with_capacity(text.len());
    let mut longer = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        let number = index + 1;
        if index > 0 {
            mended.push('\n');
        }
        let (line, tabs) = without_tabs(file, number, line, findings);
        if tabs > 0 {
            longer.push((number as u32, tabs));
        }
        match tagged_rule(&line) {
            Some(bang) => {
                tagged(file, number, &line, bang, findings);
                mended.push_str(line.get(..bang).unwrap_or_default());
                mended.push(' ');
                mended.push_str(line.get(bang + 1..).unwrap_or_default());
            }
            None => mended.push_str(&line),
        }
        if let Some(column) = rule_in_braces(&line) {
            findings.push(
                Diagnostic::error(
                    place(file, number, column),
                    "P106",
                    "a rule in braces is cut at its first `[` or `,`",
                )
                .help("write the statement in block style, one key a line"),
            );
        }
    }
    Mended {
        text: (mended != text).then_some(mended),
        longer,
    }
}

fn byte_order_mark(file: &Arc<str>, text: &str, findings: &mut Findings) {
    if text.starts_with('\u{feff}') {
        let span = Span {
            length: 1,
            ..place(file, 1, 1)
        };
        findings.push(
            Diagnostic::error(span, "P102", "the file starts with a byte-order mark")
                .help("save it as UTF-8 without a byte-order mark")
                .fix(""),
        );
    }
}

fn line_ends(file: &Arc<str>, text: &str, findings: &mut Findings) {
    let crlf = text.matches("\r\n").count();
    let mixed = crlf > 0 && crlf < text.matches('\n').count();
    if mixed || text.matches('\r').count() > crlf {
        let odd = text.split('\n').position(|line| line.contains('\r'));
        findings.push(
            Diagnostic::error(
                place(file, odd.unwrap_or(0) + 1, 1),
                "P103",
                "the file mixes kinds of line end",
            )
            .help("end every line with a line feed alone"),
        );
    }
}

/// The line with two spaces for every tab of its indentation, and how many tabs there were.
fn without_tabs(
    file: &Arc<str>,
    number: usize,
    line: &str,
    findings: &mut Findings,
) -> (String, u32) {
    let rest = line.trim_start_matches([' ', '\t']);
    let (indent, _) = line.split_at(line.len() - rest.len());
    let tabs = indent.matches('\t').count() as u32;
    if tabs > 0 && !rest.trim().is_empty() {
        let span = Span {
            length: indent.len() as u32,
            ..place(file, number, 1)
        };
        findings.push(
            Diagnostic::error(span, "P104", "a tab stands in the indentation")
                .help("indent with two spaces")
                .fix(indent.replace('\t', "  ")),
        );
    }
    (format!("{}{rest}", indent.replace('\t', "  ")), tabs)
}

fn tagged(file: &Arc<str>, number: usize, line: &str, bang: usize, findings: &mut Findings) {
    let (before, rule) = line.split_at_checked(bang).unwrap_or_default();
    let rule = rule.trim_end();
    let span = Span {
        length: rule.chars().count() as u32,
        ..place(file, number, before.chars().count() + 1)
    };
    let name = rule.trim_start_matches('!').trim();
    findings.push(
        Diagnostic::error(
            span,
            "P105",
            "`!` at the start of a value is a YAML tag, so the rule would vanish",
        )
        .help(format!(
            "write `unless: {name}`, or put the rule in parentheses: `({rule})`"
        ))
        .fix(format!("({rule})")),
    );
}

/// Where `key: !…` starts a rule on this line.
fn tagged_rule(line: &str) -> Option<usize> {
    let trimmed = line.trim_start();
    let bare = trimmed.trim_start_matches("- ").trim_start();
    let at = line.len() - bare.len();
    if bare.starts_with('!') && trimmed.starts_with("- ") {
        return Some(at);
    }
    RULE_KEYS.iter().find_map(|key| {
        let value = bare.strip_prefix(key)?.strip_prefix(':')?.trim_start();
        value
            .starts_with('!')
            .then_some(at + bare.len() - value.len())
    })
}

/// The column of a rule inside `{ }` that holds a `[`, or a comma that does not begin the next key.
fn rule_in_braces(line: &str) -> Option<usize> {
    let brace = line.find('{')?;
    if line.trim_start().starts_with('#') {
        return None;
    }
    RULE_KEYS
        .iter()
        .flat_map(|key| line.match_indices(key))
        .filter(|(at, key)| *at > brace && is_cut(line, *at, key))
        .find_map(|(at, _)| Some(line.get(..at)?.chars().count() + 1))
}

/// Whether the rule whose key stands at `at` ends at a bracket or comma of its own.
fn is_cut(line: &str, at: usize, key: &str) -> bool {
    let (before, rest) = line.split_at_checked(at).unwrap_or_default();
    let rule = rest
        .get(key.len()..)
        .and_then(|rest| rest.strip_prefix(": "));
    let begins = before.trim_end().ends_with(['{', ',']);
    let Some(rule) = rule.filter(|rule| begins && !rule.trim_start().starts_with(['"', '\'']))
    else {
        return false;
    };
    let mark = rule.find(['[', ',', '}']).unwrap_or(rule.len());
    let (_, tail) = rule.split_at_checked(mark).unwrap_or_default();
    match tail.strip_prefix(',') {
        Some(tail) => !begins_key(tail.trim_start()),
        None => tail.starts_with('['),
    }
}

fn begins_key(text: &str) -> bool {
    text.split_once(':')
        .is_some_and(|(word, _)| word.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
}

/// Finds rules that a comment on the same line has cut.
pub(super) fn cut_rules(tree: &Node, comments: &[u32], findings: &mut Findings) {
    match &tree.value {
        Value::Map(entries) => {
            for (key, value) in entries {
                let is_rule = key.text().is_some_and(|key| RULE_KEYS.contains(&key));
                if is_rule {
                    cut_rule(value, comments, findings);
                } else if let (Some("any"), Value::List(rules)) = (key.text(), &value.value) {
                    for rule in rules {
                        cut_rule(rule, comments, findings);
                    }
                }
                cut_rules(value, comments, findings);
            }
        }
        Value::List(items) => items
            .iter()
            .for_each(|item| cut_rules(item, comments, findings)),
        Value::Null | Value::Scalar { .. } => {}
    }
}

fn cut_rule(rule: &Node, comments: &[u32], findings: &mut Findings) {
    let plain = matches!(
        rule.value,
        Value::Scalar {
            style: Style::Plain,
            ..
        }
    );
    let lines = rule.span.line..=rule.last_line;
    if plain && comments.iter().any(|line| lines.contains(line)) {
        findings.push(
            Diagnostic::error(
                rule.span.clone(),
                "P107",
                "a comment stands on the line of a rule and cuts it",
            )
            .help("put the comment on a line of its own above the statement"),
        );
    }
}
