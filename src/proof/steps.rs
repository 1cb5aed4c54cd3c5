//! An example walked step by step, as a case is: what is asked is answered, what is not asked stays unsaid.

use crate::pathway::Content;
use crate::pathway::content::{FactId, FactSource, NeedId};
use crate::walk::follow::Untold;
use crate::walk::{Answer, Facts, Next, Scratch, outcome, step};

use super::example::{Replay, Walked, moment};

/// Why an example does not come to an end.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Stuck {
    /// An answer is not taken.
    #[error(transparent)]
    Untold(#[from] Untold),
    /// The walk asks again and again.
    #[error("the walk does not end")]
    Endless,
}

/// A walk to its end.
#[derive(Debug, Clone)]
pub struct Steps {
    /// What was asked and answered, in order.
    pub asked: Vec<FactId>,
    /// Where it ended.
    pub walked: Walked,
    /// What is needed beside that.
    pub also: Vec<NeedId>,
}

impl Steps {
    /// A question was asked.
    pub fn asks(&self, content: &Content, name: &str) -> bool {
        self.asked.iter().any(|fact| content.fact(*fact).id == name)
    }

    /// Something is needed.
    pub fn needs(&self, content: &Content, id: &str) -> bool {
        self.also.iter().any(|need| content.need(*need).id == id)
    }
}

impl Replay {
    /// The same without what the walk does not ask: age, sex, party, what the service tells, and the answers to these questions.
    #[must_use]
    pub fn asked_only(mut self, content: &Content, asked: &[FactId]) -> Self {
        self.told.retain(|(name, _)| {
            content.fact_named(name).is_none_or(|fact| {
                content.fact(fact).source != FactSource::Question || asked.contains(&fact)
            })
        });
        self
    }

    /// Walks it step by step: the patient's facts and those of the service are told first, then what is asked, one answer at a time.
    ///
    /// A question that is asked and that the example does not answer is refused by the patient. A guide ends by an exit that asks nothing again.
    ///
    /// # Errors
    /// [`Stuck`] if the walk does not take an answer, or does not end.
    pub fn steps(&self, content: &Content) -> Result<Steps, Stuck> {
        let (plan, now) = (self.plan(content), moment(self.on));
        let mut facts = Facts::new(content);
        let tell = |facts: &mut Facts, name: &str, answer: &Answer| {
            facts
                .tell(content, name, answer, now)
                .map(drop)
                .map_err(|error| Untold {
                    name: name.to_owned(),
                    error,
                })
        };
        let known = |name: &str| self.told.iter().find(|(told, _)| told == name);
        for (name, answer) in &self.told {
            let fact = content.fact_named(name).map(|fact| content.fact(fact));
            if fact.is_some_and(|fact| fact.source != FactSource::Question) {
                tell(&mut facts, name, answer)?;
            }
        }
        let mut scratch = Scratch::new();
        let mut asked = Vec::new();
        // Every step tells something that was not told before.
        for _ in 0..=content.facts.len() + content.guides.len() {
            let next = step(content, &plan, &facts, &mut scratch).next;
            match &next {
                Next::End => {
                    let outcome = outcome(content, &plan, &facts, &mut scratch);
                    return Ok(Steps {
                        asked,
                        walked: Walked {
                            disposition: outcome.disposition,
                            reached: outcome.reached,
                        },
                        also: outcome.also.to_vec(),
                    });
                }
                Next::Guide(guide) => {
                    let guide = content.guide(*guide);
                    let exits = guide.exits.iter();
                    let exit = exits
                        .clone()
                        .find(|exit| exit.asks_again.is_none())
                        .or(guide.exits.first());
                    if let Some(exit) = exit {
                        tell(&mut facts, &guide.id, &Answer::Exit(exit.id.clone()))?;
                    }
                }
                Next::Patient { .. } | Next::Ask { .. } | Next::Keep { .. } => {
                    let Some(fact) = next.shown().first() else {
                        break;
                    };
                    let name = &content.fact(*fact).id;
                    let answer = known(name).map_or(&Answer::Refused, |(_, answer)| answer);
                    tell(&mut facts, name, answer)?;
                    asked.push(*fact);
                }
            }
        }
        Err(Stuck::Endless)
    }
}
