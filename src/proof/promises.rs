//! Promises: `never_below`, `never_above`, `always_asked`, each in every pathway that it is made about.
//!
//! They speak of the patient's truth: every full assignment of every patient in `for`, whatever was asked. Interrupts and risk lines are left
//! out, for they only add; `never_above` is about the pathway's own lines. A promise is broken where the solver finds somebody, and that
//! somebody is shown as plainly as can be.

use crate::pathway::content::{
    Content, DispositionId, FactId, Line, Origin, PathwayId, Promise, Promised,
};
use crate::pathway::definedness::example::shortest_of_the_answered;
use crate::pathway::definedness::scope::Scope;
use crate::pathway::definedness::{Example, undefined_over};
use crate::pathway::encode::{Gates, Limit, Lit, Mode, Stopped};
use crate::pathway::form::Rule;

use super::example::{Replay, Walked};

/// One promise in one pathway.
#[derive(Debug, Clone)]
pub struct Claim<'c> {
    /// What was promised.
    pub promise: &'c Promise,
    /// Where.
    pub pathway: PathwayId,
    /// What was found.
    pub verdict: Verdict,
}

/// What was found of a claim.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// There is nobody for whom it does not hold.
    Proven,
    /// Nobody is as the promise says, in this pathway: it says nothing here.
    Empty,
    /// It does not hold for this patient.
    Broken(Box<Broken>),
    /// The time was over before it was known.
    Unproven,
}

/// Why a question has no verdict.
#[derive(Debug)]
pub(super) enum Interrupted {
    /// The time was over.
    Stopped,
    /// The prover is wrong.
    Disagrees(Disagreement),
}

impl From<Stopped> for Interrupted {
    fn from(_: Stopped) -> Self {
        Interrupted::Stopped
    }
}

impl From<Disagreement> for Interrupted {
    fn from(disagreement: Disagreement) -> Self {
        Interrupted::Disagrees(disagreement)
    }
}

/// What is found, or `stopped` where the time was over.
///
/// # Errors
/// [`Disagreement`].
pub(super) fn or_stopped<T>(
    found: Result<T, Interrupted>,
    stopped: impl FnOnce() -> T,
) -> Result<T, Disagreement> {
    match found {
        Ok(found) => Ok(found),
        Err(Interrupted::Stopped) => Ok(stopped()),
        Err(Interrupted::Disagrees(disagreement)) => Err(disagreement),
    }
}

/// Somebody for whom a promise does not hold.
#[derive(Debug, Clone)]
pub struct Broken {
    /// Who, and what was said.
    pub example: Example,
    /// The same as the walk takes it.
    pub replay: Replay,
    /// Where the running walk ends.
    pub walked: Walked,
    /// An interrupt or a risk line catches everybody for whom it does not hold; the promise is broken all the same.
    pub caught: bool,
}

/// An example that the running walk does not bear out: the prover is wrong, and nothing that it says of this content may be relied upon.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the prover and the walk disagree about {place} in `{pathway}`: {how}")]
pub struct Disagreement {
    /// What it is about: where a promise stands, which question.
    pub place: String,
    /// The pathway.
    pub pathway: String,
    /// In what.
    pub how: String,
}

/// Every promise in every pathway that it is made about, in the order of the content.
///
/// # Errors
/// [`Disagreement`] if an example does not come out in the running walk as the solver says.
pub fn promises(content: &Content) -> Result<Vec<Claim<'_>>, Disagreement> {
    let pathways = (0u16..)
        .zip(&content.pathways)
        .map(|(place, _)| PathwayId(place));
    let mut claims = Vec::new();
    for pathway in pathways {
        claims.extend(of_pathway(content, pathway, None)?);
    }
    Ok(claims)
}

/// Those of one pathway, each question within the limit.
///
/// # Errors
/// [`Disagreement`] if an example does not come out in the running walk as the solver says.
pub fn of_pathway<'c>(
    content: &'c Content,
    pathway: PathwayId,
    limit: Option<&Limit>,
) -> Result<Vec<Claim<'c>>, Disagreement> {
    let made: Vec<&Promise> = content
        .promises
        .iter()
        .filter(|promise| promise.pathway.is_none_or(|own| own == pathway))
        .collect();
    let read: Vec<Rule> = made
        .iter()
        .flat_map(|promise| {
            let exempt = promise.unless.iter().map(|(_, holds)| *holds);
            exempt.chain([promise.when, promise.whom])
        })
        .collect();
    let scope = Scope::with(content, pathway, Gates::within(limit), &read);
    let mut prover = Prover::new(scope, pathway, limit);
    made.into_iter()
        .map(|promise| {
            Ok(Claim {
                promise,
                pathway,
                verdict: or_stopped(prover.judge(promise), || Verdict::Unproven)?,
            })
        })
        .collect()
}

struct Prover<'c, 'l> {
    scope: Scope<'c>,
    limit: Option<&'l Limit>,
    pathway: PathwayId,
    truth: Lit,
}

impl<'c, 'l> Prover<'c, 'l> {
    fn new(mut scope: Scope<'c>, pathway: PathwayId, limit: Option<&'l Limit>) -> Self {
        let truth = scope.everything_known();
        for fact in scope.encoder.read_facts() {
            let said = scope.encoder.fact(&mut scope.gates, fact).said.unsure;
            scope.gates.clause([!truth, !said]);
        }
        Prover {
            scope,
            limit,
            pathway,
            truth,
        }
    }

    fn judge(&mut self, promise: &Promise) -> Result<Verdict, Interrupted> {
        let mut whom = vec![self.truth];
        whom.extend([promise.whom, promise.when].map(|rule| self.rule(rule)));
        whom.extend(
            promise
                .unless
                .iter()
                .map(|(_, holds)| !self.rule(*holds))
                .collect::<Vec<_>>(),
        );
        if !self.scope.gates.ask(&whom)? {
            return Ok(Verdict::Empty);
        }
        match &promise.what {
            Promised::NeverBelow(least) => {
                let counts = |line: &Line| {
                    matches!(line.origin, Origin::Pathway(_) | Origin::FirstFlow)
                        && is_at_or_above(line, *least)
                };
                let reached = self.some_line(counts);
                self.shown(promise, &whom, !reached, *least, |walked| walked > *least)
            }
            Promised::NeverAbove(most) => {
                let counts = |line: &Line| {
                    matches!(line.origin, Origin::Pathway(_))
                        && line.effect.disposition().is_some_and(|own| own < *most)
                };
                let reached = self.some_line(counts);
                self.shown(promise, &whom, reached, *most, |walked| walked < *most)
            }
            Promised::AlwaysAsked { below, questions } => self.asked(promise, *below, questions),
        }
    }

    fn rule(&mut self, rule: Rule) -> Lit {
        self.scope
            .encoder
            .rule(&mut self.scope.gates, rule, Mode::Could)
            .yes
    }

    fn some_line(&mut self, counts: impl Fn(&Line) -> bool) -> Lit {
        let content = self.scope.content;
        let held: Vec<Lit> = self
            .scope
            .lines
            .iter()
            .filter(|guarded| counts(content.line(guarded.line)))
            .map(|guarded| guarded.truth.yes)
            .collect();
        self.scope.gates.or(held)
    }

    /// Somebody for whom `fails` holds, if there is anybody; first one whom no interrupt and no risk line catches.
    fn shown(
        &mut self,
        promise: &Promise,
        whom: &[Lit],
        fails: Lit,
        bound: DispositionId,
        comes_out_wrong: impl Fn(DispositionId) -> bool,
    ) -> Result<Verdict, Interrupted> {
        let finding = self.scope.gates.and(whom.iter().copied().chain([fails]));
        if !self.scope.gates.ask(&[finding])? {
            return Ok(Verdict::Proven);
        }
        let besides = self.some_line(|line| {
            matches!(line.origin, Origin::Interrupt | Origin::Risk(_))
                && is_at_or_above(line, bound)
        });
        let uncaught = self.scope.gates.and([finding, !besides]);
        let caught = !self.scope.gates.ask(&[uncaught])?;
        let plainest = if caught { finding } else { uncaught };
        let example = shortest_of_the_answered(&mut self.scope, plainest);
        let (replay, walked) = self.replayed(promise, &example)?;
        if !caught && !comes_out_wrong(walked.disposition) {
            let ends = &self.scope.content.disposition(walked.disposition).id;
            return Err(self
                .disagrees(promise, format!("the walk ends in `{ends}`"))
                .into());
        }
        let (example, replay) = self.as_asked(promise, example, replay, walked);
        Ok(Verdict::Broken(Box::new(Broken {
            example,
            replay,
            walked,
            caught,
        })))
    }

    /// Without what is not asked of them and no part of the promise, if they end in the same place all the same: a promise is about everything
    /// that is true of somebody, and most of it goes unsaid.
    fn as_asked(
        &self,
        promise: &Promise,
        example: Example,
        replay: Replay,
        walked: Walked,
    ) -> (Example, Replay) {
        let content = self.scope.content;
        let Ok(steps) = replay.steps(content) else {
            return (example, replay);
        };
        let promised = [promise.when, promise.whom].map(|rule| content.forms.facts(rule));
        let told = [steps.asked, promised.concat()].concat();
        let less = replay.clone().asked_only(content, &told);
        match less.walk(content) {
            Ok(ends) if ends.disposition == walked.disposition => {
                (example.asked_only(content, &told), less)
            }
            _ => (example, replay),
        }
    }

    /// A line at or above `below` that reads one of the questions, and can be left undetermined below it.
    fn asked(
        &mut self,
        promise: &Promise,
        below: DispositionId,
        questions: &[FactId],
    ) -> Result<Verdict, Interrupted> {
        let content = self.scope.content;
        let found = undefined_over(content, self.pathway, Gates::within(self.limit))?
            .into_iter()
            .find(|undefined| {
                let line = content.line(undefined.line);
                let facts = content.forms.facts(line.guard);
                is_at_or_above(line, below) && questions.iter().any(|fact| facts.contains(fact))
            });
        let Some(undefined) = found else {
            return Ok(Verdict::Proven);
        };
        let (replay, walked) = self.replayed(promise, &undefined.example)?;
        Ok(Verdict::Broken(Box::new(Broken {
            example: undefined.example,
            replay,
            walked,
            caught: false,
        })))
    }

    fn replayed(
        &self,
        promise: &Promise,
        example: &Example,
    ) -> Result<(Replay, Walked), Disagreement> {
        let replay = Replay::of(self.scope.content, self.pathway, example);
        let walked = replay
            .walk(self.scope.content)
            .map_err(|error| self.disagrees(promise, error.to_string()))?;
        Ok((replay, walked))
    }

    fn disagrees(&self, promise: &Promise, how: String) -> Disagreement {
        Disagreement {
            place: format!(
                "the promise at {}:{}",
                promise.place.file, promise.place.line
            ),
            pathway: self.scope.content.pathway(self.pathway).id.clone(),
            how,
        }
    }
}

fn is_at_or_above(line: &Line, bound: DispositionId) -> bool {
    line.effect.disposition().is_some_and(|own| own <= bound)
}
