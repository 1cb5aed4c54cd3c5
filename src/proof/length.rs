//! How many questions (G4), and how many before an emergency (G12).
//!
//! An ask that is open stays open, for an answer is never taken away by another: so whoever answers everything that is open has been asked no
//! more than is open at the end, and the most that can be open at once bounds every walk. Each line of a checklist counts, for a caller who
//! is not sure of the screen is asked them one by one. What is asked again after a guide ("the crew is here", "it got worse") is not counted.

use std::collections::BTreeMap;

use crate::pathway::content::{Content, FactId, FactSource, Origin, PathwayId};
use crate::pathway::definedness::Example;
use crate::pathway::definedness::example::shortest;
use crate::pathway::definedness::scope::Scope;
use crate::pathway::encode::{Gates, Limit, Lit, Stopped};
use crate::walk::Reached;
use crate::walk::follow::{Followed, Why};

use super::example::Replay;
use super::promises::{Disagreement, Interrupted};

/// How many questions a pathway asks.
#[derive(Debug, Clone)]
pub struct Longest {
    /// Nobody is asked more.
    pub at_most: usize,
    /// The bound is the least one; if not, the time was over before a lesser one was ruled out.
    pub is_least: bool,
    /// Somebody who is asked many, and how many.
    pub somebody: Option<(Example, Replay, usize)>,
}

/// The shortest way found to an emergency of a pathway's own.
#[derive(Debug, Clone)]
pub struct Soonest {
    /// Somebody who gets there.
    pub example: Example,
    /// The same as the walk takes it.
    pub replay: Replay,
    /// After so many questions, a checklist being one.
    pub questions: usize,
}

/// The most questions that anybody is asked.
///
/// # Errors
/// [`Disagreement`] if the walk asks somebody more than that.
pub fn longest(
    content: &Content,
    pathway: PathwayId,
    limit: Option<&Limit>,
) -> Result<Longest, Disagreement> {
    let mut scope = Scope::over(content, pathway, Gates::within(limit));
    scope.all_asks_answered();
    let open = open(&mut scope);
    let all = scope.gates.yes();
    let Ok((at_most, is_least, busiest)) = most(&mut scope, &open, all) else {
        return Ok(Longest {
            at_most: open.len(),
            is_least: false,
            somebody: None,
        });
    };
    // Who is in danger is asked less: the walk stops asking what is milder. So somebody of whom nothing urgent is true is walked too.
    let emergencies = content
        .dispositions
        .iter()
        .zip(0..)
        .filter(|(disposition, _)| disposition.emergency);
    let lowest = emergencies.map(|(_, place)| place).max();
    let calm =
        lowest.map(|place| scope.nothing_reached(crate::pathway::content::DispositionId(place)));
    let calm = calm.and_then(|calm| most(&mut scope, &open, calm).ok());
    let findings = [busiest, calm.and_then(|(_, _, calm)| calm)];
    let mut somebody: Option<(Example, Replay, usize)> = None;
    for finding in findings.into_iter().flatten() {
        let example = shortest(&mut scope, finding);
        let replay = Replay::of(content, pathway, &example);
        let asked = asked(&followed(content, pathway, &replay)?);
        if somebody.as_ref().is_none_or(|(_, _, most)| asked > *most) {
            somebody = Some((example, replay, asked));
        }
    }
    match &somebody {
        Some((_, _, asked)) if *asked > at_most => Err(Disagreement {
            place: "the number of questions".to_owned(),
            pathway: content.pathway(pathway).id.clone(),
            how: format!("the walk asks {asked}, and nobody should be asked more than {at_most}"),
        }),
        _ => Ok(Longest {
            at_most,
            is_least,
            somebody,
        }),
    }
}

/// Under which literal each question of a pathway is open somewhere.
fn open(scope: &mut Scope<'_>) -> Vec<Lit> {
    let mut open: BTreeMap<FactId, Vec<Lit>> = BTreeMap::new();
    for ask in &scope.asks {
        if scope.content.fact(ask.fact).source == FactSource::Question {
            open.entry(ask.fact).or_default().push(ask.open);
        }
    }
    let gates = &mut scope.gates;
    open.into_values().map(|asks| gates.or(asks)).collect()
}

/// The most of these that hold together where `where_` does, whether that is known to be the most, and a literal under which so many do.
///
/// # Errors
/// [`Stopped`] if the time was over before anything was found.
fn most(
    scope: &mut Scope<'_>,
    open: &[Lit],
    where_: Lit,
) -> Result<(usize, bool, Option<Lit>), Stopped> {
    let gates = &mut scope.gates;
    if !gates.ask(&[where_])? {
        return Ok((0, true, None));
    }
    gates.grant(&[where_], open.iter().copied());
    let parts: Vec<Vec<(Lit, i64)>> = open.iter().map(|lit| vec![(*lit, 1), (!*lit, 0)]).collect();
    let mut found = open.iter().filter(|lit| gates.holds(**lit)).count();
    let mut finding = None;
    loop {
        let more = gates.sum_at_least(&parts, i64::try_from(found + 1).unwrap_or(i64::MAX));
        let held = match finding {
            Some(held) => held,
            None => gates.sum_at_least(&parts, i64::try_from(found).unwrap_or(i64::MAX)),
        };
        let held = gates.and([where_, held]);
        match gates.ask(&[where_, more]) {
            Ok(true) => {
                gates.example(&[where_, more]);
                found = open.iter().filter(|lit| gates.holds(**lit)).count();
                finding = None;
            }
            Ok(false) => return Ok((found, true, Some(held))),
            Err(Stopped) => return Ok((open.len(), false, Some(held))),
        }
    }
}

fn asked(followed: &Followed) -> usize {
    let asked = |step: &&crate::walk::follow::Step| matches!(step.why, Why::Asked(_));
    followed.steps.iter().filter(asked).count()
}

pub(super) fn followed(
    content: &Content,
    pathway: PathwayId,
    replay: &Replay,
) -> Result<Followed, Disagreement> {
    replay.follow(content).map_err(|error| Disagreement {
        place: error.name,
        pathway: content.pathway(pathway).id.clone(),
        how: error.error.to_string(),
    })
}

/// Somebody who reaches an emergency by a line of the pathway itself or of a flow in it, after few questions: those asked first suffice.
/// `None` where it has no such line, or nobody gets there by being asked.
///
/// # Errors
/// [`Interrupted`].
pub(super) fn soonest(
    content: &Content,
    pathway: PathwayId,
    limit: Option<&Limit>,
) -> Result<Option<Soonest>, Interrupted> {
    let mut scope = Scope::over(content, pathway, Gates::within(limit));
    let own: Vec<Lit> = scope
        .lines
        .iter()
        .filter(|guarded| is_own_emergency(content, Reached::Line(guarded.line)))
        .map(|guarded| guarded.truth.yes)
        .collect();
    let reached = scope.gates.or(own);
    let asked = told_as_asked(&mut scope);
    let first: Vec<(FactId, usize)> = positions(&scope);
    let last = scope.asks.len();
    // What is asked from `to` on is not said.
    let within = |scope: &mut Scope<'_>, to: usize| {
        let unsaid = first.iter().filter(|(_, at)| *at >= to);
        let mut assuming = vec![asked, reached];
        for (fact, _) in unsaid {
            let said = scope.encoder.fact(&mut scope.gates, *fact).said.known;
            assuming.push(!said);
        }
        let answered = scope.asks.iter().take(to).cloned().collect::<Vec<_>>();
        for ask in answered {
            let known = scope.encoder.fact(&mut scope.gates, ask.fact).read.known;
            assuming.push(scope.gates.or([!ask.open, known]));
        }
        assuming
    };
    let all = within(&mut scope, last);
    if !scope.gates.ask(&all)? {
        return Ok(None);
    }
    // INVARIANT: nobody gets there within `too_few`, somebody within `enough`.
    let (mut too_few, mut enough) = (0, last);
    let none = within(&mut scope, 0);
    if scope.gates.ask(&none)? {
        enough = 0;
    }
    while enough > too_few + 1 {
        let middle = usize::midpoint(too_few, enough);
        let assuming = within(&mut scope, middle);
        if scope.gates.ask(&assuming)? {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    let assuming = within(&mut scope, enough);
    let finding = scope.gates.and(assuming);
    let example = shortest(&mut scope, finding);
    let replay = Replay::of(content, pathway, &example);
    let followed = followed(content, pathway, &replay)?;
    let is_own = |reached| is_own_emergency(content, reached);
    let gets_there = followed
        .steps
        .iter()
        .any(|step| step.reached.is_some_and(is_emergency(content)));
    if !gets_there {
        return Err(Interrupted::Disagrees(Disagreement {
            place: "the first emergency".to_owned(),
            pathway: content.pathway(pathway).id.clone(),
            how: "the walk does not get there".to_owned(),
        }));
    }
    Ok(Some(Soonest {
        example,
        replay,
        questions: followed.questions_until(is_own),
    }))
}

/// Nothing is said but age, sex and party, and what is asked and open; and nobody is not sure.
fn told_as_asked(scope: &mut Scope<'_>) -> Lit {
    let content = scope.content;
    let asks = scope.asks.clone();
    let mut held = vec![scope.whom];
    for id in scope.encoder.read_facts() {
        let fact = scope.encoder.fact(&mut scope.gates, id);
        match content.fact(id).source {
            FactSource::Patient => held.push(fact.said.known),
            FactSource::System { .. } => held.push(!fact.said.known),
            FactSource::Question => {
                let open = asks.iter().filter(|ask| ask.fact == id);
                let open: Vec<Lit> = open.map(|ask| ask.open).collect();
                held.push(scope.gates.or(open.into_iter().chain([!fact.said.known])));
            }
        }
        held.push(!fact.said.voiced);
    }
    scope.gates.and(held)
}

/// Each question, and the place at which it is asked first.
fn positions(scope: &Scope<'_>) -> Vec<(FactId, usize)> {
    let mut first: Vec<(FactId, usize)> = Vec::new();
    for (place, ask) in scope.asks.iter().enumerate() {
        let is_question = scope.content.fact(ask.fact).source == FactSource::Question;
        if is_question && !first.iter().any(|(known, _)| *known == ask.fact) {
            first.push((ask.fact, place));
        }
    }
    first
}

pub(super) fn is_emergency(content: &Content) -> impl Fn(Reached) -> bool + '_ {
    |reached| match reached {
        Reached::Line(line) => content
            .line(line)
            .effect
            .disposition()
            .is_some_and(|id| content.disposition(id).emergency),
        Reached::NoneFit | Reached::EarlyExit | Reached::NothingTrue => false,
    }
}

/// A line of the pathway or of what joined it, no interrupt and none of the first flow.
fn is_own_emergency(content: &Content, reached: Reached) -> bool {
    let Reached::Line(line) = reached else {
        return false;
    };
    matches!(content.line(line).origin, Origin::Pathway(_)) && is_emergency(content)(reached)
}
