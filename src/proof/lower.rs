//! Two patients of a pathway of whom one is sent somewhere less urgent: what they are, and both walked.

use crate::pathway::content::{Content, DispositionId, FactId, PathwayId};
use crate::pathway::definedness::Example;
use crate::pathway::definedness::example::{Said, all_said, shortest, words_of};
use crate::pathway::encode::Lit;
use crate::pathway::pair::Pair;

use super::example::{Replay, Walked};
use super::promises::Disagreement;

/// Two patients who differ in one answer, and of whom the one who should not get less does.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// In which pathway.
    pub pathway: PathwayId,
    /// By which answer.
    pub fact: FactId,
    /// The patient who gets less.
    pub example: Example,
    /// Their answers, in words, of the one who gets less first; empty where nothing was said.
    pub answers: [String; 2],
    /// Both as the walk takes them, in the same order.
    pub replays: [Replay; 2],
    /// Where the running walk ends for each.
    pub walked: [Walked; 2],
}

/// The other patient is sent somewhere less urgent than the one.
pub fn is_lower(pair: &mut Pair<'_>) -> Lit {
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

/// Both patients in the plainest form that fits what is assumed, walked.
///
/// # Errors
/// [`Disagreement`] if the walk does not send the other somewhere less urgent than the one.
pub fn shown(
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
        place: format!("`{}`", content.fact(fact).id),
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
        let [worse_answer, mild_answer] = &answers;
        let [worse_replay, mild_replay] = &replays;
        return Err(disagrees(format!(
            "the walk ends in `{}` for the one who should not get less, and in `{}` for the other: {}; `{worse_answer}` against `{mild_answer}`; told {:?} against {:?}",
            id(worse),
            id(mild),
            example.words(content, &facts),
            worse_replay.told,
            mild_replay.told,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pathway::form::Rule;
    use crate::pathway::sample::Sample;

    /// The solver is asked here for two of whom nobody is sent anywhere less urgent, so the walk does not bear out what it finds.
    #[test]
    fn an_example_that_the_walk_does_not_bear_out_is_a_fault_of_the_prover() {
        let mut sample = Sample::new();
        let sign = sample.yes_no("sign");
        sample.ask(&[sign], Rule::TRUE);
        let rule = sample.yes(sign);
        sample.reach(2, rule);
        sample.otherwise(5);
        let pathway = PathwayId(0);
        let mut pair = Pair::of(&sample.content, pathway);
        let lower = is_lower(&mut pair);
        let mut assuming = pair.alike_but(sign);
        assuming.push(!lower);
        assert_eq!(pair.other.gates.ask(&assuming), Ok(true));
        let fault = shown(&sample.content, pathway, &mut pair, sign, &assuming);
        let fault = fault.expect_err("nobody is lowered").to_string();
        assert!(
            fault.starts_with("the prover and the walk disagree about `sign`"),
            "{fault}"
        );
    }
}
