//! Runs worked cases: answers what is asked, walks to the end and compares.
//!
//! What fails comes back as values with the case's own words in them: worked cases are examples that authors wrote, nobody's
//! health data.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp, civil::date};
use thiserror::Error;

use crate::pathway::Content;
use crate::pathway::cases::{Case, CaseFile, Expect, Said};
use crate::pathway::content::{Asked, FactId, GuideId, Kind, LineId};
use crate::pathway::text::Text;

use super::answer::Answer;
use super::explain::{Defect, Explanation, explain};
use super::facts::{FactError, Facts, Moment};
use super::plan::{Plan, Reached, UnknownComplaint};
use super::step::{Next, Scratch, step, true_lines};
use super::value::Slot;

/// What came of a worked case.
#[derive(Debug, Clone)]
pub struct Run {
    /// Why it fails; none if it holds.
    pub failures: Vec<Failure>,
    /// What it made use of.
    pub coverage: Coverage,
    /// Where it ended, with reasons; `None` if it could not begin.
    pub explanation: Option<Explanation>,
}

/// What worked cases made use of; the union over all of them shows what none of them does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Lines that were true at the end.
    pub lines: BTreeSet<LineId>,
    /// Options that were said.
    pub options: BTreeSet<(FactId, u8)>,
    /// Questions that were asked.
    pub asked: BTreeSet<FactId>,
}

/// Why a worked case fails.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Failure {
    /// It chooses a complaint that is not there.
    #[error("there is no complaint `{0}`")]
    UnknownComplaint(String),
    /// It answers or expects something that is not there.
    #[error("there is no question, checklist or guide `{0}`")]
    UnknownName(String),
    /// It answers a question in a way that the question does not offer.
    #[error("the answer to `{name}` cannot be taken: {error}")]
    BadAnswer {
        /// Of what.
        name: String,
        /// Why not.
        error: FactError,
    },
    /// Something is asked that it neither answers nor expects.
    #[error("`{0}` is asked, and the case does not answer it")]
    UnexpectedAsk(String),
    /// The question that it expects is not the first that it leaves open.
    #[error("`{0}` is expected to be asked, and was not")]
    NotAsked(String),
    /// It answers a question that is never asked.
    #[error("`{0}` is answered, and was never asked")]
    UnusedFact(String),
    /// Another result.
    #[error("reaches `{reached}`, expected `{expected}`")]
    WrongResult {
        /// What the case expects.
        expected: String,
        /// What the walk reaches.
        reached: String,
    },
    /// No shown reason has these words.
    #[error("no reason says `{0}`")]
    MissingReason(String),
    /// The need does not hold.
    #[error("the need `{0}` does not hold")]
    MissingNeed(String),
    /// The care advice is not shown.
    #[error("the advice `{0}` is not shown")]
    MissingAdvice(String),
    /// It is asked, and should not be.
    #[error("`{0}` is asked, and should not be")]
    Asked(String),
    /// Too many questions.
    #[error("{asked} questions are asked, expected at most {most}")]
    TooMany {
        /// How many.
        asked: u32,
        /// The most expected.
        most: u32,
    },
    /// The content left a line undetermined at the end, or nothing true.
    #[error("the content is at fault: {0}")]
    Defect(String),
    /// It did not end; a guide whose exit asks its own question again and again.
    #[error("the walk does not end")]
    Endless,
}

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
            coverage: Coverage::default(),
            explanation: None,
        },
    }
}

/// Worked cases do not say when they happen, and nothing in them depends on it.
fn moment() -> Moment {
    Moment {
        contact_began: Timestamp::UNIX_EPOCH,
        today: date(1970, 1, 1),
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
    coverage: Coverage,
    /// How many questions were asked; a checklist is one, the patient's facts and keeps are none.
    count: u32,
    screens: BTreeSet<u16>,
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
            coverage: Coverage::default(),
            count: 0,
            screens: BTreeSet::new(),
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
        for reached in true_lines(self.content, self.plan, &self.facts, &mut scratch) {
            if let Reached::Line(line) = reached {
                self.coverage.lines.insert(line);
            }
        }
        self.compare(&explanation);
        Run {
            failures: self.failures,
            coverage: self.coverage,
            explanation: Some(explanation),
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
                self.coverage.asked.insert(fact);
                if !self.say(fact) {
                    self.leave_open(asked, fact);
                }
            }
            Asked::Checklist(checklist) => {
                self.count += u32::from(self.screens.insert(checklist.0));
                self.coverage.asked.extend(shown);
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
                (fact.id.as_str(), answer(&fact.kind, said))
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
            self.coverage.options.insert((fact, option));
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

    fn compare(&mut self, explanation: &Explanation) {
        let expect = &self.case.expect;
        self.compare_asks(expect);
        let position = &explanation.position;
        if let Some(expected) = &expect.reach {
            let reached = position
                .disposition
                .map(|id| self.content.disposition(id).id.as_str());
            if reached != Some(expected) {
                let reached = reached.unwrap_or("nothing").to_owned();
                let expected = expected.clone();
                self.failures
                    .push(Failure::WrongResult { expected, reached });
            }
        }
        for words in &expect.because {
            if !self.says(explanation, words) {
                self.failures.push(Failure::MissingReason(words.clone()));
            }
        }
        for need in &expect.also {
            let holds =
                |reason: &super::explain::NeedReason| self.content.need(reason.need).id == *need;
            if !explanation.needs.iter().any(holds) {
                self.failures.push(Failure::MissingNeed(need.clone()));
            }
        }
        for item in &expect.advise {
            let is = |shown: &super::explain::AdviceShown| {
                self.content.advice_item(shown.item).id == *item
            };
            if !explanation.advice.iter().any(is) {
                self.failures.push(Failure::MissingAdvice(item.clone()));
            }
        }
        for defect in &explanation.defects {
            let fault = match defect {
                Defect::NothingTrue => "nothing is true at the end".to_owned(),
                Defect::Undetermined(line) => {
                    let place = &self.content.line(*line).place;
                    format!(
                        "the line at {}:{} is undetermined at the end",
                        place.file, place.line
                    )
                }
            };
            self.failures.push(Failure::Defect(fault));
        }
    }

    fn compare_asks(&mut self, expect: &Expect) {
        if let Some(expected) = &expect.ask
            && self.left_open.is_none()
        {
            self.failures.push(Failure::NotAsked(expected.clone()));
        }
        for name in &expect.not_asked {
            let asked = match self.known(name) {
                Some(Name::Fact(fact)) => self.coverage.asked.contains(&fact),
                Some(Name::Checklist(checklist)) => self.screens.contains(&checklist),
                Some(Name::Guide(_)) | None => false,
            };
            if asked {
                self.failures.push(Failure::Asked(name.clone()));
            }
        }
        if let Some(most) = expect.within
            && self.count > most
        {
            self.failures.push(Failure::TooMany {
                asked: self.count,
                most,
            });
        }
        for (name, _) in &self.case.facts {
            let unused = self
                .find(name)
                .and_then(|name| self.given.get(&name))
                .is_some_and(|(_, used)| !used);
            if unused {
                self.failures.push(Failure::UnusedFact(name.clone()));
            }
        }
    }

    /// Whether a reason of a true line has these words, in any of its voices.
    fn says(&self, explanation: &Explanation, words: &str) -> bool {
        let words = words.to_lowercase();
        let has = |text: &Text| {
            let variants = [
                &text.third,
                &text.handler,
                &text.handler_third,
                &text.professional,
                &text.observer,
            ];
            let others = variants.into_iter().flatten();
            std::iter::once(&text.say)
                .chain(others)
                .any(|variant| variant.to_lowercase().contains(&words))
        };
        let ranked = explanation.decided_by.iter().chain(&explanation.also_true);
        let lines = ranked
            .filter_map(|reason| match reason.reached {
                Reached::Line(line) => Some(line),
                Reached::NoneFit | Reached::EarlyExit | Reached::NothingTrue => None,
            })
            .chain(explanation.needs.iter().map(|reason| reason.line));
        let mut reasons = lines.filter_map(|line| self.content.line(line).because.as_ref());
        reasons.any(has)
    }
}

/// An answer of a case, as a question of this kind takes it; one that it cannot take is left for [`Facts::tell`] to refuse.
fn answer(kind: &Kind, said: &Said) -> Answer {
    let word = match said {
        Said::Rows(rows) => return Answer::Rows(rows.clone()),
        Said::Word(word) => word.as_str(),
    };
    if let Kind::OneOf { options, .. } = kind
        && options.iter().any(|option| option.id == word)
    {
        return Answer::Word(word.to_owned());
    }
    match (word, kind) {
        ("not_sure", _) => Answer::NotSure,
        ("none_fit", _) => Answer::NoneFit(String::new()),
        ("refused", _) => Answer::Refused,
        ("timed_out", _) => Answer::TimedOut,
        ("unknown", _) => Answer::Unknown,
        ("not told" | "not_told", Kind::Age | Kind::OneOf { .. }) => Answer::NotTold,
        (age, Kind::Age) => Answer::Age(age.to_owned()),
        (number, Kind::Number(_)) => match number.parse() {
            Ok(number) => Answer::Number(number),
            Err(_) => Answer::Word(number.to_owned()),
        },
        (row, Kind::Pick(_)) => Answer::Rows(vec![row.to_owned()]),
        (time, Kind::Ago { .. }) => instant(time, -1),
        (time, Kind::Due { .. }) => instant(time, 1),
        (word, Kind::OneOf { .. } | Kind::Text) => Answer::Word(word.to_owned()),
    }
}

/// `6 hours`, before or after the contact began.
fn instant(time: &str, sign: i64) -> Answer {
    let read = || {
        let (count, unit) = time.split_once(' ')?;
        let minutes = match unit.trim() {
            "minute" | "minutes" => 1,
            "hour" | "hours" => 60,
            "day" | "days" => 1_440,
            _ => return None,
        };
        let minutes = count.parse::<i64>().ok()?.checked_mul(minutes * sign)?;
        let at = moment()
            .contact_began
            .checked_add(SignedDuration::from_mins(minutes))
            .ok()?;
        Some(Answer::At(at))
    };
    read().unwrap_or_else(|| Answer::Word(time.to_owned()))
}
