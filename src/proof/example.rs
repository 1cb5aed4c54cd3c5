//! A patient whom the solver found, walked by the running walk.

use jiff::civil::date;
use jiff::{Span, Timestamp};

use crate::pathway::content::{Content, DispositionId, FactId, FactSource, Kind, PathwayId};
use crate::pathway::definedness::Example;
use crate::pathway::definedness::example::{Said, told_in};
use crate::pathway::form::AgeUnit;
use crate::walk::{Answer, FactError, Facts, Moment, Plan, Reached, Scratch, outcome};

/// What was said, as the walk takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// The complaint.
    pub family: String,
    /// Name and answer, age, sex and party first.
    pub told: Vec<(String, Answer)>,
}

/// Where the walk ends on what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walked {
    /// What is reached.
    pub disposition: DispositionId,
    /// Why.
    pub reached: Reached,
}

/// An example that the walk does not take.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the example cannot be told: `{name}`: {error}")]
pub struct Untold {
    /// Of what.
    pub name: String,
    /// Why.
    pub error: FactError,
}

/// Noon on a day without a change of clocks: an example is the same whenever it is walked.
fn moment() -> Moment {
    Moment {
        contact_began: Timestamp::constant(1_768_478_400, 0),
        today: date(2026, 1, 15),
    }
}

impl Replay {
    /// What an example says, in the words of the walk.
    pub fn of(content: &Content, pathway: PathwayId, example: &Example) -> Self {
        let told = example
            .said
            .iter()
            .map(|(fact, said)| (content.fact(*fact).id.clone(), answer(content, *fact, said)));
        Replay {
            family: content.pathway(pathway).family.clone(),
            told: told.collect(),
        }
    }

    /// Walks it to its end.
    ///
    /// # Errors
    /// [`Untold`] if the walk does not take an answer.
    #[expect(
        clippy::expect_used,
        reason = "INVARIANT: the family is that of a pathway of this content"
    )]
    pub fn walk(&self, content: &Content) -> Result<Walked, Untold> {
        let plan = Plan::new(content, &[&self.family], false).expect("the family is there");
        let mut facts = Facts::new(content);
        for (name, answer) in &self.told {
            facts
                .tell(content, name, answer, moment())
                .map_err(|error| Untold {
                    name: name.clone(),
                    error,
                })?;
        }
        let outcome = outcome(content, &plan, &facts, &mut Scratch::new());
        Ok(Walked {
            disposition: outcome.disposition,
            reached: outcome.reached,
        })
    }
}

fn answer(content: &Content, id: FactId, said: &Said) -> Answer {
    let fact = content.fact(id);
    let minutes = |count: i64| Span::new().minutes(count);
    let at = |instant: Result<Timestamp, jiff::Error>| instant.map_or(Answer::NotSure, Answer::At);
    match said {
        Said::NotSure => match fact.source {
            FactSource::Patient => Answer::NotTold,
            FactSource::System { .. } => Answer::Unknown,
            FactSource::Question => Answer::NotSure,
        },
        Said::Option(place) => match &fact.kind {
            Kind::OneOf { options, .. } => options
                .get(*place)
                .map_or(Answer::NotSure, |choice| Answer::Word(choice.id.clone())),
            _ => Answer::NotSure,
        },
        Said::Number(value) => match &fact.kind {
            Kind::Number(number) => number
                .shown(*value)
                .parse()
                .map_or(Answer::NotSure, Answer::Number),
            Kind::Ago { .. } => at(moment().contact_began.checked_sub(minutes(*value))),
            Kind::Due { .. } => at(moment().contact_began.checked_add(minutes(*value))),
            _ => Answer::NotSure,
        },
        Said::Age(unit, count) => {
            let span = match unit {
                AgeUnit::Months => Span::new().months(*count),
                AgeUnit::Days => Span::new().days(*count),
            };
            moment()
                .today
                .checked_sub(span)
                .map_or(Answer::NotTold, Answer::BirthDate)
        }
        Said::ToldAge(count, unit) => Answer::Age(format!("{count} {}", told_in(*unit))),
        Said::Rows(rows) => match fact.kind {
            Kind::Pick(table) => {
                let rows = rows
                    .iter()
                    .filter_map(|row| content.table(table).rows.get(usize::from(*row)))
                    .map(|row| row.id.clone());
                Answer::Rows(rows.collect())
            }
            _ => Answer::NotSure,
        },
        Said::Words => Answer::Word("…".to_owned()),
    }
}
