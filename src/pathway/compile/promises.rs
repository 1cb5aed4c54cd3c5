//! Promises: their rules lowered, their questions found. Proving them is another module's.

use super::facts::Seen;
use super::inline::{Built, pathway_named};
use super::names::{FileScope, World};
use super::unknown;
use super::whom::whom;
use crate::pathway::content::{
    DispositionId, FactId, FactSource, Line, Origin, PathwayId, Place, Promise, Promised,
};
use crate::pathway::diagnostic::{Diagnostic, Findings, Span};
use crate::pathway::form::{Forms, Rule};
use crate::pathway::rule::Standing;
use crate::pathway::source::{FlowFile, Name, PromiseSource, Statement, What};

/// Lowers every promise.
pub fn build(
    world: &World<'_>,
    built: &Built,
    forms: &mut Forms,
    findings: &mut Findings,
) -> Vec<Promise> {
    let library = world.sources.promises.iter().map(|source| (None, source));
    let own = world.sources.pathways.iter().flat_map(|pathway| {
        let promises = pathway.promises.iter();
        promises.map(|source| (Some(&pathway.flow), source))
    });
    let mut promises = Vec::new();
    for (file, source) in library.chain(own) {
        let mut making = Making {
            world,
            built,
            file,
            pathway: file.and_then(|file| pathway_named(built, &file.id.text)),
            forms,
            findings,
        };
        promises.extend(making.promise(source));
    }
    promises
}

/// One promise in the making.
struct Making<'m, 'w> {
    world: &'m World<'w>,
    built: &'m Built,
    /// The pathway it stands in.
    file: Option<&'m FlowFile>,
    pathway: Option<PathwayId>,
    forms: &'m mut Forms,
    findings: &'m mut Findings,
}

impl Making<'_, '_> {
    fn promise(&mut self, source: &PromiseSource) -> Option<Promise> {
        let when = self.when(source);
        let unless = source
            .unless
            .iter()
            .filter_map(|name| Some((name.text.clone(), self.exception(name)?)))
            .collect();
        let whom = whom(self.world, &source.whom, self.forms, self.findings);
        let what = self.what(source);
        let (what, when) = (what?, when?);
        let span = source.when.as_ref().map_or(&source.span, |rule| &rule.span);
        for fact in self.forms.facts(when) {
            self.must_be_asked(fact, span);
        }
        Some(Promise {
            pathway: self.pathway,
            whom,
            when,
            what,
            unless,
            place: Place::from(&source.span),
        })
    }

    fn when(&mut self, source: &PromiseSource) -> Option<Rule> {
        let Some(rule) = &source.when else {
            return Some(Rule::TRUE);
        };
        let lists = self
            .file
            .map(|file| vec![file.danger.as_slice(), file.flow.as_slice()]);
        let file = self
            .file
            .map_or(&source.span.file, |file| &file.file)
            .clone();
        let complaint = self.complaint().map(str::to_owned);
        let lists = lists.unwrap_or_default();
        let mut scope = FileScope::new(self.world.parts(), file, complaint, &lists);
        scope.rule(rule, Standing::Plain, self.forms, self.findings)
    }

    /// When a named exception holds.
    fn exception(&mut self, name: &Name) -> Option<Rule> {
        let exceptions = &self.world.sources.exceptions;
        let found = exceptions
            .iter()
            .find(|exception| exception.id.text == name.text);
        let Some(source) = found else {
            let ids = exceptions.iter().map(|exception| &exception.id.text);
            unknown(name, "P315", "exception", ids, self.findings);
            return None;
        };
        let file = source.id.span.file.clone();
        let mut scope = FileScope::new(self.world.parts(), file, None, &[]);
        // Its faults are found where lines give way to it.
        let mut found = Findings::default();
        scope.guard(&source.guard, Standing::Plain, self.forms, &mut found)
    }

    fn complaint(&self) -> Option<&str> {
        self.file.map(|file| file.id.text.as_str())
    }

    fn what(&mut self, source: &PromiseSource) -> Option<Promised> {
        let catalogue = self.world.catalogue;
        match (&source.never_below, &source.never_above, &source.below) {
            (Some(name), _, _) => catalogue
                .disposition(name, self.findings)
                .map(Promised::NeverBelow),
            (_, Some(name), _) => catalogue
                .disposition(name, self.findings)
                .map(Promised::NeverAbove),
            (_, _, Some(name)) => {
                let below = catalogue.disposition(name, self.findings);
                let mut questions = Vec::new();
                for name in &source.always_asked {
                    questions.extend(self.always_asked(name, below));
                }
                Some(Promised::AlwaysAsked {
                    below: below?,
                    questions,
                })
            }
            _ => None,
        }
    }

    /// The questions that a name of `always_asked` means: itself, the members of a checklist, what of a shared flow matters there.
    fn always_asked(&mut self, name: &Name, below: Option<DispositionId>) -> Vec<FactId> {
        let shared = &self.world.sources.shared;
        let flow = shared.iter().find(|flow| flow.id.text == name.text);
        let facts: Vec<FactId> = match flow {
            Some(flow) => {
                let mut names = Vec::new();
                self.asked_names(flow, &mut names);
                names.iter().flat_map(|name| self.facts_of(name)).collect()
            }
            None => {
                let defined = &self.world.facts.defined;
                if !defined.contains_key(&name.text) {
                    let flows = shared.iter().map(|flow| &flow.id.text);
                    let ids = defined.keys().chain(flows);
                    unknown(name, "P301", "question or shared flow", ids, self.findings);
                }
                self.facts_of(name)
            }
        };
        let Some(below) = below else {
            return facts;
        };
        let read: Vec<FactId> = facts
            .iter()
            .copied()
            .filter(|fact| self.is_read(*fact, below))
            .collect();
        let in_vain = if flow.is_some() {
            read.is_empty() && !facts.is_empty()
        } else {
            read.len() < facts.len()
        };
        if in_vain {
            let message = format!("no line at or above that urgency reads `{}`", name.text);
            self.findings.push(
                Diagnostic::error(name.span.clone(), "P804", message)
                    .help("promise only what such a line reads, or write the line"),
            );
        }
        for fact in &read {
            self.must_be_asked(*fact, &name.span);
        }
        read
    }

    fn facts_of(&self, name: &Name) -> Vec<FactId> {
        let questions = self.world.facts;
        match questions
            .defined
            .get(&name.text)
            .map(|defined| &defined.seen)
        {
            Some(Seen::Fact(id)) => vec![*id],
            Some(Seen::Checklist(id)) => questions.members(*id).to_vec(),
            Some(Seen::AboutComplaint(instances)) => match self.complaint() {
                Some(complaint) => instances.get(complaint).copied().into_iter().collect(),
                None => instances.values().copied().collect(),
            },
            Some(Seen::Unread) | None => Vec::new(),
        }
    }

    /// The names that a flow and the flows it includes ask.
    fn asked_names(&self, flow: &FlowFile, names: &mut Vec<Name>) {
        let mut seen = vec![flow.id.text.clone()];
        self.asked_in(&flow.danger, names, &mut seen);
        self.asked_in(&flow.flow, names, &mut seen);
    }

    fn asked_in(&self, statements: &[Statement], names: &mut Vec<Name>, seen: &mut Vec<String>) {
        for statement in statements {
            match &statement.what {
                What::Ask(asked) => names.extend(asked.iter().cloned()),
                What::When(when) => {
                    self.asked_in(&when.then, names, seen);
                    self.asked_in(&when.otherwise, names, seen);
                }
                What::Include(name) if !seen.contains(&name.text) => {
                    seen.push(name.text.clone());
                    let mut shared = self.world.sources.shared.iter();
                    if let Some(flow) = shared.find(|flow| flow.id.text == name.text) {
                        self.asked_in(&flow.danger, names, seen);
                        self.asked_in(&flow.flow, names, seen);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether a line at or above `below` reads the fact: of the pathway and the library, or of any pathway.
    fn is_read(&self, fact: FactId, below: DispositionId) -> bool {
        let read = |line: &Line| {
            let reached = line.effect.disposition();
            reached.is_some_and(|reached| reached <= below)
                && self.forms.facts(line.guard).contains(&fact)
        };
        let Some(pathway) = self.pathway else {
            return self.built.lines.iter().any(read);
        };
        let own = self.built.pathways.get(pathway.index()).into_iter();
        let of_library =
            |line: &&Line| matches!(line.origin, Origin::FirstFlow | Origin::Interrupt);
        own.flat_map(|own| &own.lines)
            .filter_map(|id| self.built.lines.get(id.index()))
            .chain(self.built.lines.iter().filter(of_library))
            .any(read)
    }

    /// A danger that is never asked cannot be promised away.
    fn must_be_asked(&mut self, fact: FactId, span: &Span) {
        let Some(known) = self.world.facts.facts.get(fact.index()) else {
            return;
        };
        let question = known.source == FactSource::Question;
        if question && !self.built.asks(fact, self.pathway, self.world.facts) {
            let message = format!("`{}` is promised about and never asked", known.id);
            self.findings
                .push(Diagnostic::error(span.clone(), "P803", message).help(
                "ask it in the pathway or in the library's lists, or take it out of the promise",
            ));
        }
    }
}
