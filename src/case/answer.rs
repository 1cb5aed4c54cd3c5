//! Answers: what may be said when, and what is recorded of it.

use serde::Serialize;

use crate::pathway::Content;
use crate::pathway::content::{Asked, FactId, FactSource, Kind};
use crate::walk::{Answer, FactError, Facts, Next, UnknownComplaint};

use super::commit::Commit;
use super::event::{Actor, Body, Channel, Personal, Provenance};
use super::ground::Standing;
use super::knowing::{EARLIER_CONTACTS, MISSED_CALL_BACKS};
use super::present::Present;

/// Something said of a question, a guide or a checklist.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Said {
    /// Its name in the release.
    pub name: String,
    /// What was said.
    pub what: What,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum What {
    /// An answer; of a guide, its exit.
    Answer(Answer),
    /// A checklist: those ticked are yes.
    Ticked {
        /// Names of members.
        ticked: Vec<String>,
        /// What of the others on the screen; unset, they stay unanswered.
        others: Option<Others>,
    },
    /// The answer is taken back.
    TakenBack,
}

/// What was said of the members of a checklist that were not ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Others {
    /// "None of these", "nothing else".
    No,
    /// Not sure: they are asked one by one.
    NotSure,
}

/// On what occasion it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Occasion {
    /// It is on the screen.
    Asked,
    /// It was said before it was asked.
    Volunteered,
    /// It replaces what was said before.
    Changed,
}

/// Why something cannot be said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Nothing was said.
    #[error("no answer is given")]
    Empty,
    /// The contact ended before its walk.
    #[error("the contact has ended; begin another")]
    ContactEnded,
    /// It is not on the screen.
    #[error("`{name}` is not asked now; volunteer or change it")]
    NotAsked {
        /// As given.
        name: String,
    },
    /// It is answered already.
    #[error("`{name}` is answered already; change it")]
    AlreadyAnswered {
        /// As given.
        name: String,
    },
    /// There is nothing to change.
    #[error("`{name}` is not answered yet")]
    NotAnswered {
        /// As given.
        name: String,
    },
    /// It comes from the record or from the service, not from the caller.
    #[error("`{name}` is not the caller's to say")]
    NotTheCallers {
        /// As given.
        name: String,
    },
    /// A checklist without a tick and without "none of these".
    #[error("tick what applies in `{name}`, or say that none of these do")]
    NothingTicked {
        /// As given.
        name: String,
    },
    /// It is no checklist on the screen, or has no such member there.
    #[error("`{name}` is not listed on the screen")]
    NotListed {
        /// As given.
        name: String,
    },
    /// The question does not take this answer.
    #[error("`{name}`: {error}")]
    Fact {
        /// As given.
        name: String,
        /// Why.
        error: FactError,
    },
    /// The complaints of the case are not in the release.
    #[error(transparent)]
    Complaint(#[from] UnknownComplaint),
}

impl Commit<'_> {
    /// Takes what was said, each as its own event, with all that follows from it.
    ///
    /// # Errors
    /// [`AnswerError`] for the first that cannot be said; the commit is then of no use.
    pub fn answer(&mut self, occasion: Occasion, said: &[Said]) -> Result<(), AnswerError> {
        if said.is_empty() {
            return Err(AnswerError::Empty);
        }
        if self
            .case
            .contact()
            .is_none_or(|contact| contact.left_early.is_some())
        {
            return Err(AnswerError::ContactEnded);
        }
        // A group is one screen: an answer in it may make another unneeded, and what was said is taken all the same.
        let screen = self.present()?;
        for said in said {
            match &said.what {
                What::Answer(answer) => {
                    may_say(self.content, &screen, self.actor(), occasion, &said.name)?;
                    self.tell(occasion, &said.name, Some(answer))?;
                }
                What::TakenBack => {
                    may_say(
                        self.content,
                        &screen,
                        self.actor(),
                        Occasion::Changed,
                        &said.name,
                    )?;
                    self.tell(Occasion::Changed, &said.name, None)?;
                }
                What::Ticked { ticked, others } => {
                    self.tick(&screen, &said.name, ticked, *others)?
                }
            }
        }
        Ok(())
    }

    /// A checklist on the screen: ticked is yes; the others become no only by a word.
    fn tick(
        &mut self,
        screen: &Present,
        name: &str,
        ticked: &[String],
        others: Option<Others>,
    ) -> Result<(), AnswerError> {
        let not_listed = || AnswerError::NotListed {
            name: name.to_owned(),
        };
        let (Next::Ask { asked, shown }
        | Next::Keep { asked, shown }
        | Next::Patient { asked, shown }) = &screen.position.next
        else {
            return Err(not_listed());
        };
        if !matches!(asked, Asked::Checklist(id) if self.content.checklist(*id).id == name) {
            return Err(not_listed());
        }
        if ticked.is_empty() && others.is_none() {
            return Err(AnswerError::NothingTicked {
                name: name.to_owned(),
            });
        }
        let id = |fact: &FactId| self.content.fact(*fact).id.clone();
        let members: Vec<String> = shown.iter().map(id).collect();
        if let Some(stranger) = ticked.iter().find(|name| !members.contains(name)) {
            return Err(AnswerError::NotListed {
                name: stranger.clone(),
            });
        }
        for member in members.iter().filter(|member| ticked.contains(member)) {
            self.tell(Occasion::Asked, member, Some(&Answer::from("yes")))?;
        }
        match others {
            Some(Others::No) => {
                for member in members.iter().filter(|member| !ticked.contains(member)) {
                    self.tell(Occasion::Asked, member, Some(&Answer::from("no")))?;
                }
                Ok(())
            }
            Some(Others::NotSure) => self.tell(Occasion::Asked, name, Some(&Answer::NotSure)),
            None => Ok(()),
        }
    }

    /// Records one answer, or its taking back, and what follows from it.
    pub(super) fn tell(
        &mut self,
        occasion: Occasion,
        name: &str,
        answer: Option<&Answer>,
    ) -> Result<(), AnswerError> {
        let provenance = if occasion == Occasion::Volunteered {
            Provenance::Volunteered
        } else {
            Provenance::Asked
        };
        let Some(answer) = answer else {
            self.record(
                provenance,
                Body::Withdrawn {
                    fact: name.to_owned(),
                },
                None,
            );
            return Ok(self.follow()?);
        };
        // What the question does not offer leaves no event.
        Facts::may_tell(self.content, name, answer, self.moment).map_err(|error| {
            AnswerError::Fact {
                name: name.to_owned(),
                error,
            }
        })?;
        let replaced = self.own_earlier(name);
        let (kept, personal) = split(self.content, name, answer);
        let seq = self.record(
            provenance,
            Body::Answered {
                fact: name.to_owned(),
                answer: kept,
            },
            personal,
        );
        self.withdraw_grounds(&replaced, seq);
        // A date of birth is something by which a person can be found again.
        self.looks_back |= matches!(answer, Answer::BirthDate(_));
        Ok(self.follow()?)
    }

    /// On the public channel: the visitor's own earlier answers to the same question in this contact.
    pub(super) fn own_earlier(&self, name: &str) -> Vec<u64> {
        let Some(contact) = self.case.contact() else {
            return Vec::new();
        };
        if contact.channel != Channel::Public || *self.actor() != Actor::Visitor {
            return Vec::new();
        }
        let own = self.case.told.iter().filter(|told| {
            told.name == name
                && told.contact == contact.number
                && told.actor == Actor::Visitor
                && told.answer.is_some()
        });
        own.map(|told| told.seq).collect()
    }

    /// Withdraws what rests on replaced answers; lines that are still true make new grounds.
    pub(super) fn withdraw_grounds(&mut self, replaced: &[u64], corrected_by: u64) {
        let contact = self.case.contact().map(|contact| contact.number);
        let rests = self.case.grounds.iter().filter(|kept| {
            kept.standing == Standing::Holds
                && Some(kept.contact) == contact
                && kept
                    .ground
                    .operands
                    .iter()
                    .any(|operand| replaced.contains(operand))
        });
        let grounds: Vec<_> = rests.map(|kept| kept.ground.id).collect();
        if !grounds.is_empty() {
            self.record(
                Provenance::Inferred,
                Body::GroundsWithdrawn {
                    grounds,
                    corrected_by,
                },
                None,
            );
        }
    }
}

/// Whether something may be said of `name` on this occasion.
fn may_say(
    content: &Content,
    screen: &Present,
    actor: &Actor,
    occasion: Occasion,
    name: &str,
) -> Result<(), AnswerError> {
    let fact = content.fact_named(name);
    // What the service counted wrongly is put right by staff, on the record; it lowers nothing that is held.
    let corrects = occasion == Occasion::Changed
        && matches!(actor, Actor::Handler(_) | Actor::Clinician(_))
        && [EARLIER_CONTACTS, MISSED_CALL_BACKS].contains(&name);
    let is_known = fact.is_some_and(|fact| screen.facts.said(fact).is_some());
    if corrects && is_known {
        return Ok(());
    }
    if fact.is_some_and(|fact| matches!(content.fact(fact).source, FactSource::System { .. })) {
        return Err(AnswerError::NotTheCallers {
            name: name.to_owned(),
        });
    }
    let is_answered = fact.is_some_and(|fact| screen.facts.said(fact).is_some());
    let is_asked = match &screen.position.next {
        Next::Patient { asked, shown }
        | Next::Ask { asked, shown }
        | Next::Keep { asked, shown } => {
            let is_checklist =
                matches!(asked, Asked::Checklist(id) if content.checklist(*id).id == name);
            is_checklist || fact.is_some_and(|fact| shown.contains(&fact))
        }
        Next::Guide(guide) => content.guide(*guide).id == name,
        Next::End => false,
    };
    let is_guide = content.guides.iter().any(|guide| guide.id == name);
    let name = || name.to_owned();
    match occasion {
        // The exit of a guide can come at any time: the crew arrives when it arrives.
        _ if is_guide => Ok(()),
        // A name that is in no release is said to be so, with the nearest one, when the answer is read.
        Occasion::Asked if is_asked || fact.is_none() => Ok(()),
        Occasion::Asked if is_answered => Err(AnswerError::AlreadyAnswered { name: name() }),
        Occasion::Asked => Err(AnswerError::NotAsked { name: name() }),
        Occasion::Volunteered if is_answered => Err(AnswerError::AlreadyAnswered { name: name() }),
        Occasion::Changed if !is_answered && fact.is_some() => {
            Err(AnswerError::NotAnswered { name: name() })
        }
        Occasion::Volunteered | Occasion::Changed => Ok(()),
    }
}

/// What of an answer is kept in the clear, and what is sealed: a date of birth and words.
///
/// What stays is safe when the sealed part is gone: an age not told is any age, and "none fit" is none fit without the words.
fn split(content: &Content, name: &str, answer: &Answer) -> (Answer, Option<Personal>) {
    let is_text = content
        .fact_named(name)
        .is_some_and(|fact| matches!(content.fact(fact).kind, Kind::Text));
    let kept = match answer {
        Answer::BirthDate(_) => Answer::NotTold,
        Answer::NoneFit(words) if !words.is_empty() => Answer::NoneFit(String::new()),
        Answer::Word(_) if is_text => Answer::Word(String::new()),
        _ => return (answer.clone(), None),
    };
    (kept, Some(Personal::Answer(answer.clone())))
}
