//! Two patients in one pathway, over the same gates: alike in what may be assumed, and free in the rest.

use super::content::{Content, FactId, FactSource, PathwayId};
use super::definedness::scope::Scope;
use super::encode::{FactState, Gates, Lit, Value};

/// Two patients of whom everything is known.
pub struct Pair<'c> {
    /// One of them; its gates are those of the other.
    pub one: Scope<'c>,
    /// The other.
    pub other: Scope<'c>,
    /// Everything is known of both, and the pathway is for both.
    pub known: [Lit; 2],
    /// Nothing is said of this question of the other patient where it does not apply.
    pub fitting: Vec<(FactId, Lit)>,
    same: Vec<(FactId, Lit)>,
}

impl<'c> Pair<'c> {
    /// Two patients of a pathway, who say nothing of what does not apply.
    pub fn of(content: &'c Content, pathway: PathwayId) -> Self {
        let mut pair = Pair::over(content, pathway, Gates::default());
        pair.keep_fitting();
        pair
    }

    /// Two patients, of whom the other may say something of what does not apply, over gates that may have a limit.
    pub fn over(content: &'c Content, pathway: PathwayId, gates: Gates) -> Self {
        let mut one = Scope::over(content, pathway, gates);
        let full = one.everything_known();
        let gates = std::mem::take(&mut one.gates);
        let mut other = Scope::over(content, pathway, gates);
        let (other_full, fitting) = other.everything_known_besides();
        let facts = other.encoder.read_facts();
        let same: Vec<(FactId, Lit)> = facts
            .iter()
            .map(|fact| (*fact, same(&mut one, &mut other, *fact)))
            .collect();
        alike_in_doses(&mut one, &mut other, &same);
        Pair {
            one,
            other,
            known: [full, other_full],
            fitting,
            same,
        }
    }

    /// From now on the other patient says nothing of what does not apply either.
    pub fn keep_fitting(&mut self) {
        let [_, full] = self.known;
        for (_, fits) in self.fitting.drain(..) {
            self.other.gates.implies(full, fits);
        }
    }

    /// What to assume so that they are alike in all but one fact, and what follows from it.
    pub fn alike_but(&self, fact: FactId) -> Vec<Lit> {
        self.same
            .iter()
            .filter(|(other, _)| *other != fact)
            .map(|(_, lit)| *lit)
            .chain(self.known)
            .collect()
    }

    /// A fact of each.
    pub fn states(&mut self, fact: FactId) -> [std::rc::Rc<FactState>; 2] {
        let gates = &mut self.other.gates;
        [
            self.one.encoder.fact(gates, fact),
            self.other.encoder.fact(gates, fact),
        ]
    }
}

/// Patients who are alike in an amount and in a weight are alike in the dose, which the solver does not reckon.
///
/// Only where each of the two was said of both or of neither: what is read in its place is then the same as well. That is not so of a fact that
/// another question stands in for.
fn alike_in_doses(one: &mut Scope<'_>, other: &mut Scope<'_>, same: &[(FactId, Lit)]) {
    let content = other.content;
    let stands_alone = |fact: FactId| {
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
    for (amount, weight) in other.encoder.read_doses() {
        if ![amount, weight].into_iter().all(stands_alone) {
            continue;
        }
        let gates = &mut other.gates;
        let mut alike = Vec::new();
        for fact in [amount, weight] {
            let states = (
                one.encoder.fact(gates, fact),
                other.encoder.fact(gates, fact),
            );
            let (mine, theirs) = (states.0.said.known, states.1.said.known);
            alike.push(gates.choose(mine, theirs, !theirs));
            alike.extend(
                same.iter()
                    .filter(|(known, _)| *known == fact)
                    .map(|(_, same)| *same),
            );
        }
        let alike = gates.and(alike);
        let (_, mine) = one.encoder.per_kg(gates, amount, weight);
        let (_, theirs) = other.encoder.per_kg(gates, amount, weight);
        for (mine, theirs) in [(&mine.0, &theirs.0), (&mine.1, &theirs.1)] {
            for ((_, mine), (_, theirs)) in mine.above.iter().zip(&theirs.above) {
                gates.clause([!alike, !*mine, *theirs]);
                gates.clause([!alike, *mine, !*theirs]);
            }
        }
    }
}

/// Under this literal the two patients are alike in a fact: what was said of both is the same. Where it is said of one only, it does not apply
/// to the other, or is implied there.
fn same(one: &mut Scope<'_>, other: &mut Scope<'_>, fact: FactId) -> Lit {
    let gates = &mut other.gates;
    let mine: std::rc::Rc<FactState> = one.encoder.fact(gates, fact);
    let theirs: std::rc::Rc<FactState> = other.encoder.fact(gates, fact);
    let same = gates.fresh();
    let both = gates.and([same, mine.said.known, theirs.said.known]);
    let mut alike: Vec<(Lit, Lit)> = vec![
        (mine.said.unsure, theirs.said.unsure),
        (mine.said.voiced, theirs.said.voiced),
    ];
    match (&mine.said.value, &theirs.said.value) {
        (Value::Options(mine), Value::Options(theirs)) => {
            alike.extend(mine.iter().copied().zip(theirs.iter().copied()))
        }
        (Value::Number(mine), Value::Number(theirs)) => alike.extend(
            mine.above
                .iter()
                .zip(&theirs.above)
                .map(|(a, b)| (a.1, b.1)),
        ),
        (Value::Rows(mine), Value::Rows(theirs)) => {
            alike.extend(mine.iter().zip(theirs).map(|(a, b)| (a.1, b.1)))
        }
        (Value::Age(mine), Value::Age(theirs)) => {
            let ends = [
                (&mine.months.0, &theirs.months.0),
                (&mine.months.1, &theirs.months.1),
                (&mine.days.0, &theirs.days.0),
                (&mine.days.1, &theirs.days.1),
            ];
            for (mine, theirs) in ends {
                alike.extend(
                    mine.above
                        .iter()
                        .zip(&theirs.above)
                        .map(|(a, b)| (a.1, b.1)),
                );
            }
        }
        _ => {}
    }
    for (mine, theirs) in alike {
        gates.clause([!both, !mine, theirs]);
        gates.clause([!both, mine, !theirs]);
    }
    // The patient and the records are said of both or of neither.
    if one.content.fact(fact).source != FactSource::Question {
        gates.clause([!same, !mine.said.known, theirs.said.known]);
        gates.clause([!same, mine.said.known, !theirs.said.known]);
    }
    same
}
