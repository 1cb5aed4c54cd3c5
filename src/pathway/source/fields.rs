//! Reading the keys of a map: what is there, what is missing, what nobody knows.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::{Guard, Name, RuleText};
use crate::pathway::diagnostic::{Diagnostic, Findings, Span};
use crate::pathway::text::Text;
use crate::pathway::yaml::{Node, Style, Value};

/// The keys of one map. Every key that is asked for counts as known; [`Fields::finish`] reports the others.
pub struct Fields<'n> {
    entries: &'n [(Node, Node)],
    known: Vec<&'static str>,
    span: Span,
}

impl<'n> Fields<'n> {
    /// The keys of `node`, or a finding if it is no map.
    pub fn of(node: &'n Node, findings: &mut Findings) -> Option<Self> {
        match &node.value {
            Value::Map(entries) => Some(Fields {
                entries,
                known: Vec::new(),
                span: node.span.clone(),
            }),
            _ => {
                findings.push(no_map(node));
                None
            }
        }
    }

    /// Where the map stands.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// The value of a key, if it is there.
    pub fn get(&mut self, key: &'static str) -> Option<&'n Node> {
        self.known.push(key);
        self.entries
            .iter()
            .find(|(name, _)| name.text() == Some(key))
            .map(|(_, value)| value)
    }

    /// The value of a key, or a finding.
    pub fn require(&mut self, key: &'static str, findings: &mut Findings) -> Option<&'n Node> {
        let value = self.get(key);
        if value.is_none() {
            findings.push(
                Diagnostic::error(
                    self.span.clone(),
                    "P202",
                    format!("the key `{key}` is missing"),
                )
                .help(format!("add `{key}:`")),
            );
        }
        value
    }

    /// Where a key stands.
    pub fn key_span(&self, key: &str) -> Option<&'n Span> {
        self.entries
            .iter()
            .find(|(name, _)| name.text() == Some(key))
            .map(|(name, _)| &name.span)
    }

    /// Reports every key that was not asked for.
    pub fn finish(self, findings: &mut Findings) {
        for (key, _) in self.entries {
            let Some(name) = key.text() else { continue };
            if !self.known.contains(&name) {
                let message = format!("the key `{name}` is not known here");
                findings.push(
                    Diagnostic::error(key.span.clone(), "P203", message)
                        .help(format!("the keys here are {}", self.known.join(", ")))
                        .did_you_mean(name, self.known.iter().copied()),
                );
            }
        }
    }

    /// A word under a key.
    pub fn name(&mut self, key: &'static str, findings: &mut Findings) -> Option<Name> {
        self.get(key).and_then(|node| name(node, findings))
    }

    /// A word that must be there.
    pub fn required_name(&mut self, key: &'static str, findings: &mut Findings) -> Option<Name> {
        self.require(key, findings)
            .and_then(|node| name(node, findings))
    }

    /// A word or a list of them.
    pub fn names(&mut self, key: &'static str, findings: &mut Findings) -> Vec<Name> {
        self.get(key)
            .map(|node| names(node, findings))
            .unwrap_or_default()
    }

    /// Text under a key.
    pub fn text(&mut self, key: &'static str, findings: &mut Findings) -> Option<Text> {
        self.get(key).and_then(|node| text(node, findings))
    }

    /// A list of texts.
    pub fn texts(&mut self, key: &'static str, findings: &mut Findings) -> Vec<Text> {
        let node = self.get(key);
        node.map(|node| texts(node, findings)).unwrap_or_default()
    }

    /// `yes` or `no`; absent is no.
    pub fn flag(&mut self, key: &'static str, findings: &mut Findings) -> bool {
        let Some(name) = self.name(key, findings) else {
            return false;
        };
        match name.text.as_str() {
            "yes" | "true" => true,
            "no" | "false" => false,
            other => {
                findings.push(
                    Diagnostic::error(
                        name.span.clone(),
                        "P205",
                        format!("`{key}` is yes or no, and not `{other}`"),
                    )
                    .help("write `yes`, or remove the key")
                    .fix("yes"),
                );
                false
            }
        }
    }

    /// The rule under a key.
    pub fn rule(&mut self, key: &'static str, findings: &mut Findings) -> Option<RuleText> {
        let node = self.get(key)?;
        if is_empty(node) {
            self.empty(key, findings);
            return None;
        }
        rule(node, findings)
    }

    fn empty(&self, key: &str, findings: &mut Findings) {
        let span = self.key_span(key).unwrap_or(&self.span).clone();
        let message = format!("`{key}:` is empty, so it would say nothing and hold for everybody");
        findings.push(
            Diagnostic::error(span, "P206", message).help("write the rule, or remove the key"),
        );
    }

    /// `if`, `unless`, `any`.
    pub fn guard(&mut self, findings: &mut Findings) -> Guard {
        let any = self.get("any");
        if any.is_some_and(is_empty) {
            self.empty("any", findings);
        }
        let any = any.filter(|node| !is_empty(node)).map(|node| {
            let rules = list(node, findings).iter();
            rules.filter_map(|item| rule(item, findings)).collect()
        });
        Guard {
            is_written: ["if", "unless", "any"]
                .iter()
                .any(|key| self.key_span(key).is_some()),
            holds: self.rule("if", findings),
            unless: self.rule("unless", findings),
            any,
        }
    }

    /// The text variants among the keys of this map; `say` is required.
    pub fn wording(&mut self, findings: &mut Findings) -> Text {
        let say = self
            .require("say", findings)
            .and_then(|node| sentence(node, findings))
            .unwrap_or_default();
        self.variants(say, findings)
    }

    /// The text variants beside a `say` that may be absent.
    pub fn variants(&mut self, say: String, findings: &mut Findings) -> Text {
        let mut variant = |key| self.get(key).and_then(|node| sentence(node, findings));
        Text {
            say,
            third: variant("third"),
            handler: variant("handler"),
            handler_third: variant("handler_third"),
            professional: variant("professional"),
            observer: variant("observer"),
        }
    }

    /// A whole number within bounds under a key.
    pub fn integer(
        &mut self,
        key: &'static str,
        bounds: RangeInclusive<i64>,
        findings: &mut Findings,
    ) -> Option<i64> {
        let name = self.name(key, findings)?;
        integer(&name, bounds, findings)
    }

    /// A date that must be there, `2026-11-01`.
    pub fn date(&mut self, key: &'static str, findings: &mut Findings) -> Option<Date> {
        let name = self.required_name(key, findings)?;
        match name.text.parse() {
            Ok(date) => Some(date),
            Err(_) => {
                findings.push(
                    Diagnostic::error(
                        name.span.clone(),
                        "P208",
                        format!("`{key}` is a date, and not `{}`", name.text),
                    )
                    .help("write it like 2026-11-01"),
                );
                None
            }
        }
    }

    /// A span of time in seconds: `90s`, `20min`, `6h`, `3d`.
    pub fn seconds(&mut self, key: &'static str, findings: &mut Findings) -> Option<u32> {
        let name = self.name(key, findings)?;
        let seconds = seconds(&name.text);
        if seconds.is_none() {
            findings.push(
                Diagnostic::error(
                    name.span.clone(),
                    "P209",
                    format!("`{key}` is a time, and not `{}`", name.text),
                )
                .help("write it like 20min, 6h or 3d"),
            );
        }
        seconds
    }
}

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

fn no_map(node: &Node) -> Diagnostic {
    let message = format!("a map of keys belongs here, and there is {}", node.what());
    Diagnostic::error(node.span.clone(), "P201", message)
        .help("write `key: value`, one a line; docs/authors/format.md says which keys")
}

/// Nothing, an empty list, or text without a letter.
fn is_empty(node: &Node) -> bool {
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
