//! From a patient whom the solver found to a worked case that passes: the running walk says what is asked, and everything that the case
//! does not need becomes usual again.

use std::collections::{BTreeMap, BTreeSet};

use crate::pathway::cases::{Case, CaseFile, Expect, Said};
use crate::pathway::content::{Content, FactId, FactSource, Kind, PathwayId};
use crate::pathway::definedness::Example;
use crate::walk;
use crate::walk::run::{Failure, Item, Run};

use super::answers::{ages, written};
use super::{Suggestion, Usual};

/// A walk asks each question once at most, but for the exits of guides.
const ROUNDS: usize = 600;

/// How a case says that an age or a sex is not known.
const NOT_TOLD: &str = "not told";
/// Of whoever is as plain as can be.
const AGE: &str = "40 years";
const SEX: &str = "female";

pub(super) struct Builder<'a> {
    content: &'a Content,
    pathway: PathwayId,
    item: &'a Item,
    usual: Usual<'a>,
}

/// Somebody, and what is said of them.
#[derive(Debug, Clone, Default)]
struct Draft {
    age: String,
    sex: String,
    party: String,
    /// Said when asked; what the service states, at the start.
    facts: BTreeMap<FactId, Said>,
    volunteered: BTreeMap<FactId, Said>,
}

impl Draft {
    /// The same of somebody whose age is told, where it is not.
    fn with_age(&self) -> Option<Self> {
        let mut told = self.clone();
        told.age = AGE.to_owned();
        (self.age == NOT_TOLD).then_some(told)
    }

    /// The same of somebody whose sex is told, where it is not.
    fn with_sex(&self) -> Option<Self> {
        let mut told = self.clone();
        told.sex = SEX.to_owned();
        (self.sex == NOT_TOLD).then_some(told)
    }
}

impl<'a> Builder<'a> {
    pub(super) fn new(content: &'a Content, pathway: PathwayId, item: &'a Item) -> Self {
        Builder {
            content,
            pathway,
            item,
            usual: Usual::new(content, pathway),
        }
    }

    /// The case of this patient; `None` if the walk of none exercises what it is for. `say` is an answer that must be given.
    pub(super) fn build(
        &self,
        example: &Example,
        say: Option<(FactId, u8)>,
    ) -> Option<(Suggestion, Run)> {
        let system = self.content.system;
        let mut draft = Draft {
            age: AGE.to_owned(),
            sex: SEX.to_owned(),
            party: "first".to_owned(),
            ..Draft::default()
        };
        let mut told_ages = vec![draft.age.clone()];
        for (fact, said) in &example.said {
            if *fact == system.age {
                told_ages = ages(said);
                continue;
            }
            let Some(said) = written(self.content, *fact, said) else {
                continue;
            };
            match said {
                Said::Word(word) if *fact == system.sex => draft.sex = word,
                // Of the party a case has no word for not knowing it.
                Said::Word(word) if *fact == system.party => {
                    if word != NOT_TOLD {
                        draft.party = word;
                    }
                }
                said => drop(draft.facts.insert(*fact, said)),
            }
        }
        if let Some((fact, option)) = say {
            self.say(&mut draft, fact, option);
        }
        let patients = told_ages.into_iter().flat_map(|age| {
            // Somebody else speaks for a child, unless the finding needs the child to.
            let spoken_for = is_child(&age).then(|| "third".to_owned());
            let parties = spoken_for.into_iter().chain([draft.party.clone()]);
            parties
                .map(|party| Draft {
                    age: age.clone(),
                    party,
                    ..draft.clone()
                })
                .collect::<Vec<_>>()
        });
        patients.into_iter().find_map(|draft| {
            let (draft, _) = self
                .settled(draft.clone())
                .or_else(|| self.unasked(draft))?;
            self.finished(self.plainest(draft))
        })
    }

    /// An answer that must be given.
    fn say(&self, draft: &mut Draft, fact: FactId, option: u8) {
        let system = self.content.system;
        let Kind::OneOf { options, .. } = &self.content.fact(fact).kind else {
            return;
        };
        let Some(word) = options
            .get(usize::from(option))
            .map(|choice| choice.id.clone())
        else {
            return;
        };
        match fact {
            fact if fact == system.sex => draft.sex = word,
            fact if fact == system.party => draft.party = word,
            fact => drop(draft.facts.insert(fact, Said::Word(word))),
        }
    }

    /// The draft with an answer to all that is asked and none to what is not, if it exercises what it is for.
    fn settled(&self, mut draft: Draft) -> Option<(Draft, Run)> {
        for _ in 0..ROUNDS {
            let run = self.run(&draft);
            if run.failures.is_empty() {
                let used = Item::used(self.content, &run.used);
                return used.contains(self.item).then_some((draft, run));
            }
            for failure in &run.failures {
                match failure {
                    Failure::UnexpectedAsk(name) => {
                        let fact = self.content.fact_named(name)?;
                        draft.facts.insert(fact, self.usual.of(fact));
                    }
                    // What was not asked before a question that was left open may be asked after it.
                    Failure::UnusedFact(name) if run.failures.iter().all(is_unused) => {
                        draft.facts.remove(&self.content.fact_named(name)?);
                    }
                    Failure::UnusedFact(_) => {}
                    _ => return None,
                }
            }
        }
        None
    }

    /// The same of somebody who says at once what the walk does not ask for.
    fn unasked(&self, mut draft: Draft) -> Option<(Draft, Run)> {
        let is_asked = |fact: &FactId| self.content.fact(*fact).source == FactSource::Question;
        let facts = std::mem::take(&mut draft.facts).into_iter();
        (draft.volunteered, draft.facts) = facts.partition(|(fact, _)| is_asked(fact));
        self.settled(draft)
    }

    /// Takes back whatever is not needed: first what was said unasked, then what the service stated, then every unusual answer.
    fn plainest(&self, mut draft: Draft) -> Draft {
        for somebody in [Draft::with_age, Draft::with_sex] {
            if let Some((plainer, _)) = somebody(&draft).and_then(|draft| self.settled(draft)) {
                draft = plainer;
            }
        }
        for fact in draft.volunteered.keys().copied().collect::<Vec<_>>() {
            let mut without = draft.clone();
            let said = without.volunteered.remove(&fact);
            let mut when_asked = without.clone();
            when_asked.facts.extend(said.map(|said| (fact, said)));
            let plainer = self.settled(without).or_else(|| self.settled(when_asked));
            draft = plainer.map_or(draft, |(plainer, _)| plainer);
        }
        for fact in draft.facts.keys().copied().collect::<Vec<_>>() {
            let mut plainer = draft.clone();
            let usual = self.usual.of(fact);
            let said = plainer.facts.remove(&fact);
            if self.content.fact(fact).source == FactSource::Question {
                if said.is_none_or(|said| said == usual) {
                    continue;
                }
                plainer.facts.insert(fact, usual);
            }
            draft = self.settled(plainer).map_or(draft, |(plainer, _)| plainer);
        }
        draft
    }

    /// The case with what it expects, if it passes as it will be written.
    fn finished(&self, draft: Draft) -> Option<(Suggestion, Run)> {
        let explanation = self.run(&draft).explanation?;
        let mut case = self.case(&draft);
        let reached = explanation.position.disposition?;
        let needs = explanation.needs.iter();
        let needs: BTreeSet<String> = needs
            .map(|reason| self.content.need(reason.need).id.clone())
            .collect();
        case.expect = Expect {
            reach: Some(self.content.disposition(reached).id.clone()),
            also: needs.into_iter().collect(),
            ..Expect::default()
        };
        let usual = draft.facts.iter().filter(|(fact, said)| {
            self.content.fact(**fact).source == FactSource::Question
                && self.usual.of(**fact) == **said
        });
        let usual: BTreeSet<String> = usual
            .map(|(fact, _)| self.content.fact(*fact).id.clone())
            .collect();
        case.title = title(&case, &usual);
        let run = walk::run(self.content, &self.file(), &case);
        let used = Item::used(self.content, &run.used);
        let holds = run.failures.is_empty() && used.contains(self.item);
        let suggestion = Suggestion {
            pathway: self.pathway,
            case,
            usual,
            exercises: Vec::new(),
        };
        holds.then_some((suggestion, run))
    }

    fn run(&self, draft: &Draft) -> Run {
        walk::run(self.content, &self.file(), &self.case(draft))
    }

    /// A file without a baseline: every answer stands in the case.
    fn file(&self) -> CaseFile {
        CaseFile {
            name: self.content.pathway(self.pathway).id.clone(),
            unless_said: Vec::new(),
            cases: Vec::new(),
        }
    }

    fn case(&self, draft: &Draft) -> Case {
        let named = |said: &BTreeMap<FactId, Said>| {
            let said = said.iter();
            said.map(|(fact, said)| (self.content.fact(*fact).id.clone(), said.clone()))
                .collect()
        };
        Case {
            title: String::new(),
            complaints: vec![self.content.pathway(self.pathway).family.clone()],
            age: Some(draft.age.clone()),
            sex: Some(draft.sex.clone()),
            party: Some(draft.party.clone()),
            facts: named(&draft.facts),
            volunteered: named(&draft.volunteered),
            source: None,
            suggested: true,
            expect: Expect::default(),
            place: Default::default(),
        }
    }
}

fn is_unused(failure: &Failure) -> bool {
    matches!(failure, Failure::UnusedFact(_))
}

/// Whether an age as told is below 16 years.
fn is_child(age: &str) -> bool {
    match age.split_once(' ') {
        Some((count, "year" | "years")) => count.parse().is_ok_and(|years: u32| years < 16),
        Some((count, "month" | "months")) => count.parse().is_ok_and(|months: u32| months < 192),
        Some((count, "week" | "weeks")) => count.parse().is_ok_and(|weeks: u32| weeks < 834),
        Some((count, "day" | "days")) => count.parse().is_ok_and(|days: u32| days < 5_844),
        _ => false,
    }
}

/// Who, what is unusual about them, and where they end.
fn title(case: &Case, usual: &BTreeSet<String>) -> String {
    let age = case.age.as_deref().unwrap_or(NOT_TOLD);
    let who = match (case.sex.as_deref(), is_child(age)) {
        (Some("female"), true) => "a girl",
        (Some("male"), true) => "a boy",
        (Some("female"), false) => "a woman",
        (Some("male"), false) => "a man",
        _ => "somebody",
    };
    let age = match age {
        NOT_TOLD => "unknown age",
        age => age,
    };
    let said = case.volunteered.iter().chain(&case.facts);
    let told: Vec<String> = said
        .filter(|(name, _)| !usual.contains(name))
        .map(|(name, said)| format!("{name} {}", words(said)))
        .collect();
    let told = match told.as_slice() {
        [] => "nothing unusual".to_owned(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    };
    let reach = case.expect.reach.as_deref().unwrap_or_default();
    format!("{who} of {age}, {told}, ends in {reach}")
}

fn words(said: &Said) -> String {
    match said {
        Said::Word(word) => word.clone(),
        Said::Rows(rows) => rows.join(" "),
    }
}
