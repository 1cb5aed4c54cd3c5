//! Statements to lines and entries: guards conjoined, flows and pathways inlined.

mod asks;
mod joins;
mod lines;
mod pathway;
mod risks;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::facts::Questions;
use super::library::position;
use super::names::{FileScope, World};
use super::unknown;
use crate::pathway::content::{
    Advice, AdviceId, AdviceLine, Advised, Codes, DispositionId, Entry, FactId, Flow, Line, LineId,
    Origin, Pathway, PathwayId, Place, Step,
};
use crate::pathway::diagnostic::{Diagnostic, Findings, Span};
use crate::pathway::form::{Forms, Rule};
use crate::pathway::rule::Standing;
use crate::pathway::source::{FlowFile, Guard, Name, Statement, What};

/// No more statements than this are read, those that joined counted each time.
const MOST: usize = 200_000;

/// Everything that comes of statements.
#[derive(Default)]
pub struct Built {
    /// All lines.
    pub lines: Vec<Line>,
    /// In order of id.
    pub pathways: Vec<Pathway>,
    /// The first flow.
    pub first_flow: Flow,
    /// The risk history's asks.
    pub risk_history: Flow,
    /// The interrupts.
    pub interrupts: Flow,
    /// Care advice.
    pub advice: Vec<Advice>,
    /// Care advice of the first flow.
    pub advised_to_all: Vec<Advised>,
    /// What is kept for the hand-over, and where that is said.
    pub keeps: Vec<(FactId, Span)>,
    /// The files of the shared flows that something includes.
    pub included: HashSet<Arc<str>>,
}

impl Built {
    /// Whether some ask of the library's lists or of the pathway (of any pathway, where none is given) shows the fact.
    pub fn asks(&self, fact: FactId, pathway: Option<PathwayId>, questions: &Questions) -> bool {
        let own = self.pathways.iter().enumerate();
        let own = own.filter(|(place, _)| pathway.is_none_or(|id| id.index() == *place));
        let own = own.flat_map(|(_, pathway)| [&pathway.danger, &pathway.flow]);
        let library = [&self.first_flow, &self.risk_history].into_iter();
        let mut entries = library.chain(own).flat_map(|flow| &flow.entries);
        entries.any(|entry| match &entry.what {
            Step::Ask(asked) => asked
                .iter()
                .any(|asked| questions.shown(*asked).contains(&fact)),
            _ => false,
        })
    }
}

/// Builds everything.
pub fn build(world: &World<'_>, forms: &mut Forms, findings: &mut Findings) -> Built {
    let mut inliner = Inliner {
        world,
        forms,
        findings,
        built: Built::default(),
        scopes: HashMap::new(),
        path: Vec::new(),
        read: 0,
    };
    inliner.advice();
    inliner.exceptions();
    inliner.library();
    for pathway in &world.sources.pathways {
        inliner.pathway(pathway);
    }
    inliner.never_included();
    inliner.built
}

struct Inliner<'i, 'w> {
    world: &'i World<'w>,
    forms: &'i mut Forms,
    findings: &'i mut Findings,
    built: Built,
    scopes: HashMap<(Arc<str>, Option<String>), FileScope<'i>>,
    /// Flows and pathways being inlined, to find circles.
    path: Vec<Passage>,
    /// Statements read so far, those that joined counted each time.
    read: usize,
}

/// A flow or pathway being inlined.
#[derive(Debug, PartialEq, Eq)]
enum Passage {
    Flow(String),
    Pathway(String),
}

impl Passage {
    fn id(&self) -> &str {
        match self {
            Passage::Flow(id) | Passage::Pathway(id) => id,
        }
    }
}

/// Where statements are being read.
#[derive(Clone)]
struct Context<'c> {
    file: &'c FlowFile,
    complaint: Option<String>,
    origin: Origin,
    /// `for` and the guards of `elsewhere`: not part of a settle's removal of the base.
    outer: Rule,
    /// The guards of `when` and `include`.
    inner: Rule,
    /// Statements of a `when`: a reach needs no guard of its own.
    nested: bool,
    evidence: &'c [Name],
    codes: &'c Codes,
    kind: Where,
}

impl<'c> Context<'c> {
    /// The statements of a file, with nothing around them.
    fn new(file: &'c FlowFile, origin: Origin, kind: Where) -> Self {
        Context {
            file,
            complaint: None,
            origin,
            outer: Rule::TRUE,
            inner: Rule::TRUE,
            nested: false,
            evidence: &file.evidence,
            codes: &file.codes,
            kind,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Pathway,
    Shared,
    FirstFlow,
    RiskHistory,
    Interrupts,
}

/// A pathway or list in the making.
#[derive(Default)]
struct Making<'i> {
    danger: Vec<Entry>,
    /// Danger of what was included: after our own.
    joined_danger: Vec<Entry>,
    flow: Vec<Entry>,
    in_danger: bool,
    lines: Vec<LineId>,
    /// What takes the place of `otherwise` where it must hold.
    removals: Vec<Rule>,
    settles: Vec<(DispositionId, Span)>,
    otherwise: Vec<Base<'i>>,
    advised: Vec<(AdviceId, Rule, Option<DispositionId>)>,
    ended: Option<Span>,
}

/// An `otherwise` as met.
struct Base<'i> {
    disposition: Option<DispositionId>,
    statement: &'i Statement,
    evidence: Vec<String>,
    codes: Codes,
}

impl Making<'_> {
    fn push(&mut self, entry: Entry) {
        if self.in_danger {
            self.danger.push(entry)
        } else {
            self.flow.push(entry)
        }
    }

    /// The rank of its base.
    fn base_rank(&self) -> Option<DispositionId> {
        self.otherwise.first().and_then(|base| base.disposition)
    }
}

impl<'i, 'w: 'i> Inliner<'i, 'w> {
    fn guard(&mut self, context: &Context<'_>, guard: &Guard, standing: Standing) -> Option<Rule> {
        self.guard_in(context.file, context.complaint.clone(), guard, standing)
    }

    fn guard_in(
        &mut self,
        file: &FlowFile,
        complaint: Option<String>,
        guard: &Guard,
        standing: Standing,
    ) -> Option<Rule> {
        let mut scope = self.take_scope(&file.file, complaint.clone());
        let rule = scope.guard(guard, standing, self.forms, self.findings);
        self.scopes.insert((file.file.clone(), complaint), scope);
        rule
    }

    fn take_scope(&mut self, file: &Arc<str>, complaint: Option<String>) -> FileScope<'i> {
        let key = (file.clone(), complaint.clone());
        self.scopes.remove(&key).unwrap_or_else(|| {
            let world: &'i World<'w> = self.world;
            let lists = super::facts::flow_files(world.sources)
                .into_iter()
                .find(|(flow, _)| flow.file == *file)
                .map(|(_, lists)| lists)
                .unwrap_or_default();
            FileScope::new(world.parts(), file.clone(), complaint, &lists)
        })
    }

    fn library(&mut self) {
        let world: &'i World<'w> = self.world;
        let list = |inliner: &mut Self, file: &'i Option<FlowFile>, origin: Origin, kind: Where| {
            let Some(file) = file else {
                return Flow::default();
            };
            let context = Context::new(file, origin, kind);
            let mut making = Making::default();
            inliner.statements(&context, &file.flow, &mut making);
            inliner.advised_to_all(&making);
            Flow {
                entries: making.flow,
            }
        };
        self.built.first_flow = list(
            self,
            &world.sources.first_flow,
            Origin::FirstFlow,
            Where::FirstFlow,
        );
        self.built.risk_history = list(
            self,
            &world.sources.risk_history,
            Origin::FirstFlow,
            Where::RiskHistory,
        );
        self.built.interrupts = list(
            self,
            &world.sources.interrupts,
            Origin::Interrupt,
            Where::Interrupts,
        );
    }

    /// Care advice of the first flow. It has no base, so only an item that says up to what urgency it shows ever does.
    fn advised_to_all(&mut self, making: &Making<'_>) {
        for (item, guard, _) in &making.advised {
            let advice = self.built.advice.get(item.index());
            if let Some(up_to) = advice.and_then(|advice| advice.up_to) {
                self.built.advised_to_all.push(Advised {
                    item: *item,
                    guard: *guard,
                    up_to,
                });
            }
        }
    }

    fn statements(
        &mut self,
        context: &Context<'_>,
        statements: &'i [Statement],
        making: &mut Making<'i>,
    ) {
        for statement in statements {
            self.read += 1;
            if self.read > MOST {
                return self.too_large(&statement.span);
            }
            self.statement(context, statement, making);
        }
    }

    /// Reports, once, a content that joins more than can be read.
    fn too_large(&mut self, span: &Span) {
        if !self.findings.iter().any(|finding| finding.code == "P540") {
            self.findings.push(
                Diagnostic::error(
                    span.clone(),
                    "P540",
                    "the content is too large, with all that joins other flows and pathways",
                )
                .help("include less, and less often"),
            );
        }
    }

    fn statement(
        &mut self,
        context: &Context<'_>,
        statement: &'i Statement,
        making: &mut Making<'i>,
    ) {
        if !self.is_allowed(context, statement) {
            return;
        }
        if let (Some(end), Where::Pathway) = (&making.ended, context.kind)
            && !matches!(
                statement.what,
                What::Advise(_) | What::Keep(_) | What::Otherwise(_)
            )
        {
            let message = format!(
                "only `advise` and `keep` may follow `otherwise` (line {})",
                end.line
            );
            self.findings.push(
                Diagnostic::error(statement.span.clone(), "P530", message)
                    .help("move it above the `otherwise`"),
            );
        }
        match &statement.what {
            What::Let(name) | What::Score(crate::pathway::source::ScoreSource { name, .. }) => {
                self.define(context, name)
            }
            What::When(when) => self.when(context, when, making),
            What::Include(name) => self.include(context, statement, name, making),
            What::Elsewhere(name) => self.elsewhere(context, statement, name, making),
            What::Ask(names) => self.ask(context, statement, names, making),
            What::Keep(names) => self.keep(context, statement, names, making),
            What::Guide(name) => self.guide(context, statement, name, making),
            What::Advise(name) => self.advise(context, statement, name, making),
            What::Reach(_) | What::Settle(_) | What::Otherwise(_) | What::Also(_) => {
                self.ranked(context, statement, making)
            }
        }
    }

    fn guide(
        &mut self,
        context: &Context<'_>,
        statement: &Statement,
        name: &Name,
        making: &mut Making<'i>,
    ) {
        let guide = self.world.catalogue.guide(name, self.findings);
        let guard = self.placed_guard(context, statement, Standing::Raises);
        if let (Some(guide), Some(guard)) = (guide, guard) {
            making.push(Entry {
                what: Step::Guide(guide),
                guard,
                place: Place::from(&statement.span),
            });
        }
    }

    fn advise(
        &mut self,
        context: &Context<'_>,
        statement: &Statement,
        name: &Name,
        making: &mut Making<'i>,
    ) {
        let items = &self.world.sources.advice;
        let item = position(items, |advice| advice.id.text == name.text);
        if item.is_none() {
            let ids = items.iter().map(|advice| &advice.id.text);
            unknown(name, "P312", "care advice", ids, self.findings);
        }
        let found = item.and_then(|item| items.get(usize::from(item)));
        if context.kind == Where::FirstFlow && found.is_some_and(|advice| advice.up_to.is_none()) {
            let message = format!(
                "the advice `{}` never shows: it says no urgency up to which it would",
                name.text
            );
            self.findings.push(
                Diagnostic::warning(name.span.clone(), "P546", message)
                    .help("the first flow has no `otherwise`: add `up_to:` to the item"),
            );
        }
        let guard = self.placed_guard(context, statement, Standing::Plain);
        if let (Some(item), Some(guard)) = (item, guard) {
            making.advised.push((AdviceId(item), guard, None));
        }
    }

    fn placed_guard(
        &mut self,
        context: &Context<'_>,
        statement: &Statement,
        standing: Standing,
    ) -> Option<Rule> {
        let own = self.guard(context, &statement.guard, standing)?;
        Some(self.forms.all([context.outer, context.inner, own]))
    }

    fn define(&mut self, context: &Context<'_>, name: &Name) {
        let mut scope = self.take_scope(&context.file.file, context.complaint.clone());
        // Lowering it here reports what is wrong with one that no rule reads.
        let _ =
            crate::pathway::rule::Scope::meaning(&mut scope, &name.text, self.forms, self.findings);
        self.scopes.insert(
            (context.file.file.clone(), context.complaint.clone()),
            scope,
        );
    }

    /// Whether a statement may stand in a file of this kind; reported if not, and then left out.
    fn is_allowed(&mut self, context: &Context<'_>, statement: &Statement) -> bool {
        let name = word(&statement.what);
        let allowed = match context.kind {
            Where::Pathway => !(context.nested && matches!(statement.what, What::Otherwise(_))),
            Where::Shared => !matches!(
                statement.what,
                What::Otherwise(_) | What::Settle(_) | What::Elsewhere(_)
            ),
            Where::FirstFlow => !matches!(
                statement.what,
                What::Otherwise(_) | What::Settle(_) | What::Elsewhere(_)
            ),
            Where::RiskHistory => matches!(
                statement.what,
                What::Ask(_) | What::Let(_) | What::Score(_) | What::When(_)
            ),
            Where::Interrupts => matches!(
                statement.what,
                What::Reach(_) | What::Also(_) | What::Guide(_)
            ),
        };
        if !allowed {
            self.findings.push(
                Diagnostic::error(
                    statement.span.clone(),
                    "P534",
                    format!("`{name}` may not stand here"),
                )
                .help("docs/authors/format.md says which statements each kind of file may hold"),
            );
        }
        allowed
    }

    fn advice(&mut self) {
        let world: &'i World<'w> = self.world;
        for source in &world.sources.advice {
            let mut scope = self.take_scope(&source.file, None);
            let mut lines = Vec::new();
            for (guard, text, evidence) in &source.lines {
                let guard = scope.guard(guard, Standing::Plain, self.forms, self.findings);
                let evidence = world.catalogue.cited(
                    if evidence.is_empty() {
                        &source.evidence
                    } else {
                        evidence
                    },
                    self.findings,
                );
                lines.extend(guard.map(|guard| AdviceLine {
                    guard,
                    text: text.clone(),
                    evidence,
                }));
            }
            self.scopes.insert((source.file.clone(), None), scope);
            let up_to = source
                .up_to
                .as_ref()
                .and_then(|name| world.catalogue.disposition(name, self.findings));
            self.built.advice.push(Advice {
                id: source.id.text.clone(),
                title: source.title.clone(),
                up_to,
                lines,
            });
        }
    }

    /// Looks at the flows that no pathway includes, so that their faults are found too.
    fn never_included(&mut self) {
        let world: &'i World<'w> = self.world;
        for flow in &world.sources.shared {
            if self.built.included.contains(&flow.file) {
                continue;
            }
            self.findings.push(
                Diagnostic::warning(
                    flow.id.span.clone(),
                    "P535",
                    format!("nothing includes `{}`", flow.id.text),
                )
                .help("include it, or delete the file"),
            );
            let origin = Origin::Pathway(flow.id.text.clone());
            let context = Context::new(flow, origin, Where::Shared);
            let before = self.findings.len();
            let mut making = Making::default();
            let (lines, kept) = (self.built.lines.len(), self.built.keeps.len());
            self.statements(&context, &flow.danger, &mut making);
            self.statements(&context, &flow.flow, &mut making);
            self.built.lines.truncate(lines);
            self.built.keeps.truncate(kept);
            // Which complaint it would be about is not known yet.
            let found = self.findings.split_off(before);
            self.findings
                .extend(found.into_iter().filter(|finding| finding.code != "P317"));
        }
    }
}

fn word(what: &What) -> &'static str {
    match what {
        What::Ask(_) => "ask",
        What::Reach(_) => "reach",
        What::Settle(_) => "settle",
        What::Otherwise(_) => "otherwise",
        What::Also(_) => "also",
        What::Keep(_) => "keep",
        What::Guide(_) => "guide",
        What::Advise(_) => "advise",
        What::Let(_) => "let",
        What::Score(_) => "score",
        What::When(_) => "when",
        What::Include(_) => "include",
        What::Elsewhere(_) => "elsewhere",
    }
}

/// The place of a pathway by its id.
pub fn pathway_named(built: &Built, id: &str) -> Option<PathwayId> {
    position(&built.pathways, |pathway| pathway.id == id).map(PathwayId)
}
