//! What differs between two contents: who is sent somewhere else, needs something else or is asked something else, and by which edit.
//!
//! Both typed forms stand over the same gates and are asked about the same patient, pathway by pathway: so the difference is exact, and where
//! nobody is found, nobody is sent elsewhere. Patients answer all that applies to them, "not sure" included, and tell their age exactly. What was
//! said where a question does not apply, "none of these fit" and an early exit are left out: they only raise. Every example is walked by the running
//! walk on both sides before it is shown.

mod alike;
mod edits;
mod found;
mod patients;
pub mod whom;

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use crate::cores::on_all_cores;
use crate::pathway::content::{Content, PathwayId};
use crate::pathway::definedness::Example;
use crate::pathway::lowered;

use super::example::Walked;
use super::promises::Disagreement;
use super::report::Person;
pub use edits::Edit;

/// What an edit changes for somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Somebody is sent elsewhere.
    Moved {
        /// The disposition before.
        from: String,
        /// After.
        to: String,
        /// It is less urgent than before: such a release needs somebody to sign for it.
        is_down: bool,
    },
    /// Somebody needs something beside that.
    Needs(String),
    /// Somebody needs it no more.
    NeedsNoMore(String),
    /// Somebody is asked a question.
    Asked(String),
    /// Somebody is asked it no more.
    AskedNoMore(String),
}

/// All for whom an edit changes the same, and the plainest of them.
#[derive(Debug, Clone)]
pub struct Change {
    /// In which pathway, by its id after.
    pub pathway: String,
    /// What it changes.
    pub what: What,
    /// Questions that the same patient is asked, or asked no more, by the same edit. Each is told once.
    pub asked: Vec<What>,
    /// Of which sexes and ages those are for whom it does. It is not looked for where a question is asked of others on account of a line: they
    /// are those whom the line parts.
    pub whom: Option<Vec<whom::Group>>,
    /// Somebody for whom it does, as the content after reads them.
    pub example: Example,
    /// The same as the walk takes it, before and after: what is asked there and no more.
    pub people: [Person; 2],
    /// Where the running walk ends, before and after.
    pub walked: [Walked; 2],
}

/// What differs.
#[derive(Debug, Clone, Default)]
pub struct Difference {
    /// What each edit changes; what goes down first.
    pub edits: Vec<(Edit, Vec<Change>)>,
    /// Complaints that only the content after has.
    pub new: Vec<String>,
    /// Complaints that only the content before had.
    pub gone: Vec<String>,
    /// Pathways in which nothing changes for anybody: proven.
    pub alike: Vec<String>,
    /// Pathways that bear on the edit and are too long for their walk to be followed: it is not known who is asked something else there.
    pub too_long: Vec<String>,
}

impl Difference {
    /// Nobody is sent elsewhere, needs or is asked anything else, as far as anybody can know, and no complaint came or went.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
            && self.new.is_empty()
            && self.gone.is_empty()
            && self.too_long.is_empty()
    }

    /// Every change with the edit that brings it.
    pub fn changes(&self) -> impl Iterator<Item = (&Edit, &Change)> {
        let edits = self.edits.iter();
        edits.flat_map(|(edit, changes)| changes.iter().map(move |change| (edit, change)))
    }
}

impl Change {
    /// All that changes for this patient.
    pub fn whats(&self) -> impl Iterator<Item = &What> {
        std::iter::once(&self.what).chain(&self.asked)
    }
}

impl What {
    /// Somebody is sent to a less urgent place.
    pub fn is_down(&self) -> bool {
        matches!(self, What::Moved { is_down: true, .. })
    }
}

/// A pathway before and one after that may be for the same patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Before.
    pub before: PathwayId,
    /// After.
    pub after: PathwayId,
    /// With all that bears on a case of them they are the same, but for wording: nothing can differ.
    pub is_same: bool,
}

/// The exact difference of two contents, pathway by pathway.
///
/// # Errors
/// [`Disagreement`] if an example does not come out in the running walk as the solver says.
pub fn difference(before: &Content, after: &Content) -> Result<Difference, Disagreement> {
    difference_in(before, after, &pairs(before, after))
}

/// As [`difference`], for who has the [`pairs`] of the two contents already.
///
/// # Errors
/// [`Disagreement`] if an example does not come out in the running walk as the solver says.
pub fn difference_in(
    before: &Content,
    after: &Content,
    pairs: &[Pair],
) -> Result<Difference, Disagreement> {
    let families = |content: &Content| -> BTreeSet<String> {
        let pathways = content.pathways.iter();
        pathways.map(|pathway| pathway.family.clone()).collect()
    };
    let (own, other) = (families(before), families(after));
    let mut difference = Difference {
        gone: own.difference(&other).cloned().collect(),
        new: other.difference(&own).cloned().collect(),
        ..Difference::default()
    };
    let mut edits: BTreeMap<Edit, Vec<Change>> = BTreeMap::new();
    let changed = on_all_cores(None, pairs, |pair| match pair.is_same {
        true => Ok(None),
        false => found::changes([before, after], [pair.before, pair.after]).map(Some),
    })?;
    for (pair, changes) in pairs.iter().zip(changed) {
        let name = after.pathway(pair.after).id.clone();
        let Some(changes) = changes else {
            difference.alike.push(name);
            continue;
        };
        if changes.is_too_long {
            difference.too_long.push(name);
        } else if changes.found.is_empty() && before.pathway(pair.before).id == name {
            difference.alike.push(name);
        }
        for (edit, change) in changes.found {
            edits.entry(edit).or_default().push(change);
        }
    }
    difference.edits = edits.into_iter().collect();
    for (_, changes) in &mut difference.edits {
        changes.sort_by_key(|change| (!change.what.is_down(), change.what.clone()));
    }
    let goes_down = |changes: &[Change]| changes.iter().any(|change| change.what.is_down());
    difference
        .edits
        .sort_by_key(|(_, changes)| !goes_down(changes));
    Ok(difference)
}

/// Pathways before and after that may be for the same patient: of one family, and the same one where the family is divided as before.
pub fn pairs(before: &Content, after: &Content) -> Vec<Pair> {
    let ids = |content: &Content| (0u16..).map(PathwayId).take(content.pathways.len());
    let whom = |content: &Content, family: &str| -> BTreeMap<String, String> {
        let members = content.pathways.iter();
        members
            .filter(|pathway| pathway.family == family)
            .map(|pathway| {
                let whom = lowered::rule(content, pathway.whom).to_string();
                (pathway.id.clone(), whom)
            })
            .collect()
    };
    let mut same_family = Vec::new();
    for theirs in ids(after) {
        let new = after.pathway(theirs);
        let is_divided_alike = whom(before, &new.family) == whom(after, &new.family);
        for mine in ids(before) {
            let old = before.pathway(mine);
            if old.family == new.family && (!is_divided_alike || old.id == new.id) {
                same_family.push((mine, theirs));
            }
        }
    }
    let Ok(pairs) = on_all_cores(None, &same_family, |(mine, theirs)| {
        let is_same = lowered::alone(before, *mine) == lowered::alone(after, *theirs);
        Ok::<_, Infallible>(Pair {
            before: *mine,
            after: *theirs,
            is_same,
        })
    });
    pairs
}
