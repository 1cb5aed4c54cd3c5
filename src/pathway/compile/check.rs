//! Checks over the whole: red flags that somebody reads, and what is kept that nobody reads.

use std::collections::HashSet;

use super::facts::Seen;
use super::inline::Built;
use super::names::World;
use crate::pathway::content::{FactId, Flow, LineId, Origin, PathwayId, Step};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::form::Forms;
use crate::pathway::source::Question;

/// Reports red flags that no line reads.
pub fn red_flags(world: &World<'_>, built: &Built, forms: &Forms, findings: &mut Findings) {
    let mut read = HashSet::new();
    for line in &built.lines {
        read.extend(forms.facts(line.guard));
    }
    let own = built.pathways.iter();
    let own = own.flat_map(|pathway| [&pathway.danger, &pathway.flow]);
    let flows = [&built.first_flow, &built.interrupts]
        .into_iter()
        .chain(own);
    for entry in flows.flat_map(|flow| &flow.entries) {
        if matches!(entry.what, Step::Guide(_)) {
            read.extend(forms.facts(entry.guard));
        }
    }
    // Whether a question that is read applies is read with it; later facts depend on earlier ones.
    let facts: Vec<_> = world.facts.facts.iter().zip((0..).map(FactId)).collect();
    for (fact, id) in facts.into_iter().rev() {
        if let (true, Some(applies)) = (read.contains(&id), &fact.applies) {
            read.extend(forms.facts(applies.only_if));
        }
    }
    for question in questions(world).filter(|question| question.red_flag) {
        let Some(defined) = world.facts.defined.get(&question.id.text) else {
            continue;
        };
        // The flow is reported already: nothing includes it.
        if is_of_unused_flow(world, built, &defined.file) {
            continue;
        }
        let instances: Vec<FactId> = match &defined.seen {
            Seen::Fact(id) => vec![*id],
            Seen::AboutComplaint(instances) => instances.values().copied().collect(),
            Seen::Checklist(_) | Seen::Unread => continue,
        };
        let is_read = |id: &FactId| {
            let fact = world.facts.facts.get(id.index());
            let mut implied = fact.into_iter().flat_map(|fact| &fact.means);
            read.contains(id) || implied.any(|(_, target, _)| read.contains(target))
        };
        if !instances.iter().any(is_read) {
            let message = format!("no line reads the red flag `{}`", question.id.text);
            findings.push(
                Diagnostic::error(question.id.span.clone(), "P505", message)
                    .help("write the line that it should reach, or remove `red_flag: yes`"),
            );
        }
    }
}

fn is_of_unused_flow(world: &World<'_>, built: &Built, file: &str) -> bool {
    let mut shared = world.sources.shared.iter();
    shared.any(|flow| *flow.file == *file && !built.included.contains(&flow.file))
}

fn questions<'w>(world: &'w World<'_>) -> impl Iterator<Item = &'w Question> {
    let sources = world.sources;
    let lists = [
        &sources.first_flow,
        &sources.risk_history,
        &sources.interrupts,
    ];
    let pathways = sources.pathways.iter().map(|pathway| &pathway.flow);
    let lists = lists.into_iter().flatten();
    let flows = lists.chain(&sources.shared).chain(pathways);
    let own = flows.flat_map(|flow| &flow.questions);
    sources.system.iter().chain(&sources.questions).chain(own)
}

/// Reports a fact that is kept for the hand-over and read by a ranked line or an interrupt, while nothing asks it: the line would
/// wait for an answer that comes only once the result is certain.
pub fn keeps(world: &World<'_>, built: &Built, forms: &Forms, findings: &mut Findings) {
    for (place, pathway) in built.pathways.iter().enumerate() {
        let pathway_id = u16::try_from(place).ok().map(PathwayId);
        let library = built.lines.iter().enumerate().filter_map(|(place, line)| {
            let shared = matches!(line.origin, Origin::FirstFlow | Origin::Interrupt);
            let id = u16::try_from(place).ok().map(LineId);
            id.filter(|_| shared)
        });
        let lines: Vec<LineId> = pathway.lines.iter().copied().chain(library).collect();
        for fact in kept(world, [&pathway.danger, &pathway.flow, &built.first_flow]) {
            if built.asks(fact, pathway_id, world.facts) {
                continue;
            }
            let reads = |id: &&LineId| {
                let line = built.lines.get(id.index());
                line.is_some_and(|line| {
                    line.effect.disposition().is_some() && forms.facts(line.guard).contains(&fact)
                })
            };
            let line = lines
                .iter()
                .find(reads)
                .and_then(|id| built.lines.get(id.index()));
            let kept_at = built.keeps.iter().find(|(id, _)| *id == fact);
            if let (Some(line), Some((_, span)), Some(fact)) =
                (line, kept_at, world.facts.facts.get(fact.index()))
            {
                let message = format!(
                    "`{}` is kept for the hand-over, and the line at {}:{} reads it",
                    fact.id, line.place.file, line.place.line
                );
                findings.push(
                    Diagnostic::error(span.clone(), "P545", message)
                        .help("ask it in this pathway, above the line"),
                );
            }
        }
    }
}

fn kept(world: &World<'_>, flows: [&Flow; 3]) -> Vec<FactId> {
    let entries = flows.into_iter().flat_map(|flow| &flow.entries);
    let kept = entries.filter_map(|entry| match &entry.what {
        Step::Keep(kept) => Some(kept),
        _ => None,
    });
    kept.flatten()
        .flat_map(|asked| world.facts.shown(*asked))
        .collect()
}
