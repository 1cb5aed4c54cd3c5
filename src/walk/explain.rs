//! Why the case stands where it does, and what would change it: for the desk, the result page and the record.

use std::collections::HashSet;

use crate::pathway::Content;
use crate::pathway::content::{DispositionId, FactId, FactSource, Kind, Order};

use super::answer::Answer;
use super::change::changes;
use super::evaluate::View;
pub use super::explanation::{
    AdviceShown, Conflict, Defect, Explanation, FlagState, NeedReason, Operand, Reason, RedFlag,
    RuledOut,
};
use super::facts::Facts;
use super::plan::{Plan, Reached};
use super::planned::Ranked;
use super::position::{Next, Position};
use super::step::{Scratch, step};
use super::support::Operands;
use super::value::{Mode, Slot, Tri};

/// Why the case stands where it does, and what would change it.
pub fn explain(content: &Content, plan: &Plan, facts: &Facts) -> Explanation {
    let mut scratch = Scratch::new();
    let position = step(content, plan, facts, &mut scratch);
    let would_change = changes(content, plan, facts, position.disposition);
    let view = scratch.view(content, plan, facts);
    let told = Told { view, plan };
    let at_end = position.next == Next::End;
    Explanation {
        decided_by: told.reasons(&position, |disposition, result| disposition == result),
        also_true: told.reasons(&position, |disposition, result| disposition > result),
        needs: told.needs(position.next.is_certain()),
        red_flags: told.red_flags(),
        ruled_out: told.ruled_out(position.disposition),
        would_change,
        advice: told.advice(position.disposition),
        conflicts: told.conflicts(),
        no_longer_apply: told.no_longer_apply(),
        not_sure: facts
            .told()
            .filter(|(_, answer)| is_not_sure(answer))
            .count(),
        none_fit: facts.none_fit(),
        defects: if at_end {
            told.defects(&position)
        } else {
            Vec::new()
        },
        position,
    }
}

fn is_not_sure(answer: &Answer) -> bool {
    matches!(answer, Answer::NotSure | Answer::Refused | Answer::TimedOut)
}

/// The case as told, and its plan.
struct Told<'a> {
    view: View<'a>,
    plan: &'a Plan,
}

impl Told<'_> {
    /// Rules that are true (or raised at the end) and reach what `wanted` says of (their disposition, the result).
    fn reasons(
        &self,
        position: &Position,
        wanted: impl Fn(DispositionId, DispositionId) -> bool,
    ) -> Vec<Reason> {
        let Some(result) = position.disposition else {
            return Vec::new();
        };
        let mut seen = HashSet::new();
        let counts = |rule: &&Ranked| {
            let raised = position.defect && position.reached == Some(rule.reached);
            raised || self.view.rule(rule) == Tri::True
        };
        self.plan
            .ranked
            .iter()
            .filter(|rule| wanted(rule.disposition, result))
            .filter(counts)
            .filter(|rule| seen.insert(self.identity(rule.reached)))
            .map(|rule| Reason {
                reached: rule.reached,
                disposition: rule.disposition,
                operands: self.rule_operands(rule),
            })
            .collect()
    }

    /// Two pathways may hold the same line; it is said once.
    fn identity(&self, reached: Reached) -> Result<&str, Reached> {
        match reached {
            Reached::Line(line) => Ok(&self.view.content.line(line).key),
            other => Err(other),
        }
    }

    fn rule_operands(&self, rule: &Ranked) -> Vec<Operand> {
        match rule.reached {
            Reached::Line(_) => {
                self.operands(&self.view.guard_support(rule.guard, Mode::Could, true))
            }
            Reached::NoneFit => {
                let none_fit = self.view.facts.told();
                none_fit
                    .filter(|(_, answer)| matches!(answer, Answer::NoneFit(_)))
                    .map(|(fact, answer)| Operand {
                        fact,
                        said: answer.clone(),
                    })
                    .collect()
            }
            Reached::EarlyExit | Reached::NothingTrue => Vec::new(),
        }
    }

    fn operands(&self, facts: &Operands) -> Vec<Operand> {
        facts
            .iter()
            .filter_map(|fact| self.operand(*fact))
            .collect()
    }

    fn operand(&self, fact: FactId) -> Option<Operand> {
        let said = self.view.facts.said(fact)?.clone();
        Some(Operand { fact, said })
    }

    fn needs(&self, certain: bool) -> Vec<NeedReason> {
        let mut seen = HashSet::new();
        self.plan
            .also
            .iter()
            .filter(|also| match certain {
                true => self.view.counts_at_end(also),
                false => self.view.also(also) == Tri::True,
            })
            .filter(|also| seen.insert(&self.view.content.line(also.line).key))
            .map(|also| NeedReason {
                need: also.need,
                line: also.line,
                operands: self.operands(&self.view.guard_support(also.guard, also.mode(), true)),
            })
            .collect()
    }

    fn red_flags(&self) -> Vec<RedFlag> {
        let mut facts: Vec<FactId> = self.plan.facts().collect();
        facts.sort_unstable();
        let flags = facts
            .into_iter()
            .filter(|fact| self.view.content.fact(*fact).red_flag);
        flags
            .filter_map(|fact| {
                Some(RedFlag {
                    fact,
                    state: self.flag_state(fact)?,
                })
            })
            .collect()
    }

    /// What is known of a red flag; `None` where it does not apply and nothing was said.
    fn flag_state(&self, id: FactId) -> Option<FlagState> {
        let (view, reading) = (self.view, self.view.facts.reading(id));
        if reading.unsure {
            return Some(FlagState::Unsure);
        }
        if reading.slot.is_open() {
            return view.slot(id).is_open().then_some(FlagState::NotAsked);
        }
        let fact = view.content.fact(id);
        let mildest = match (&fact.kind, &fact.order) {
            (Kind::OneOf { options, .. }, Order::WorstFirst) => options.len().checked_sub(1),
            (Kind::OneOf { .. }, Order::WorstLast) => Some(0),
            _ => None,
        };
        Some(match (reading.slot, mildest) {
            (Slot::Option(option), Some(mildest)) if usize::from(option) == mildest => {
                FlagState::Excluded
            }
            (Slot::Option(_), Some(_)) => FlagState::Present,
            _ => FlagState::Answered,
        })
    }

    fn ruled_out(&self, result: Option<DispositionId>) -> Vec<RuledOut> {
        let mut seen = HashSet::new();
        let above = |rule: &&Ranked| result.is_none_or(|result| rule.disposition < result);
        let mut ruled_out = Vec::new();
        for rule in self.plan.ranked.iter().filter(above) {
            let Reached::Line(line) = rule.reached else {
                continue;
            };
            if self.view.rule(rule) != Tri::False || !self.is_for_patient(rule) {
                continue;
            }
            let operands = self.operands(&self.view.guard_support(rule.guard, Mode::Could, false));
            // What nobody said anything about was not ruled out by anybody.
            if !operands.is_empty() && seen.insert(&self.view.content.line(line).key) {
                ruled_out.push(RuledOut {
                    line,
                    disposition: rule.disposition,
                    operands,
                });
            }
        }
        ruled_out
    }

    fn is_for_patient(&self, rule: &Ranked) -> bool {
        rule.pathway.is_none_or(|id| {
            let whom = self.view.content.pathway(id).whom;
            self.view.holds(whom, Mode::Could) != Tri::False
        })
    }

    fn advice(&self, result: Option<DispositionId>) -> Vec<AdviceShown> {
        let mut shown: Vec<AdviceShown> = Vec::new();
        for advised in &self.plan.advice {
            // Advice for the mildly ill is not given to the very ill, nor before there is a result.
            if result.is_none_or(|result| result < advised.up_to)
                || self.view.guard(advised.guard, Mode::Must) != Tri::True
                || shown.iter().any(|known| known.item == advised.item)
            {
                continue;
            }
            let lines = self.view.content.advice_item(advised.item).lines.iter();
            let lines: Vec<usize> = lines
                .enumerate()
                .filter(|(_, line)| self.view.holds(line.guard, Mode::Must) == Tri::True)
                .map(|(place, _)| place)
                .collect();
            if !lines.is_empty() {
                shown.push(AdviceShown {
                    item: advised.item,
                    pathway: advised.pathway,
                    lines,
                });
            }
        }
        shown
    }

    fn conflicts(&self) -> Vec<Conflict> {
        let facts = self.view.facts;
        facts
            .told()
            .filter_map(|(fact, _)| {
                let implied_by = facts.implied_by(self.view.content, fact);
                let differs = facts.value_said(fact)?.slot != facts.reading(fact).slot;
                if implied_by.is_empty() || !differs {
                    return None;
                }
                Some(Conflict {
                    said: self.operand(fact)?,
                    implied_by: implied_by
                        .iter()
                        .filter_map(|fact| self.operand(*fact))
                        .collect(),
                })
            })
            .collect()
    }

    fn no_longer_apply(&self) -> Vec<FactId> {
        let outdated = |fact: &FactId| {
            let fact = self.view.content.fact(*fact);
            let applies = fact.applies.as_ref();
            fact.source == FactSource::Question
                && applies.is_some_and(|applies| {
                    self.view.holds(applies.only_if, Mode::Could) == Tri::False
                })
        };
        self.plan
            .facts()
            .filter(|fact| self.view.facts.said(*fact).is_some())
            .filter(outdated)
            .collect()
    }

    fn defects(&self, position: &Position) -> Vec<Defect> {
        // Only above what is true: below it nothing is asked, and much is rightly left undetermined.
        let current = self
            .plan
            .ranked
            .iter()
            .find(|rule| self.view.rule(rule) == Tri::True)
            .map(|rule| rule.disposition);
        let rules = self
            .plan
            .ranked
            .iter()
            .take_while(|rule| current.is_none_or(|current| rule.disposition < current))
            .filter(|rule| !rule.interrupt && self.view.rule(rule) == Tri::Undetermined)
            .map(|rule| rule.reached);
        let needs = self
            .plan
            .also
            .iter()
            // What would have to be certain does not count while it is undetermined, and is no defect then.
            .filter(|also| self.view.also(also) == Tri::Undetermined)
            .filter(|also| self.view.counts_at_end(also))
            .map(|also| Reached::Line(also.line));
        let mut defects: Vec<Defect> = rules
            .chain(needs)
            .filter_map(|reached| match reached {
                Reached::Line(line) => Some(Defect::Undetermined(line)),
                Reached::NoneFit | Reached::EarlyExit | Reached::NothingTrue => None,
            })
            .collect();
        if position.defect && position.reached == Some(Reached::NothingTrue) {
            defects.push(Defect::NothingTrue);
        }
        defects
    }
}
