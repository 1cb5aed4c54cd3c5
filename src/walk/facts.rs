//! The facts of a case: what was said of each question, and what it is read as before anything is walked.
//!
//! Facts are a map, not a trail: the order in which they were told changes nothing, with one exception. An exit of a guide that
//! asks a fact again takes that fact's earlier answer away, so exits are told in the order of their events.

use std::fmt;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::pathway::Content;
use crate::pathway::content::{ChecklistId, Exit, FactId, Given, GuideId};

use super::answer::Answer;
use super::told;
pub use super::told::{FactError, Moment};
use super::value::Slot;

/// What was said in a case, for one content.
///
/// A reading stands ready for every fact, guide and checklist; what was said is kept of those of which something was. Its `Debug` shows how much was said and nothing of what.
#[derive(Clone, PartialEq)]
pub struct Facts {
    /// In order of the facts. Shared between a case and what becomes of it.
    said: Vec<(FactId, Arc<Said>)>,
    readings: Vec<Reading>,
    exits: Vec<Option<u8>>,
    one_by_one: Vec<bool>,
    none_fit: usize,
    /// The facts that options of others imply.
    implied: Arc<[FactId]>,
}

#[derive(Clone, PartialEq)]
struct Said {
    answer: Answer,
    value: told::Value,
}

/// What was said and implied of a fact, taken together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    /// [`Slot::Unknown`] where nothing was said or implied.
    pub(super) slot: Slot,
    /// Said or implied not sure, or said and implied differently.
    pub(super) unsure: bool,
}

const NOTHING: Reading = Reading {
    slot: Slot::Unknown,
    unsure: false,
};

impl Facts {
    /// Nothing said yet.
    pub fn new(content: &Content) -> Self {
        let implied = content
            .facts
            .iter()
            .zip(0..)
            .filter(|(fact, _)| !fact.implied_by.is_empty())
            .map(|(_, place)| FactId(place))
            .collect();
        Facts {
            said: Vec::new(),
            readings: vec![NOTHING; content.facts.len()],
            exits: vec![None; content.guides.len()],
            one_by_one: vec![false; content.checklists.len()],
            none_fit: 0,
            implied,
        }
    }

    /// Takes an answer to the question, system fact, guide or checklist called `name`; an earlier answer is replaced.
    ///
    /// A question about a complaint is called `pathway/question`. Of a checklist only "not sure" is told, after which its
    /// members are asked one by one; what is ticked is told of the members. A guide is told its exit.
    ///
    /// # Errors
    /// The [`FactError`] that says why the content does not offer the answer; the facts are then unchanged.
    pub fn tell(
        &mut self,
        content: &Content,
        name: &str,
        answer: &Answer,
        at: Moment,
    ) -> Result<(), FactError> {
        match named(content, name)? {
            Named::Fact(fact) => self.tell_fact(content, fact, answer, at),
            Named::Guide(guide) => self.tell_exit(content, guide, answer),
            Named::Checklist(checklist) => {
                one_by_one(answer)?;
                set(&mut self.one_by_one, checklist.index(), true);
                Ok(())
            }
        }
    }

    /// Whether [`Facts::tell`] would take the answer; what was said before is no matter of it.
    ///
    /// # Errors
    /// As [`Facts::tell`].
    pub fn may_tell(
        content: &Content,
        name: &str,
        answer: &Answer,
        at: Moment,
    ) -> Result<(), FactError> {
        match named(content, name)? {
            Named::Fact(fact) => told::read(content, fact, answer, at).map(|_| ()),
            Named::Guide(guide) => exit_of(content, guide, answer).map(|_| ()),
            Named::Checklist(_) => one_by_one(answer),
        }
    }

    /// [`Facts::tell`] for a fact whose place is known.
    ///
    /// # Errors
    /// As [`Facts::tell`].
    pub fn tell_fact(
        &mut self,
        content: &Content,
        fact: FactId,
        answer: &Answer,
        at: Moment,
    ) -> Result<(), FactError> {
        let value = told::read(content, fact, answer, at)?;
        // Asked again and answered: a guide that ended in asking is shown again if it is still called for.
        for (exit, guide) in self.exits.iter_mut().zip(&content.guides) {
            let taken = exit.and_then(|exit| guide.exits.get(usize::from(exit)));
            if taken.is_some_and(|exit| exit.asks_again == Some(fact)) {
                *exit = None;
            }
        }
        let answer = answer.clone();
        self.replace(content, fact, Some(Said { answer, value }));
        Ok(())
    }

    fn tell_exit(
        &mut self,
        content: &Content,
        guide: GuideId,
        answer: &Answer,
    ) -> Result<(), FactError> {
        let (exit, place) = exit_of(content, guide, answer)?;
        set(&mut self.exits, guide.index(), Some(place));
        if let Some(again) = exit.asks_again {
            self.replace(content, again, None);
        }
        Ok(())
    }

    /// Whether there is anything of this name to tell. Cheaper than to be told that there is not, and what else it could have been.
    pub fn has(content: &Content, name: &str) -> bool {
        found(content, name).is_some()
    }

    /// Takes back what was said of `name`.
    ///
    /// # Errors
    /// [`FactError::UnknownFact`].
    pub fn withdraw(&mut self, content: &Content, name: &str) -> Result<(), FactError> {
        match named(content, name)? {
            Named::Fact(fact) => self.replace(content, fact, None),
            Named::Guide(guide) => set(&mut self.exits, guide.index(), None),
            Named::Checklist(checklist) => set(&mut self.one_by_one, checklist.index(), false),
        }
        Ok(())
    }

    /// What was said of a fact, as it was said; `None` also where its value is only implied.
    pub fn said(&self, fact: FactId) -> Option<&Answer> {
        self.said_of(fact).map(|said| &said.answer)
    }

    /// The ages that a fact may mean, in completed months, least and most; `None` where no age was said.
    pub fn months(&self, fact: FactId) -> Option<(i64, i64)> {
        match self.value_said(fact)?.slot {
            Slot::Age(age) => Some(age.months()),
            _ => None,
        }
    }

    /// The exit by which a guide ended: its place in [`crate::pathway::content::Guide::exits`].
    pub fn exit(&self, guide: GuideId) -> Option<u8> {
        self.exits.get(guide.index()).copied().flatten()
    }

    /// Every fact of which something was said.
    pub fn told(&self) -> impl Iterator<Item = (FactId, &Answer)> {
        self.said.iter().map(|(fact, said)| (*fact, &said.answer))
    }

    /// How many answers are "none of these fit".
    pub fn none_fit(&self) -> usize {
        self.none_fit
    }

    pub(super) fn is_one_by_one(&self, checklist: ChecklistId) -> bool {
        self.one_by_one
            .get(checklist.index())
            .is_some_and(|one_by_one| *one_by_one)
    }

    /// What was said and implied of a fact.
    #[inline]
    pub(super) fn reading(&self, fact: FactId) -> Reading {
        self.readings.get(fact.index()).copied().unwrap_or(NOTHING)
    }

    /// What was said of a fact alone, as a value.
    pub(super) fn value_said(&self, fact: FactId) -> Option<&told::Value> {
        self.said_of(fact).map(|said| &said.value)
    }

    /// The rows picked, ascending.
    pub(super) fn rows(&self, fact: FactId) -> &[u16] {
        self.said_of(fact).map_or(&[], |said| &said.value.rows)
    }

    /// The look-up of a system fact failed.
    pub(super) fn failed(&self, fact: FactId) -> bool {
        matches!(self.said(fact), Some(Answer::Unknown))
    }

    /// The facts whose answers imply this one.
    pub(super) fn implied_by(&self, content: &Content, fact: FactId) -> SmallVec<[FactId; 4]> {
        let mut sources = SmallVec::new();
        for (source, option, _) in &content.fact(fact).implied_by {
            let reading = self.reading(*source);
            let implies = reading.unsure || reading.slot == Slot::Option(*option);
            if implies && !sources.contains(source) {
                sources.push(*source);
            }
        }
        sources
    }

    /// Reads a fact as if this had been said, in a copy made to ask what would be.
    pub(super) fn suppose(&mut self, content: &Content, fact: FactId, given: Given) {
        let answer = Answer::Word(String::new());
        let value = told::Value::from(Slot::from(given));
        self.replace(content, fact, Some(Said { answer, value }));
    }

    fn said_of(&self, fact: FactId) -> Option<&Said> {
        let place = self.place(fact).ok()?;
        self.said.get(place).map(|(_, said)| said.as_ref())
    }

    /// Where a fact stands in `said`, or where it would.
    fn place(&self, fact: FactId) -> Result<usize, usize> {
        self.said.binary_search_by_key(&fact, |(fact, _)| *fact)
    }

    fn replace(&mut self, content: &Content, fact: FactId, said: Option<Said>) {
        if fact.index() >= self.readings.len() {
            return;
        }
        let fits_none = |said: &Said| usize::from(matches!(said.answer, Answer::NoneFit(_)));
        let place = self.place(fact);
        if let Ok(place) = place {
            let (_, before) = self.said.remove(place);
            self.none_fit -= fits_none(&before);
        }
        if let Some(said) = said {
            self.none_fit += fits_none(&said);
            let (Ok(place) | Err(place)) = place;
            self.said.insert(place, (fact, Arc::new(said)));
        }
        self.read_again(content, fact);
        if !content.fact(fact).means.is_empty() {
            self.read_implied(content);
        }
    }

    /// Reads the implied facts again until nothing moves; an implied fact may imply another.
    ///
    /// The number of rounds is bounded, so that even a circle of implications, which the reader refuses, comes to rest.
    fn read_implied(&mut self, content: &Content) {
        let implied = Arc::clone(&self.implied);
        for _ in 0..=implied.len() {
            let mut moved = false;
            for fact in implied.iter() {
                moved |= self.read_again(content, *fact);
            }
            if !moved {
                return;
            }
        }
    }

    fn read_again(&mut self, content: &Content, fact: FactId) -> bool {
        let said = self.said_of(fact).map(|said| Reading {
            slot: said.value.slot,
            unsure: said.value.unsure,
        });
        let implied = self.implication(content, fact);
        let reading = match (said, implied) {
            (None, None) => NOTHING,
            (Some(reading), None) | (None, Some(reading)) => reading,
            (Some(said), Some(implied)) => together(said, implied),
        };
        let Some(place) = self.readings.get_mut(fact.index()) else {
            return false;
        };
        let moved = *place != reading;
        *place = reading;
        moved
    }

    fn implication(&self, content: &Content, fact: FactId) -> Option<Reading> {
        let mut implication: Option<Reading> = None;
        for (source, option, here) in &content.fact(fact).implied_by {
            let reading = self.reading(*source);
            let slot = if reading.unsure {
                Slot::Any
            } else if reading.slot == Slot::Option(*option) {
                Slot::Option(*here)
            } else {
                continue;
            };
            let implied = Reading {
                slot,
                unsure: slot == Slot::Any,
            };
            implication = Some(implication.map_or(implied, |known| together(known, implied)));
        }
        implication
    }
}

/// The exit that an answer names, and its place.
fn exit_of<'c>(
    content: &'c Content,
    guide: GuideId,
    answer: &Answer,
) -> Result<(&'c Exit, u8), FactError> {
    let Answer::Exit(said) = answer else {
        return Err(FactError::WrongType {
            expected: "one of its exits",
        });
    };
    let exits = &content.guide(guide).exits;
    let found = exits.iter().zip(0_u8..).find(|(exit, _)| exit.id == *said);
    found.ok_or_else(|| FactError::NotOffered {
        options: exits.iter().map(|exit| exit.id.clone()).collect(),
    })
}

/// All that is told of a checklist itself.
fn one_by_one(answer: &Answer) -> Result<(), FactError> {
    match answer {
        Answer::NotSure => Ok(()),
        _ => Err(FactError::WrongType {
            expected: "its members, or not sure",
        }),
    }
}

/// Two sources that differ read as not sure.
fn together(one: Reading, other: Reading) -> Reading {
    if one == other {
        one
    } else {
        Reading {
            slot: Slot::Any,
            unsure: true,
        }
    }
}

fn set<T>(places: &mut [T], index: usize, value: T) {
    if let Some(place) = places.get_mut(index) {
        *place = value;
    }
}

enum Named {
    Fact(FactId),
    Guide(GuideId),
    Checklist(ChecklistId),
}

fn found(content: &Content, name: &str) -> Option<Named> {
    if let Some(fact) = content.fact_named(name) {
        return Some(Named::Fact(fact));
    }
    let mut guides = content.guides.iter().zip(0..);
    let mut checklists = content.checklists.iter().zip(0..);
    let guide = guides.find(|(guide, _)| guide.id == name);
    let mut checklist = || checklists.find(|(checklist, _)| checklist.id == name);
    guide
        .map(|(_, place)| Named::Guide(GuideId(place)))
        .or_else(|| checklist().map(|(_, place)| Named::Checklist(ChecklistId(place))))
}

fn named(content: &Content, name: &str) -> Result<Named, FactError> {
    found(content, name).ok_or_else(|| {
        let guides = content.guides.iter().map(|guide| guide.id.as_str());
        let checklists = content.checklists.iter();
        let names = content.fact_ids.keys().map(String::as_str);
        let names = names
            .chain(guides)
            .chain(checklists.map(|checklist| checklist.id.as_str()));
        FactError::UnknownFact {
            did_you_mean: nearest(name, names).map(str::to_owned),
        }
    })
}

/// The known name that `name` was probably meant to be.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(one.1)))
        .map(|(_, known)| known)
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Facts({} told)", self.told().count())
    }
}
