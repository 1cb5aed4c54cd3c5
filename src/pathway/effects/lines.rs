//! What a line is worth: never true, never decisive, or decisive for somebody.

use super::super::content::{Content, Effect, Line, LineId, Origin, PathwayId, Place};
use super::super::definedness::scope::{Guarded, Scope, doubted};
use super::super::diagnostic::{Diagnostic, Span};
use super::super::encode::{Gates, Limit, Lit, Stopped, Value};
use super::super::words;
use super::known_scope;

/// From nothing upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Worth {
    /// Its guard cannot be true.
    Dead,
    /// Whenever it is true, so is another line at its rank or above.
    Idle,
    /// The time was over before it was known.
    Unknown,
    /// It decides for somebody.
    Decides,
}

/// The worth of every written line of a pathway and of the library. A base is required and a risk line is the library's: neither is judged. An
/// interrupt is there for the cases that no pathway thought of: only a dead one is found.
///
/// What is `settled` is left out: it decides in another pathway already.
pub(super) fn worth(
    content: &Content,
    pathway: PathwayId,
    limit: Option<&Limit>,
    settled: impl Fn(&Place) -> bool,
) -> Vec<(LineId, Worth)> {
    let (mut scope, full) = known_scope(content, pathway, Gates::within(limit));
    let sure = not_doubted(&mut scope, content);
    let mut found = Vec::new();
    for guarded in scope.lines.clone() {
        let line = content.line(guarded.line);
        if !is_judged(line) || settled(&line.place) {
            continue;
        }
        let alone = alone(&scope, guarded, full);
        let possible = [guarded.truth.yes, scope.whom, sure];
        let worth = judge(&mut scope.gates, line, &alone, &possible);
        found.push((guarded.line, worth.unwrap_or(Worth::Unknown)));
    }
    found
}

/// Whether each of these lines is anything but [`Worth::Dead`] in a pathway. Nearly every line is settled by one question that is quickly
/// answered; what else a line is worth takes harder ones.
///
/// What is `settled` is left out: it is not dead in another pathway already.
pub(super) fn can_be_true(
    content: &Content,
    pathway: PathwayId,
    settled: impl Fn(&Place) -> bool,
) -> Result<Vec<(LineId, bool)>, Stopped> {
    let (mut scope, full) = known_scope(content, pathway, Gates::default());
    let sure = not_doubted(&mut scope, content);
    let mut found = Vec::new();
    for guarded in scope.lines.clone() {
        let line = content.line(guarded.line);
        if !is_judged(line) || settled(&line.place) {
            continue;
        }
        let possible = [guarded.truth.yes, scope.whom, sure];
        let can_be = scope.gates.ask(&possible)? || {
            let alone = alone(&scope, guarded, full);
            line.origin != Origin::Interrupt && scope.gates.ask(&alone)?
        };
        found.push((guarded.line, can_be));
    }
    Ok(found)
}

fn is_judged(line: &Line) -> bool {
    !matches!(line.effect, Effect::Otherwise(_)) && !matches!(line.origin, Origin::Risk(_))
}

/// The line is true of somebody of whom everything is known, and none of its rivals is.
fn alone(scope: &Scope<'_>, guarded: Guarded, full: Lit) -> Vec<Lit> {
    let content = scope.content;
    let line = content.line(guarded.line);
    rivals(content, &scope.lines, guarded, line)
        .map(|rival| !rival.truth.yes)
        .chain([full, guarded.truth.yes])
        .collect()
}

fn judge(
    gates: &mut Gates,
    line: &Line,
    alone: &[Lit],
    possible: &[Lit],
) -> Result<Worth, Stopped> {
    let is_interrupt = line.origin == Origin::Interrupt;
    if !is_interrupt && gates.ask(alone)? {
        return Ok(Worth::Decides);
    }
    Ok(match gates.ask(possible)? {
        true if is_interrupt => Worth::Decides,
        true => Worth::Idle,
        false => Worth::Dead,
    })
}

/// Nobody is not sure, but of what some rule asks to be so, and ages are exact; facts may be missing, or said where they do not apply.
fn not_doubted(scope: &mut Scope<'_>, content: &Content) -> Lit {
    let doubted = doubted(content);
    let mut sure = Vec::new();
    for id in scope.encoder.read_facts() {
        let fact = scope.encoder.fact(&mut scope.gates, id);
        if !doubted.contains(&id) {
            sure.push(!fact.read.unsure);
        }
        if let Value::Age(ages) = &fact.said.value {
            sure.push(ages.exact(&mut scope.gates));
        }
    }
    scope.gates.and(sure)
}

/// The other lines that would make this one superfluous: of its pathway or the first flow, at its rank or above; of the same need. A line that
/// counts in every case, and the risk history, do not: they are not why an author leaves a line out.
fn rivals<'l>(
    content: &'l Content,
    lines: &'l [Guarded],
    guarded: Guarded,
    line: &'l Line,
) -> impl Iterator<Item = &'l Guarded> {
    lines.iter().filter(move |rival| {
        let other = content.line(rival.line);
        let counts = !matches!(other.origin, Origin::Risk(_) | Origin::Interrupt);
        let covers = match (other.effect.disposition(), line.effect.disposition()) {
            (Some(other), Some(own)) => other <= own,
            (None, None) => other.effect == line.effect,
            _ => false,
        };
        rival.line != guarded.line && counts && covers && other.place != line.place
    })
}

impl Worth {
    pub(super) fn diagnostic(self, content: &Content, place: &Place) -> Option<Diagnostic> {
        let line = content.lines.iter().find(|line| line.place == *place)?;
        let effect = words::effect(content, line.effect);
        let guard = words::words(content, line.guard);
        match self {
            Worth::Decides | Worth::Unknown => None,
            Worth::Idle => Some(
                Diagnostic::warning(Span::from(place), "P603", format!("`{effect}` never decides: whenever it is true, another line at its rank or above is true too"))
                    .help("remove it, or make its guard catch somebody whom the other lines do not"),
            ),
            Worth::Dead => Some(
                Diagnostic::error(Span::from(place), "P602", format!("`{effect}` can never be true: nobody has {guard}"))
                    .help("its conditions exclude each other, or exclude everybody the pathway is for; correct the guard, or remove the line"),
            ),
        }
    }
}
