//! What a name means where it stands: questions that are visible there, and the lets and scores of the same file.

use std::collections::HashMap;

use super::facts::{Questions, Seen};
use super::library::Catalogue;
use crate::pathway::content::{FactId, Kind, Table};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::form::{Forms, Part, Rule, Score, ScoreId};
use crate::pathway::rule::{Lowering, Meaning, Rules, Scope, Standing, Unknown};
use crate::pathway::source::{Guard, Name, RuleText, ScoreSource, Sources, Statement, What};

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

    /// A score by its name.
    pub fn score(
        &mut self,
        name: &str,
        forms: &mut Forms,
        findings: &mut Findings,
    ) -> Option<ScoreId> {
        match self.meaning(name, forms, findings) {
            Ok(Meaning::Score(score)) => Some(score),
            _ => None,
        }
    }

    fn define(
        &mut self,
        name: &str,
        forms: &mut Forms,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        if let Some(guard) = self.definitions.lets.get(name).copied() {
            let rule = self.guard(guard, Standing::Plain, forms, findings)?;
            return Some(Meaning::Let(rule));
        }
        let source = self.definitions.scores.get(name).copied()?;
        let mut parts = Vec::new();
        for (points, guard) in &source.points {
            let guard = self.guard(guard, Standing::Plain, forms, findings);
            parts.extend(guard.map(|guard| Part::Points {
                points: *points,
                guard,
            }));
        }
        for (question, bands) in &source.bands {
            parts.extend(self.bands(question, bands, forms, findings));
        }
        Some(Meaning::Score(forms.add_score(Score {
            name: name.to_owned(),
            parts,
        })))
    }

    fn bands(
        &mut self,
        question: &Name,
        bands: &[(Name, i64)],
        forms: &mut Forms,
        findings: &mut Findings,
    ) -> Option<Part> {
        let fact = match self.meaning(&question.text, forms, findings) {
            Ok(Meaning::Fact(fact)) => fact,
            Ok(_) | Err(Unknown::Nowhere | Unknown::Elsewhere(_)) => {
                findings.push(
                    Diagnostic::error(
                        question.span.clone(),
                        "P301",
                        format!("no question is called `{}` here", question.text),
                    )
                    .did_you_mean(&question.text, self.names()),
                );
                return None;
            }
            Err(Unknown::Reported) => return None,
        };
        super::facts::bands(&self.world.questions.facts, fact, question, bands, findings)
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
            if self.busy.iter().any(|busy| busy == name) {
                if let Some(place) = self
                    .definitions
                    .names
                    .iter()
                    .find(|place| place.text == name)
                {
                    findings.push(
                        Diagnostic::error(
                            place.span.clone(),
                            "P501",
                            format!(
                                "`{name}` is defined by way of itself: {} → {name}",
                                self.busy.join(" → ")
                            ),
                        )
                        .help("break the circle"),
                    );
                }
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
            return Err(Unknown::Elsewhere(format!("`{}`", defined.file)));
        }
        match &defined.seen {
            Seen::Fact(id) => Ok(*id),
            Seen::Checklist(_) => Err(Unknown::Elsewhere(
                "the screen: a rule reads its members, and the checklist".to_owned(),
            )),
            Seen::AboutComplaint(instances) => {
                let complaint = complaint.unwrap_or_default();
                instances.get(complaint).copied().ok_or_else(|| {
                    Unknown::Elsewhere("a complaint (`about: complaint`)".to_owned())
                })
            }
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
