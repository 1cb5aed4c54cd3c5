//! Checks over the whole: families without gap, red flags that somebody reads, cases that name what is there.

use std::collections::{BTreeMap, HashSet};

use super::inline::Built;
use super::names::World;
use super::unknown;
use crate::pathway::age::{AgeRange, AgeUnit};
use crate::pathway::content::Step;
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::form::{Forms, Node, Rule};
use crate::pathway::source::{PathwayFile, Sources, Whom};

/// Reports a family whose members together leave out an age, a sex or a party.
pub fn families(sources: &Sources, findings: &mut Findings) {
    let mut families: BTreeMap<&str, Vec<&PathwayFile>> = BTreeMap::new();
    for pathway in &sources.pathways {
        families
            .entry(&pathway.family.text)
            .or_default()
            .push(pathway);
    }
    for (family, members) in families {
        for sex in ["female", "male"] {
            for party in ["first", "third"] {
                let fits = |whom: &Whom| {
                    whom.sex.as_ref().is_none_or(|name| name.text == sex)
                        && whom.party.as_ref().is_none_or(|name| name.text == party)
                };
                let ranges: Vec<AgeSpan> = members
                    .iter()
                    .filter(|member| fits(&member.whom))
                    .map(|member| AgeSpan::of(&member.whom))
                    .collect();
                if let Some(age) = ages()
                    .into_iter()
                    .find(|age| !ranges.iter().any(|range| range.holds(age)))
                {
                    let span = members.first().map(|member| member.family.span.clone());
                    let Some(span) = span else { continue };
                    let who = if party == "first" {
                        "who asks for themselves"
                    } else {
                        "for whom somebody else asks"
                    };
                    findings.push(
                        Diagnostic::error(
                            span,
                            "P537",
                            format!(
                                "the family `{family}` leaves out a {sex} of {} {who}",
                                shown(&age)
                            ),
                        )
                        .help("widen `for:` of a member, or add one"),
                    );
                    return families_rest();
                }
            }
        }
    }
}

/// One gap a run is enough: the next shows when it is mended.
fn families_rest() {}

fn shown(age: &AgeRange) -> String {
    match age.months.0 {
        0 => format!("{} days", age.days.0),
        months if months < 24 => format!("{months} months"),
        months => format!("{} years", months / 12),
    }
}

/// Ages at every day of the first months, every month of the first years and every year.
fn ages() -> Vec<AgeRange> {
    let days = (0..=120).filter_map(|days| AgeRange::told(days, AgeUnit::Days));
    let months = (1..=48).filter_map(|months| AgeRange::told(months, AgeUnit::Months));
    let years = (1..=120).filter_map(|years| AgeRange::told(years, AgeUnit::Years));
    days.chain(months).chain(years).collect()
}

/// The ages of a `for:`, as bounds on both timelines.
struct AgeSpan {
    months: (i64, i64),
    days: (i64, i64),
}

impl AgeSpan {
    fn of(whom: &Whom) -> Self {
        let mut span = AgeSpan {
            months: (0, i64::MAX),
            days: (0, i64::MAX),
        };
        let Some((from, to)) = whom
            .age
            .as_ref()
            .and_then(|range| range.text.split_once(".."))
        else {
            return span;
        };
        let (to, inclusive) = to.strip_prefix('=').map_or((to, 0), |to| (to, 1));
        match bound(from) {
            Some((true, days)) => span.days.0 = days,
            Some((false, months)) => span.months.0 = months,
            None => {}
        }
        match bound(to) {
            Some((true, days)) => span.days.1 = days - 1 + inclusive,
            Some((false, months)) => span.months.1 = months - 1 + inclusive,
            None => {}
        }
        span
    }

    /// Could hold: a told age is a range, and a member joins where it could.
    fn holds(&self, age: &AgeRange) -> bool {
        age.months.1 >= self.months.0
            && age.months.0 <= self.months.1
            && age.days.1 >= self.days.0
            && age.days.0 <= self.days.1
    }
}

/// `years(5)` in months, `days(28)` in days (true).
fn bound(text: &str) -> Option<(bool, i64)> {
    let (unit, rest) = text.trim().split_once('(')?;
    let count: i64 = rest.trim_end_matches(')').trim().parse().ok()?;
    match unit.trim() {
        "years" => Some((false, count * 12)),
        "months" => Some((false, count)),
        "days" => Some((true, count)),
        _ => None,
    }
}

/// Reports red flags that no line reads, interrupts that read what they may not, and cases that name what is not there.
pub fn readers(world: &World<'_>, built: &Built, forms: &Forms, findings: &mut Findings) {
    let mut read = HashSet::new();
    for line in &built.lines {
        read.extend(forms.facts(line.guard));
    }
    let guides = [&built.first_flow, &built.interrupts].into_iter().chain(
        built
            .pathways
            .iter()
            .flat_map(|pathway| [&pathway.danger, &pathway.flow]),
    );
    for entry in guides.flat_map(|flow| &flow.entries) {
        if matches!(entry.what, Step::Guide(_)) {
            read.extend(forms.facts(entry.guard));
        }
    }
    // Whether a question that is read applies is read with it; later facts depend on earlier ones.
    for (place, fact) in world.facts.facts.iter().enumerate().rev() {
        let id = crate::pathway::content::FactId(place as u16);
        if let (true, Some(applies)) = (read.contains(&id), &fact.applies) {
            read.extend(forms.facts(applies.only_if));
        }
    }
    for (place, fact) in world.facts.facts.iter().enumerate() {
        let id = crate::pathway::content::FactId(place as u16);
        let implies = fact
            .means
            .iter()
            .any(|(_, target, _)| read.contains(target));
        if fact.red_flag && !read.contains(&id) && !implies {
            let Some(defined) = world
                .facts
                .defined
                .get(fact.id.rsplit('/').next().unwrap_or(&fact.id))
            else {
                continue;
            };
            let question = questions(world).find(|question| {
                question.id.span.file == defined.file && fact.id.ends_with(&question.id.text)
            });
            if let Some(question) = question {
                findings.push(
                    Diagnostic::error(
                        question.id.span.clone(),
                        "P505",
                        format!("no line reads the red flag `{}`", fact.id),
                    )
                    .help("write the line that it should reach, or remove `red_flag: yes`"),
                );
            }
        }
    }
    unguarded_unsure(built, forms, findings);
    cases(world, built, findings);
}

fn questions<'w>(
    world: &'w World<'_>,
) -> impl Iterator<Item = &'w crate::pathway::source::Question> {
    let sources = world.sources;
    let lists = [
        &sources.first_flow,
        &sources.risk_history,
        &sources.interrupts,
    ]
    .into_iter()
    .flatten();
    let flows = lists
        .chain(&sources.shared)
        .chain(sources.pathways.iter().map(|pathway| &pathway.flow))
        .flat_map(|flow| &flow.questions);
    sources.system.iter().chain(&sources.questions).chain(flows)
}

/// A `let` that holds `unsure(…)` cannot be read where not knowing would lower: lowering forbids it in the text of a rule, and this
/// forbids it by way of a name.
fn unguarded_unsure(built: &Built, forms: &Forms, findings: &mut Findings) {
    for line in &built.lines {
        if negated_unsure(line.guard, forms, false) {
            let span = crate::pathway::diagnostic::Span {
                file: line.place.file.clone(),
                line: line.place.line,
                column: 1,
                length: 0,
            };
            findings.push(
                Diagnostic::error(
                    span,
                    "P408",
                    "`unsure(…)` stands under a `!`, by way of a name",
                )
                .help("not knowing may raise and ask, and never settle, score or lower"),
            );
        }
    }
}

fn negated_unsure(rule: Rule, forms: &Forms, negated: bool) -> bool {
    match forms.node(rule) {
        Node::Unsure(_) => negated,
        Node::Not(inner) => negated_unsure(*inner, forms, true),
        Node::Surely(inner) => negated_unsure(*inner, forms, negated),
        Node::All(of) | Node::Any(of) | Node::AtLeast { of, .. } => forms
            .children(*of)
            .iter()
            .any(|child| negated_unsure(*child, forms, negated)),
        _ => false,
    }
}

/// Names in worked cases.
fn cases(world: &World<'_>, built: &Built, findings: &mut Findings) {
    let families: HashSet<&str> = built
        .pathways
        .iter()
        .map(|pathway| pathway.family.as_str())
        .collect();
    for file in &world.sources.cases {
        for case in &file.cases {
            let at = |text: &str| crate::pathway::source::Name {
                text: text.to_owned(),
                span: crate::pathway::diagnostic::Span {
                    file: case.place.file.clone(),
                    line: case.place.line,
                    column: 1,
                    length: 0,
                },
            };
            for family in &case.complaints {
                if !families.contains(family.as_str()) {
                    unknown(
                        &at(family),
                        "P316",
                        "complaint",
                        families.iter().copied(),
                        findings,
                    );
                }
            }
            let asked = case.expect.ask.iter().chain(&case.expect.not_asked);
            for name in case
                .facts
                .iter()
                .chain(&case.volunteered)
                .chain(&file.unless_said)
                .map(|(name, _)| name)
                .chain(asked)
            {
                let known = world.facts.by_name.contains_key(name)
                    || world.facts.defined.contains_key(name)
                    || world
                        .sources
                        .guides
                        .iter()
                        .any(|guide| guide.id.text == *name);
                if !known {
                    unknown(
                        &at(name),
                        "P301",
                        "question",
                        world.facts.by_name.keys(),
                        findings,
                    );
                }
            }
            if let Some(reach) = &case.expect.reach {
                world.catalogue.disposition(&at(reach), findings);
            }
            for need in &case.expect.also {
                world.catalogue.need(&at(need), findings);
            }
            for item in &case.expect.advise {
                if !world
                    .sources
                    .advice
                    .iter()
                    .any(|advice| advice.id.text == *item)
                {
                    unknown(
                        &at(item),
                        "P312",
                        "care advice",
                        world.sources.advice.iter().map(|advice| &advice.id.text),
                        findings,
                    );
                }
            }
        }
    }
}
