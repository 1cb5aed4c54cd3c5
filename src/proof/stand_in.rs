//! Not sure is safe (G9). The default needs no proof: not sure means it could be any of them. What needs one:
//!
//! - a declared stand-in: whoever says "not sure" is sent nowhere less urgent than whoever gives any other answer;
//! - what is said where the question does not apply: it may raise and never lowers. What then applies because of it is asked, and may be
//!   answered in any way.

use crate::pathway::content::{Content, FactId, PathwayId};
use crate::pathway::encode::{Gates, Limit, Lit, Value};
use crate::pathway::pair::Pair;

use super::lower::{Lowered, is_lower, shown};
use super::order::everybody_sure;
use super::promises::Disagreement;

/// What was found of "not sure" and of answers out of place.
#[derive(Debug, Clone, Default)]
pub struct Unsure {
    /// How many questions, each in its pathway, were proven.
    pub proven: usize,
    /// A declared stand-in that sends somebody somewhere less urgent than an option does.
    pub stand_ins: Vec<Lowered>,
    /// An answer where the question does not apply that sends somebody somewhere less urgent than no answer.
    pub out_of_place: Vec<Lowered>,
    /// Of which it is not known, for want of time.
    pub unproven: Vec<FactId>,
}

/// Every declared stand-in, and every question that need not apply, in one pathway.
///
/// # Errors
/// [`Disagreement`] if an example does not come out in the running walk as the solver says.
pub fn of_pathway(
    content: &Content,
    pathway: PathwayId,
    limit: Option<&Limit>,
) -> Result<Unsure, Disagreement> {
    let mut found = Unsure::default();
    let mut pair = Pair::over(content, pathway, Gates::within(limit));
    everybody_sure(&mut pair);
    let lower = is_lower(&mut pair);
    let fitting = pair.fitting.clone();
    for fact in pair.other.encoder.read_facts() {
        let all_fit = fitting.iter().map(|(_, fits)| *fits);
        if let Some(spoken) = speaks_unsure(content, &mut pair, fact) {
            let mut assuming = pair.alike_but(fact);
            assuming.extend(all_fit);
            assuming.extend([spoken, lower]);
            match pair.other.gates.ask(&assuming) {
                Ok(true) => {
                    let lowered = shown(content, pathway, &mut pair, fact, &assuming)?;
                    found.stand_ins.push(lowered);
                }
                Ok(false) => found.proven += 1,
                Err(_) => found.unproven.push(fact),
            }
        }
        if !fitting.iter().any(|(other, _)| *other == fact) {
            continue;
        }
        let [one, other] = pair.states(fact);
        let mut assuming = pair.alike_but(fact);
        let others = fitting.iter().filter(|(other, _)| *other != fact);
        assuming.extend(others.map(|(_, fits)| *fits));
        assuming.extend([
            one.not_applicable,
            !one.said.known,
            other.not_applicable,
            other.said.known,
            lower,
        ]);
        match pair.other.gates.ask(&assuming) {
            Ok(true) => {
                let lowered = shown(content, pathway, &mut pair, fact, &assuming)?;
                found.out_of_place.push(lowered);
            }
            Ok(false) => found.proven += 1,
            Err(_) => found.unproven.push(fact),
        }
    }
    Ok(found)
}

/// The other says "not sure" and a declared stand-in is read for it; the one gives an answer.
fn speaks_unsure(content: &Content, pair: &mut Pair<'_>, fact: FactId) -> Option<Lit> {
    let stand_in = usize::from(content.fact(fact).not_sure?);
    let [one, other] = pair.states(fact);
    let Value::Options(options) = &other.said.value else {
        return None;
    };
    let stand_in = *options.get(stand_in)?;
    let gates = &mut pair.other.gates;
    Some(gates.and([
        one.said.known,
        !one.said.voiced,
        other.said.known,
        other.said.voiced,
        stand_in,
    ]))
}
