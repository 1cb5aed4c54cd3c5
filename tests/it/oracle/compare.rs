//! One random walk, step by step.

use nhs111::pathway::Content;
use nhs111::pathway::content::{Asked, DispositionId, FactId, NeedId};
use nhs111::walk::{Next, Plan, Position, Scratch, explain, outcome, step};
use serde_json::{Value, json};

use super::interpreter::Oracle;
use super::tell::{Both, reply};
use crate::agreement::proved::Proved;
use crate::random::Dice;

/// Longer than any walk.
const STEPS: usize = 300;

/// Walks to the end, and gives the number of steps; or what the two say differently.
pub fn compare(
    oracle: &mut Oracle,
    content: &Content,
    seed: u64,
    walk: u64,
) -> Result<usize, String> {
    let mut dice = Dice::new(seed * 31 + walk);
    let complaints = complaints(&mut dice, content);
    let mut early = dice.one_in(10);
    let names: Vec<&str> = complaints.iter().map(String::as_str).collect();
    let begin = |early| Plan::new(content, &names, early).expect("the complaints are there");
    let mut plan = begin(early);
    let mut proved = Proved::of(content, &plan);
    let mut both = Both::new(&mut dice, content);
    both.volunteer(&mut dice);
    let mut scratch = Scratch::new();
    for steps in 1..STEPS {
        let position = step(content, &plan, &both.facts, &mut scratch);
        let request = both.request(&complaints, early);
        let theirs = oracle.ask(&request);
        for (what, ours, theirs) in views(content, &plan, &both, &position, &theirs) {
            if ours != theirs {
                return Err(format!(
                    "walk {walk}, step {steps}: {what}\n  ours   {ours}\n  theirs {theirs}\n  {request}"
                ));
            }
        }
        if let Some(how) = proved.disagreement(&plan, &both.facts, early) {
            return Err(format!("walk {walk}, step {steps}: {how}\n  {request}"));
        }
        if position.next == Next::End {
            return Ok(steps);
        }
        if dice.one_in(30) {
            both.lose(&position.next);
            early = true;
            plan = begin(early);
            continue;
        }
        reply(&mut dice, &mut both, &position.next);
        if dice.one_in(10) {
            let facts: Vec<FactId> = plan.facts().collect();
            let fact = *dice.pick(&facts);
            both.change(&mut dice, fact);
        }
    }
    Err(format!("walk {walk} does not end"))
}

/// Some of the families, in any order.
fn complaints(dice: &mut Dice, content: &Content) -> Vec<String> {
    let families: Vec<String> = content
        .families()
        .iter()
        .map(|(family, _)| (*family).to_owned())
        .collect();
    let mut chosen: Vec<String> = Vec::new();
    for _ in 0..1 + dice.below(families.len().min(3)) {
        let family = dice.pick(&families);
        if !chosen.contains(family) {
            chosen.push(family.clone());
        }
    }
    chosen
}

/// What both say of a step: what it is, ours, theirs.
fn views(
    content: &Content,
    plan: &Plan,
    both: &Both<'_>,
    position: &Position,
    theirs: &Value,
) -> Vec<(&'static str, Value, Value)> {
    let named = |id: DispositionId| json!(content.disposition(id).id);
    let explanation = explain(content, plan, &both.facts);
    let ended = outcome(content, plan, &both.facts, &mut Scratch::new());
    let advice = explanation.advice.iter().flat_map(|shown| {
        shown
            .lines
            .iter()
            .map(|line| json!([content.advice_item(shown.item).id, line]))
    });
    let at_end = position.next == Next::End;
    let mut views = vec![
        (
            "next",
            shown(content, &position.next, position.disposition),
            theirs["next"].clone(),
        ),
        (
            "outcome",
            named(ended.disposition),
            theirs["outcome"].clone(),
        ),
        (
            "needs of the outcome",
            needs(content, ended.also.iter().copied()),
            theirs["outcome_also"].clone(),
        ),
        (
            "needs",
            needs(content, explanation.needs.iter().map(|reason| reason.need)),
            theirs["also"].clone(),
        ),
        (
            "advice",
            sorted(advice),
            sorted(theirs["advice"].as_array().into_iter().flatten().cloned()),
        ),
    ];
    // While it keeps, the result is certain, and we say it; the oracle says it at the end.
    if !matches!(position.next, Next::Keep { .. }) && !at_end {
        views.push((
            "reached",
            json!(position.disposition.map(named)),
            theirs["reached"].clone(),
        ));
    }
    if at_end {
        let theirs = theirs["defects"]
            .as_array()
            .is_some_and(|defects| !defects.is_empty());
        views.push((
            "defects",
            json!(!explanation.defects.is_empty()),
            json!(theirs),
        ));
        // A need that is left undetermined is a defect and raises no result.
        views.push((
            "a raised result is a defect",
            json!(!ended.defect || theirs),
            json!(true),
        ));
    }
    views
}

fn needs(content: &Content, needs: impl Iterator<Item = NeedId>) -> Value {
    let mut needs: Vec<&str> = needs.map(|need| content.need(need).id.as_str()).collect();
    needs.sort_unstable();
    needs.dedup();
    json!(needs)
}

fn sorted(values: impl Iterator<Item = Value>) -> Value {
    let mut values: Vec<Value> = values.collect();
    values.sort_by_key(Value::to_string);
    json!(values)
}

fn shown(content: &Content, next: &Next, end: Option<DispositionId>) -> Value {
    let names = |shown: &[FactId]| {
        shown
            .iter()
            .map(|fact| content.fact(*fact).id.clone())
            .collect::<Vec<_>>()
    };
    match next {
        // We show the three on one screen; the oracle asks one after the other.
        Next::Patient { shown, .. } => json!({ "ask": names(&shown[..1]) }),
        Next::Ask {
            asked: Asked::Checklist(list),
            shown,
        } => json!({ "checklist": content.checklist(*list).id, "ask": names(shown) }),
        Next::Ask { shown, .. } => json!({ "ask": names(shown) }),
        Next::Keep { shown, .. } => json!({ "keep": names(shown) }),
        Next::Guide(guide) => json!({ "guide": content.guide(*guide).id }),
        Next::End => json!({ "end": end.map(|id| content.disposition(id).id.clone()) }),
    }
}
