//! Reading the keys of a map: what is there, what is missing, what nobody knows.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::values::{is_empty, no_map};
use super::{Guard, Name, RuleText};
use crate::pathway::diagnostic::{Diagnostic, Findings, Span};
use crate::pathway::text::Text;
use crate::pathway::yaml::{Node, Value};

pub use super::values::{
    entries, integer, list, name, names, rule, seconds, sentence, text, texts,
};

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
