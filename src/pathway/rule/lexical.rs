//! What is seen in the text of a rule before or beside rhai's own parsing.

use rhai::{ParseError, ParseErrorType, Position};

use crate::pathway::diagnostic::{Diagnostic, Findings, Span};
use crate::pathway::source::{Name, RuleText};

use super::{LONGEST, Rules};

/// Where in the file a position of the rule lies.
pub fn span(rule: &RuleText, position: Position, length: usize) -> Span {
    let (line, column) = (
        position.line().unwrap_or(1) as u32,
        position.position().unwrap_or(1) as u32,
    );
    let mut span = rule.span.clone();
    if line == 1 {
        span.column += column - 1;
    } else {
        span.line += line - 1;
        span.column = column;
    }
    span.length = length as u32;
    span
}

/// Traps that rhai's tree no longer shows. False if lowering cannot go on.
pub fn check(rule: &RuleText, findings: &mut Findings) -> bool {
    if rule.text.len() > LONGEST {
        findings.push(
            Diagnostic::error(
                rule.span.clone(),
                "P403",
                format!("the rule is longer than {LONGEST} characters"),
            )
            .help("name parts of it with `let`"),
        );
        return false;
    }
    if let Some(at) = mixed(&rule.text) {
        let column = rule.text.get(..at).unwrap_or_default().chars().count();
        let mut span = rule.span.clone();
        span.column += column as u32;
        span.length = 2;
        findings.push(
            Diagnostic::error(span, "P409", "`&&` and `||` are mixed without parentheses")
                .help("say which belongs together: `a || (b && c)` or `(a || b) && c`"),
        );
        return false;
    }
    true
}

/// Where `&&` follows `||`, or the other way round, at one depth.
fn mixed(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut seen: Vec<Option<u8>> = vec![None];
    for (at, pair) in bytes.windows(2).enumerate() {
        match pair {
            [b'(' | b'[', _] => seen.push(None),
            [b')' | b']', _] => {
                seen.pop();
            }
            [b',', _] => seen.last_mut().into_iter().for_each(|last| *last = None),
            [b'&', b'&'] | [b'|', b'|'] => {
                let operator = pair.first().copied();
                let last = seen.last_mut()?;
                if last.is_some() && *last != operator {
                    return Some(at);
                }
                *last = operator;
            }
            _ => {}
        }
    }
    None
}

/// What rhai's parser could not read, in our words.
pub fn syntax(rule: &RuleText, fault: &ParseError) -> Diagnostic {
    let place = span(rule, fault.position(), 1);
    match fault.err_type() {
        ParseErrorType::Reserved(word) => {
            Diagnostic::error(Span { length: word.len() as u32, ..place }, "P410", format!("`{word}` is a reserved word and cannot be a name")).help("choose another name for it")
        }
        ParseErrorType::ExprTooDeep => Diagnostic::error(place, "P403", "the rule is nested too deep").help("name parts of it with `let`"),
        _ => Diagnostic::error(place, "P401", format!("this rule cannot be read: {}", plain(&fault.to_string())))
            .help("a rule is conditions joined by `&&` or `||`, such as `drooling || swallowing == unable`"),
    }
}

/// rhai's message without its position.
fn plain(message: &str) -> &str {
    message.split(" (line").next().unwrap_or(message)
}

/// Reports a name that a rule could not read: wrong characters, or a word that rhai keeps for itself.
pub fn check_name(name: &Name, rules: &Rules, findings: &mut Findings) {
    let text = &name.text;
    let good = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !good {
        let mended: String = text
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            })
            .collect();
        findings.push(
            Diagnostic::error(
                name.span.clone(),
                "P226",
                format!("`{text}` cannot be a name in rules"),
            )
            .help("use small letters, digits and `_`, a letter first")
            .fix(mended),
        );
        return;
    }
    let reads_as_name = rules.engine().compile_expression(text).is_ok_and(|ast| matches!(ast.statements(), [rhai::Stmt::Expr(expression)] if matches!(**expression, rhai::Expr::Variable(..))));
    if !reads_as_name {
        findings.push(
            Diagnostic::error(
                name.span.clone(),
                "P410",
                format!("`{text}` is a reserved word and cannot be a name"),
            )
            .help("choose another name, for example with a second word")
            .fix(format!("{text}_")),
        );
    }
}
