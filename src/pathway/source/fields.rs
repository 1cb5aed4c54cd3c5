//! Reading the keys of a map: what is there, what is missing, what nobody knows.

use jiff::civil::Date;

use super::{Guard, Name, RuleText};
use crate::pathway::diagnostic::{Diagnostic, Findings, Span};
use crate::pathway::text::Text;
use crate::pathway::yaml::{Node, Value};

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
                findings.push(Diagnostic::error(
                    node.span.clone(),
                    "P201",
                    format!("a map of keys belongs here, and there is {}", node.what()),
                ));
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
                findings.push(
                    Diagnostic::error(
                        key.span.clone(),
                        "P203",
                        format!("the key `{name}` is not known here"),
                    )
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
        let Some(node) = self.get(key) else {
            return Vec::new();
        };
        list(node, findings)
            .iter()
            .filter_map(|item| text(item, findings))
            .collect()
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
                    .fix("yes"),
                );
                false
            }
        }
    }

    /// The rule under a key.
    pub fn rule(&mut self, key: &'static str, findings: &mut Findings) -> Option<RuleText> {
        let node = self.get(key)?;
        if matches!(node.value, Value::Null) {
            findings.push(
                Diagnostic::error(
                    node.span.clone(),
                    "P206",
                    format!("`{key}:` is empty, so the rule would always hold"),
                )
                .help("write the rule, or remove the key"),
            );
            return None;
        }
        rule(node, findings)
    }

    /// `if`, `unless`, `any`.
    pub fn guard(&mut self, findings: &mut Findings) -> Guard {
        Guard {
            holds: self.rule("if", findings),
            unless: self.rule("unless", findings),
            any: self.get("any").map(|node| {
                list(node, findings)
                    .iter()
                    .filter_map(|item| rule(item, findings))
                    .collect()
            }),
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

    /// A whole number under a key.
    pub fn integer(&mut self, key: &'static str, findings: &mut Findings) -> Option<i64> {
        let name = self.name(key, findings)?;
        match name.text.parse() {
            Ok(number) => Some(number),
            Err(_) => {
                findings.push(Diagnostic::error(
                    name.span.clone(),
                    "P207",
                    format!("`{key}` is a whole number, and not `{}`", name.text),
                ));
                None
            }
        }
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
            findings.push(Diagnostic::error(
                node.span.clone(),
                "P201",
                format!("a map of keys belongs here, and there is {}", node.what()),
            ));
            &[]
        }
    }
}

/// One word.
pub fn name(node: &Node, findings: &mut Findings) -> Option<Name> {
    match node.text() {
        Some(text) => Some(Name {
            text: text.to_owned(),
            span: node.span.clone(),
        }),
        None => {
            findings.push(Diagnostic::error(
                node.span.clone(),
                "P211",
                format!("a single value belongs here, and there is {}", node.what()),
            ));
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
    let Value::Scalar { text, plain } = &node.value else {
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
    if !plain {
        span.column += 1;
    }
    Some(RuleText {
        text: text.clone(),
        span,
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

/// Wording: a scalar outside of braces.
pub fn sentence(node: &Node, findings: &mut Findings) -> Option<String> {
    let Value::Scalar { text, plain } = &node.value else {
        findings.push(
            Diagnostic::error(
                node.span.clone(),
                "P213",
                format!("wording belongs here, and there is {}", node.what()),
            )
            .help("write a sentence"),
        );
        return None;
    };
    if node.in_flow && *plain {
        findings.push(
            Diagnostic::error(
                node.span.clone(),
                "P214",
                "wording in braces is cut at its first comma",
            )
            .help("write it in block style, one key a line"),
        );
    }
    Some(text.trim().to_owned())
}
