//! A fact in the encoding: whether there is something to read, whether it reads as "not sure", and which value.

use std::collections::BTreeSet;

use super::super::content::{Applies, Fact, FactId, FactSource, Given, Kind};
use super::ages::Ages;
use super::cuts::Cuts;
use super::gates::{Gates, Lit};
use super::{Encoder, Mode};

/// What is read of a fact, or what was said of it.
#[derive(Debug, Clone)]
pub struct State {
    /// There is something to read.
    pub known: Lit,
    /// It reads as "it could be any of them"; only where known.
    pub unsure: Lit,
    /// "Not sure" was said or implied, or a look-up failed: also where a declared stand-in is read for it.
    pub voiced: Lit,
    /// Else which value.
    pub value: Value,
}

/// The value of a fact that is known and not unsure.
#[derive(Debug, Clone)]
pub enum Value {
    /// One literal for each option; exactly one holds where the fact is known and not unsure, none elsewhere.
    Options(Vec<Lit>),
    /// Between cuts.
    Number(Cuts),
    /// On two timelines.
    Age(Ages),
    /// Rows that no rule tells apart, and whether one of them was picked.
    Rows(Vec<(Vec<u16>, Lit)>),
    /// No rule reads it.
    Words,
}

/// A fact: what was said of it, and what is therefore read.
#[derive(Debug, Clone)]
pub struct FactState {
    /// As answered, told by the service, or volunteered.
    pub said: State,
    /// With what is implied, what is read where it does not apply, and stand-ins for records.
    pub read: State,
    /// The question does not apply: its `only_if` is false.
    pub not_applicable: Lit,
    /// It applies: its `only_if` is true.
    pub applies: Lit,
}

impl State {
    /// There is a value, and it is one.
    pub fn sure(&self, gates: &mut Gates) -> Lit {
        gates.and([self.known, !self.unsure])
    }
}

impl Encoder<'_> {
    pub(super) fn make_fact(&mut self, gates: &mut Gates, id: FactId) -> FactState {
        let fact = self.content.fact(id);
        let said = self.said(gates, id);
        let (applies, not_applicable) = match &fact.applies {
            Some(applies) => {
                let truth = self.rule(gates, applies.only_if, Mode::Could);
                (truth.yes, truth.no)
            }
            None => (gates.yes(), gates.no()),
        };
        let mut read = self.told(gates, id);
        if let Some(Applies { otherwise, .. }) = &fact.applies {
            read = constant_where(gates, &read, not_applicable, *otherwise);
        }
        if let FactSource::System {
            otherwise,
            if_unknown,
        } = &fact.source
        {
            let always = gates.yes();
            read = constant_where(gates, &read, always, *otherwise);
            if let Some(question) = if_unknown {
                let question = self.fact(gates, *question);
                read = other_where(gates, &read, said.unsure, &question.read);
            }
        }
        FactState {
            said,
            read,
            not_applicable,
            applies,
        }
    }

    pub(super) fn make_said(&self, gates: &mut Gates, id: FactId) -> State {
        let fact = self.content.fact(id);
        let known = gates.fresh();
        let unsure = gates.fresh();
        gates.implies(unsure, known);
        let sure = gates.and([known, !unsure]);
        let cuts =
            |of: Option<&BTreeSet<i64>>| of.into_iter().flatten().copied().collect::<Vec<_>>();
        let number = |gates: &mut Gates, (from, to, step)| {
            let cuts = cuts(self.words.numbers.get(&id));
            Value::Number(Cuts::stepped(gates, (from, to), step, cuts))
        };
        let value = match &fact.kind {
            Kind::OneOf { options, .. } => {
                let lits: Vec<Lit> = options.iter().map(|_| gates.fresh()).collect();
                gates.at_most_one(&lits);
                gates.clause(lits.iter().copied().chain([!sure]));
                lits.iter().for_each(|lit| gates.implies(*lit, sure));
                Value::Options(lits)
            }
            Kind::Number(kind) => number(gates, (kind.from, kind.to, kind.step.max(1))),
            Kind::Ago { to, .. } => number(gates, (0, *to, 1)),
            Kind::Due { from, to, .. } => number(gates, (*from, *to, 1)),
            Kind::Pick(table) => {
                let classes = self.row_classes(id, self.content.table(*table).rows.len());
                let rows: Vec<(Vec<u16>, Lit)> = classes
                    .into_iter()
                    .map(|class| (class, gates.fresh()))
                    .collect();
                gates.clause(rows.iter().map(|(_, lit)| *lit).chain([!sure]));
                rows.iter().for_each(|(_, lit)| gates.implies(*lit, sure));
                Value::Rows(rows)
            }
            Kind::Age => {
                let none = BTreeSet::new();
                let of = |cuts: Option<&BTreeSet<i64>>| cuts.unwrap_or(&none).clone();
                Value::Age(Ages::fresh(
                    gates,
                    &of(self.words.months.get(&id)),
                    &of(self.words.days.get(&id)),
                ))
            }
            Kind::Text => Value::Words,
        };
        let voiced = voiced(gates, fact, unsure, &value);
        State {
            known,
            unsure,
            voiced,
            value,
        }
    }

    /// Rows by the sets of rows that rules read: two rows in the same sets are one.
    fn row_classes(&self, id: FactId, rows: usize) -> Vec<Vec<u16>> {
        let sets = self.words.rows.get(&id);
        let signature = |row: u16| -> Vec<bool> {
            sets.into_iter()
                .flatten()
                .map(|set| set.contains(&row))
                .collect()
        };
        let mut classes: Vec<(Vec<bool>, Vec<u16>)> = Vec::new();
        for row in 0..u16::try_from(rows).unwrap_or(u16::MAX) {
            let own = signature(row);
            match classes.iter_mut().find(|(known, _)| *known == own) {
                Some((_, class)) => class.push(row),
                None => classes.push((own, vec![row])),
            }
        }
        classes.into_iter().map(|(_, class)| class).collect()
    }

    /// What other answers imply of a fact: for each of its options whether it is implied, and whether a "not sure" is.
    fn implied(&mut self, gates: &mut Gates, id: FactId, options: usize) -> (Vec<Lit>, Vec<Lit>) {
        let mut implied: Vec<Vec<Lit>> = vec![Vec::new(); options];
        let mut unsure = Vec::new();
        for (from, option, here) in &self.content.fact(id).implied_by {
            let from = self.told(gates, *from);
            let Value::Options(options) = &from.value else {
                continue;
            };
            unsure.push(from.voiced);
            if let (Some(lit), Some(implied)) = (
                options.get(usize::from(*option)),
                implied.get_mut(usize::from(*here)),
            ) {
                implied.push(gates.and([*lit, !from.voiced]));
            }
        }
        let implied = implied.into_iter().map(|lits| gates.or(lits)).collect();
        (implied, unsure)
    }

    /// Whether other answers imply anything of a fact.
    pub fn is_implied(&mut self, gates: &mut Gates, id: FactId) -> Lit {
        let (implied, unsure) = match &self.said(gates, id).value {
            Value::Options(options) => self.implied(gates, id, options.len()),
            _ => return gates.no(),
        };
        gates.or(implied.into_iter().chain(unsure))
    }

    /// What was said together with what other answers imply: said and implied differently reads as not sure.
    pub(super) fn make_told(&mut self, gates: &mut Gates, id: FactId) -> State {
        let said = self.said(gates, id);
        let fact = self.content.fact(id);
        let Value::Options(own) = &said.value else {
            return said;
        };
        if fact.implied_by.is_empty() {
            return said;
        }
        let (implied, doubts) = self.implied(gates, id, own.len());
        let unsure: Vec<Lit> = [said.unsure].into_iter().chain(doubts).collect();
        // "Not sure" with a declared stand-in is no more the same as an implied option than another option is.
        let any_implied = gates.or(implied
            .iter()
            .copied()
            .chain(unsure.iter().copied().filter(|lit| *lit != said.unsure)));
        let doubted = gates.and([said.voiced, any_implied]);
        let unsure = gates.or(unsure.into_iter().chain([doubted]));
        let found: Vec<Lit> = own
            .iter()
            .zip(&implied)
            .map(|(own, implied)| gates.or([*own, *implied]))
            .collect();
        let known = gates.or(found.iter().copied().chain([unsure]));
        let values: Vec<Lit> = found
            .iter()
            .enumerate()
            .map(|(place, lit)| {
                let others: Vec<Lit> = found
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other != place)
                    .map(|(_, lit)| !*lit)
                    .collect();
                gates.and(others.into_iter().chain([*lit, !unsure]))
            })
            .collect();
        let unsure = gates.and(values.iter().map(|lit| !*lit).chain([known]));
        let voiced = gates.or([unsure, said.voiced]);
        State {
            known,
            unsure,
            voiced,
            value: Value::Options(values),
        }
    }
}

/// "Not sure" was said: where a stand-in is declared, its option may be read for it.
fn voiced(gates: &mut Gates, fact: &Fact, unsure: Lit, value: &Value) -> Lit {
    let stand_in = match (fact.not_sure, value) {
        (Some(place), Value::Options(options)) => options.get(usize::from(place)).copied(),
        _ => None,
    };
    let Some(stand_in) = stand_in else {
        return unsure;
    };
    let spoken = gates.fresh();
    gates.implies(spoken, stand_in);
    gates.or([unsure, spoken])
}

/// The state, or `given` where nothing is known and `condition` holds.
fn constant_where(gates: &mut Gates, state: &State, condition: Lit, given: Given) -> State {
    let stands_in = gates.and([!state.known, condition]);
    let value = match (&state.value, given) {
        (Value::Options(options), Given::Option(place)) => {
            Value::Options(replaced(gates, options, stands_in, |index| {
                index == usize::from(place)
            }))
        }
        (Value::Rows(rows), Given::Row(row)) => {
            let lits: Vec<Lit> = rows.iter().map(|(_, lit)| *lit).collect();
            let holds = replaced(gates, &lits, stands_in, |index| {
                rows.get(index)
                    .is_some_and(|(class, _)| class.contains(&row))
            });
            Value::Rows(
                rows.iter()
                    .map(|(class, _)| class.clone())
                    .zip(holds)
                    .collect(),
            )
        }
        (Value::Number(cuts), Given::Number(number)) => {
            Value::Number(cuts.or_constant(gates, state.known, number))
        }
        (value, _) => value.clone(),
    };
    State {
        known: gates.or([state.known, condition]),
        unsure: state.unsure,
        voiced: state.voiced,
        value,
    }
}

fn replaced(
    gates: &mut Gates,
    lits: &[Lit],
    stands_in: Lit,
    is_it: impl Fn(usize) -> bool,
) -> Vec<Lit> {
    lits.iter()
        .enumerate()
        .map(|(index, lit)| {
            if is_it(index) {
                gates.or([*lit, stands_in])
            } else {
                *lit
            }
        })
        .collect()
}

/// The state, or the other one where `condition` holds (which implies that the state is known and unsure).
fn other_where(gates: &mut Gates, state: &State, condition: Lit, other: &State) -> State {
    let either = |gates: &mut Gates, mine: Lit, theirs: Lit| {
        let theirs = gates.and([condition, theirs]);
        gates.or([mine, theirs])
    };
    let value = match (&state.value, &other.value) {
        (Value::Options(mine), Value::Options(theirs)) => Value::Options(
            mine.iter()
                .zip(theirs)
                .map(|(mine, theirs)| either(gates, *mine, *theirs))
                .collect(),
        ),
        (Value::Rows(mine), Value::Rows(theirs)) => Value::Rows(
            mine.iter()
                .zip(theirs)
                .map(|((class, mine), (_, theirs))| (class.clone(), either(gates, *mine, *theirs)))
                .collect(),
        ),
        (Value::Number(mine), Value::Number(theirs)) => {
            Value::Number(mine.or_other(gates, condition, theirs))
        }
        (value, _) => value.clone(),
    };
    let known = gates.choose(condition, other.known, state.known);
    let unsure = gates.choose(condition, other.unsure, state.unsure);
    State {
        known,
        unsure,
        voiced: state.voiced,
        value,
    }
}
