//! Definedness: a line reads only what is asked whenever it could count.
//!
//! Checked for each pathway taken singly, with the library's first flow, risk history and patient facts: for no patient, all open asks
//! answered ("not sure" included) and any set of facts volunteered (inapplicable ones too), is a rule above the result or an also-line still
//! undetermined. The order of lines does not matter. Interrupts are exempt, yet one that is true counts towards the result, as it does in a
//! case. What "none of these fit" and an early exit add is left out: they only raise.

#[cfg(test)]
pub(crate) mod brute_force;
pub(crate) mod example;
pub(crate) mod scope;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::content::{Content, DispositionId, FactId, LineId, Origin, PathwayId, Place};
use super::diagnostic::{Diagnostic, Span};
use super::encode::{FactState, Gates, Lit, Mode, Stopped};
use super::form::{Node, Part, Rule};
use super::words;
pub use example::Example;
use scope::{Ask, Guarded, Scope};

/// A line that can be left undetermined.
#[derive(Debug, Clone)]
pub struct Undefined {
    /// In which pathway; the line may stand in a shared flow.
    pub pathway: PathwayId,
    /// Which.
    pub line: LineId,
    /// Somebody for whom it is left undetermined: nothing volunteered and no "not sure" that is not needed.
    pub example: Example,
    /// The facts that are missing.
    pub missing: Vec<FactId>,
    /// Where they are asked, if anywhere, and under which guard; not so in the example.
    asked: Vec<Ask>,
}

/// Every line of a pathway (and of the first flow) that can be left undetermined, in order.
#[expect(
    clippy::expect_used,
    reason = "INVARIANT: gates without a limit are never stopped"
)]
pub fn undefined(content: &Content, pathway: PathwayId) -> Vec<Undefined> {
    undefined_over(content, pathway, Gates::default()).expect("there is no limit")
}

/// The same over gates that may have a limit.
///
/// # Errors
/// [`Stopped`] if the time was over before it was known.
pub fn undefined_over(
    content: &Content,
    pathway: PathwayId,
    gates: Gates,
) -> Result<Vec<Undefined>, Stopped> {
    let mut scope = Scope::over(content, pathway, gates);
    scope.all_asks_answered();
    let mut suspects: Vec<(Guarded, Lit)> = Vec::new();
    let mut above: HashMap<DispositionId, Lit> = HashMap::new();
    for guarded in scope.lines.clone() {
        let line = content.line(guarded.line);
        if line.origin == Origin::Interrupt {
            continue;
        }
        let undetermined = guarded.truth.undetermined(&mut scope.gates);
        let rank = line.effect.disposition();
        let counts = rank.map(|rank| {
            *above
                .entry(rank)
                .or_insert_with(|| scope.nothing_reached(rank))
        });
        let undefined = scope.gates.and([undetermined].into_iter().chain(counts));
        suspects.push((guarded, undefined));
    }
    let any = scope
        .gates
        .or(suspects.iter().map(|(_, undefined)| *undefined));
    if !scope.gates.ask(&[any])? {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for (guarded, undefined) in suspects {
        all.extend(found(&mut scope, pathway, guarded, undefined)?);
    }
    Ok(all)
}

/// The same for the whole library, each line once, as diagnostics.
pub fn check(content: &Content) -> Vec<Diagnostic> {
    let pathways = (0..content.pathways.len())
        .filter_map(|place| u16::try_from(place).ok())
        .map(PathwayId);
    let mut found: Vec<Undefined> = Vec::new();
    for undefined in pathways.flat_map(|pathway| undefined(content, pathway)) {
        let place = &content.line(undefined.line).place;
        if !found.iter().any(|known| {
            content.line(known.line).place == *place && known.missing == undefined.missing
        }) {
            found.push(undefined);
        }
    }
    found
        .iter()
        .map(|undefined| undefined.diagnostic(content))
        .collect()
}

fn found(
    scope: &mut Scope<'_>,
    pathway: PathwayId,
    guarded: Guarded,
    undefined: Lit,
) -> Result<Option<Undefined>, Stopped> {
    if !scope.gates.ask(&[undefined])? {
        return Ok(None);
    }
    let example = example::shortest(scope, undefined);
    let mut missing = Vec::new();
    collect_missing(
        scope,
        scope.content.line(guarded.line).guard,
        guarded.mode,
        &mut missing,
    );
    let asked = scope
        .asks
        .iter()
        .filter(|ask| missing.contains(&ask.fact))
        .cloned()
        .collect();
    Ok(Some(Undefined {
        pathway,
        line: guarded.line,
        example,
        missing,
        asked,
    }))
}

/// The undetermined leaves of an undetermined rule in the example last found; where a question's `only_if` is undetermined, those of that.
fn collect_missing(scope: &mut Scope<'_>, rule: Rule, mode: Mode, missing: &mut Vec<FactId>) {
    let truth = scope.encoder.rule(&mut scope.gates, rule, mode);
    if scope.gates.holds(truth.yes) || scope.gates.holds(truth.no) {
        return;
    }
    let forms = &scope.content.forms;
    match forms.node(rule) {
        Node::Constant(_) => {}
        Node::OneOf { fact, .. }
        | Node::Number { fact, .. }
        | Node::Age { fact, .. }
        | Node::Picked { fact, .. }
        | Node::Unsure(fact) => {
            missing_fact(scope, *fact, missing);
        }
        Node::PerKg { amount, weight, .. } => {
            missing_fact(scope, *amount, missing);
            missing_fact(scope, *weight, missing);
        }
        Node::Score { score, .. } => {
            for part in &forms.score(*score).parts {
                match part {
                    Part::Points { guard, .. } => {
                        collect_missing(scope, *guard, Mode::Could, missing);
                        collect_missing(scope, *guard, Mode::Must, missing);
                    }
                    Part::Bands { fact, .. } | Part::Options { fact, .. } => {
                        missing_fact(scope, *fact, missing)
                    }
                }
            }
        }
        Node::AtLeast { of, .. } | Node::All(of) | Node::Any(of) => {
            for child in forms.children(*of) {
                collect_missing(scope, *child, mode, missing);
            }
        }
        Node::Not(inner) => collect_missing(scope, *inner, mode.swapped(), missing),
        Node::Surely(inner) => collect_missing(scope, *inner, Mode::Must, missing),
    }
}

fn missing_fact(scope: &mut Scope<'_>, id: FactId, missing: &mut Vec<FactId>) {
    // Reached only through an undetermined rule, whose gates are all made and so decided in the example.
    let fact: std::rc::Rc<FactState> = scope.encoder.fact(&mut scope.gates, id);
    if scope.gates.holds(fact.read.known) || missing.contains(&id) {
        return;
    }
    match &scope.content.fact(id).applies {
        Some(applies) if !scope.gates.holds(fact.applies) => {
            collect_missing(scope, applies.only_if, Mode::Could, missing)
        }
        _ => missing.push(id),
    }
}

impl Undefined {
    /// What the author is told: the line, the patient, and the three ways to mend it.
    pub fn diagnostic(&self, content: &Content) -> Diagnostic {
        let line = content.line(self.line);
        let missing: Vec<String> = self
            .missing
            .iter()
            .map(|fact| format!("`{}`", words::name(content, *fact)))
            .collect();
        let (is, it) = if missing.len() == 1 {
            ("is", "the question")
        } else {
            ("are", "the questions")
        };
        let missing = missing.join(", ");
        let id = &content.pathway(self.pathway).id;
        let joined = if *line.place.file == *format!("complaints/{id}.yaml") {
            String::new()
        } else {
            format!(" in the pathway `{id}`")
        };
        let message = format!(
            "`{}` can stay undetermined{joined}: {missing} {is} read, and not asked of this patient: {}",
            words::effect(content, line.effect),
            self.example.words(content, &self.telling(content))
        );
        let asked = asked_where(content, &self.asked);
        let help = format!(
            "ask wherever this line could count ({asked}); or guard the read, so that the line reads {missing} only where it is asked; \
             or give {it} `only_if` and `otherwise`, so that something is read where it is not asked"
        );
        Diagnostic::error(Span::from(&line.place), "P601", message).help(help)
    }

    /// The facts that say why: what the line reads, and what decides whether the missing facts are asked.
    fn telling(&self, content: &Content) -> Vec<FactId> {
        let gates = self
            .missing
            .iter()
            .filter_map(|fact| content.fact(*fact).applies.as_ref())
            .map(|applies| applies.only_if);
        let guards = self.asked.iter().map(|ask| ask.guard);
        gates
            .chain(guards)
            .chain([content.line(self.line).guard])
            .flat_map(|rule| content.forms.facts(rule))
            .collect()
    }
}

/// Where facts are asked and under which guard, those of one ask together.
fn asked_where(content: &Content, asks: &[Ask]) -> String {
    let mut places: Vec<&Place> = asks.iter().map(|ask| &ask.place).collect();
    places.dedup();
    if places.is_empty() {
        return "no ask for it stands in this pathway".to_owned();
    }
    let here = |place: &Place| {
        let here: Vec<&Ask> = asks.iter().filter(|ask| ask.place == *place).collect();
        let names: Vec<String> = here.iter().map(|ask| asked_of(content, ask.fact)).collect();
        let guard = here.first().map_or(Rule::TRUE, |ask| ask.guard);
        let only_if = if guard == Rule::TRUE {
            String::new()
        } else {
            format!(" only if {}", words::words(content, guard))
        };
        let verb = if here.len() == 1 { "is" } else { "are" };
        format!(
            "{} {verb} asked at {}:{}{only_if}",
            names.join(", "),
            place.file,
            place.line
        )
    };
    let places: Vec<String> = places.into_iter().map(here).collect();
    places.join("; ")
}

fn asked_of(content: &Content, fact: FactId) -> String {
    let applies = content
        .fact(fact)
        .applies
        .as_ref()
        .map(|applies| words::words(content, applies.only_if));
    let applies = applies.map_or_else(String::new, |applies| {
        format!(" (which applies only if {applies})")
    });
    format!("`{}`{applies}", words::name(content, fact))
}
