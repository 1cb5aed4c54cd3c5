//! Rules as gates: what any rule is for every patient at once, for the checker and the prover to ask questions of.
//!
//! It knows facts and rules, and nothing of asks, order, ranks or promises; those are constraints that its users add. Facts start free:
//! each may be said or not, be "not sure", or have any value.

mod ages;
mod cuts;
mod facts;
mod gates;
mod leaves;
mod rules;
mod seen;
mod vocabulary;

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

pub use ages::{Ages, Told};
pub use cuts::Cuts;
pub use facts::{FactState, State, Value};
pub use gates::{Gates, Limit, Lit, Stopped};
pub use rules::Truth;

use super::content::{Content, FactId, FactSource};
use super::form::Rule;
pub use vocabulary::Vocabulary;

/// Any amount per kilogram: a weight below 1 kg makes it more than the amount.
const DOSES: (i64, i64) = (0, i64::MAX - 1);

/// How "not sure" is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// It holds if some value satisfies it.
    Could,
    /// It holds if every value does.
    Must,
}

impl Mode {
    /// The reading below a negation.
    pub fn swapped(self) -> Self {
        match self {
            Mode::Could => Mode::Must,
            Mode::Must => Mode::Could,
        }
    }
}

/// The facts and rules of one content as gates. Two encoders over the same [`Gates`] are two patients, or two releases.
pub struct Encoder<'c> {
    content: &'c Content,
    words: Vocabulary,
    said: HashMap<FactId, State>,
    told: HashMap<FactId, State>,
    facts: HashMap<FactId, Rc<FactState>>,
    rules: HashMap<(Rule, Mode), Truth>,
    doses: HashMap<(FactId, FactId), (Lit, (Cuts, Cuts))>,
    dose_cuts: HashMap<(FactId, FactId), (Cuts, Cuts)>,
    leaves: HashMap<Rule, Rc<[FactId]>>,
    dependants: HashMap<FactId, Rc<[FactId]>>,
}

impl<'c> Encoder<'c> {
    /// An encoder for the rules and facts of a vocabulary. A rule that is not among them, or part of them, must not be asked for.
    pub fn new(content: &'c Content, words: Vocabulary) -> Self {
        Encoder {
            content,
            words,
            said: HashMap::new(),
            told: HashMap::new(),
            facts: HashMap::new(),
            rules: HashMap::new(),
            doses: HashMap::new(),
            dose_cuts: HashMap::new(),
            leaves: HashMap::new(),
            dependants: HashMap::new(),
        }
    }

    /// The patient of another encoder, of whom nothing is asked yet here: what was said there is what was said here, of these facts, which both
    /// read alike (by the place here, the place there).
    pub fn is_of(
        &mut self,
        gates: &mut Gates,
        other: &mut Encoder<'_>,
        alike: &BTreeMap<FactId, FactId>,
    ) {
        for (here, there) in alike {
            self.said.insert(*here, other.said(gates, *there));
        }
        let doses = self.read_doses();
        for (amount, weight) in doses {
            let Some((of, by)) = alike.get(&amount).zip(alike.get(&weight)) else {
                continue;
            };
            if other.words.doses.get(&(*of, *by)) == self.words.doses.get(&(amount, weight)) {
                let (_, cuts) = other.per_kg(gates, *of, *by);
                self.dose_cuts.insert((amount, weight), cuts);
            }
        }
    }

    /// Every fact that the rules depend on, in order.
    pub fn read_facts(&self) -> Vec<FactId> {
        self.words.facts.iter().copied().collect()
    }

    /// Every amount and weight of which the rules read `per_kg`, in order.
    pub fn read_doses(&self) -> Vec<(FactId, FactId)> {
        self.words.doses.keys().copied().collect()
    }

    /// A fact.
    pub fn fact(&mut self, gates: &mut Gates, fact: FactId) -> Rc<FactState> {
        if let Some(known) = self.facts.get(&fact) {
            return Rc::clone(known);
        }
        let state = Rc::new(self.make_fact(gates, fact));
        self.facts.insert(fact, Rc::clone(&state));
        state
    }

    /// What was said of a fact, apart from what is read of it.
    pub fn said(&mut self, gates: &mut Gates, fact: FactId) -> State {
        if let Some(known) = self.said.get(&fact) {
            return known.clone();
        }
        let state = self.make_said(gates, fact);
        self.said.insert(fact, state.clone());
        state
    }

    /// What was said and implied of a fact; what is read where it does not apply is no part of it.
    pub fn told(&mut self, gates: &mut Gates, fact: FactId) -> State {
        if let Some(known) = self.told.get(&fact) {
            return known.clone();
        }
        let state = self.make_told(gates, fact);
        self.told.insert(fact, state.clone());
        state
    }

    /// A rule, read in one of the two ways.
    pub fn rule(&mut self, gates: &mut Gates, rule: Rule, mode: Mode) -> Truth {
        if let Some(known) = self.rules.get(&(rule, mode)) {
            return *known;
        }
        let truth = self.make_rule(gates, rule, mode);
        self.rules.insert((rule, mode), truth);
        truth
    }

    /// `per_kg(amount, weight)`: known where both are; any number, for the solver does no division; a range where one is not sure.
    pub fn per_kg(
        &mut self,
        gates: &mut Gates,
        amount: FactId,
        weight: FactId,
    ) -> (Lit, (Cuts, Cuts)) {
        if let Some(known) = self.doses.get(&(amount, weight)) {
            return known.clone();
        }
        let states = (self.fact(gates, amount), self.fact(gates, weight));
        let known = gates.and([states.0.read.known, states.1.read.known]);
        let cuts = match self.dose_cuts.get(&(amount, weight)) {
            Some(cuts) => cuts.clone(),
            None => self.fresh_dose(gates, (amount, weight), &states),
        };
        let dose = (known, cuts);
        self.doses.insert((amount, weight), dose.clone());
        dose
    }

    fn fresh_dose(
        &mut self,
        gates: &mut Gates,
        of: (FactId, FactId),
        states: &(Rc<FactState>, Rc<FactState>),
    ) -> (Cuts, Cuts) {
        let unsure = gates.or([states.0.read.unsure, states.1.read.unsure]);
        let cuts = self.words.doses.get(&of).cloned().unwrap_or_default();
        let least = Cuts::fresh(gates, DOSES, cuts.iter().copied());
        let most = Cuts::fresh(gates, DOSES, cuts);
        for ((_, least), (_, most)) in least.above.iter().zip(&most.above) {
            gates.implies(*least, *most);
            gates.clause([unsure, !*most, *least]);
        }
        let cuts = (least, most);
        self.dose_cuts.insert(of, cuts.clone());
        cuts
    }

    /// An encoder of the same patient of whom nothing was heard yet but what the service and the caller say of the patient at the start.
    pub fn unheard(&mut self, gates: &mut Gates) -> Self {
        for (amount, weight) in self.read_doses() {
            self.per_kg(gates, amount, weight);
        }
        let mut unheard = Encoder::new(self.content, self.words.clone());
        unheard.dose_cuts = self.dose_cuts.clone();
        for fact in self.read_facts() {
            let said = self.said(gates, fact);
            let is_asked = self.content.fact(fact).source == FactSource::Question;
            let said = if is_asked {
                let never = gates.no();
                said.only_if(gates, never)
            } else {
                said
            };
            unheard.said.insert(fact, said);
        }
        unheard
    }
}
