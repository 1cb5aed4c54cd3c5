//! A call of which everything that will be said is known beforehand: each answer is given where it is asked, what is never asked is said at
//! the end, and the walk goes on with it.
//!
//! Made for examples that a proof found, and for authors who replay them.

use crate::pathway::Content;
use crate::pathway::cases::Said;
use crate::pathway::content::{Asked, FactId, FactSource, Kind};
use crate::pathway::diagnostic::nearest;

use super::answer::Answer;
use super::facts::{FactError, Facts, Moment};
use super::plan::Plan;
use super::position::Next;
use super::run::said::answer_at;
use super::step::{Scratch, outcome, step};
use super::{Outcome, Reached};

/// More steps than any walk takes.
const STEPS: usize = 5_000;

/// A call, followed to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// Everything that was said, in order.
    pub steps: Vec<Step>,
    /// A question that was asked and of which nothing was told: the call breaks off there.
    pub left_open: Option<FactId>,
    /// What it comes to.
    pub outcome: Outcome,
    /// All that was said.
    pub facts: Facts,
}

/// One thing said.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Of what.
    pub fact: FactId,
    /// What.
    pub answer: Answer,
    /// Why.
    pub why: Why,
    /// What decides once it is said.
    pub reached: Option<Reached>,
}

/// Why something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The service stated it, before anything was asked.
    Stated,
    /// Age, sex and party, asked in every case.
    Patient,
    /// It was asked, alone or on the screen of a checklist.
    Asked(Asked),
    /// It was asked for the hand-over, once the result was certain.
    Kept,
    /// Nobody asked.
    Volunteered,
}

/// An answer that the content does not take.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("`{name}`: {error}")]
pub struct Untold {
    /// Of what.
    pub name: String,
    /// Why.
    pub error: FactError,
}

impl Followed {
    /// How many questions were asked. A checklist is one, and so is each of its members that is asked by itself; the patient's facts and what
    /// is kept for the hand-over are none.
    pub fn questions(&self) -> usize {
        self.questions_until(|_| false)
    }

    /// How many were asked until what decides is such, the one that brought it included; all of them if it never is.
    pub fn questions_until(&self, is_such: impl Fn(Reached) -> bool) -> usize {
        let (mut count, mut screen) = (0, None);
        for step in &self.steps {
            match step.why {
                Why::Asked(asked @ Asked::Checklist(_)) if screen == Some(asked) => {}
                Why::Asked(asked) => {
                    count += 1;
                    screen = Some(asked);
                }
                Why::Stated | Why::Patient | Why::Kept | Why::Volunteered => {}
            }
            if step.reached.is_some_and(&is_such) {
                break;
            }
        }
        count
    }
}

/// Follows a call to its end.
///
/// # Errors
/// [`Untold`] names the answer that the content does not take.
pub fn follow(
    content: &Content,
    plan: &Plan,
    told: &[(String, Answer)],
    at: Moment,
) -> Result<Followed, Untold> {
    let mut call = Call {
        content,
        plan,
        at,
        facts: Facts::new(content),
        scratch: Scratch::new(),
        left: Vec::with_capacity(told.len()),
        steps: Vec::with_capacity(told.len()),
        left_open: None,
    };
    for (name, answer) in told {
        let fact = content.fact_named(name).ok_or_else(|| Untold {
            name: name.clone(),
            error: FactError::UnknownFact {
                did_you_mean: nearest(name, content.fact_ids.keys().map(String::as_str))
                    .map(str::to_owned),
            },
        })?;
        call.left.push((fact, answer.clone()));
    }
    call.run()?;
    let outcome = outcome(content, plan, &call.facts, &mut call.scratch);
    Ok(Followed {
        steps: call.steps,
        left_open: call.left_open,
        outcome,
        facts: call.facts,
    })
}

struct Call<'a> {
    content: &'a Content,
    plan: &'a Plan,
    at: Moment,
    facts: Facts,
    scratch: Scratch,
    /// What is still to be said.
    left: Vec<(FactId, Answer)>,
    steps: Vec<Step>,
    left_open: Option<FactId>,
}

impl Call<'_> {
    fn run(&mut self) -> Result<(), Untold> {
        let content = self.content;
        let stated =
            |fact: &FactId| matches!(content.fact(*fact).source, FactSource::System { .. });
        while let Some(fact) = self.next_left(stated) {
            self.say(fact, Why::Stated)?;
        }
        for _ in 0..STEPS {
            let next = step(content, self.plan, &self.facts, &mut self.scratch).next;
            let (shown, why) = match &next {
                Next::End => (next.shown(), Why::Volunteered),
                Next::Guide(guide) => {
                    self.leave(*guide)?;
                    continue;
                }
                Next::Patient { shown, .. } => (shown.as_slice(), Why::Patient),
                Next::Ask { asked, shown } => (shown.as_slice(), Why::Asked(*asked)),
                Next::Keep { shown, .. } => (shown.as_slice(), Why::Kept),
            };
            if let Some(fact) = self.next_left(|fact| shown.contains(fact)) {
                self.say(fact, why)?;
            } else if let (Why::Kept, Some(fact)) = (why, shown.first()) {
                // Nothing depends on what is kept: of whom nothing is told, it is not asked twice.
                self.tell(*fact, &Answer::Refused)?;
            } else if let Some(fact) = self.next_left(|_| true) {
                self.say(fact, Why::Volunteered)?;
            } else {
                self.left_open = shown.first().copied();
                return Ok(());
            }
        }
        Ok(())
    }

    /// A guide is left by the first exit that asks nothing again.
    fn leave(&mut self, guide: crate::pathway::content::GuideId) -> Result<(), Untold> {
        let guide = self.content.guide(guide);
        let mut exits = guide.exits.iter();
        let exit = exits.find(|exit| exit.asks_again.is_none());
        let exit = exit.or(guide.exits.first()).map(|exit| exit.id.clone());
        let answer = Answer::Exit(exit.unwrap_or_default());
        let told = self.facts.tell(self.content, &guide.id, &answer, self.at);
        told.map_err(|error| Untold {
            name: guide.id.clone(),
            error,
        })
    }

    fn next_left(&self, wanted: impl Fn(&FactId) -> bool) -> Option<FactId> {
        let mut left = self.left.iter();
        left.find(|(fact, _)| wanted(fact)).map(|(fact, _)| *fact)
    }

    fn say(&mut self, fact: FactId, why: Why) -> Result<(), Untold> {
        let Some(place) = self.left.iter().position(|(left, _)| *left == fact) else {
            return Ok(());
        };
        let (_, answer) = self.left.remove(place);
        self.tell(fact, &answer)?;
        let reached = step(self.content, self.plan, &self.facts, &mut self.scratch).reached;
        self.steps.push(Step {
            fact,
            answer,
            why,
            reached,
        });
        Ok(())
    }

    fn tell(&mut self, fact: FactId, answer: &Answer) -> Result<(), Untold> {
        let told = self.facts.tell_fact(self.content, fact, answer, self.at);
        told.map_err(|error| Untold {
            name: self.content.fact(fact).id.clone(),
            error,
        })
    }
}

/// An answer as it is written in a worked case and after `--tell`: an option, a number, `6 hours`, `20 months`, a date of birth, rows with
/// commas between, `not_sure`, `not_told`, `unknown`.
pub fn heard(kind: &Kind, word: &str, at: Moment) -> Answer {
    let said = match kind {
        Kind::Pick(_) if !matches!(word, "not_sure" | "refused" | "timed_out") => {
            Said::Rows(word.split(',').map(|row| row.trim().to_owned()).collect())
        }
        _ => Said::Word(word.to_owned()),
    };
    answer_at(kind, &said, at)
}

/// The other way round: [`heard`] gives this answer of it, to the minute.
pub fn written(kind: &Kind, answer: &Answer, at: Moment) -> String {
    match answer {
        Answer::Word(word) | Answer::Age(word) => word.clone(),
        Answer::Number(number) => number.to_string(),
        Answer::Rows(rows) => rows.join(","),
        Answer::At(instant) => {
            let later = instant.duration_since(at.contact_began).as_mins();
            let minutes = match kind {
                Kind::Ago { .. } => -later,
                _ => later,
            };
            format!("{minutes} minutes")
        }
        Answer::BirthDate(date) => date.to_string(),
        Answer::NotTold => "not_told".to_owned(),
        Answer::NotSure => "not_sure".to_owned(),
        Answer::NoneFit(_) => "none_fit".to_owned(),
        Answer::Refused => "refused".to_owned(),
        Answer::TimedOut => "timed_out".to_owned(),
        Answer::Unknown => "unknown".to_owned(),
        Answer::Exit(exit) => exit.clone(),
    }
}
