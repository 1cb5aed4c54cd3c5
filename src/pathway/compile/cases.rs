//! Worked cases name what is there and say what can be said. Running them is the walk's.

use std::collections::BTreeSet;

use super::facts::{Seen, on_step};
use super::names::World;
use super::unknown;
use crate::pathway::content::Kind;
use crate::pathway::diagnostic::{Diagnostic, Findings, nearest};
use crate::pathway::source::{CaseWord, Name};

/// Words that are an answer to any question.
const IGNORANCE: [&str; 5] = ["not_sure", "none_fit", "refused", "timed_out", "unknown"];

/// Reports names in worked cases that mean nothing, and answers that no question offers.
pub fn cases(world: &World<'_>, findings: &mut Findings) {
    let pathways = world.sources.pathways.iter();
    let families: BTreeSet<&str> = pathways
        .map(|pathway| pathway.family.text.as_str())
        .collect();
    for word in &world.sources.case_words {
        match word {
            CaseWord::Complaint(name) => {
                if !families.contains(name.text.as_str()) {
                    unknown(name, "P316", "complaint", &families, findings);
                }
            }
            CaseWord::Question(name) => {
                named(world, name, findings);
            }
            CaseWord::Said { question, answers } => {
                if let Some(answered) = named(world, question, findings) {
                    for answer in answers {
                        said(world, &answered, answer, findings);
                    }
                }
            }
            CaseWord::Reach(name) => {
                world.catalogue.disposition(name, findings);
            }
            CaseWord::Also(name) => {
                world.catalogue.need(name, findings);
            }
            CaseWord::Advise(name) => {
                let items = &world.sources.advice;
                if !items.iter().any(|advice| advice.id.text == name.text) {
                    let ids = items.iter().map(|advice| &advice.id.text);
                    unknown(name, "P312", "care advice", ids, findings);
                }
            }
            CaseWord::Source(name) => {
                world.catalogue.cited(std::slice::from_ref(name), findings);
            }
            CaseWord::Age(name) => {
                if !is_age(&name.text) {
                    no_answer(
                        name,
                        "write 25 years, 20 months, 6 weeks, 4 days or not told",
                        findings,
                    );
                }
            }
            CaseWord::Sex(name) => {
                if !matches!(name.text.as_str(), "female" | "male" | "not told") {
                    no_answer(name, "write female, male or not told", findings);
                }
            }
            CaseWord::Party(name) => {
                if !matches!(name.text.as_str(), "first" | "third") {
                    no_answer(name, "write first or third", findings);
                }
            }
        }
    }
}

/// What is answered.
enum Answered<'w> {
    Fact(&'w Kind),
    Guide(Vec<&'w str>),
    /// Asked member by member.
    Screen,
    Unread,
}

fn named<'w>(world: &World<'w>, name: &Name, findings: &mut Findings) -> Option<Answered<'w>> {
    let questions = world.facts;
    let kind = |id: &crate::pathway::content::FactId| questions.kind(*id).map(Answered::Fact);
    if let Some(id) = questions.by_name.get(&name.text) {
        return match questions.is_unread(&name.text) {
            true => Some(Answered::Unread),
            false => kind(id),
        };
    }
    if let Some(defined) = questions.defined.get(&name.text) {
        return match &defined.seen {
            Seen::Fact(id) => kind(id),
            Seen::AboutComplaint(instances) => instances.values().next().and_then(kind),
            Seen::Checklist(_) => Some(Answered::Screen),
            Seen::Unread => Some(Answered::Unread),
        };
    }
    let guides = &world.sources.guides;
    if let Some(guide) = guides.iter().find(|guide| guide.id.text == name.text) {
        let exits = guide.exits.iter().map(|(id, ..)| id.text.as_str());
        return Some(Answered::Guide(exits.collect()));
    }
    let guides = guides.iter().map(|guide| &guide.id.text);
    let ids = questions.defined.keys().chain(guides);
    unknown(name, "P301", "question", ids, findings);
    None
}

fn said(world: &World<'_>, answered: &Answered<'_>, answer: &Name, findings: &mut Findings) {
    let text = answer.text.as_str();
    let ignorant = IGNORANCE.contains(&text);
    match answered {
        Answered::Unread => {}
        Answered::Screen => {
            if text != "not_sure" {
                let help =
                    "of a checklist only `not_sure` is said; what is ticked is said of its members";
                no_answer(answer, help, findings);
            }
        }
        Answered::Guide(exits) => one_of(answer, exits, findings),
        Answered::Fact(_) if ignorant => {}
        Answered::Fact(Kind::OneOf { options, .. }) => {
            let ids: Vec<&str> = options.iter().map(|option| option.id.as_str()).collect();
            if !matches!(text, "not told" | "not_told") {
                one_of(answer, &ids, findings);
            }
        }
        Answered::Fact(Kind::Pick(table)) => {
            let table = world.tables.get(table.index());
            let rows = table.into_iter().flat_map(|table| &table.rows);
            let ids: Vec<&str> = rows.map(|row| row.id.as_str()).collect();
            one_of(answer, &ids, findings);
        }
        Answered::Fact(Kind::Number(number)) => {
            // Beyond a bound is an answer too: it is kept as said and read as the bound.
            let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
            let lowest: f64 = number.shown(number.from).parse().unwrap_or(f64::MIN);
            let highest: f64 = number.shown(number.to).parse().unwrap_or(f64::MAX);
            let within = text
                .parse()
                .is_ok_and(|said| (lowest..=highest).contains(&said));
            if !is_number || (within && on_step(number, text).is_none()) {
                no_answer(answer, "write a number on the question's step", findings);
            }
        }
        Answered::Fact(Kind::Ago { .. } | Kind::Due { .. }) => {
            if !is_count_of(text, &["minute", "hour", "day"]) {
                no_answer(answer, "write 30 minutes, 6 hours or 2 days", findings);
            }
        }
        Answered::Fact(Kind::Age) => {
            if !is_age(text) {
                no_answer(
                    answer,
                    "write 25 years, 20 months, 6 weeks, 4 days or not told",
                    findings,
                );
            }
        }
        Answered::Fact(Kind::Text) => {}
    }
}

fn one_of(answer: &Name, ids: &[&str], findings: &mut Findings) {
    if ids.contains(&answer.text.as_str()) {
        return;
    }
    let message = format!("`{}` is no answer to this question", answer.text);
    let found = Diagnostic::error(answer.span.clone(), "P303", message);
    let listed = format!("its answers are {}", ids.join(", "));
    findings.push(match nearest(&answer.text, ids.iter().copied()) {
        Some(close) => found
            .help(format!("did you mean `{close}`? {listed}"))
            .fix(close),
        None => found.help(listed),
    });
}

fn no_answer(name: &Name, help: &str, findings: &mut Findings) {
    let message = format!("`{}` is no answer here", name.text);
    findings.push(Diagnostic::error(name.span.clone(), "P524", message).help(help));
}

fn is_age(text: &str) -> bool {
    matches!(text, "not told" | "not_told") || is_count_of(text, &["day", "week", "month", "year"])
}

/// `6 hours`, `1 hour`.
fn is_count_of(text: &str, units: &[&str]) -> bool {
    let Some((count, unit)) = text.split_once(' ') else {
        return false;
    };
    let unit = unit.trim();
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    count.parse::<u32>().is_ok() && units.contains(&unit)
}
