//! Which facts a rule waits for: its undetermined leaves, none under a part that is decided. The walk asks for these
//! (`walk::needed` does the same on the facts of one case).

use std::collections::HashMap;
use std::rc::Rc;

use super::super::content::{FactId, FactSource};
use super::super::form::{Node, Part, Rule, ScoreId};
use super::facts::State;
use super::gates::{Gates, Lit};
use super::rules::End;
use super::{Encoder, Mode};

impl State {
    /// The same, of which nothing is known unless `heard`.
    pub fn only_if(&self, gates: &mut Gates, heard: Lit) -> State {
        use super::Value;
        let value = match &self.value {
            Value::Options(options) => Value::Options(
                options
                    .iter()
                    .map(|option| gates.and([*option, heard]))
                    .collect(),
            ),
            Value::Rows(rows) => Value::Rows(
                rows.iter()
                    .map(|(class, row)| (class.clone(), gates.and([*row, heard])))
                    .collect(),
            ),
            // Read only where something is known.
            Value::Number(_) | Value::Age(_) | Value::Words => self.value.clone(),
        };
        State {
            known: gates.and([self.known, heard]),
            unsure: gates.and([self.unsure, heard]),
            voiced: gates.and([self.voiced, heard]),
            value,
        }
    }
}

impl Encoder<'_> {
    /// From now on this is what was said of a fact; what was read before of it, and of what depends on it, is forgotten.
    pub fn hears(&mut self, fact: FactId, said: State) {
        let touched = self.depending_on(fact);
        self.said.insert(fact, said);
        for fact in touched.iter() {
            self.told.remove(fact);
            self.facts.remove(fact);
        }
        let rules: Vec<(Rule, Mode)> = self.rules.keys().copied().collect();
        for (rule, mode) in rules {
            let leaves = self.leaf_facts(rule);
            if leaves.iter().any(|fact| touched.contains(fact)) {
                self.rules.remove(&(rule, mode));
            }
        }
        self.doses
            .retain(|(amount, weight), _| !touched.contains(amount) && !touched.contains(weight));
    }

    /// A fact is an undetermined leaf of a rule that is read so.
    pub fn waits_for(&mut self, gates: &mut Gates, rule: Rule, mode: Mode, fact: FactId) -> Lit {
        self.waits(gates, rule, mode, fact, &mut HashMap::new())
    }

    /// The facts that a rule reads itself; for a record fact that a question stands in for, that question too.
    pub fn leaf_facts(&mut self, rule: Rule) -> Rc<[FactId]> {
        if let Some(known) = self.leaves.get(&rule) {
            return Rc::clone(known);
        }
        let mut leaves = self.content.forms.facts(rule);
        let stand_ins: Vec<FactId> = leaves
            .iter()
            .filter_map(|fact| self.stand_in(*fact))
            .collect();
        leaves.extend(stand_ins);
        leaves.sort_unstable();
        leaves.dedup();
        let leaves: Rc<[FactId]> = leaves.into();
        self.leaves.insert(rule, Rc::clone(&leaves));
        leaves
    }

    fn stand_in(&self, fact: FactId) -> Option<FactId> {
        match self.content.fact(fact).source {
            FactSource::System { if_unknown, .. } => if_unknown,
            _ => None,
        }
    }

    /// The fact, and all whose reading depends on it: by `only_if`, by what an option implies, by standing in.
    fn depending_on(&mut self, fact: FactId) -> Rc<[FactId]> {
        if let Some(known) = self.dependants.get(&fact) {
            return Rc::clone(known);
        }
        let mut touched = vec![fact];
        let mut place = 0;
        while let Some(on) = touched.get(place).copied() {
            place += 1;
            for other in self.read_facts() {
                let about = self.content.fact(other);
                let by_applying = about
                    .applies
                    .as_ref()
                    .is_some_and(|applies| self.leaf_facts(applies.only_if).contains(&on));
                let by_meaning = about.implied_by.iter().any(|(from, _, _)| *from == on);
                let depends = by_applying || by_meaning || self.stand_in(other) == Some(on);
                if depends && !touched.contains(&other) {
                    touched.push(other);
                }
            }
        }
        let touched: Rc<[FactId]> = touched.into();
        self.dependants.insert(fact, Rc::clone(&touched));
        touched
    }

    fn waits(
        &mut self,
        gates: &mut Gates,
        rule: Rule,
        mode: Mode,
        fact: FactId,
        known: &mut HashMap<(Rule, Mode), Lit>,
    ) -> Lit {
        if !self.leaf_facts(rule).contains(&fact) {
            return gates.no();
        }
        if let Some(known) = known.get(&(rule, mode)) {
            return *known;
        }
        let content = self.content;
        let undetermined = self.rule(gates, rule, mode).undetermined(gates);
        let below = match content.forms.node(rule) {
            Node::Constant(_) => gates.no(),
            Node::OneOf { fact: leaf, .. }
            | Node::Number { fact: leaf, .. }
            | Node::Age { fact: leaf, .. }
            | Node::Picked { fact: leaf, .. }
            | Node::Unsure(leaf) => self.leaf_waits(gates, *leaf, fact),
            Node::PerKg { amount, weight, .. } => {
                let either = [*amount, *weight].map(|leaf| self.leaf_waits(gates, leaf, fact));
                gates.or(either)
            }
            Node::All(of) | Node::Any(of) | Node::AtLeast { of, .. } => {
                let children = content.forms.children(*of).iter();
                let waiting: Vec<Lit> = children
                    .map(|child| self.waits(gates, *child, mode, fact, known))
                    .collect();
                gates.or(waiting)
            }
            Node::Not(inner) => self.waits(gates, *inner, mode.swapped(), fact, known),
            Node::Surely(inner) => self.waits(gates, *inner, Mode::Must, fact, known),
            Node::Score {
                score,
                highest,
                from,
                to,
            } => {
                let mut sides = Vec::new();
                if *from != i64::MIN {
                    let high = mode == Mode::Could;
                    sides.push(self.side(gates, (*score, *highest), high, *from, fact, known));
                }
                if let Some(beyond) = to.checked_add(1) {
                    let high = mode == Mode::Must;
                    sides.push(self.side(gates, (*score, *highest), high, beyond, fact, known));
                }
                gates.or(sides)
            }
        };
        let waits = gates.and([undetermined, below]);
        known.insert((rule, mode), waits);
        waits
    }

    /// A leaf that reads `leaf` waits for `fact`: for itself, or for the question in its place.
    fn leaf_waits(&mut self, gates: &mut Gates, leaf: FactId, fact: FactId) -> Lit {
        if self.stand_in(leaf).unwrap_or(leaf) != fact {
            return gates.no();
        }
        !self.fact(gates, leaf).read.known
    }

    /// Whether one end of a score reaches a bound is undetermined, and a part that is still open waits for the fact.
    fn side(
        &mut self,
        gates: &mut Gates,
        (score, highest): (ScoreId, bool),
        high: bool,
        bound: i64,
        fact: FactId,
        known: &mut HashMap<(Rule, Mode), Lit>,
    ) -> Lit {
        let (least, most) = if high {
            (End::HighAtLeast, End::HighAtMost)
        } else {
            (End::LowAtLeast, End::LowAtMost)
        };
        let reached = self.score_at_least(gates, score, highest, least, bound);
        let may_reach = self.score_at_least(gates, score, highest, most, bound);
        let content = self.content;
        // Of a highest part only one that alone could pass the bound is needed.
        let passes = |least: i64, most: i64| {
            if highest {
                least < bound && bound <= most
            } else {
                least != most
            }
        };
        let range = |points: &mut dyn Iterator<Item = i64>| {
            points.fold(None, |range: Option<(i64, i64)>, points| {
                let (least, most) = range.unwrap_or((points, points));
                Some((least.min(points), most.max(points)))
            })
        };
        let mut waiting = Vec::new();
        for part in &content.forms.score(score).parts {
            let lit = match part {
                Part::Points { points, guard } => {
                    let mode = if high == (*points >= 0) {
                        Mode::Could
                    } else {
                        Mode::Must
                    };
                    if passes((*points).min(0), (*points).max(0)) {
                        self.waits(gates, *guard, mode, fact, known)
                    } else {
                        gates.no()
                    }
                }
                Part::Bands { fact: of, bands } => {
                    let points = range(&mut bands.iter().map(|(_, _, points)| *points));
                    self.part_waits(gates, *of, points.filter(|(l, m)| passes(*l, *m)), fact)
                }
                Part::Options { fact: of, points } => {
                    let points = range(&mut points.iter().copied());
                    self.part_waits(gates, *of, points.filter(|(l, m)| passes(*l, *m)), fact)
                }
            };
            waiting.push(lit);
        }
        let waiting = gates.or(waiting);
        gates.and([waiting, may_reach, !reached])
    }

    fn part_waits(
        &mut self,
        gates: &mut Gates,
        of: FactId,
        open: Option<(i64, i64)>,
        fact: FactId,
    ) -> Lit {
        match open {
            Some(_) => self.leaf_waits(gates, of, fact),
            None => gates.no(),
        }
    }
}
