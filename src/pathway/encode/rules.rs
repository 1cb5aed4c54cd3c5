//! Rules in the encoding: strong Kleene logic as a pair of literals, once for "could" and once for "must".

use super::super::content::FactId;
use super::super::form::{AgeUnit, Node, Part, Rule, ScoreId};
use super::facts::{State, Value};
use super::gates::{Gates, Lit};
use super::{Encoder, Mode};

/// What a rule is: true, false, or (neither) undetermined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truth {
    /// It is true.
    pub yes: Lit,
    /// It is false.
    pub no: Lit,
}

impl Truth {
    /// It is neither.
    pub fn undetermined(self, gates: &mut Gates) -> Lit {
        gates.and([!self.yes, !self.no])
    }
}

/// Which end of a score, and how its undetermined parts count for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The lowest sum still possible, undetermined parts at their least.
    LowAtLeast,
    /// The lowest sum, undetermined parts at their most.
    LowAtMost,
    /// The highest sum, undetermined parts at their least.
    HighAtLeast,
    /// The highest sum, undetermined parts at their most.
    HighAtMost,
}

impl Encoder<'_> {
    pub(super) fn make_rule(&mut self, gates: &mut Gates, rule: Rule, mode: Mode) -> Truth {
        let content = self.content;
        match content.forms.node(rule) {
            Node::Constant(value) => Truth {
                yes: gates.constant(*value),
                no: gates.constant(!*value),
            },
            Node::All(of) => {
                let parts = self.parts(gates, content.forms.children(*of), mode);
                Truth {
                    yes: gates.and(parts.iter().map(|part| part.yes)),
                    no: gates.or(parts.iter().map(|part| part.no)),
                }
            }
            Node::Any(of) => {
                let parts = self.parts(gates, content.forms.children(*of), mode);
                Truth {
                    yes: gates.or(parts.iter().map(|part| part.yes)),
                    no: gates.and(parts.iter().map(|part| part.no)),
                }
            }
            Node::AtLeast { n, of } => {
                let parts = self.parts(gates, content.forms.children(*of), mode);
                let ones = |lit: Lit| vec![(lit, 1), (!lit, 0)];
                let hold: Vec<_> = parts.iter().map(|part| ones(part.yes)).collect();
                let may_hold: Vec<_> = parts.iter().map(|part| ones(!part.no)).collect();
                let needed = i64::from(*n);
                Truth {
                    yes: gates.sum_at_least(&hold, needed),
                    no: !gates.sum_at_least(&may_hold, needed),
                }
            }
            Node::Not(inner) => {
                let inner = self.rule(gates, *inner, mode.swapped());
                Truth {
                    yes: inner.no,
                    no: inner.yes,
                }
            }
            Node::Surely(inner) => self.rule(gates, *inner, Mode::Must),
            Node::Score {
                score,
                highest,
                from,
                to,
            } => self.score(gates, *score, *highest, (*from, *to), mode),
            Node::OneOf { .. }
            | Node::Number { .. }
            | Node::Age { .. }
            | Node::Picked { .. }
            | Node::PerKg { .. }
            | Node::Unsure(_) => self.leaf(gates, rule, mode),
        }
    }

    fn parts(&mut self, gates: &mut Gates, rules: &[Rule], mode: Mode) -> Vec<Truth> {
        rules
            .iter()
            .map(|rule| self.rule(gates, *rule, mode))
            .collect()
    }

    fn leaf(&mut self, gates: &mut Gates, rule: Rule, mode: Mode) -> Truth {
        let content = self.content;
        match content.forms.node(rule) {
            Node::OneOf { fact, options } => {
                let fact = self.fact(gates, *fact);
                let Value::Options(lits) = &fact.read.value else {
                    return nothing(gates);
                };
                let among = |index: usize| options & (1 << index) != 0;
                let held: Vec<Lit> = lits
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| among(*index))
                    .map(|(_, lit)| *lit)
                    .collect();
                let (some, every) = (!held.is_empty(), held.len() == lits.len());
                let held = gates.or(held);
                read(
                    gates,
                    &fact.read,
                    held,
                    if mode == Mode::Could { some } else { every },
                )
            }
            Node::Number { fact, from, to } => {
                let fact = self.fact(gates, *fact);
                let Value::Number(cuts) = &fact.read.value else {
                    return nothing(gates);
                };
                let held = cuts.within(gates, *from, *to);
                let unsure = if mode == Mode::Could {
                    cuts.some_within(*from, *to)
                } else {
                    cuts.all_within(*from, *to)
                };
                read(gates, &fact.read, held, unsure)
            }
            Node::Age {
                fact,
                unit,
                from,
                to,
            } => {
                let fact = self.fact(gates, *fact);
                let Value::Age(ages) = &fact.read.value else {
                    return nothing(gates);
                };
                let (least, most) = match unit {
                    AgeUnit::Months => &ages.months,
                    AgeUnit::Days => &ages.days,
                };
                let (low, high) = if mode == Mode::Could {
                    (most, least)
                } else {
                    (least, most)
                };
                let (above, beyond) = (low.at_least(gates, *from), high.beyond(gates, *to));
                let held = gates.and([above, !beyond]);
                let unsure = if mode == Mode::Could {
                    least.some_within(*from, *to)
                } else {
                    least.all_within(*from, *to)
                };
                read(gates, &fact.read, held, unsure)
            }
            Node::Picked { fact, rows } => {
                let fact = self.fact(gates, *fact);
                let Value::Rows(classes) = &fact.read.value else {
                    return nothing(gates);
                };
                let rows = content.forms.rows(*rows);
                let inside = |class: &[u16]| class.iter().any(|row| rows.contains(row));
                let held = gates.or(classes
                    .iter()
                    .filter(|(class, _)| inside(class))
                    .map(|(_, lit)| *lit));
                let every = classes.iter().all(|(class, _)| inside(class));
                read(
                    gates,
                    &fact.read,
                    held,
                    if mode == Mode::Could {
                        !rows.is_empty()
                    } else {
                        every
                    },
                )
            }
            Node::PerKg {
                amount,
                weight,
                from,
                to,
            } => self.dose(gates, *amount, *weight, (*from, *to), mode),
            Node::Unsure(fact) => {
                let fact = self.fact(gates, *fact);
                let no = gates.and([fact.read.known, !fact.read.voiced]);
                Truth {
                    yes: fact.read.voiced,
                    no,
                }
            }
            Node::Constant(_)
            | Node::AtLeast { .. }
            | Node::Score { .. }
            | Node::All(_)
            | Node::Any(_)
            | Node::Not(_)
            | Node::Surely(_) => nothing(gates),
        }
    }

    fn dose(
        &mut self,
        gates: &mut Gates,
        amount: FactId,
        weight: FactId,
        (from, to): (i64, i64),
        mode: Mode,
    ) -> Truth {
        let (known, (least, most)) = self.per_kg(gates, amount, weight);
        let (low, high) = if mode == Mode::Could {
            (&most, &least)
        } else {
            (&least, &most)
        };
        let (above, beyond) = (low.at_least(gates, from), high.beyond(gates, to));
        let yes = gates.and([known, above, !beyond]);
        Truth {
            yes,
            no: gates.and([known, !yes]),
        }
    }

    /// A score lies between its lowest and its highest sum; a comparison needs only the end that decides.
    fn score(
        &mut self,
        gates: &mut Gates,
        score: ScoreId,
        highest: bool,
        (from, to): (i64, i64),
        mode: Mode,
    ) -> Truth {
        let beyond = to.saturating_add(1);
        let mut reaches = |end: End, at: i64| self.score_at_least(gates, score, highest, end, at);
        let (above, surely_above, reached, may_reach) = match mode {
            Mode::Could => (
                reaches(End::LowAtMost, beyond),
                reaches(End::LowAtLeast, beyond),
                reaches(End::HighAtLeast, from),
                reaches(End::HighAtMost, from),
            ),
            Mode::Must => (
                reaches(End::HighAtMost, beyond),
                reaches(End::HighAtLeast, beyond),
                reaches(End::LowAtLeast, from),
                reaches(End::LowAtMost, from),
            ),
        };
        Truth {
            yes: gates.and([!above, reached]),
            no: gates.or([surely_above, !may_reach]),
        }
    }

    pub(super) fn score_at_least(
        &mut self,
        gates: &mut Gates,
        score: ScoreId,
        highest: bool,
        end: End,
        at: i64,
    ) -> Lit {
        let count = self.content.forms.score(score).parts.len();
        let parts: Vec<_> = (0..count)
            .map(|part| self.part(gates, score, part, end))
            .collect();
        match at {
            i64::MIN => gates.yes(),
            i64::MAX => gates.no(),
            _ if highest => {
                let found: Vec<Lit> = parts
                    .iter()
                    .flatten()
                    .filter(|(_, points)| *points >= at)
                    .map(|(lit, _)| *lit)
                    .collect();
                gates.or(found)
            }
            _ => gates.sum_at_least(&parts, at),
        }
    }

    /// What a part adds to one end of a score: alternatives that exclude each other, one of which holds.
    fn part(
        &mut self,
        gates: &mut Gates,
        score: ScoreId,
        part: usize,
        end: End,
    ) -> Vec<(Lit, i64)> {
        let content = self.content;
        match content.forms.score(score).parts.get(part) {
            None => vec![(gates.yes(), 0)],
            Some(Part::Points { points, guard }) => {
                // The low end counts points only where they must be added, and penalties wherever they could be.
                let low = matches!(end, End::LowAtLeast | End::LowAtMost);
                let mode = if low == (*points >= 0) {
                    Mode::Must
                } else {
                    Mode::Could
                };
                let truth = self.rule(gates, *guard, mode);
                let undetermined_at_least = matches!(end, End::LowAtLeast | End::HighAtLeast);
                let adds = if undetermined_at_least == (*points >= 0) {
                    truth.yes
                } else {
                    !truth.no
                };
                vec![(adds, *points), (!adds, 0)]
            }
            Some(Part::Bands { fact, bands }) => {
                let fact = self.fact(gates, *fact);
                let Value::Number(cuts) = &fact.read.value else {
                    return vec![(gates.yes(), 0)];
                };
                let sure = fact.read.sure(gates);
                let mut ways = Vec::with_capacity(bands.len() + 2);
                for (from, to, points) in bands
                    .iter()
                    .filter(|(from, to, _)| cuts.some_within(*from, *to))
                {
                    let within = cuts.within(gates, *from, *to);
                    ways.push((gates.and([sure, within]), *points));
                }
                with_ends(&fact.read, ways, end)
            }
            Some(Part::Options { fact, points }) => {
                let fact = self.fact(gates, *fact);
                let Value::Options(lits) = &fact.read.value else {
                    return vec![(gates.yes(), 0)];
                };
                with_ends(
                    &fact.read,
                    lits.iter().copied().zip(points.iter().copied()).collect(),
                    end,
                )
            }
        }
    }
}

/// A leaf: true where the fact is sure and `held`, or not sure and so read; false where it is otherwise known.
fn read(gates: &mut Gates, state: &State, held: Lit, unsure: bool) -> Truth {
    let sure = state.sure(gates);
    let held = gates.and([sure, held]);
    let yes = if unsure {
        gates.or([held, state.unsure])
    } else {
        held
    };
    Truth {
        yes,
        no: gates.and([state.known, !yes]),
    }
}

/// Adds what a part counts for while its fact is not sure or not known.
fn with_ends(state: &State, mut ways: Vec<(Lit, i64)>, end: End) -> Vec<(Lit, i64)> {
    let least = ways.iter().map(|(_, points)| *points).min().unwrap_or(0);
    let most = ways.iter().map(|(_, points)| *points).max().unwrap_or(0);
    let (unsure, unknown) = match end {
        End::LowAtLeast => (least, least),
        End::LowAtMost => (least, most),
        End::HighAtLeast => (most, least),
        End::HighAtMost => (most, most),
    };
    ways.push((state.unsure, unsure));
    ways.push((!state.known, unknown));
    ways
}

/// A leaf that reads a fact of another kind; [`super::super::read`] lets none through.
fn nothing(gates: &Gates) -> Truth {
    Truth {
        yes: gates.no(),
        no: gates.no(),
    }
}
