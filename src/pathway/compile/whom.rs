//! Whom something is for: ages, sex and party as a rule.

use std::sync::Arc;

use super::names::{FileScope, World};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::form::{Forms, Rule};
use crate::pathway::rule::Standing;
use crate::pathway::source::{RuleText, Whom};

/// The rule of a `for:`.
pub fn whom(world: &World<'_>, whom: &Whom, forms: &mut Forms, findings: &mut Findings) -> Rule {
    let mut rules = Vec::new();
    if let Some(range) = &whom.age {
        let before = findings.len();
        if let Some(rule) = age_rule(range, findings) {
            rules.extend(system_rule(world, &rule, forms, findings));
        }
        for finding in findings.iter_mut().skip(before) {
            as_range(finding, range);
        }
    }
    for (before, value) in [("sex == ", &whom.sex), ("party == ", &whom.party)] {
        if let Some(name) = value {
            let rule = RuleText::made(before, &name.text, &name.span);
            rules.extend(system_rule(world, &rule, forms, findings));
        }
    }
    forms.all(rules)
}

fn system_rule(
    world: &World<'_>,
    rule: &RuleText,
    forms: &mut Forms,
    findings: &mut Findings,
) -> Option<Rule> {
    let file = Arc::from("questions/system.yaml");
    FileScope::new(world.parts(), file, None, &[]).rule(rule, Standing::Plain, forms, findings)
}

/// `years(5)..` and its like as a rule on the age.
fn age_rule(range: &RuleText, findings: &mut Findings) -> Option<RuleText> {
    let ends = range.text.split_once("..");
    let made = |before, written: &str| Some(RuleText::made(before, written, &range.span));
    match ends.map(|(from, to)| (from.trim(), to.trim())) {
        Some(("", to)) if !matches!(to, "" | "=") => match to.strip_prefix('=') {
            Some(to) => made("age <= ", to),
            None => made("age < ", to),
        },
        Some((from, "")) if !from.is_empty() => made("age >= ", from),
        Some((from, to)) if !from.is_empty() && !matches!(to, "" | "=") => {
            made("age in ", &range.text)
        }
        _ => {
            let message = format!("`{}` is no range of ages", range.text);
            findings.push(
                Diagnostic::error(range.span.clone(), "P536", message)
                    .help("write `years(5)..`, `..months(3)` or `days(28)..years(16)`"),
            );
            None
        }
    }
}

/// Says what is to be written in a `for:`, and not in a rule.
fn as_range(finding: &mut Diagnostic, range: &RuleText) {
    let Some(fix) = finding.fix.as_mut() else {
        return;
    };
    let (open, below) = (
        fix.replacement.strip_prefix("age in ").map(str::to_owned),
        fix.replacement
            .strip_prefix("age < ")
            .map(|to| format!("..{to}")),
    );
    let Some(instead) = open.or(below) else {
        return;
    };
    finding.span = range.span.clone();
    finding.span.length = range.text.chars().count() as u32;
    fix.span = finding.span.clone();
    finding.help = Some(format!("write `{instead}`"));
    fix.replacement = instead;
}
