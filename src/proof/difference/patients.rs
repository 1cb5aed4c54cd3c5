//! One patient in two contents: what was said in one was said in the other, as far as both can take it.
//!
//! Facts are the same by name, options and rows by theirs. What is asked in one content only is free there, and unsaid in the other.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::pathway::content::{Content, FactId, FactSource, Kind, PathwayId};
use crate::pathway::definedness::scope::{Scope, words_of};
use crate::pathway::encode::{Cuts, Encoder, FactState, Gates, Lit, Mode, Value};
use crate::pathway::form::Rule;

use super::alike::alike;
use crate::proof::asked::{asked, guards};

/// A pathway before and one after, over the gates of the scope after; the scope before has none of its own. It is said of both that it is one
/// patient, who answered all that applies and belongs to no other pathway of the family.
pub(super) struct Patients<'c> {
    pub(super) before: Scope<'c>,
    pub(super) after: Scope<'c>,
}

/// Which content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
}

impl<'c> Patients<'c> {
    pub(super) fn of([before, after]: [&'c Content; 2], [mine, theirs]: [PathwayId; 2]) -> Self {
        let rivals = [rivals(before, mine), rivals(after, theirs)];
        let read = |content: &Content, pathway: PathwayId, rivals: &[Rule]| {
            words_of(
                content,
                pathway,
                &[rivals, &guards(content, pathway)].concat(),
            )
        };
        let [own, other] = &rivals;
        let words = [read(before, mine, own), read(after, theirs, other)];
        let [own, other] = &words;
        let [own, other] = [
            own.clone().joined(before, other, after),
            other.clone().joined(after, own, before),
        ];
        let alike = alike((before, mine, &own), (after, theirs, &other));
        let encoder = Encoder::new(before, own);
        let mut before = Scope::encoded(before, mine, Gates::default(), encoder);
        let full = before.everything_answered();
        before.gates.clause([full]);
        let mut gates = std::mem::take(&mut before.gates);
        let mut encoder = Encoder::new(after, other);
        encoder.is_of(&mut gates, &mut before.encoder, &alike);
        let mut after = Scope::encoded(after, theirs, gates, encoder);
        let full = after.everything_answered();
        after.gates.clause([full]);
        let [own, other] = rivals;
        for rival in own {
            let is_rival = before.encoder.rule(&mut after.gates, rival, Mode::Could);
            after.gates.clause([!is_rival.yes]);
        }
        for rival in other {
            let is_rival = after.encoder.rule(&mut after.gates, rival, Mode::Could);
            after.gates.clause([!is_rival.yes]);
        }
        let mut both = Patients { before, after };
        both.is_one_patient(&alike);
        both
    }

    pub(super) fn scope(&mut self, side: Side) -> &mut Scope<'c> {
        match side {
            Side::Before => &mut self.before,
            Side::After => &mut self.after,
        }
    }

    /// Makes the gates those of one side, for what takes a whole scope.
    pub(super) fn with<T>(&mut self, side: Side, what: impl FnOnce(&mut Scope<'c>) -> T) -> T {
        if side == Side::Before {
            self.before.gates = std::mem::take(&mut self.after.gates);
        }
        let found = what(self.scope(side));
        if side == Side::Before {
            self.after.gates = std::mem::take(&mut self.before.gates);
        }
        found
    }

    /// Under which literal each question is asked, by name, before and after. Interrupts hold from here on where they do at the end of the walk,
    /// and nobody contradicts what another answer of theirs implied unless they are asked.
    ///
    /// Nothing where one of the two is too long to be followed.
    pub(super) fn asked(
        &mut self,
        [mine, theirs]: [PathwayId; 2],
    ) -> Option<[BTreeMap<String, Lit>; 2]> {
        let before = self.with(Side::Before, |scope| asked(scope, mine, None))?;
        let after = self.with(Side::After, |scope| asked(scope, theirs, Some(&before)))?;
        Some(
            [(Side::Before, before), (Side::After, after)].map(|(side, heard)| {
                self.with(side, |scope| heard.settles(scope));
                let content = self.scope(side).content;
                let questions = heard.questions.into_iter();
                questions
                    .map(|(fact, lit)| (content.fact(fact).id.clone(), lit))
                    .collect()
            }),
        )
    }

    fn is_one_patient(&mut self, alike: &BTreeMap<FactId, FactId>) {
        let (before, after) = (self.before.content, self.after.content);
        let read = self.before.encoder.read_facts();
        let shared: Vec<(FactId, FactId)> = self
            .after
            .encoder
            .read_facts()
            .into_iter()
            .filter_map(|theirs| {
                let mine = before.fact_ids.get(&after.fact(theirs).id).copied()?;
                read.contains(&mine).then_some((mine, theirs))
            })
            .collect();
        for (mine, theirs) in &shared {
            if alike.contains_key(theirs) {
                continue;
            }
            self.tie(*mine, *theirs);
        }
        self.tie_doses(&shared);
    }

    fn states(&mut self, mine: FactId, theirs: FactId) -> (Rc<FactState>, Rc<FactState>) {
        let gates = &mut self.after.gates;
        (
            self.before.encoder.fact(gates, mine),
            self.after.encoder.fact(gates, theirs),
        )
    }

    fn tie(&mut self, mine: FactId, theirs: FactId) {
        let (before, after) = (self.before.content, self.after.content);
        let (one, other) = self.states(mine, theirs);
        let mut alike = Vec::new();
        let mut never = Vec::new();
        self.tie_values((mine, &one), (theirs, &other), &mut alike, &mut never);
        let gates = &mut self.after.gates;
        let both = gates.and([one.said.known, other.said.known]);
        // "Not sure" is one thing to say; where one content reads a stand-in for it, the values differ.
        let sure = gates.and([both, !one.said.voiced, !other.said.voiced]);
        for (mine, theirs) in alike {
            gates.clause([!sure, !mine, theirs]);
            gates.clause([!sure, mine, !theirs]);
        }
        for lit in never {
            gates.clause([!sure, !lit]);
        }
        gates.clause([!both, !one.said.voiced, other.said.voiced]);
        gates.clause([!both, one.said.voiced, !other.said.voiced]);
        // What applies in both was said in both or in neither; so are the patient's facts and the records.
        let is_asked = before.fact(mine).source == FactSource::Question
            && after.fact(theirs).source == FactSource::Question;
        let applies = if is_asked {
            gates.and([one.applies, other.applies])
        } else {
            gates.yes()
        };
        gates.clause([!applies, !one.said.known, other.said.known]);
        gates.clause([!applies, one.said.known, !other.said.known]);
    }

    /// What holds in both or in neither where the same was said, and what cannot have been said in both.
    fn tie_values(
        &self,
        (mine, one): (FactId, &FactState),
        (theirs, other): (FactId, &FactState),
        alike: &mut Vec<(Lit, Lit)>,
        never: &mut Vec<Lit>,
    ) {
        let (before, after) = (self.before.content, self.after.content);
        let kinds = (&before.fact(mine).kind, &after.fact(theirs).kind);
        match (&one.said.value, &other.said.value, kinds) {
            (
                Value::Options(one),
                Value::Options(other),
                (Kind::OneOf { options: own, .. }, Kind::OneOf { options: their, .. }),
            ) => {
                for (option, lit) in own.iter().zip(one) {
                    let mut there = their.iter().zip(other);
                    match there.find(|(their, _)| their.id == option.id) {
                        Some((_, there)) => alike.push((*lit, *there)),
                        None => never.push(*lit),
                    }
                }
                let new = their.iter().zip(other);
                let new = new.filter(|(their, _)| !own.iter().any(|own| own.id == their.id));
                never.extend(new.map(|(_, lit)| *lit));
            }
            (Value::Number(one), Value::Number(other), _) => {
                let gates = &self.after.gates;
                for (cut, lit) in &one.above {
                    if other.above.iter().any(|(their, _)| their == cut) {
                        alike.push((*lit, other.at_least(gates, *cut)));
                    } else {
                        // Beyond the bounds of the other question, where nobody can answer there.
                        beyond(other, (*cut, *lit), never);
                    }
                }
                for (cut, lit) in &other.above {
                    if !one.above.iter().any(|(own, _)| own == cut) {
                        beyond(one, (*cut, *lit), never);
                    }
                }
            }
            (Value::Age(one), Value::Age(other), _) => {
                for (one, other) in [
                    (&one.months.0, &other.months.0),
                    (&one.months.1, &other.months.1),
                    (&one.days.0, &other.days.0),
                    (&one.days.1, &other.days.1),
                ] {
                    alike.extend(one.above.iter().zip(&other.above).map(|(a, b)| (a.1, b.1)));
                }
            }
            (Value::Rows(one), Value::Rows(other), (Kind::Pick(own), Kind::Pick(their))) => {
                let (own, their) = (&before.table(*own).rows, &after.table(*their).rows);
                let place_of = |id: &str| {
                    let place = their.iter().position(|row| row.id == id)?;
                    u16::try_from(place).ok()
                };
                for (class, lit) in one {
                    for row in class {
                        let id = own.get(usize::from(*row)).map(|row| row.id.as_str());
                        let there = id.and_then(place_of);
                        let there = there
                            .and_then(|row| other.iter().find(|(class, _)| class.contains(&row)));
                        alike.extend(there.map(|(_, there)| (*lit, *there)));
                    }
                }
            }
            _ => {}
        }
    }

    /// The same amount for the same weight is the same dose, which the solver does not reckon.
    fn tie_doses(&mut self, shared: &[(FactId, FactId)]) {
        let (before, after) = (self.before.content, self.after.content);
        let there = |fact: FactId| {
            let found = shared.iter().find(|(mine, _)| *mine == fact);
            found.map(|(_, theirs)| *theirs)
        };
        let stands_alone = |content: &Content, fact: FactId| {
            let about = content.fact(fact);
            let is_opened = matches!(
                about.source,
                FactSource::System {
                    if_unknown: Some(_),
                    ..
                }
            );
            about.implied_by.is_empty() && !is_opened
        };
        let doses = self.after.encoder.read_doses();
        for (amount, weight) in self.before.encoder.read_doses() {
            let Some(dose) = there(amount).zip(there(weight)) else {
                continue;
            };
            let alone = [amount, weight].iter().all(|f| stands_alone(before, *f))
                && [dose.0, dose.1].iter().all(|f| stands_alone(after, *f));
            if !alone || !doses.contains(&dose) {
                continue;
            }
            let mut said = Vec::new();
            for (mine, theirs) in [(amount, dose.0), (weight, dose.1)] {
                let (one, other) = self.states(mine, theirs);
                said.extend([one.said.known, other.said.known]);
            }
            let gates = &mut self.after.gates;
            let said = gates.and(said);
            let (_, mine) = self.before.encoder.per_kg(gates, amount, weight);
            let (_, theirs) = self.after.encoder.per_kg(gates, dose.0, dose.1);
            for (mine, theirs) in [(&mine.0, &theirs.0), (&mine.1, &theirs.1)] {
                for ((_, mine), (_, theirs)) in mine.above.iter().zip(&theirs.above) {
                    gates.clause([!said, !*mine, *theirs]);
                    gates.clause([!said, *mine, !*theirs]);
                }
            }
        }
    }
}

/// Whom the other pathways of a family are for.
fn rivals(content: &Content, pathway: PathwayId) -> Vec<Rule> {
    let own = content.pathway(pathway);
    let members = content.pathways.iter();
    members
        .filter(|other| other.family == own.family && other.id != own.id)
        .map(|other| other.whom)
        .collect()
}

/// A cut that the other number does not have: it lies beyond its bounds.
fn beyond(other: &Cuts, (cut, lit): (i64, Lit), never: &mut Vec<Lit>) {
    if cut > other.bounds.1 {
        never.push(lit);
    } else if cut <= other.bounds.0 {
        never.push(!lit);
    }
}
