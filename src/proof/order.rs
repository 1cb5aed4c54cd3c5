//! Worse never lowers (G8): of two patients who are alike in all but one ordered answer, the one with the worse answer is not sent anywhere
//! less urgent.
//!
//! Asked of the solver pair by pair, over full assignments, every line counted as in a case. What follows from the answer (a question that then
//! applies or does not, a red flag that it implies) is free to differ. `not_ordered` takes a question out, and approvers see why.

use crate::pathway::content::{Content, DispositionId, FactId, Order, PathwayId};
use crate::pathway::definedness::Example;
use crate::pathway::definedness::example::{Said, all_said, shortest, words_of};
use crate::pathway::encode::{Gates, Lit, Value};
use crate::pathway::pair::Pair;

use super::example::{Replay, Walked};
use super::promises::Disagreement;

/// Two patients of whom the worse one is sent somewhere less urgent.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// In which pathway.
    pub pathway: PathwayId,
    /// By which answer.
    pub fact: FactId,
    /// The patient with the worse answer.
    pub example: Example,
    /// The worse and the milder answer, in words.
    pub answers: [String; 2],
    /// Both as the walk takes them, the worse one first.
    pub replays: [Replay; 2],
    /// Where the running walk ends for each.
    pub walked: [Walked; 2],
}

/// What was found of the order of answers in a content.
#[derive(Debug, Clone, Default)]
pub struct Ordered {
    /// How many questions, each in its pathway, were proven.
    pub proven: usize,
    /// Those for which it does not hold.
    pub lowered: Vec<Lowered>,
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
        of_pathway(content, pathway, &mut found)?;
    }
    Ok(found)
}

fn of_pathway(
    content: &Content,
    pathway: PathwayId,
    found: &mut Ordered,
) -> Result<(), Disagreement> {
    let mut pair = Pair::of(content, pathway);
    for fact in pair.other.encoder.read_facts() {
        let unsure = pair.states(fact).map(|state| state.said.unsure);
        for lit in unsure {
            for known in pair.known {
                pair.other.gates.clause([!known, !lit]);
            }
        }
    }
    let lower = is_lower(&mut pair);
    for fact in pair.other.encoder.read_facts() {
        let Some(worse) = is_worse(content, &mut pair, fact) else {
            continue;
        };
        let mut assuming = pair.alike_but(fact);
        assuming.extend([worse, lower]);
        if pair.other.gates.possible(&assuming) {
            found
                .lowered
                .push(shown(content, pathway, &mut pair, fact, &assuming)?);
        } else {
            found.proven += 1;
        }
    }
    Ok(())
}

/// The other patient is sent somewhere less urgent than the one.
fn is_lower(pair: &mut Pair<'_>) -> Lit {
    let content = pair.other.content;
    let mut ranks: Vec<DispositionId> = pair
        .other
        .lines
        .iter()
        .filter_map(|guarded| content.line(guarded.line).effect.disposition())
        .collect();
    ranks.sort_unstable();
    ranks.dedup();
    let mut lower = Vec::new();
    for rank in ranks {
        let mut reached = [Vec::new(), Vec::new()];
        for (held, scope) in reached.iter_mut().zip([&pair.one, &pair.other]) {
            let counting = scope.lines.iter().filter(|guarded| {
                let own = content.line(guarded.line).effect.disposition();
                own.is_some_and(|own| own <= rank)
            });
            held.extend(counting.map(|guarded| guarded.truth.yes));
        }
        let gates = &mut pair.other.gates;
        let [one, other] = reached.map(|held| gates.or(held));
        lower.push(gates.and([one, !other]));
    }
    pair.other.gates.or(lower)
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
    Some(gates.and([worse, one.said.known, other.said.known]))
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

fn shown(
    content: &Content,
    pathway: PathwayId,
    pair: &mut Pair<'_>,
    fact: FactId,
    assuming: &[Lit],
) -> Result<Lowered, Disagreement> {
    let finding = pair.other.gates.and(assuming.iter().copied());
    let example = shortest(&mut pair.other, finding);
    let facts = pair.other.encoder.read_facts();
    let milder = all_said(
        content,
        &mut pair.other.gates,
        &mut pair.one.encoder,
        &facts,
    );
    let answer = |said: &[(FactId, Said)]| {
        said.iter()
            .find(|(told, _)| *told == fact)
            .map_or_else(String::new, |(_, said)| words_of(content, fact, said))
    };
    let answers = [answer(&example.said), answer(&milder)];
    let milder = Example {
        said: milder,
        ..example.clone()
    };
    let replays = [&example, &milder].map(|example| Replay::of(content, pathway, example));
    let disagrees = |how: String| Disagreement {
        place: content.fact(fact).id.clone(),
        pathway: content.pathway(pathway).id.clone(),
        how,
    };
    let walk = |replay: &Replay| {
        replay
            .walk(content)
            .map_err(|error| disagrees(error.to_string()))
    };
    let [worse, mild] = &replays;
    let walked = [walk(worse)?, walk(mild)?];
    let [worse, mild] = walked;
    if worse.disposition <= mild.disposition {
        let id = |walked: Walked| content.disposition(walked.disposition).id.as_str();
        return Err(disagrees(format!(
            "the walk ends in `{}` for the worse answer and in `{}` for the milder one",
            id(worse),
            id(mild)
        )));
    }
    Ok(Lowered {
        pathway,
        fact,
        example,
        answers,
        replays,
        walked,
    })
}
