//! Which facts there are, and in what order: an instance for each complaint of a question about the complaint, every fact after those
//! that say whether it applies.

use std::collections::{HashMap, HashSet};

use super::{Written, flow_files};
use crate::pathway::compile::names::Definitions;
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::rule::Rules;
use crate::pathway::source::{Answers, Guard, Sources, Statement, What};

/// A fact to be made.
pub struct Placed<'s> {
    /// Its id: the question's, or `pathway/question`.
    pub id: String,
    /// What is written.
    pub standing: Written<'s>,
    /// The pathway, for a question about the complaint.
    pub complaint: Option<String>,
    /// The pathway whose questions about the complaint its `only_if` may read: that one, or the one in whose file it stands.
    pub home: Option<String>,
}

/// Every fact, in topological order.
pub fn ordered<'s>(
    sources: &'s Sources,
    standing: &[Written<'s>],
    rules: &Rules,
    findings: &mut Findings,
) -> Vec<Placed<'s>> {
    let mut waiting: Vec<Placed<'s>> = Vec::new();
    let about = standing.iter().filter(|item| item.question.about_complaint);
    let about: Vec<&Written<'_>> = about.collect();
    let mentions = if about.is_empty() {
        HashMap::new()
    } else {
        mentioned(sources, &about, rules)
    };
    let mut made = HashSet::new();
    for item in standing {
        let name = &item.question.id.text;
        if matches!(item.question.answers, Answers::Checklist(_)) || !made.insert(name.as_str()) {
            continue;
        }
        if !item.question.about_complaint {
            waiting.push(Placed {
                id: name.clone(),
                standing: *item,
                complaint: None,
                home: home(sources, item),
            });
            continue;
        }
        for pathway in &sources.pathways {
            let id = &pathway.flow.id.text;
            let own = *item.file == pathway.flow.file;
            if own
                || (!(item.local && item.file.starts_with("complaints/"))
                    && mentions
                        .get(id.as_str())
                        .is_some_and(|names| names.contains(name)))
            {
                waiting.push(Placed {
                    id: format!("{id}/{name}"),
                    standing: *item,
                    complaint: Some(id.clone()),
                    home: Some(id.clone()),
                });
            }
        }
    }
    sorted(waiting, sources, rules, findings)
}

/// A question of a pathway may be read only there, so there is but one complaint that it can speak of.
fn home(sources: &Sources, item: &Written<'_>) -> Option<String> {
    let mut pathways = sources.pathways.iter();
    let own = pathways.find(|pathway| pathway.flow.file == *item.file);
    own.map(|pathway| pathway.flow.id.text.clone())
}

fn sorted<'s>(
    waiting: Vec<Placed<'s>>,
    sources: &Sources,
    rules: &Rules,
    findings: &mut Findings,
) -> Vec<Placed<'s>> {
    let places: HashMap<&str, usize> = waiting
        .iter()
        .enumerate()
        .map(|(place, placed)| (placed.id.as_str(), place))
        .collect();
    let files = flow_files(sources);
    let definitions: HashMap<&str, Definitions<'_>> = files
        .iter()
        .map(|(flow, lists)| (&*flow.file, Definitions::of(lists)))
        .collect();
    let needs: Vec<Vec<usize>> = waiting
        .iter()
        .map(|placed| {
            let question = placed.standing.question;
            let mut names = Vec::new();
            if let Some(rule) = &question.only_if {
                expand(
                    &rule.text,
                    definitions.get(&**placed.standing.file),
                    rules,
                    &mut names,
                );
            }
            names.extend(question.if_unknown.iter().map(|name| name.text.clone()));
            let place = |name: &String| {
                let about = placed
                    .home
                    .as_ref()
                    .and_then(|home| places.get(format!("{home}/{name}").as_str()));
                about.or_else(|| places.get(name.as_str())).copied()
            };
            names.iter().filter_map(place).collect()
        })
        .collect();
    let mut order = Vec::with_capacity(waiting.len());
    let mut state = vec![State::New; waiting.len()];
    for place in 0..waiting.len() {
        visit(place, &needs, &mut state, &mut order, &waiting, findings);
    }
    let mut slots: Vec<Option<Placed<'s>>> = waiting.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|place| slots.get_mut(place).and_then(Option::take))
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

fn visit(
    place: usize,
    needs: &[Vec<usize>],
    state: &mut [State],
    order: &mut Vec<usize>,
    waiting: &[Placed<'_>],
    findings: &mut Findings,
) {
    match state.get(place) {
        Some(State::New) => {}
        Some(State::Open) => {
            if let Some(placed) = waiting.get(place) {
                let question = placed.standing.question;
                let span = question
                    .only_if
                    .as_ref()
                    .map_or(&question.id.span, |rule| &rule.span);
                findings.push(
                    Diagnostic::error(
                        span.clone(),
                        "P501",
                        format!("whether `{}` applies depends on itself", placed.id),
                    )
                    .help("break the circle of `only_if`"),
                );
            }
            return;
        }
        Some(State::Done) | None => return,
    }
    let mut set = |value| {
        state
            .iter_mut()
            .skip(place)
            .take(1)
            .for_each(|slot| *slot = value)
    };
    set(State::Open);
    for need in needs.get(place).into_iter().flatten() {
        visit(*need, needs, state, order, waiting, findings);
    }
    state
        .iter_mut()
        .skip(place)
        .take(1)
        .for_each(|slot| *slot = State::Done);
    order.push(place);
}

/// The names that a rule reads, those of its file's lets and scores included.
fn expand(
    text: &str,
    definitions: Option<&Definitions<'_>>,
    rules: &Rules,
    names: &mut Vec<String>,
) {
    for name in rules.names(text) {
        if names.contains(&name) {
            continue;
        }
        names.push(name.clone());
        let Some(definitions) = definitions else {
            continue;
        };
        let mut texts: Vec<&str> = definitions
            .lets
            .get(name.as_str())
            .map(|guard| texts_of(guard))
            .unwrap_or_default();
        if let Some(score) = definitions.scores.get(name.as_str()) {
            texts.extend(score.points.iter().flat_map(|(_, guard)| texts_of(guard)));
            names.extend(
                score
                    .bands
                    .iter()
                    .map(|(question, _)| question.text.clone()),
            );
        }
        for text in texts {
            expand(text, Some(definitions), rules, names);
        }
    }
}

fn texts_of(guard: &Guard) -> Vec<&str> {
    guard.rules().map(|rule| rule.text.as_str()).collect()
}

/// For each pathway, the names that its file and the flows it includes mention, and what says to whom those questions apply.
fn mentioned<'s>(
    sources: &'s Sources,
    about: &[&Written<'_>],
    rules: &Rules,
) -> HashMap<&'s str, HashSet<String>> {
    let mut found = HashMap::new();
    for pathway in &sources.pathways {
        let mut names = HashSet::new();
        let mut flows = Vec::new();
        mention(sources, &pathway.flow.danger, rules, &mut names, &mut flows);
        mention(sources, &pathway.flow.flow, rules, &mut names, &mut flows);
        let promised = pathway.promises.iter();
        for promise in promised {
            let when = promise.when.iter();
            names.extend(when.flat_map(|rule| rules.names(&rule.text)));
            names.extend(promise.always_asked.iter().map(|name| name.text.clone()));
        }
        let own = pathway.flow.questions.iter();
        let applies = own.filter_map(|question| question.only_if.as_ref());
        names.extend(applies.flat_map(|rule| rules.names(&rule.text)));
        let mut before = 0;
        while before < names.len() {
            before = names.len();
            for item in about {
                if let (true, Some(rule)) = (
                    names.contains(&item.question.id.text),
                    &item.question.only_if,
                ) {
                    names.extend(rules.names(&rule.text));
                }
            }
        }
        found.insert(pathway.flow.id.text.as_str(), names);
    }
    found
}

fn mention<'s>(
    sources: &'s Sources,
    statements: &'s [Statement],
    rules: &Rules,
    names: &mut HashSet<String>,
    flows: &mut Vec<&'s str>,
) {
    for statement in statements {
        names.extend(
            texts_of(&statement.guard)
                .into_iter()
                .flat_map(|text| rules.names(text)),
        );
        match &statement.what {
            What::Ask(asked) | What::Keep(asked) => {
                names.extend(asked.iter().map(|name| name.text.clone()))
            }
            What::Score(score) => {
                names.extend(
                    score
                        .bands
                        .iter()
                        .map(|(question, _)| question.text.clone()),
                );
                names.extend(
                    score
                        .points
                        .iter()
                        .flat_map(|(_, guard)| texts_of(guard))
                        .flat_map(|text| rules.names(text)),
                );
            }
            What::When(when) => {
                names.extend(when.rule.iter().flat_map(|rule| rules.names(&rule.text)));
                mention(sources, &when.then, rules, names, flows);
                mention(sources, &when.otherwise, rules, names, flows);
            }
            What::Include(name) if !flows.contains(&name.text.as_str()) => {
                flows.push(&name.text);
                if let Some(flow) = sources.shared.iter().find(|flow| flow.id.text == name.text) {
                    mention(sources, &flow.danger, rules, names, flows);
                    mention(sources, &flow.flow, rules, names, flows);
                }
            }
            _ => {}
        }
    }
}
