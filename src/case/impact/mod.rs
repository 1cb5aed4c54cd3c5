//! What a draft of the content would make of a case that was walked on another content.
//!
//! The facts of the case, as they stand in its last contact, are walked on the release of that contact and on the draft. Nothing is
//! guessed: where the draft asks what the record has no answer for, what it would come to is unknown, and why is said.
//!
//! - [`again()`]: one case. [`Tally`]: how many cases became what, and nothing of any single one.
//! - [`from_texts()`]: a case from its stored events, without those that the walk does not read.

use std::cmp::Ordering;

use crate::pathway::Content;
use crate::pathway::content::FactSource;
use crate::walk::{Facts, Moment, Next, Position, Reached, Scratch, UnknownComplaint};

use super::event::{Body, Event, EventError, Personal};
use super::ground::Urgency;
use super::planned::Planned;
use super::present::{Standing, standing};
use super::state::{Case, ReplayError};

mod tally;

pub use tally::{Band, Counts, LeftOut, Move, Tally};

/// What a draft would make of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// How that stands to what was recorded.
    pub change: Change,
    /// The disposition that was recorded; of a walk that had not ended, what was true by then. `None` while nothing was.
    pub recorded: Option<String>,
    /// Its family in the catalogue.
    pub family: Option<String>,
    /// What the draft comes to, or what is true on it so far.
    pub now: Option<String>,
    /// The draft has by now reached something more urgent than what was recorded, whatever else is answered.
    pub already_up: bool,
    /// What the record is of an ended walk, and its release comes to something else: a case to be looked at with `replay-case`.
    pub differs: bool,
    /// Questions that were asked and answered, and that the draft never asks in such a case.
    pub dropped: Vec<String>,
    /// The complaints that are walked.
    pub complaints: Vec<String>,
    /// How old the patient is, as far as it was told.
    pub age: Band,
}

/// How what a draft comes to stands to what was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The same disposition.
    Same,
    /// Something more urgent.
    Up,
    /// Something less urgent.
    Down,
    /// Another disposition of the same rank and setting.
    Sideways,
    /// It cannot be told from what was recorded.
    Unknown(Why),
}

/// Why it cannot be told what a draft comes to. What it names is of the content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The draft has no such complaint.
    Complaint(String),
    /// The draft does not take what was answered to this question, and needs it.
    Option(String),
    /// The draft asks this question, and it was never asked.
    Question(String),
    /// The draft shows this guide, and it was never shown.
    Guide(String),
    /// The draft asks this question again: what was answered in an earlier contact, or before a guide, is too old for it.
    Old(String),
}

impl Why {
    /// What it names: the id of a complaint, question or guide.
    pub fn name(&self) -> &str {
        match self {
            Why::Complaint(name)
            | Why::Option(name)
            | Why::Question(name)
            | Why::Guide(name)
            | Why::Old(name) => name,
        }
    }
}

/// Walks the last contact of a case again: on `then`, its own release, and on a draft.
///
/// `moment` is the start of that contact, so that everybody is as old as they were.
///
/// # Errors
/// Never for the complaints of a case; the type is the walk's.
pub fn again(
    case: &Case,
    then: &Planned,
    draft: &Planned,
    moment: Moment,
    scratch: &mut Scratch,
) -> Result<Again, UnknownComplaint> {
    let before = standing(case, then, moment, scratch)?;
    let after = standing(case, draft, moment, scratch)?;
    let walked = result(then, &before);
    // What was advised is what the record says of an ended walk. A walk that did not end, or goes on since, has what is true so far.
    let contact = case.contact().map(|contact| contact.number);
    let advised = case
        .advised
        .as_ref()
        .filter(|advised| before.position.next == Next::End && Some(advised.contact) == contact);
    let recorded = advised.map_or(walked, |advised| Some(advised.disposition.as_str()));
    let now = result(draft, &after);
    let level = level(then, recorded, draft, now);
    let is_known = |content: &Content, family: &str| {
        let mut pathways = content.pathways.iter();
        pathways.any(|pathway| pathway.family == family)
    };
    let mut complaints: Vec<String> = case
        .walked()
        .filter(|complaint| is_known(then, &complaint.family))
        .map(|complaint| complaint.family.clone())
        .collect();
    complaints.sort_unstable();
    complaints.dedup();
    let lost = complaints.iter().find(|family| !is_known(draft, family));
    let why = lost
        .map(|family| Why::Complaint(family.clone()))
        .or_else(|| unanswered(case, (then, &before.position), (draft, &after), moment));
    let change = match (why, level) {
        (Some(why), _) => Change::Unknown(why),
        (None, _) if recorded == now => Change::Same,
        (None, Ordering::Less) => Change::Up,
        (None, Ordering::Equal) => Change::Sideways,
        (None, Ordering::Greater) => Change::Down,
    };
    let family = recorded
        .and_then(|id| then.disposition_named(id))
        .map(|id| then.disposition(id).family.clone());
    Ok(Again {
        change,
        family,
        now: now.map(str::to_owned),
        already_up: level == Ordering::Less && recorded != now,
        differs: recorded != walked,
        dropped: if lost.is_some() {
            Vec::new()
        } else {
            dropped(then, &before, draft, &after)
        },
        complaints,
        age: Band::of(before.facts.months(then.system.age)),
        recorded: recorded.map(str::to_owned),
    })
}

/// What a walk comes to, or what is true on it so far; `None` while nothing is.
fn result<'c>(content: &'c Content, standing: &Standing) -> Option<&'c str> {
    let Position {
        reached,
        disposition,
        ..
    } = standing.position;
    let nothing_yet = reached == Some(Reached::NothingTrue) && standing.plan.pathways().is_empty();
    disposition
        .filter(|_| !nothing_yet)
        .map(|id| content.disposition(id).id.as_str())
}

/// How urgent what the draft comes to is beside what was recorded: `Less` is more urgent.
///
/// A disposition that the draft still has is compared as the draft ranks it, another one as it was ranked then; as [`Case::held`] does.
fn level(then: &Content, recorded: Option<&str>, draft: &Content, now: Option<&str>) -> Ordering {
    let of = |content: &Content, id: &str| {
        let found = content.disposition_named(id)?;
        Some(Urgency::of(content, found))
    };
    let recorded = recorded.and_then(|id| of(draft, id).or_else(|| of(then, id)));
    let now = now.and_then(|id| of(draft, id));
    match (now, recorded) {
        (Some(now), Some(recorded)) => now.level(recorded),
        // Nothing is less urgent than anything.
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// What the draft asks for which the record has no answer; nothing where the case itself stood at the same question.
fn unanswered(
    case: &Case,
    (then, before): (&Content, &Position),
    (draft, after): (&Content, &Standing),
    moment: Moment,
) -> Option<Why> {
    let asked = asked(draft, &after.position.next);
    let waits = self::asked(then, &before.next);
    if asked.iter().all(|name| waits.contains(name)) {
        return None;
    }
    let why = |name: &str| {
        let mut told = case.told.iter().rev();
        let told = told.find(|told| told.name == name);
        let name = name.to_owned();
        match told.and_then(|told| told.answer.as_ref()) {
            Some(answer) if Facts::may_tell(draft, &name, answer, moment).is_err() => {
                Why::Option(name)
            }
            Some(_) => Why::Old(name),
            None if matches!(after.position.next, Next::Guide(_)) => Why::Guide(name),
            None => Why::Question(name),
        }
    };
    let new = asked.into_iter().filter(|name| !waits.contains(name));
    // Of several on one screen, the one that says most.
    new.map(why).min_by_key(|why| match why {
        Why::Complaint(_) | Why::Option(_) => 0,
        Why::Question(_) | Why::Guide(_) => 1,
        Why::Old(_) => 2,
    })
}

/// What is asked before the result is certain, by name.
fn asked<'c>(content: &'c Content, next: &Next) -> Vec<&'c str> {
    match next {
        Next::Patient { shown, .. } | Next::Ask { shown, .. } => shown
            .iter()
            .map(|fact| content.fact(*fact).id.as_str())
            .collect(),
        Next::Guide(guide) => vec![content.guide(*guide).id.as_str()],
        // What is asked for the hand-over bears on nothing that is reached.
        Next::Keep { .. } | Next::End => Vec::new(),
    }
}

fn dropped(then: &Content, before: &Standing, draft: &Content, after: &Standing) -> Vec<String> {
    let told = before.facts.told().map(|(fact, _)| fact);
    told.filter(|fact| before.plan.may_ask(*fact))
        .map(|fact| then.fact(fact))
        .filter(|fact| fact.source == FactSource::Question)
        .filter(|fact| {
            let there = draft.fact_named(&fact.id);
            !there.is_some_and(|there| after.plan.may_ask(there))
        })
        .map(|fact| fact.id.clone())
        .collect()
}

/// Stored events that make no case that could be walked again.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// One cannot be read.
    #[error(transparent)]
    Event(#[from] EventError),
    /// They are no case.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

/// The case that stored events make, as far as it is walked: what it holds, and who the person is, is left out.
///
/// `personal` opens the personal part of an answer by the place of its event.
///
/// # Errors
/// [`TextError`] if one cannot be read, or they are no case.
pub fn from_texts<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    mut personal: impl FnMut(u64) -> Option<Personal>,
) -> Result<Case, TextError> {
    let mut texts = texts.into_iter();
    let first = texts.next().ok_or(ReplayError::NotOpened)?;
    let mut case = Case::open(&Event::read(first)?)?;
    for text in texts {
        if Event::kind_of(text).is_some_and(is_passed) {
            case.pass();
            continue;
        }
        let event = Event::read(text)?;
        let personal = match &event.body {
            Body::Answered { .. } => personal(event.seq),
            _ => None,
        };
        case.apply(&event, personal.as_ref())?;
    }
    Ok(case)
}

/// Kinds that are common and move no walk. Any other is read: a kind that this code does not know must not be passed over.
fn is_passed(kind: &str) -> bool {
    matches!(
        kind,
        "held"
            | "grounds_withdrawn"
            | "start_requested"
            | "start_pending"
            | "start_upgraded"
            | "callback_number_given"
            | "identity_given"
            | "history_consulted"
            | "place_given"
            | "services_offered"
            | "service_chosen"
            | "feedback_given"
    )
}
