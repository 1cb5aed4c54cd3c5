//! A patient whom the solver found, walked by the running walk.

use jiff::civil::Date;
use jiff::{Span, Timestamp};

use crate::pathway::content::{Content, DispositionId, FactId, FactSource, Kind, PathwayId};
use crate::pathway::definedness::Example;
use crate::pathway::definedness::example::{DAY, Said, told_in};
use crate::pathway::form::AgeUnit;
use crate::walk::follow::{Followed, Step, Untold, written};
use crate::walk::{Answer, Facts, Moment, Plan, Reached, Scratch, follow, outcome};

use super::report::Person;

/// What was said, as the walk takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// The complaint.
    pub family: String,
    /// Name and answer, age, sex and party first.
    pub told: Vec<(String, Answer)>,
    /// The day of the call.
    pub on: Date,
}

/// Where the walk ends on what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walked {
    /// What is reached.
    pub disposition: DispositionId,
    /// Why.
    pub reached: Reached,
}

/// Noon of the day of an example: it is the same whenever it is walked.
pub(super) fn moment(on: Date) -> Moment {
    let noon = on.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
    Moment {
        contact_began: noon.map_or(Timestamp::UNIX_EPOCH, |noon| noon.timestamp()),
        today: on,
    }
}

impl Replay {
    /// What an example says, in the words of the walk.
    pub fn of(content: &Content, pathway: PathwayId, example: &Example) -> Self {
        let day = example.said.iter().find_map(|(_, said)| match said {
            Said::Age(_, _, on) => Some(*on),
            _ => None,
        });
        let on = day.unwrap_or(DAY);
        let told = example.said.iter().map(|(fact, said)| {
            let answer = answer(content, *fact, said, moment(on));
            (content.fact(*fact).id.clone(), answer)
        });
        Replay {
            family: content.pathway(pathway).family.clone(),
            told: told.collect(),
            on,
        }
    }

    #[expect(
        clippy::expect_used,
        reason = "INVARIANT: the family is that of a pathway of this content"
    )]
    pub(super) fn plan(&self, content: &Content) -> Plan {
        Plan::new(content, &[&self.family], false).expect("the family is there")
    }

    /// Says each thing where the walk asks for it, to the end.
    ///
    /// # Errors
    /// [`Untold`] if the walk does not take an answer.
    pub fn follow(&self, content: &Content) -> Result<Followed, Untold> {
        follow(content, &self.plan(content), &self.told, moment(self.on))
    }

    /// The same as it is shown, with what was said in the order in which it is asked.
    ///
    /// # Errors
    /// [`Untold`] if the walk does not take an answer.
    pub fn person(&self, content: &Content, words: String) -> Result<Person, Untold> {
        let followed = self.follow(content)?;
        let told = |step: &Step| (content.fact(step.fact).id.clone(), step.answer.clone());
        let written = followed.steps.iter().map(|step| {
            let fact = content.fact(step.fact);
            format!(
                "{}={}",
                fact.id,
                written(&fact.kind, &step.answer, moment(self.on))
            )
        });
        Ok(Person {
            words,
            complaint: self.family.clone(),
            told: followed.steps.iter().map(told).collect(),
            written: written.collect(),
            on: self.on,
            reached: content.disposition(followed.outcome.disposition).id.clone(),
        })
    }

    /// Walks it to its end.
    ///
    /// # Errors
    /// [`Untold`] if the walk does not take an answer.
    pub fn walk(&self, content: &Content) -> Result<Walked, Untold> {
        let plan = self.plan(content);
        let mut facts = Facts::new(content);
        for (name, answer) in &self.told {
            facts
                .tell(content, name, answer, moment(self.on))
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

fn answer(content: &Content, id: FactId, said: &Said, moment: Moment) -> Answer {
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
            Kind::Ago { .. } => at(moment.contact_began.checked_sub(minutes(*value))),
            Kind::Due { .. } => at(moment.contact_began.checked_add(minutes(*value))),
            _ => Answer::NotSure,
        },
        Said::Age(unit, count, _) => {
            let span = match unit {
                AgeUnit::Months => Span::new().months(*count),
                AgeUnit::Days => Span::new().days(*count),
            };
            moment
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
