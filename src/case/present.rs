//! Where a case stands now: the facts that are fresh enough in its present contact, and the walk over them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::pathway::Content;
use crate::pathway::content::{Asked, FactId, FactSource, Freshness};
use crate::walk::{
    Facts, Lines, Moment, Next, Plan, Position, Reached, Scratch, Shown, UnknownComplaint, step,
    step_on, true_lines,
};

use super::planned::Planned;
use super::state::{Case, Contact, Told};

/// Where a case stands.
#[derive(Debug, Clone)]
pub struct Present {
    /// What counts and what may be asked.
    pub plan: Arc<Plan>,
    /// What is known and fresh enough.
    pub facts: Facts,
    /// What every line comes to on them.
    pub lines: Lines,
    /// What is reached, and what comes next.
    pub position: Position,
    /// Answers of earlier contacts that are too old to use; shown as suggestions.
    pub suggestions: Vec<Told>,
    /// By fact: the event of what was said of it.
    pub events: HashMap<FactId, u64>,
}

/// Where `case` stands in its present contact.
///
/// A complaint that this release no longer has is left out of the walk; what it reached is still held. An answer that this
/// release no longer offers is as if unanswered, so it is asked again.
///
/// # Errors
/// Never for the complaints of a case; the type is the walk's.
pub fn present(
    case: &Case,
    content: &Planned,
    moment: Moment,
) -> Result<Present, UnknownComplaint> {
    let (plan, now) = read(case, content, moment)?;
    let lines = Lines::new(content, &plan, &now.facts);
    Ok(walked(plan, now, lines, content, moment))
}

/// Where a case stands and why it stands no further, without what is only needed to go on with it.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    /// What counts and what may be asked.
    pub(super) plan: Arc<Plan>,
    /// What is known and fresh enough.
    pub(super) facts: Facts,
    /// What is reached, and what comes next.
    pub(super) position: Position,
}

/// As [`present`], for whoever only looks: several times as quick, as no line is worked out below the one that decides.
///
/// # Errors
/// As [`present`].
pub(super) fn standing(
    case: &Case,
    content: &Planned,
    moment: Moment,
    scratch: &mut Scratch,
) -> Result<Standing, UnknownComplaint> {
    let (plan, now) = read(case, content, moment)?;
    let mut position = step(content, &plan, &now.facts, scratch);
    ask_old_first(&mut position, content, &plan, &now, moment, scratch);
    Ok(Standing {
        plan,
        facts: now.facts,
        position,
    })
}

/// The plan of a case, and what is known and fresh enough in its present contact.
fn read(
    case: &Case,
    content: &Planned,
    moment: Moment,
) -> Result<(Arc<Plan>, Reading), UnknownComplaint> {
    let known = |family: &str| {
        content
            .pathways
            .iter()
            .any(|pathway| pathway.family == family)
    };
    let mut families: Vec<&str> = Vec::new();
    for complaint in case.walked() {
        if known(&complaint.family) && !families.contains(&complaint.family.as_str()) {
            families.push(&complaint.family);
        }
    }
    let left_early = case
        .contact()
        .is_some_and(|contact| contact.left_early.is_some());
    let plan = content.plan(&families, left_early)?;
    let mut now = Reading {
        facts: Facts::new(content),
        events: HashMap::new(),
        stale: Vec::new(),
    };
    if let Some(contact) = case.contact() {
        now.read(&case.told, contact, content, moment);
    }
    Ok((plan, now))
}

/// Where the case stands once it was also told `told`, and nothing else has happened to it since `before`.
///
/// The same as [`present`] of the whole case: what was told is read in order, so reading can go on where it ended.
pub(super) fn present_also(
    before: &Present,
    told: &[Told],
    contact: &Contact,
    content: &Planned,
    moment: Moment,
) -> Present {
    let mut now = Reading {
        facts: before.facts.clone(),
        events: before.events.clone(),
        stale: before.suggestions.clone(),
    };
    now.read(told, contact, content, moment);
    let (plan, facts) = (&before.plan, &before.facts);
    let lines = before.lines.after(facts, content, plan, &now.facts);
    walked(plan.clone(), now, lines, content, moment)
}

fn walked(
    plan: Arc<Plan>,
    now: Reading,
    lines: Lines,
    content: &Planned,
    moment: Moment,
) -> Present {
    let mut scratch = Scratch::new();
    let mut position = step_on(content, &plan, &now.facts, &lines, &mut scratch);
    ask_old_first(&mut position, content, &plan, &now, moment, &mut scratch);
    Present {
        plan,
        facts: now.facts,
        lines,
        position,
        suggestions: now.stale,
        events: now.events,
    }
}

/// Asks an old answer again before everything else where putting the old values back would give an emergency.
fn ask_old_first(
    position: &mut Position,
    content: &Content,
    plan: &Plan,
    now: &Reading,
    moment: Moment,
    scratch: &mut Scratch,
) {
    // The patient's own facts come before everything; they also say whether an old answer still applies.
    if !matches!(position.next, Next::Patient { .. })
        && let Some(first) = emergency_again(content, plan, now, moment, scratch)
    {
        position.next = Next::Ask {
            asked: Asked::Question(first),
            shown: Shown::from_slice(&[first]),
        };
    }
}

struct Reading {
    facts: Facts,
    events: HashMap<FactId, u64>,
    stale: Vec<Told>,
}

impl Reading {
    /// In the order of events: an exit of a guide may ask a fact again.
    fn read(&mut self, told: &[Told], contact: &Contact, content: &Content, moment: Moment) {
        for told in told {
            self.stale.retain(|stale| stale.name != told.name);
            let fact = content.fact_named(&told.name);
            if fact.is_none() && !Facts::has(content, &told.name) {
                continue;
            }
            if !is_fresh(content, fact, contact, told) {
                if told.answer.is_some() && fact.is_some() {
                    self.stale.push(told.clone());
                }
                continue;
            }
            let taken = match &told.answer {
                Some(answer) => self.facts.tell(content, &told.name, answer, moment),
                None => self.facts.withdraw(content, &told.name),
            };
            if let (Ok(()), Some(fact)) = (taken, fact) {
                self.events.insert(fact, told.seq);
            }
        }
    }
}

/// Judged once, at the start of the contact.
fn is_fresh(content: &Content, fact: Option<FactId>, contact: &Contact, told: &Told) -> bool {
    // A system fact stands until the service states another value; it does so at the start of each contact.
    let is_system =
        fact.is_some_and(|fact| matches!(content.fact(fact).source, FactSource::System { .. }));
    if told.contact == contact.number || is_system {
        return true;
    }
    match fact.map(|fact| content.fact(fact).ask_again_after) {
        Some(Freshness::Never) => true,
        Some(Freshness::Minutes(minutes)) => {
            let age = contact.began.as_second() - told.at.as_second();
            age <= i64::from(minutes) * 60
        }
        Some(Freshness::Contact) | None => false,
    }
}

/// The first old answer to ask again before everything else: where putting the old values back would give an emergency.
fn emergency_again(
    content: &Content,
    plan: &Plan,
    now: &Reading,
    moment: Moment,
    scratch: &mut Scratch,
) -> Option<FactId> {
    let stale: Vec<(FactId, &Told)> = now
        .stale
        .iter()
        .filter_map(|told| Some((content.fact_named(&told.name)?, told)))
        .filter(|(fact, _)| now.facts.said(*fact).is_none() && plan.may_ask(*fact))
        .collect();
    if stale.is_empty() {
        return None;
    }
    let mut then = now.facts.clone();
    for (_, told) in &stale {
        if let Some(answer) = &told.answer {
            // What this release no longer offers is asked in its place anyway.
            let _ = then.tell(content, &told.name, answer, moment);
        }
    }
    // A line that is true, not one that is still open: with an old value taken away much is open again.
    let is_emergency = |facts: &Facts, scratch: &mut Scratch| {
        true_lines(content, plan, facts, scratch)
            .into_iter()
            .any(|reached| match reached {
                Reached::Line(line) => {
                    let disposition = content.line(line).effect.disposition();
                    disposition
                        .is_some_and(|disposition| content.disposition(disposition).emergency)
                }
                Reached::NoneFit | Reached::EarlyExit | Reached::NothingTrue => false,
            })
    };
    if !is_emergency(&then, scratch) {
        return None;
    }
    // The first one without which it is no emergency; failing that, any.
    let decides = stale.iter().find(|(_, told)| {
        let mut without = then.clone();
        let _ = without.withdraw(content, &told.name);
        !is_emergency(&without, scratch)
    });
    decides.or(stale.first()).map(|(fact, _)| *fact)
}
