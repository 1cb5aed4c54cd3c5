//! Whom something is for, and promises: their rules lowered, their questions found. Proving them is another module's.

use std::sync::Arc;

use super::inline::{Built, pathway_named};
use super::names::{FileScope, Parts, World};
use super::unknown;
use crate::pathway::content::{Asked, FactId, Place, Promise, Promised, Step};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::form::{Forms, Rule};
use crate::pathway::rule::Standing;
use crate::pathway::source::{Name, PromiseSource, RuleText, Whom};

/// The rule of a `for:`.
pub fn whom(world: &World<'_>, whom: &Whom, forms: &mut Forms, findings: &mut Findings) -> Rule {
    let mut parts = Vec::new();
    if let Some(range) = &whom.age {
        let rules = age_rules(range, findings);
        parts.extend(
            rules
                .into_iter()
                .filter_map(|rule| system_rule(world, &rule, forms, findings)),
        );
    }
    for (fact, value) in [("sex", &whom.sex), ("party", &whom.party)] {
        if let Some(name) = value {
            let rule = RuleText {
                text: format!("{fact} == {}", name.text),
                span: name.span.clone(),
            };
            parts.extend(system_rule(world, &rule, forms, findings));
        }
    }
    forms.all(parts)
}

fn system_rule(
    world: &World<'_>,
    rule: &RuleText,
    forms: &mut Forms,
    findings: &mut Findings,
) -> Option<Rule> {
    let parts = Parts {
        rules: world.rules,
        questions: world.facts,
        tables: world.tables,
    };
    FileScope::new(parts, Arc::from("questions/system.yaml"), None, &[]).rule(
        rule,
        Standing::Plain,
        forms,
        findings,
    )
}

/// `years(5)..` and its like as rules on the age.
fn age_rules(range: &RuleText, findings: &mut Findings) -> Vec<RuleText> {
    let Some((from, to)) = range.text.split_once("..") else {
        findings.push(
            Diagnostic::error(
                range.span.clone(),
                "P536",
                format!("`{}` is no range of ages", range.text),
            )
            .help("write `years(5)..`, `..months(3)` or `days(28)..years(16)`"),
        );
        return Vec::new();
    };
    let (to, operator) = to.strip_prefix('=').map_or((to, "<"), |to| (to, "<="));
    let mut rules = Vec::new();
    let mut add = |text: String| {
        rules.push(RuleText {
            text,
            span: range.span.clone(),
        })
    };
    if !from.trim().is_empty() {
        add(format!("age >= {}", from.trim()));
    }
    if !to.trim().is_empty() {
        add(format!("age {operator} {}", to.trim()));
    }
    rules
}

/// Lowers every promise.
pub fn build(
    world: &World<'_>,
    built: &Built,
    forms: &mut Forms,
    findings: &mut Findings,
) -> Vec<Promise> {
    let mut promises = Vec::new();
    for source in &world.sources.promises {
        promises.extend(promise(world, built, None, source, forms, findings));
    }
    for pathway in &world.sources.pathways {
        for source in &pathway.promises {
            promises.extend(promise(
                world,
                built,
                Some(&pathway.flow),
                source,
                forms,
                findings,
            ));
        }
    }
    promises
}

fn promise(
    world: &World<'_>,
    built: &Built,
    file: Option<&crate::pathway::source::FlowFile>,
    source: &PromiseSource,
    forms: &mut Forms,
    findings: &mut Findings,
) -> Option<Promise> {
    let pathway = file.and_then(|file| pathway_named(built, &file.id.text));
    let lists: Vec<_> = file
        .map(|file| vec![file.danger.as_slice(), file.flow.as_slice()])
        .unwrap_or_default();
    let complaint = file.map(|file| file.id.text.clone());
    let place = file.map_or_else(|| source.span.file.clone(), |file| file.file.clone());
    let parts = Parts {
        rules: world.rules,
        questions: world.facts,
        tables: world.tables,
    };
    let mut scope = FileScope::new(parts, place, complaint.clone(), &lists);
    let when = match &source.when {
        Some(rule) => scope.rule(rule, Standing::Plain, forms, findings),
        None => Some(Rule::TRUE),
    };
    for name in &source.unless {
        if !world
            .sources
            .exceptions
            .iter()
            .any(|exception| exception.id.text == name.text)
        {
            unknown(
                name,
                "P315",
                "exception",
                world
                    .sources
                    .exceptions
                    .iter()
                    .map(|exception| &exception.id.text),
                findings,
            );
        }
    }
    let whom = whom(world, &source.whom, forms, findings);
    let what = match (&source.never_below, &source.never_above, &source.below) {
        (Some(name), _, _) => Promised::NeverBelow(world.catalogue.disposition(name, findings)?),
        (_, Some(name), _) => Promised::NeverAbove(world.catalogue.disposition(name, findings)?),
        (_, _, Some(name)) => {
            let below = world.catalogue.disposition(name, findings)?;
            let questions = source
                .always_asked
                .iter()
                .flat_map(|name| asked(world, name, complaint.as_deref(), findings))
                .collect();
            Promised::AlwaysAsked { below, questions }
        }
        _ => return None,
    };
    let when = when?;
    let (when_facts, span) = (
        forms.facts(when),
        source.when.as_ref().map_or(&source.span, |rule| &rule.span),
    );
    for fact in when_facts {
        let Some(known) = world.facts.facts.get(fact.index()) else {
            continue;
        };
        let has_ask = !matches!(known.source, crate::pathway::content::FactSource::Question)
            || is_asked(built, pathway, fact, world);
        if !has_ask {
            findings.push(
                Diagnostic::error(
                    span.clone(),
                    "P803",
                    format!("`{}` is promised about and never asked", known.id),
                )
                .help("ask it, or take it out of the promise"),
            );
        }
    }
    Some(Promise {
        pathway,
        whom,
        when,
        what,
        unless: source.unless.iter().map(|name| name.text.clone()).collect(),
        place: Place {
            file: source.span.file.clone(),
            line: source.span.line,
        },
    })
}

/// The questions that a name of `always_asked` means: itself, the members of a checklist, all that a shared flow asks.
fn asked(
    world: &World<'_>,
    name: &Name,
    complaint: Option<&str>,
    findings: &mut Findings,
) -> Vec<FactId> {
    use super::facts::Seen;
    if let Some(flow) = world
        .sources
        .shared
        .iter()
        .find(|flow| flow.id.text == name.text)
    {
        let mut names = Vec::new();
        asked_names(&flow.danger, &mut names);
        asked_names(&flow.flow, &mut names);
        return names
            .into_iter()
            .flat_map(|name| asked(world, name, complaint, &mut Findings::new()))
            .collect();
    }
    match world
        .facts
        .defined
        .get(&name.text)
        .map(|defined| &defined.seen)
    {
        Some(Seen::Fact(id)) => vec![*id],
        Some(Seen::AboutComplaint(instances)) => complaint
            .and_then(|complaint| instances.get(complaint))
            .copied()
            .into_iter()
            .collect(),
        Some(Seen::Checklist(id)) => world
            .facts
            .checklists
            .get(id.index())
            .map(|list| list.members.clone())
            .unwrap_or_default(),
        None => {
            unknown(
                name,
                "P301",
                "question or shared flow",
                world
                    .facts
                    .by_name
                    .keys()
                    .chain(world.sources.shared.iter().map(|flow| &flow.id.text)),
                findings,
            );
            Vec::new()
        }
    }
}

fn asked_names<'s>(statements: &'s [crate::pathway::source::Statement], names: &mut Vec<&'s Name>) {
    use crate::pathway::source::What;
    for statement in statements {
        match &statement.what {
            What::Ask(asked) => names.extend(asked),
            What::When(when) => {
                asked_names(&when.then, names);
                asked_names(&when.otherwise, names);
            }
            _ => {}
        }
    }
}

/// Whether some ask of the library's lists or of the pathway (of any pathway, for a promise of the library) names the fact.
fn is_asked(
    built: &Built,
    pathway: Option<super::super::content::PathwayId>,
    fact: FactId,
    world: &World<'_>,
) -> bool {
    let own = built
        .pathways
        .iter()
        .enumerate()
        .filter(|(place, _)| pathway.is_none_or(|id| id.index() == *place))
        .flat_map(|(_, pathway)| [&pathway.danger, &pathway.flow]);
    let flows = [&built.first_flow, &built.risk_history]
        .into_iter()
        .chain(own);
    flows
        .flat_map(|flow| &flow.entries)
        .any(|entry| match &entry.what {
            Step::Ask(asked) => asked.iter().any(|asked| match asked {
                Asked::Question(id) => *id == fact,
                Asked::Checklist(id) => world
                    .facts
                    .checklists
                    .get(id.index())
                    .is_some_and(|list| list.members.contains(&fact)),
            }),
            _ => false,
        })
}
