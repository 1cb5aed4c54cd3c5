//! On which answers a rule rests: the operands of a ground.
//!
//! All parts of a true `&&`, only the true parts of `||` and `count`; of a value that does not apply, the answers that say so; of
//! an implied value, the answer that implies it.

use smallvec::SmallVec;

use crate::pathway::Content;
use crate::pathway::content::{FactId, FactSource};
use crate::pathway::form::{Node, Part, Rule, ScoreId};

use super::evaluate::View;
use super::facts::Facts;
use super::planned::Guard;
use super::resolve;
use super::score::{Side, sides};
use super::value::{Mode, Slot, Tri};

/// Facts of which something was said, each once, in the order in which the rule reads them.
pub type Operands = SmallVec<[FactId; 8]>;

/// The answers on which a rule that holds rests.
///
/// The choice of the complaint is an operand too; it is the caller's to add ([`super::Plan::pathway_of`]).
pub fn support(content: &Content, facts: &Facts, rule: Rule) -> Operands {
    let mut slots = vec![Slot::Unknown; content.facts.len()];
    resolve::resolve(content, &resolve::all(content), facts, &mut slots);
    let view = View {
        content,
        facts,
        slots: &slots,
    };
    let mut operands = Operands::new();
    view.support(rule, Mode::Could, true, &mut operands);
    operands
}

impl View<'_> {
    /// The answers for which a guard is true, or false.
    pub(super) fn guard_support(&self, guard: Guard, mode: Mode, truth: bool) -> Operands {
        let mut operands = Operands::new();
        let false_for_whom = !truth && self.holds(guard.whom, mode) == Tri::False;
        if guard.whom != Rule::TRUE && (truth || false_for_whom) {
            self.support(guard.whom, mode, truth, &mut operands);
        }
        if truth || self.holds(guard.rule, mode) == Tri::False {
            self.support(guard.rule, mode, truth, &mut operands);
        }
        operands
    }

    fn support(&self, rule: Rule, mode: Mode, truth: bool, operands: &mut Operands) {
        match self.content.forms.node(rule) {
            Node::Constant(_) => {}
            Node::All(of) => self.parts(
                self.content.forms.children(*of),
                mode,
                truth,
                truth,
                operands,
            ),
            Node::Any(of) => self.parts(
                self.content.forms.children(*of),
                mode,
                truth,
                !truth,
                operands,
            ),
            Node::AtLeast { of, .. } => self.parts(
                self.content.forms.children(*of),
                mode,
                truth,
                false,
                operands,
            ),
            Node::Not(inner) => self.support(*inner, mode.swapped(), !truth, operands),
            Node::Surely(inner) => self.support(*inner, Mode::Must, truth, operands),
            Node::Score {
                score,
                highest,
                from,
                to,
            } => {
                for side in sides(*from, *to, mode) {
                    if truth || self.score_side(*score, *highest, side) == Tri::False {
                        self.score_support(*score, *highest, side, truth, operands);
                    }
                }
            }
            Node::PerKg { amount, weight, .. } => {
                self.operand(*amount, operands);
                self.operand(*weight, operands);
            }
            Node::OneOf { fact, .. }
            | Node::Number { fact, .. }
            | Node::Age { fact, .. }
            | Node::Picked { fact, .. }
            | Node::Unsure(fact) => self.operand(*fact, operands),
        }
    }

    /// Every part, or only those that are as the whole is.
    fn parts(&self, parts: &[Rule], mode: Mode, truth: bool, every: bool, operands: &mut Operands) {
        for part in parts {
            if every || self.holds(*part, mode) == Tri::from(truth) {
                self.support(*part, mode, truth, operands);
            }
        }
    }

    fn score_support(
        &self,
        id: ScoreId,
        highest: bool,
        side: Side,
        truth: bool,
        operands: &mut Operands,
    ) {
        // Whether the side is as it is because the score is large.
        let large = side.at_least == truth;
        for part in &self.content.forms.score(id).parts {
            let (least, most) = self.part(part, side.end);
            let counts = match (highest, large) {
                (true, true) => side.compare((least, most)) == Tri::from(truth),
                (_, false) => true,
                (false, true) => match part {
                    Part::Points { points, .. } => most > 0 || *points < 0,
                    // Unread, it could have added less.
                    Part::Bands { bands, .. } => bands.iter().any(|(_, _, points)| *points < most),
                    Part::Options { points, .. } => points.iter().any(|points| *points < most),
                },
            };
            match part {
                _ if !counts => {}
                Part::Points { points, guard } => {
                    let mode = side.end.mode(*points);
                    let held = (*points > 0) == large;
                    if self.holds(*guard, mode) == Tri::from(held) {
                        self.support(*guard, mode, held, operands);
                    }
                }
                Part::Bands { fact, .. } | Part::Options { fact, .. } => {
                    self.operand(*fact, operands)
                }
            }
        }
    }

    /// The answers that a fact's value comes from.
    fn operand(&self, fact: FactId, operands: &mut Operands) {
        if operands.contains(&fact) {
            return;
        }
        let said = self.facts.said(fact).is_some();
        if said {
            operands.push(fact);
        }
        let implied_by = self.facts.implied_by(self.content, fact);
        for source in &implied_by {
            self.operand(*source, operands);
        }
        let definition = self.content.fact(fact);
        if let FactSource::System {
            if_unknown: Some(question),
            ..
        } = definition.source
            && self.facts.failed(fact)
        {
            self.operand(question, operands);
        }
        if let Some(applies) = &definition.applies
            && !said
            && implied_by.is_empty()
        {
            self.support_false(applies.only_if, operands);
        }
    }

    /// Why a question does not apply.
    fn support_false(&self, only_if: Rule, operands: &mut Operands) {
        if self.holds(only_if, Mode::Could) == Tri::False {
            self.support(only_if, Mode::Could, false, operands);
        }
    }
}
