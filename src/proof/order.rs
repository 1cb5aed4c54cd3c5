//! Worse never lowers (G8): of two patients who are alike in all but one ordered answer, the one with the worse answer is not sent anywhere
//! less urgent.
//!
//! Asked of the solver pair by pair, over full assignments, every line counted as in a case. What follows from the answer (a question that then
//! applies or does not, a red flag that it implies) is free to differ. `not_ordered` takes a question out, and approvers see why.

use crate::pathway::content::{Content, FactId, Order, PathwayId};
use crate::pathway::encode::{Gates, Limit, Lit, Value};
use crate::pathway::pair::Pair;

use super::lower::{Lowered, is_lower, shown};
use super::promises::Disagreement;

/// What was found of the order of answers in a content.
#[derive(Debug, Clone, Default)]
pub struct Ordered {
    /// How many questions, each in its pathway, were proven.
    pub proven: usize,
    /// Those for which it does not hold.
    pub lowered: Vec<Lowered>,
    /// Those of which it is not known, for want of time.
    pub unproven: Vec<FactId>,
}

/// Every ordered answer in every pathway.
///
/// # Errors
/// [`Disagreement`] if an example does not come out in the running walk as the solver says.
pub fn order(content: &Content) -> Result<Ordered, Disagreement> {
    let pathways = (0u16..)
        .zip(&content.pathways)
        .map(|(place, _)| PathwayId(place));
    let mut found = Ordered::default();
    for pathway in pathways {
        let own = of_pathway(content, pathway, None)?;
        found.proven += own.proven;
        found.lowered.extend(own.lowered);
    }
    Ok(found)
}

/// Every ordered answer in one pathway, each question within the limit.
///
/// # Errors
/// [`Disagreement`] if an example does not come out in the running walk as the solver says.
pub fn of_pathway(
    content: &Content,
    pathway: PathwayId,
    limit: Option<&Limit>,
) -> Result<Ordered, Disagreement> {
    let mut found = Ordered::default();
    let mut pair = Pair::over(content, pathway, Gates::within(limit));
    pair.keep_fitting();
    everybody_sure(&mut pair);
    let lower = is_lower(&mut pair);
    for fact in pair.other.encoder.read_facts() {
        let Some(worse) = is_worse(content, &mut pair, fact) else {
            continue;
        };
        let mut assuming = pair.alike_but(fact);
        assuming.extend([worse, lower]);
        match pair.other.gates.ask(&assuming) {
            Ok(true) => {
                let lowered = shown(content, pathway, &mut pair, fact, &assuming)?;
                found.lowered.push(lowered);
            }
            Ok(false) => found.proven += 1,
            Err(_) => found.unproven.push(fact),
        }
    }
    Ok(found)
}

/// Nobody says "not sure": that is another guarantee.
pub(super) fn everybody_sure(pair: &mut Pair<'_>) {
    for fact in pair.other.encoder.read_facts() {
        let unsure = pair.states(fact).map(|state| state.said.unsure);
        for lit in unsure {
            for known in pair.known {
                pair.other.gates.clause([!known, !lit]);
            }
        }
    }
}

/// Both were asked, and the other's answer is worse; `None` where answers have no order.
fn is_worse(content: &Content, pair: &mut Pair<'_>, fact: FactId) -> Option<Lit> {
    let [one, other] = pair.states(fact);
    let gates = &mut pair.other.gates;
    let worse = match (
        &one.said.value,
        &other.said.value,
        &content.fact(fact).order,
    ) {
        (Value::Options(one), Value::Options(other), Order::WorstFirst) => later(gates, other, one),
        (Value::Options(one), Value::Options(other), Order::WorstLast) => later(gates, one, other),
        (Value::Number(one), Value::Number(other), order) => {
            // A number that is above more cuts is higher.
            let is_up = |cut: i64| match order {
                Order::Higher => Some(true),
                Order::Lower => Some(false),
                Order::Outside(low, _) if cut <= *low => Some(false),
                Order::Outside(_, high) if cut > *high => Some(true),
                _ => None,
            };
            if matches!(order, Order::None(_)) {
                return None;
            }
            let (mut all, mut some) = (Vec::new(), Vec::new());
            for ((cut, one), (_, other)) in one.above.iter().zip(&other.above) {
                let (milder, worse) = match is_up(*cut) {
                    Some(true) => (*one, *other),
                    Some(false) => (!*one, !*other),
                    None => {
                        all.push(gates.choose(*one, *other, !*other));
                        continue;
                    }
                };
                all.push(gates.or([!milder, worse]));
                some.push(gates.and([!milder, worse]));
            }
            all.push(gates.or(some));
            gates.and(all)
        }
        _ => return None,
    };
    // A spoken "not sure" for which an option is read is another guarantee.
    Some(gates.and([
        worse,
        one.said.known,
        other.said.known,
        !one.said.voiced,
        !other.said.voiced,
    ]))
}

/// The option of the first list that holds stands before the one that holds in the second, worst first.
fn later(gates: &mut Gates, first: &[Lit], second: &[Lit]) -> Lit {
    let mut ways = Vec::new();
    for (place, lit) in first.iter().enumerate() {
        let behind = gates.or(second.iter().skip(place + 1).copied());
        ways.push(gates.and([*lit, behind]));
    }
    gates.or(ways)
}
