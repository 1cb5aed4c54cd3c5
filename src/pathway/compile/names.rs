//! What a name means where it stands: questions that are visible there, and the lets and scores of the same file.

use std::collections::HashMap;

use super::facts::{Questions, Seen};
use super::library::Catalogue;
use crate::pathway::content::{FactId, Kind, Table};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::form::{Forms, Part, Rule, Score};
use crate::pathway::rule::{Lowering, Meaning, Rules, Scope, Standing, Unknown};
use crate::pathway::source::{Guard, Name, RuleText, ScoreSource, Sources, Statement, What};

/// Names stand for names no deeper than this.
const DEEPEST: usize = 64;

/// All that is fixed before rules are lowered.
pub struct World<'w> {
    /// What the files say.
    pub sources: &'w Sources,
    /// The parser of rules.
    pub rules: &'w Rules,
    /// Facts and checklists.
    pub facts: &'w Questions,
    /// Tables.
    pub tables: &'w [Table],
    /// Dispositions and the rest.
    pub catalogue: &'w Catalogue<'w>,
}

impl<'w> World<'w> {
    /// What scopes read of it.
    pub fn parts(&self) -> Parts<'w> {
        Parts {
            rules: self.rules,
            questions: self.facts,
            tables: self.tables,
        }
    }
}

/// The lets and scores of one file, wherever they stand in it.
#[derive(Default)]
pub struct Definitions<'s> {
    /// By name.
    pub lets: HashMap<&'s str, &'s Guard>,
    /// By name.
    pub scores: HashMap<&'s str, &'s ScoreSource>,
    /// In order, for uniqueness.
    pub names: Vec<&'s Name>,
}

impl<'s> Definitions<'s> {
    /// Collects those of some lists of statements.
    pub fn of(lists: &[&'s [Statement]]) -> Self {
        let mut found = Definitions::default();
        lists.iter().for_each(|list| found.collect(list));
        found
    }

    fn collect(&mut self, statements: &'s [Statement]) {
        for statement in statements {
            match &statement.what {
                What::Let(name) => {
                    self.lets.insert(&name.text, &statement.guard);
                    self.names.push(name);
                }
                What::Score(score) => {
                    self.scores.insert(&score.name.text, score);
                    self.names.push(&score.name);
                }
                What::When(when) => {
                    self.collect(&when.then);
                    self.collect(&when.otherwise);
                }
                _ => {}
            }
        }
    }
}

/// The scope of one file, for one complaint.
pub struct FileScope<'w> {
    world: Parts<'w>,
    file: std::sync::Arc<str>,
    complaint: Option<String>,
    definitions: Definitions<'w>,
    known: HashMap<String, Option<Meaning>>,
    busy: Vec<String>,
}

/// The parts of the world that scopes read.
#[derive(Clone, Copy)]
pub struct Parts<'w> {
    /// The parser of rules.
    pub rules: &'w Rules,
    /// Facts and checklists.
    pub questions: &'w Questions,
    /// Tables.
    pub tables: &'w [Table],
}

impl<'w> FileScope<'w> {
    /// The scope of `file`, its statements being `lists`, for a complaint.
    pub fn new(
        world: Parts<'w>,
        file: std::sync::Arc<str>,
        complaint: Option<String>,
        lists: &[&'w [Statement]],
    ) -> Self {
        FileScope {
            world,
            file,
            complaint,
            definitions: Definitions::of(lists),
            known: HashMap::new(),
            busy: Vec::new(),
        }
    }

    /// Lowers a rule that stands in this file.
    pub fn rule(
        &mut self,
        rule: &RuleText,
        standing: Standing,
        forms: &mut Forms,
        findings: &mut Findings,
    ) -> Option<Rule> {
        let Parts {
            rules,
            questions,
            tables,
        } = self.world;
        Lowering {
            rules,
            facts: &questions.facts,
            tables,
            forms,
            findings,
        }
        .lower(rule, standing, self)
    }

    /// Lowers `if`, `unless` and `any`; absent is true. `None` if a part was reported.
    pub fn guard(
        &mut self,
        guard: &Guard,
        standing: Standing,
        forms: &mut Forms,
        findings: &mut Findings,
    ) -> Option<Rule> {
        let mut parts = Vec::new();
        if let Some(rule) = &guard.holds {
            parts.push(self.rule(rule, standing, forms, findings));
        }
        if let Some(rule) = &guard.unless {
            let lowered = self.rule(rule, Standing::Plain, forms, findings);
            parts.push(lowered.map(|rule| forms.not(rule)));
        }
        if let Some(rules) = &guard.any {
            let lowered: Vec<Option<Rule>> = rules
                .iter()
                .map(|rule| self.rule(rule, standing, forms, findings))
                .collect();
            let lowered: Option<Vec<Rule>> = lowered.into_iter().collect();
            parts.push(lowered.map(|rules| forms.any(rules)));
        }
        let parts: Option<Vec<Rule>> = parts.into_iter().collect();
        parts.map(|parts| forms.all(parts))
    }

    /// Whether a let or score of this file has the name.
    pub fn defines(&self, name: &str) -> bool {
        self.definitions.lets.contains_key(name) || self.definitions.scores.contains_key(name)
    }

    fn define(
        &mut self,
        name: &str,
        forms: &mut Forms,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        if let Some(guard) = self.definitions.lets.get(name).copied() {
            self.define_first(guard, forms, findings);
            let rule = self.guard(guard, Standing::Plain, forms, findings)?;
            return Some(Meaning::Let(rule));
        }
        let source = self.definitions.scores.get(name).copied()?;
        let mut parts = Vec::new();
        for (points, guard) in &source.points {
            self.define_first(guard, forms, findings);
            let guard = self.guard(guard, Standing::Plain, forms, findings);
            parts.push(guard.map(|guard| Part::Points {
                points: *points,
                guard,
            }));
        }
        for (question, bands) in &source.bands {
            parts.push(self.bands(question, bands, forms, findings));
        }
        // With a part missing, its bounds would be reported wrongly wherever it is compared.
        let parts = parts.into_iter().collect::<Option<Vec<Part>>>();
        let parts = parts.filter(|_| !source.is_incomplete)?;
        Some(Meaning::Score(forms.add_score(Score {
            name: name.to_owned(),
            parts,
        })))
    }

    /// Lowers the lets and scores that a guard names before the guard itself, so that names that stand for names take no more of
    /// the stack than one rule at a time.
    fn define_first(&mut self, guard: &Guard, forms: &mut Forms, findings: &mut Findings) {
        for rule in guard.rules() {
            for name in self.world.rules.names(&rule.text) {
                if self.defines(&name) {
                    let _ = self.meaning(&name, forms, findings);
                }
            }
        }
    }

    fn bands(
        &mut self,
        question: &Name,
        bands: &[(Name, i64)],
        forms: &mut Forms,
        findings: &mut Findings,
    ) -> Option<Part> {
        let found = match self.meaning(&question.text, forms, findings) {
            Ok(Meaning::Fact(fact)) => {
                let facts = &self.world.questions.facts;
                return super::facts::bands(facts, fact, question, bands, findings);
            }
            Ok(Meaning::Let(_) | Meaning::Score(_)) | Err(Unknown::Nowhere) => Diagnostic::error(
                question.span.clone(),
                "P301",
                format!("no question is called `{}`", question.text),
            )
            .help("bands are of a question")
            .did_you_mean(&question.text, self.world.questions.visible(&self.file)),
            Err(unknown) => unknown.diagnostic(&question.text, question.span.clone())?,
        };
        findings.push(found);
        None
    }

    /// Reports a name that stands for itself, or for names that stand for names without end.
    fn is_endless(&self, name: &str, findings: &mut Findings) -> bool {
        let circle = self.busy.iter().position(|busy| busy == name);
        if circle.is_none() && self.busy.len() < DEEPEST {
            return false;
        }
        let Some(place) = self
            .definitions
            .names
            .iter()
            .find(|place| place.text == name)
        else {
            return true;
        };
        let span = place.span.clone();
        findings.push(match circle.and_then(|start| self.busy.get(start..)) {
            Some(circle) => Diagnostic::error(
                span,
                "P501",
                format!(
                    "`{name}` is defined by way of itself: {} → {name}",
                    circle.join(" → ")
                ),
            )
            .help("break the circle"),
            None => Diagnostic::error(
                span,
                "P403",
                format!("names stand for names more than {DEEPEST} deep"),
            )
            .help("write some of the rules out"),
        });
        true
    }
}

impl Scope for FileScope<'_> {
    fn meaning(
        &mut self,
        name: &str,
        forms: &mut Forms,
        findings: &mut Findings,
    ) -> Result<Meaning, Unknown> {
        if self.defines(name) {
            if let Some(known) = self.known.get(name) {
                return known.ok_or(Unknown::Reported);
            }
            if self.is_endless(name, findings) {
                return Err(Unknown::Reported);
            }
            self.busy.push(name.to_owned());
            let meaning = self.define(name, forms, findings);
            self.busy.pop();
            self.known.insert(name.to_owned(), meaning);
            return meaning.ok_or(Unknown::Reported);
        }
        self.world
            .questions
            .seen(name, &self.file, self.complaint.as_deref())
            .map(Meaning::Fact)
    }

    fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .definitions
            .lets
            .keys()
            .chain(self.definitions.scores.keys())
            .copied()
            .collect();
        names.extend(self.world.questions.visible(&self.file));
        names
    }
}

impl Questions {
    /// The fact that a name means in a file, for a complaint.
    pub fn seen(&self, name: &str, file: &str, complaint: Option<&str>) -> Result<FactId, Unknown> {
        let Some(defined) = self.defined.get(name) else {
            return Err(Unknown::Nowhere);
        };
        if defined.local && *defined.file != *file {
            return Err(Unknown::Elsewhere(defined.file.to_string()));
        }
        match &defined.seen {
            Seen::Fact(id) => Ok(*id),
            Seen::Checklist(id) => {
                let members = self.checklists.get(id.index()).map(|list| &list.members);
                let ids = members.into_iter().flatten().filter_map(|member| {
                    let fact = self.facts.get(member.index())?;
                    Some(fact.id.clone())
                });
                Err(Unknown::Screen(ids.collect()))
            }
            Seen::Unread => Err(Unknown::Reported),
            Seen::AboutComplaint(instances) => complaint
                .and_then(|complaint| instances.get(complaint))
                .copied()
                .ok_or(Unknown::NoComplaint),
        }
    }

    /// Names of facts that a file may read.
    pub fn visible<'q>(&'q self, file: &str) -> Vec<&'q str> {
        let visible = self.defined.iter().filter(|(_, defined)| {
            (!defined.local || *defined.file == *file)
                && !matches!(defined.seen, Seen::Checklist(_))
        });
        visible.map(|(name, _)| name.as_str()).collect()
    }

    /// The kind of a fact.
    pub fn kind(&self, id: FactId) -> Option<&Kind> {
        self.facts.get(id.index()).map(|fact| &fact.kind)
    }
}
