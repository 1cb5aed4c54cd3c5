//! Runs worked cases: answers what is asked, walks to the end and compares.
//!
//! What fails comes back as values with the case's own words in them: worked cases are examples that authors wrote, nobody's
//! health data.

mod compare;
mod coverage;
mod outcome;
pub(super) mod said;

use std::collections::{BTreeSet, HashMap};

use crate::pathway::Content;
use crate::pathway::cases::{Case, CaseFile, Said};
use crate::pathway::content::{Asked, FactId, FactSource, GuideId, Kind, LineId};
use crate::walk::answer::Answer;
use crate::walk::explain::explain;
use crate::walk::facts::Facts;
use crate::walk::plan::{Plan, Reached, UnknownComplaint};
use crate::walk::position::Next;
use crate::walk::step::{Scratch, step, true_lines};
use crate::walk::value::Slot;

pub use coverage::{Coverage, Item, Part, Share, Used};
pub use outcome::{Failure, Run};
use said::{answer, moment};

/// More steps than any walk takes.
const STEPS: usize = 5_000;

/// Walks a worked case and compares it with what it expects.
pub fn run(content: &Content, file: &CaseFile, case: &Case) -> Run {
    let families: Vec<&str> = if case.complaints.is_empty() {
        let own = content
            .pathways
            .iter()
            .find(|pathway| pathway.id == file.name);
        own.map(|pathway| pathway.family.as_str())
            .into_iter()
            .collect()
    } else {
        case.complaints.iter().map(String::as_str).collect()
    };
    match Plan::new(content, &families, false) {
        Ok(plan) => Runner::new(content, &plan, file, case).run(),
        Err(UnknownComplaint { family, .. }) => Run {
            failures: vec![Failure::UnknownComplaint(family)],
            used: Used::default(),
            explanation: None,
        },
    }
}

struct Runner<'a> {
    content: &'a Content,
    plan: &'a Plan,
    case: &'a Case,
    facts: Facts,
    /// What the case says, and whether it was used.
    given: HashMap<Name, (&'a Said, bool)>,
    baseline: HashMap<Name, &'a Said>,
    failures: Vec<Failure>,
    used: Used,
    /// How many questions were asked; a checklist is one, the patient's facts and keeps are none.
    count: u32,
    screens: BTreeSet<u16>,
    /// What was kept for the hand-over and the case does not answer.
    refused: Vec<FactId>,
    /// The question that the case leaves open, if it met one.
    left_open: Option<(Asked, FactId)>,
}

/// What a name in a case means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Name {
    Fact(FactId),
    Checklist(u16),
    Guide(u16),
}

impl<'a> Runner<'a> {
    fn new(content: &'a Content, plan: &'a Plan, file: &'a CaseFile, case: &'a Case) -> Self {
        let mut runner = Runner {
            content,
            plan,
            case,
            facts: Facts::new(content),
            given: HashMap::new(),
            baseline: HashMap::new(),
            failures: Vec::new(),
            used: Used::default(),
            count: 0,
            screens: BTreeSet::new(),
            refused: Vec::new(),
            left_open: None,
        };
        for (name, said) in &case.facts {
            if let Some(name) = runner.known(name) {
                runner.given.insert(name, (said, false));
            }
        }
        for (name, said) in &file.unless_said {
            if let Some(name) = runner.known(name) {
                runner.baseline.insert(name, said);
            }
        }
        runner
    }

    fn run(mut self) -> Run {
        let case = self.case;
        for (name, said) in &case.volunteered {
            if let Some(known) = self.known(name) {
                self.tell(known, said);
            }
        }
        self.state();
        let mut scratch = Scratch::new();
        let mut ended = false;
        for _ in 0..STEPS {
            let position = step(self.content, self.plan, &self.facts, &mut scratch);
            if position.next == Next::End {
                ended = true;
                break;
            }
            let told = self.facts.clone();
            self.answer(&position.next);
            if self.left_open.is_some() || !self.failures.is_empty() && self.facts == told {
                ended = true;
                break;
            }
        }
        if !ended {
            self.failures.push(Failure::Endless);
        }
        let explanation = explain(self.content, self.plan, &self.facts);
        // What nobody answered for the hand-over could be anything: a line that is true by that alone is not exercised.
        let mut said = self.facts.clone();
        for fact in &self.refused {
            drop(said.withdraw(self.content, &self.content.fact(*fact).id));
        }
        for reached in true_lines(self.content, self.plan, &said, &mut scratch) {
            if let Reached::Line(line) = reached {
                self.used.lines.insert(line);
            }
        }
        if ended && self.left_open.is_none() {
            let result = explanation.position.disposition;
            let decides = |line: &&LineId| self.content.line(**line).effect.disposition() == result;
            let ranked = self.used.lines.iter().filter(decides);
            self.used.decided = ranked.copied().collect();
        }
        self.compare(&explanation);
        Run {
            failures: self.failures,
            used: self.used,
            explanation: Some(explanation),
        }
    }

    /// System facts are stated at the start of a contact; nobody is asked for them.
    fn state(&mut self) {
        let content = self.content;
        let stated = self
            .case
            .facts
            .iter()
            .filter_map(|(name, _)| self.find(name));
        let stated: Vec<FactId> = stated
            .filter_map(|name| match name {
                Name::Fact(fact) => Some(fact),
                Name::Checklist(_) | Name::Guide(_) => None,
            })
            .filter(|fact| matches!(content.fact(*fact).source, FactSource::System { .. }))
            .collect();
        for fact in stated {
            self.say(fact);
        }
    }

    fn answer(&mut self, next: &Next) {
        match next {
            Next::End => {}
            Next::Guide(guide) => self.leave(*guide),
            Next::Keep { shown, .. } => {
                for fact in shown {
                    if !self.say(*fact) {
                        // A keep is no ask: a case need not answer it, and nothing depends on it.
                        self.tell(Name::Fact(*fact), &Said::Word("refused".to_owned()));
                        self.refused.push(*fact);
                    }
                }
            }
            Next::Patient { asked, shown } => {
                for fact in shown {
                    if !self.say_patient(*fact) && !self.say(*fact) {
                        self.leave_open(*asked, *fact);
                        return;
                    }
                }
            }
            Next::Ask { asked, shown } => self.ask(*asked, shown),
        }
    }

    /// Answers a screen as far as one answer goes; every answer is a step of its own.
    fn ask(&mut self, asked: Asked, shown: &[FactId]) {
        let Some(first) = shown.first() else {
            return;
        };
        match asked {
            Asked::Question(fact) => {
                self.count += 1;
                self.used.asked.insert(fact);
                if !self.say(fact) {
                    self.leave_open(asked, fact);
                }
            }
            Asked::Checklist(checklist) => {
                self.count += u32::from(self.screens.insert(checklist.0));
                self.used.asked.extend(shown);
                let screen = Name::Checklist(checklist.0);
                if let Some(said) = self.lookup(screen) {
                    self.tell(screen, said);
                    return;
                }
                // Ticked first: what is left unticked becomes no only when the screen is done.
                let given = shown
                    .iter()
                    .find(|fact| self.given.contains_key(&Name::Fact(**fact)));
                let fact = *given.unwrap_or(first);
                if !self.say(fact) {
                    self.leave_open(asked, fact);
                }
            }
        }
    }

    fn leave_open(&mut self, asked: Asked, fact: FactId) {
        self.left_open = Some((asked, fact));
        let expected = self.case.expect.ask.as_deref();
        let met = expected
            .and_then(|name| self.find(name))
            .is_some_and(|name| match name {
                Name::Fact(expected) => expected == fact,
                Name::Checklist(expected) => {
                    matches!(asked, Asked::Checklist(asked) if asked.0 == expected)
                }
                Name::Guide(_) => false,
            });
        if !met {
            self.failures
                .push(Failure::UnexpectedAsk(self.content.fact(fact).id.clone()));
        }
    }

    /// A guide is left by the exit that the case names, else by the first that asks nothing again.
    fn leave(&mut self, guide: GuideId) {
        if let Some(said) = self.lookup(Name::Guide(guide.0)) {
            self.tell(Name::Guide(guide.0), said);
            return;
        }
        let exits = &self.content.guide(guide).exits;
        let exit = exits
            .iter()
            .find(|exit| exit.asks_again.is_none())
            .or(exits.first());
        if let Some(exit) = exit {
            self.tell(Name::Guide(guide.0), &Said::Word(exit.id.clone()));
        }
    }

    fn say_patient(&mut self, fact: FactId) -> bool {
        let (system, case) = (self.content.system, self.case);
        let said = match fact {
            fact if fact == system.age => case.age.as_ref(),
            fact if fact == system.sex => case.sex.as_ref(),
            fact if fact == system.party => case.party.as_ref(),
            _ => None,
        };
        let Some(said) = said else {
            return false;
        };
        self.tell(Name::Fact(fact), &Said::Word(said.clone()));
        true
    }

    /// Says what the case says of a fact, else what its baseline does.
    fn say(&mut self, fact: FactId) -> bool {
        let Some(said) = self.lookup(Name::Fact(fact)) else {
            return false;
        };
        self.tell(Name::Fact(fact), said);
        true
    }

    fn lookup(&mut self, name: Name) -> Option<&'a Said> {
        if let Some((said, used)) = self.given.get_mut(&name) {
            *used = true;
            return Some(said);
        }
        self.baseline.get(&name).copied()
    }

    fn tell(&mut self, name: Name, said: &Said) {
        let (id, answer) = match name {
            Name::Fact(fact) => {
                let fact = self.content.fact(fact);
                let answer = match answer(&fact.kind, said) {
                    // Of a system fact, not to know is a look-up that failed.
                    Answer::NotSure if matches!(fact.source, FactSource::System { .. }) => {
                        Answer::Unknown
                    }
                    answer => answer,
                };
                (fact.id.as_str(), answer)
            }
            Name::Checklist(place) => {
                let checklist = self.content.checklists.get(usize::from(place));
                (
                    checklist.map_or("", |checklist| checklist.id.as_str()),
                    answer(&Kind::Text, said),
                )
            }
            Name::Guide(place) => {
                let exit = match said {
                    Said::Word(exit) => Answer::Exit(exit.clone()),
                    Said::Rows(rows) => Answer::Rows(rows.clone()),
                };
                let guide = self.content.guides.get(usize::from(place));
                (guide.map_or("", |guide| guide.id.as_str()), exit)
            }
        };
        let told = match name {
            Name::Fact(fact) => self.facts.tell_fact(self.content, fact, &answer, moment()),
            Name::Checklist(_) | Name::Guide(_) => {
                self.facts.tell(self.content, id, &answer, moment())
            }
        };
        if let Err(error) = told {
            let name = id.to_owned();
            self.failures.push(Failure::BadAnswer { name, error });
        } else if let Name::Fact(fact) = name
            && let Some(Slot::Option(option)) = self.facts.value_said(fact).map(|value| value.slot)
        {
            self.used.options.insert((fact, option));
        }
    }

    /// What a name means; a question about a complaint may go by its short name.
    fn find(&self, name: &str) -> Option<Name> {
        let content = self.content;
        let of_complaint = || {
            let mut pathways = self.plan.pathways().iter();
            pathways
                .find_map(|id| content.fact_named(&format!("{}/{name}", content.pathway(*id).id)))
        };
        if let Some(fact) = content.fact_named(name).or_else(of_complaint) {
            return Some(Name::Fact(fact));
        }
        let mut checklists = content.checklists.iter().zip(0..);
        let checklist = checklists.find(|(checklist, _)| checklist.id == name);
        let mut guides = content.guides.iter().zip(0..);
        checklist
            .map(|(_, place)| Name::Checklist(place))
            .or_else(|| {
                guides
                    .find(|(guide, _)| guide.id == name)
                    .map(|(_, place)| Name::Guide(place))
            })
    }

    fn known(&mut self, name: &str) -> Option<Name> {
        let found = self.find(name);
        if found.is_none() {
            self.failures.push(Failure::UnknownName(name.to_owned()));
        }
        found
    }
}
