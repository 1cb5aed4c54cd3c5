//! How much of a content its worked cases exercise: one definition, for the command line, the tests and every screen.
//!
//! What counts:
//!
//! - Only a case that **passes and is confirmed** exercises anything. One that fails shows nothing until it is mended, and a suggestion
//!   (`suggested: yes`) shows nothing until somebody judged it.
//! - A **line** is a line of the files that reaches, settles, is the base or names a need. It is exercised when a case's walk ends with it
//!   true, not counting what the case leaves unanswered for the hand-over. One that joins several pathways stands once in the files: a case of any of them exercises it, and it counts once in the sum. One
//!   that gives way to an exception is two: what it reaches without the exception, and what it reaches with it.
//! - A line **decides** when a case ends with it true and with its disposition as the result. A need never decides.
//! - An **outcome** is a disposition that a ranked line of a file gives: of a pathway's own file, of a shared flow, of the first flow. It is
//!   exercised when a case's walk ends in it with such a line of that file true. One disposition is an outcome of every file that gives it.
//! - An **option** is an answer of a yes/no or one-of question, or of a fact of that kind that the service states. It is exercised when a
//!   case says it and the walk takes it.
//! - A **question** is exercised when a case is asked it, as distinct from answering it unasked or for the hand-over.
//!
//! A case that stops on purpose at a question (`expect: ask`) exercises the lines that are true there, for a line that is true stays so, and
//! no outcome. What no rule of the library could ever reach counts as well: the checker names it (P602, P603), and it is to be taken out.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::Run;
use crate::pathway::cases::Case;
use crate::pathway::content::{
    Asked, Content, DispositionId, Effect, FactId, Flow, Kind, LineId, Origin, Place, Step,
};
use crate::pathway::words;

/// How much of a content is exercised by worked cases.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// All of it, each thing once.
    pub whole: Part,
    /// What counts in every case (first flow, interrupts, what no pathway asks), then every pathway in order. What several pathways share is
    /// a part of each, so that these do not add up to the whole.
    pub parts: Vec<Part>,
    /// Confirmed cases that were counted.
    pub counted: usize,
    /// Suggested cases that nobody has confirmed.
    pub unconfirmed: usize,
}

/// A pathway, or what counts in every case, or the whole.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    /// The pathway; `None` for what counts in every case, and for the whole.
    pub pathway: Option<String>,
    /// Lines.
    pub lines: Share,
    /// Ranked lines that decide.
    pub deciding: Share,
    /// Outcomes.
    pub outcomes: Share,
    /// Options.
    pub options: Share,
    /// Questions.
    pub questions: Share,
    /// The lines, outcomes and options that no case exercises.
    #[serde(skip)]
    pub missing: Vec<Item>,
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Share {
    /// Exercised.
    pub exercised: usize,
    /// There are.
    pub of: usize,
}

/// Something that a worked case can exercise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// The line that stands here and does this.
    Line(Place, Effect),
    /// An outcome of this file.
    Outcome(Arc<str>, DispositionId),
    /// An option.
    Option(FactId, u8),
}

/// What the walk of one worked case made use of, whatever becomes of the case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Used {
    /// Lines that were true where it ended.
    pub lines: BTreeSet<LineId>,
    /// Of these, ranked ones with the result's disposition; none where it stopped at a question.
    pub decided: BTreeSet<LineId>,
    /// Options that were said.
    pub options: BTreeSet<(FactId, u8)>,
    /// Questions that were asked.
    pub asked: BTreeSet<FactId>,
}

impl Coverage {
    /// What these cases, each with what came of it, exercise of a content.
    pub fn of<'a>(content: &Content, cases: impl IntoIterator<Item = (&'a Case, &'a Run)>) -> Self {
        let mut used = Used::default();
        let (mut counted, mut unconfirmed) = (0, 0);
        for (case, run) in cases {
            if case.suggested {
                unconfirmed += 1;
            } else if run.failures.is_empty() {
                counted += 1;
                used.lines.extend(&run.used.lines);
                used.decided.extend(&run.used.decided);
                used.options.extend(&run.used.options);
                used.asked.extend(&run.used.asked);
            }
        }
        let exercised = Exercised::of(content, &used);
        let scopes = scopes(content);
        let whole = exercised.part(None, &Scope::joined(&scopes));
        let parts = scopes
            .iter()
            .map(|scope| exercised.part(scope.pathway.clone(), scope))
            .collect();
        Coverage {
            whole,
            parts,
            counted,
            unconfirmed,
        }
    }

    /// The part of a pathway.
    pub fn part(&self, pathway: &str) -> Option<&Part> {
        self.parts
            .iter()
            .find(|part| part.pathway.as_deref() == Some(pathway))
    }
}

impl Item {
    /// What a case made use of, as items.
    pub fn used(content: &Content, used: &Used) -> BTreeSet<Item> {
        Exercised::of(content, used).items
    }

    /// In words: `complaints/sore-throat.yaml:41: reach ambulance-category-2`.
    pub fn words(&self, content: &Content) -> String {
        match self {
            Item::Line(place, effect) => {
                let effect = words::effect(content, *effect);
                format!("{}:{}: {effect}", place.file, place.line)
            }
            Item::Outcome(file, disposition) => {
                format!("{file}: ending in {}", content.disposition(*disposition).id)
            }
            Item::Option(fact, option) => {
                let fact = content.fact(*fact);
                let id = match &fact.kind {
                    Kind::OneOf { options, .. } => options.get(usize::from(*option)),
                    _ => None,
                };
                let id = id.map_or("", |choice| choice.id.as_str());
                format!("{}: {id}", fact.id)
            }
        }
    }
}

/// What there is to exercise.
#[derive(Debug, Clone, Default)]
struct Scope {
    pathway: Option<String>,
    lines: BTreeSet<(Place, Effect)>,
    outcomes: BTreeSet<(Arc<str>, DispositionId)>,
    options: BTreeSet<(FactId, u8)>,
    questions: BTreeSet<FactId>,
}

impl Scope {
    fn new(
        content: &Content,
        pathway: Option<String>,
        lines: impl Iterator<Item = LineId>,
        questions: BTreeSet<FactId>,
    ) -> Self {
        let mut scope = Scope {
            options: questions
                .iter()
                .flat_map(|fact| options(content, *fact))
                .collect(),
            pathway,
            questions,
            ..Scope::default()
        };
        for line in lines.map(|line| content.line(line)) {
            scope.lines.insert((line.place.clone(), line.effect));
            if let Some(disposition) = line.effect.disposition() {
                scope
                    .outcomes
                    .insert((line.place.file.clone(), disposition));
            }
        }
        scope
    }

    fn joined(scopes: &[Scope]) -> Self {
        let mut whole = Scope::default();
        for scope in scopes {
            whole.lines.extend(scope.lines.iter().cloned());
            whole.outcomes.extend(scope.outcomes.iter().cloned());
            whole.options.extend(&scope.options);
            whole.questions.extend(&scope.questions);
        }
        whole
    }
}

/// What counts in every case, then every pathway.
fn scopes(content: &Content) -> Vec<Scope> {
    let of_pathways = content.pathways.iter().map(|pathway| {
        let asked = asked(content, [&pathway.danger, &pathway.flow]);
        let lines = pathway.lines.iter().copied();
        Scope::new(content, Some(pathway.id.clone()), lines, asked)
    });
    let of_pathways: Vec<Scope> = of_pathways.collect();
    // What nobody asks, as sex, party and what the service states, belongs to every case as well.
    let mut questions = asked(content, [&content.first_flow, &content.risk_history]);
    let elsewhere = |fact: &FactId| {
        let mut scopes = of_pathways.iter();
        scopes.any(|scope| scope.questions.contains(fact))
    };
    let all = (0u16..).zip(&content.facts).map(|(place, _)| FactId(place));
    questions.extend(all.filter(|fact| !elsewhere(fact)));
    let library = (0u16..).zip(&content.lines).filter_map(|(place, line)| {
        matches!(line.origin, Origin::FirstFlow | Origin::Interrupt).then_some(LineId(place))
    });
    let mut scopes = vec![Scope::new(content, None, library, questions)];
    scopes.extend(of_pathways);
    scopes
}

/// The questions that flows ask or keep.
fn asked<'a>(content: &Content, flows: impl IntoIterator<Item = &'a Flow>) -> BTreeSet<FactId> {
    let entries = flows.into_iter().flat_map(|flow| &flow.entries);
    let asked = entries.filter_map(|entry| match &entry.what {
        Step::Ask(asked) | Step::Keep(asked) => Some(asked),
        Step::Guide(_) | Step::Line(_) => None,
    });
    asked
        .flatten()
        .flat_map(|asked| match asked {
            Asked::Question(fact) => vec![*fact],
            Asked::Checklist(checklist) => content.checklist(*checklist).members.clone(),
        })
        .collect()
}

fn options(content: &Content, fact: FactId) -> impl Iterator<Item = (FactId, u8)> {
    let count = match &content.fact(fact).kind {
        Kind::OneOf { options, .. } => u8::try_from(options.len()).unwrap_or(u8::MAX),
        _ => 0,
    };
    (0..count).map(move |option| (fact, option))
}

/// What is exercised.
struct Exercised {
    items: BTreeSet<Item>,
    deciding: BTreeSet<(Place, Effect)>,
    questions: BTreeSet<FactId>,
}

impl Exercised {
    fn of(content: &Content, used: &Used) -> Self {
        let line = |line: &LineId| {
            let line = content.line(*line);
            (line.place.clone(), line.effect)
        };
        let lines = used.lines.iter().map(line);
        let mut items: BTreeSet<Item> = lines
            .map(|(place, effect)| Item::Line(place, effect))
            .collect();
        let options = used.options.iter();
        items.extend(options.map(|(fact, option)| Item::Option(*fact, *option)));
        let decided = used.decided.iter().map(line);
        items.extend(
            decided.filter_map(|(place, effect)| {
                Some(Item::Outcome(place.file, effect.disposition()?))
            }),
        );
        Exercised {
            items,
            deciding: used.decided.iter().map(line).collect(),
            questions: used.asked.clone(),
        }
    }

    fn part(&self, pathway: Option<String>, scope: &Scope) -> Part {
        let lines = scope.lines.iter().cloned();
        let lines = lines.map(|(place, effect)| Item::Line(place, effect));
        let outcomes = scope.outcomes.iter().cloned();
        let outcomes = outcomes.map(|(file, disposition)| Item::Outcome(file, disposition));
        let options = scope.options.iter();
        let options = options.map(|(fact, option)| Item::Option(*fact, *option));
        let ranked = scope.lines.iter();
        let ranked = ranked.filter(|(_, effect)| effect.disposition().is_some());
        let mut missing = Vec::new();
        let mut share = |items: Vec<Item>| {
            let of = items.len();
            let left: Vec<Item> = items
                .into_iter()
                .filter(|item| !self.items.contains(item))
                .collect();
            let exercised = of - left.len();
            missing.extend(left);
            Share { exercised, of }
        };
        Part {
            pathway,
            lines: share(lines.collect()),
            outcomes: share(outcomes.collect()),
            options: share(options.collect()),
            deciding: Share {
                exercised: scope.lines.intersection(&self.deciding).count(),
                of: ranked.count(),
            },
            questions: Share {
                exercised: scope.questions.intersection(&self.questions).count(),
                of: scope.questions.len(),
            },
            missing,
        }
    }
}
