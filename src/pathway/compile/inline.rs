//! Statements to lines and entries: guards conjoined, flows and pathways inlined.

use std::collections::HashMap;
use std::sync::Arc;

use super::facts::Seen;
use super::names::{FileScope, Parts, World};
use super::spell::line_key;
use super::{twice, unknown};
use crate::pathway::content::{
    Advice, AdviceId, AdviceLine, Advised, Asked, Codes, DispositionId, Effect, Entry, FactSource,
    Flow, Line, LineId, Origin, Pathway, PathwayId, Place, Step,
};
use crate::pathway::diagnostic::{Diagnostic, Findings, Span};
use crate::pathway::form::{Forms, Rule};
use crate::pathway::rule::Standing;
use crate::pathway::source::{FlowFile, Guard, Name, PathwayFile, RiskEffect, Statement, What};
use crate::pathway::text::Text;

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
    /// Rank of a pathway's settles and where they stand, for approvers.
    pub keeps: Vec<(crate::pathway::content::FactId, Span)>,
}

/// Builds everything.
pub fn build(world: &World<'_>, forms: &mut Forms, findings: &mut Findings) -> Built {
    let sources = world.sources;
    twice(
        "pathway",
        sources.pathways.iter().map(|pathway| &pathway.flow.id),
        findings,
    );
    twice(
        "shared flow",
        sources.shared.iter().map(|flow| &flow.id),
        findings,
    );
    twice(
        "risk item",
        sources.risk_items.iter().map(|item| &item.id),
        findings,
    );
    twice(
        "exception",
        sources.exceptions.iter().map(|exception| &exception.id),
        findings,
    );
    twice(
        "care advice",
        sources.advice.iter().map(|advice| &advice.id),
        findings,
    );
    let mut inliner = Inliner {
        world,
        forms,
        findings,
        built: Built::default(),
        scopes: HashMap::new(),
        included: Vec::new(),
        path: Vec::new(),
    };
    inliner.advice();
    inliner.library();
    for pathway in &sources.pathways {
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
    included: Vec<String>,
    /// Flows and pathways being inlined, to find circles.
    path: Vec<String>,
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
struct Making {
    danger: Vec<Entry>,
    /// Danger of what was included: after our own.
    joined_danger: Vec<Entry>,
    flow: Vec<Entry>,
    in_danger: bool,
    lines: Vec<LineId>,
    /// What takes the place of `otherwise` where it must hold.
    removals: Vec<Rule>,
    settles: Vec<(DispositionId, Span)>,
    otherwise: Vec<Base>,
    advised: Vec<(AdviceId, Rule, Option<DispositionId>)>,
    ended: Option<Span>,
}

/// An `otherwise` as met.
struct Base {
    disposition: Option<DispositionId>,
    because: Option<Text>,
    staff: Option<String>,
    evidence: Vec<String>,
    codes: Codes,
    span: Span,
}

/// What a line says beside its effect and its guard.
struct Said {
    because: Option<Text>,
    staff: Option<String>,
    evidence: Vec<String>,
    codes: Codes,
    place: Place,
}

impl Making {
    fn push(&mut self, entry: Entry) {
        if self.in_danger {
            self.danger.push(entry)
        } else {
            self.flow.push(entry)
        }
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
            FileScope::new(
                Parts {
                    rules: world.rules,
                    questions: world.facts,
                    tables: world.tables,
                },
                file.clone(),
                complaint,
                &lists,
            )
        })
    }

    fn library(&mut self) {
        let world: &'i World<'w> = self.world;
        let list = |inliner: &mut Self, file: &'i Option<FlowFile>, origin: Origin, kind: Where| {
            let Some(file) = file else {
                return Flow::default();
            };
            let context = Context {
                file,
                complaint: None,
                origin,
                outer: Rule::TRUE,
                inner: Rule::TRUE,
                nested: false,
                evidence: &file.evidence,
                codes: &file.codes,
                kind,
            };
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
    fn advised_to_all(&mut self, making: &Making) {
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

    fn pathway(&mut self, source: &'i PathwayFile) {
        let id = source.flow.id.text.clone();
        let whom = self.whom(source);
        let mut making = self.make(source, whom);
        let otherwise = making.otherwise.first().and_then(|base| base.disposition);
        making.danger.append(&mut making.joined_danger);
        let base = otherwise.unwrap_or(DispositionId(0));
        let advised = making.advised.iter().map(|(item, guard, up_to)| {
            let item_up_to = self
                .built
                .advice
                .get(item.index())
                .and_then(|advice| advice.up_to);
            Advised {
                item: *item,
                guard: *guard,
                up_to: item_up_to.or(*up_to).unwrap_or(base),
            }
        });
        let pathway = Pathway {
            advice: advised.collect(),
            id,
            title: source.flow.title.clone(),
            family: source.family.text.clone(),
            whom,
            found_by: source.found_by.clone(),
            codes: source.flow.codes.clone(),
            danger: Flow {
                entries: making.danger,
            },
            flow: Flow {
                entries: making.flow,
            },
            lines: making.lines,
            otherwise: base,
        };
        self.built.pathways.push(pathway);
    }

    fn whom(&mut self, source: &'i PathwayFile) -> Rule {
        super::promises::whom(self.world, &source.whom, self.forms, self.findings)
    }

    /// A pathway under a guard: its own statements, its risk lines and its base.
    fn make(&mut self, source: &'i PathwayFile, outer: Rule) -> Making {
        let file = &source.flow;
        let id = file.id.text.clone();
        let context = Context {
            file,
            complaint: Some(id.clone()),
            origin: Origin::Pathway(id.clone()),
            outer,
            inner: Rule::TRUE,
            nested: false,
            evidence: &file.evidence,
            codes: &file.codes,
            kind: Where::Pathway,
        };
        let mut making = Making {
            in_danger: true,
            ..Making::default()
        };
        self.path.push(id.clone());
        self.statements(&context, &file.danger, &mut making);
        making.in_danger = false;
        self.statements(&context, &file.flow, &mut making);
        self.path.pop();
        self.base(&context, &mut making);
        self.risks(&context, source, &mut making);
        making
    }

    fn base(&mut self, context: &Context<'_>, making: &mut Making) {
        let bases = std::mem::take(&mut making.otherwise);
        if bases.is_empty() {
            self.findings.push(
                Diagnostic::error(
                    context.file.id.span.clone(),
                    "P503",
                    format!("the pathway `{}` has no `otherwise`", context.file.id.text),
                )
                .help("end its flow with `- otherwise: <disposition>`, its base"),
            );
        }
        for extra in bases.iter().skip(1) {
            self.findings.push(
                Diagnostic::error(extra.span.clone(), "P503", "a pathway has one `otherwise`")
                    .help("remove one; a lower base for some is a `settle`"),
            );
        }
        let Some(base) = bases.into_iter().next() else {
            return;
        };
        if let Some(disposition) = base.disposition {
            for (settle, span) in &making.settles {
                if *settle <= disposition {
                    self.findings.push(
                        Diagnostic::error(
                            span.clone(),
                            "P529",
                            "a `settle` must rank below the `otherwise` of its pathway",
                        )
                        .help(
                            "to raise, write `reach`; to lower, settle for something less urgent",
                        ),
                    );
                }
            }
            let removed = self.forms.any(making.removals.iter().copied());
            let stays = self.forms.not(removed);
            let guard = self.forms.all([context.outer, stays]);
            let effect = Effect::Otherwise(disposition);
            let said = Said {
                because: base.because.clone(),
                staff: base.staff.clone(),
                evidence: base.evidence.clone(),
                codes: base.codes.clone(),
                place: place(&base.span),
            };
            self.with_exceptions(context, effect, guard, &[], &said, making);
        }
        making.otherwise = vec![base];
    }

    fn risks(&mut self, context: &Context<'_>, source: &'i PathwayFile, making: &mut Making) {
        let world: &'i World<'w> = self.world;
        let Some(history) = &world.sources.risk_history else {
            return;
        };
        let written = source.risks.as_deref().unwrap_or_default();
        for (name, _) in written {
            if !world
                .sources
                .risk_items
                .iter()
                .any(|item| item.id.text == name.text)
            {
                unknown(
                    name,
                    "P311",
                    "risk item",
                    world.sources.risk_items.iter().map(|item| &item.id.text),
                    self.findings,
                );
            }
        }
        let mut left_out = Vec::new();
        for item in &world.sources.risk_items {
            let name = match written.iter().find(|(name, _)| name.text == item.id.text) {
                Some((_, RiskEffect::Nothing)) => continue,
                Some((_, RiskEffect::Reach(name))) => name,
                None if source.rest_usual => &item.reach,
                None => {
                    left_out.push(item.id.text.as_str());
                    &item.reach
                }
            };
            let disposition = world.catalogue.disposition(name, self.findings);
            let own = if item.guard.is_absent() {
                Guard {
                    holds: Some(crate::pathway::source::RuleText {
                        text: item.id.text.clone(),
                        span: item.id.span.clone(),
                    }),
                    ..Guard::default()
                }
            } else {
                item.guard.clone()
            };
            let guard = self.guard_in(history, None, &own, Standing::Raises);
            let (Some(disposition), Some(guard)) = (disposition, guard) else {
                continue;
            };
            let guard = self.forms.all([context.outer, guard]);
            let evidence = if item.evidence.is_empty() {
                &history.evidence
            } else {
                &item.evidence
            };
            let evidence = world.catalogue.cited(evidence, self.findings);
            if evidence.is_empty() {
                self.findings.push(
                    Diagnostic::error(
                        item.id.span.clone(),
                        "P506",
                        format!("the risk item `{}` cites no evidence", item.id.text),
                    )
                    .help("add `evidence:`"),
                );
            }
            let context = Context {
                origin: Origin::Risk(item.id.text.clone()),
                file: history,
                ..context.clone()
            };
            let said = Said {
                because: item.because.clone(),
                staff: item.staff.clone(),
                evidence,
                codes: source.flow.codes.clone(),
                place: place(&item.id.span),
            };
            let effect = Effect::Reach(disposition);
            for (line, _) in self.lines(&context, effect, guard, &[], &said) {
                making.lines.push(line);
            }
        }
        if !left_out.is_empty() {
            let span = context.file.id.span.clone();
            self.findings.push(
                Diagnostic::error(
                    span,
                    "P504",
                    format!("`risks` leaves out {}", left_out.join(", ")),
                )
                .help("name them, or write `rest: usual`"),
            );
        }
    }

    fn statements(
        &mut self,
        context: &Context<'_>,
        statements: &'i [Statement],
        making: &mut Making,
    ) {
        for statement in statements {
            self.statement(context, statement, making);
        }
    }

    fn statement(&mut self, context: &Context<'_>, statement: &'i Statement, making: &mut Making) {
        self.is_allowed(context, statement);
        if let (Some(end), true) = (&making.ended, context.kind == Where::Pathway) {
            if !matches!(
                statement.what,
                What::Advise(_) | What::Keep(_) | What::Otherwise(_)
            ) {
                let line = end.line;
                self.findings.push(
                    Diagnostic::error(
                        statement.span.clone(),
                        "P530",
                        format!("only `advise` and `keep` may follow `otherwise` (line {line})"),
                    )
                    .help("move it above the `otherwise`"),
                );
            }
        }
        match &statement.what {
            What::Let(name) | What::Score(crate::pathway::source::ScoreSource { name, .. }) => {
                self.define(context, name)
            }
            What::When(when) => self.when(context, when, making),
            What::Include(name) => self.include(context, statement, name, making),
            What::Elsewhere(name) => self.elsewhere(context, statement, name, making),
            What::Ask(names) => self.asks(context, statement, names, making, false),
            What::Keep(names) => self.asks(context, statement, names, making, true),
            What::Guide(name) => {
                let guide = self.world.catalogue.guide(name, self.findings);
                let guard = self.placed_guard(context, statement, Standing::Raises);
                if let (Some(guide), Some(guard)) = (guide, guard) {
                    making.push(Entry {
                        what: Step::Guide(guide),
                        guard,
                        place: place(&statement.span),
                    });
                }
            }
            What::Advise(name) => {
                let item = super::library::position(&self.world.sources.advice, |advice| {
                    advice.id.text == name.text
                });
                if item.is_none() {
                    unknown(
                        name,
                        "P312",
                        "care advice",
                        self.world
                            .sources
                            .advice
                            .iter()
                            .map(|advice| &advice.id.text),
                        self.findings,
                    );
                }
                let guard = self.placed_guard(context, statement, Standing::Plain);
                if let (Some(item), Some(guard)) = (item, guard) {
                    making.advised.push((AdviceId(item), guard, None));
                }
            }
            What::Reach(_) | What::Settle(_) | What::Otherwise(_) | What::Also(_) => {
                self.ranked(context, statement, making)
            }
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

    fn when(
        &mut self,
        context: &Context<'_>,
        when: &'i crate::pathway::source::WhenSource,
        making: &mut Making,
    ) {
        let guard = Guard {
            holds: Some(when.rule.clone()),
            ..Guard::default()
        };
        let Some(rule) = self.guard(context, &guard, Standing::Plain) else {
            return;
        };
        let then = self.forms.all([context.inner, rule]);
        self.statements(
            &Context {
                inner: then,
                nested: true,
                ..context.clone()
            },
            &when.then,
            making,
        );
        let not = self.forms.not(rule);
        let otherwise = self.forms.all([context.inner, not]);
        self.statements(
            &Context {
                inner: otherwise,
                nested: true,
                ..context.clone()
            },
            &when.otherwise,
            making,
        );
    }

    fn include(
        &mut self,
        context: &Context<'_>,
        statement: &Statement,
        name: &Name,
        making: &mut Making,
    ) {
        let world: &'i World<'w> = self.world;
        let Some(flow) = world
            .sources
            .shared
            .iter()
            .find(|flow| flow.id.text == name.text)
        else {
            return unknown(
                name,
                "P313",
                "shared flow",
                world.sources.shared.iter().map(|flow| &flow.id.text),
                self.findings,
            );
        };
        if self.circle(name) {
            return;
        }
        let Some(guard) = self.guard(context, &statement.guard, Standing::Plain) else {
            return;
        };
        let inner = self.forms.all([context.inner, guard]);
        self.included.push(name.text.clone());
        let inherited = if flow.evidence.is_empty() {
            context.evidence
        } else {
            &flow.evidence
        };
        let kind = if context.kind == Where::Pathway {
            Where::Shared
        } else {
            context.kind
        };
        let within = Context {
            file: flow,
            inner,
            evidence: inherited,
            kind,
            nested: context.nested || inner != Rule::TRUE,
            ..context.clone()
        };
        self.path.push(name.text.clone());
        let in_place = making.in_danger || !matches!(kind, Where::Pathway | Where::Shared);
        if in_place {
            // In the danger list, as in the lists of the library, it is asked where it is included.
            self.statements(&within, &flow.danger, making);
        } else {
            let own = std::mem::take(&mut making.danger);
            making.in_danger = true;
            self.statements(&within, &flow.danger, making);
            making.in_danger = false;
            let joined = std::mem::replace(&mut making.danger, own);
            making.joined_danger.extend(joined);
        }
        self.statements(&within, &flow.flow, making);
        self.path.pop();
    }

    fn elsewhere(
        &mut self,
        context: &Context<'_>,
        statement: &Statement,
        name: &Name,
        making: &mut Making,
    ) {
        let world: &'i World<'w> = self.world;
        let Some(target) = world
            .sources
            .pathways
            .iter()
            .find(|pathway| pathway.flow.id.text == name.text)
        else {
            return unknown(
                name,
                "P314",
                "pathway",
                world
                    .sources
                    .pathways
                    .iter()
                    .map(|pathway| &pathway.flow.id.text),
                self.findings,
            );
        };
        if self.circle(name) {
            return;
        }
        let Some(guard) = self.guard(context, &statement.guard, Standing::Plain) else {
            return;
        };
        let whom = self.whom(target);
        let removal = self.forms.all([context.inner, guard, whom]);
        making.removals.push(removal);
        let outer = self.forms.all([context.outer, removal]);
        let other = self.make(target, outer);
        making.joined_danger.extend(other.danger);
        making.joined_danger.extend(other.joined_danger);
        making.flow.extend(other.flow);
        making.lines.extend(other.lines);
        let up_to = other.otherwise.first().and_then(|base| base.disposition);
        making.advised.extend(
            other
                .advised
                .into_iter()
                .map(|(item, guard, own)| (item, guard, own.or(up_to))),
        );
    }

    fn circle(&mut self, name: &Name) -> bool {
        let circle = self.path.contains(&name.text);
        if circle {
            self.findings.push(
                Diagnostic::error(
                    name.span.clone(),
                    "P502",
                    format!(
                        "this goes in a circle: {} → {}",
                        self.path.join(" → "),
                        name.text
                    ),
                )
                .help("break the circle"),
            );
        }
        circle
    }

    fn asks(
        &mut self,
        context: &Context<'_>,
        statement: &Statement,
        names: &[Name],
        making: &mut Making,
        keep: bool,
    ) {
        let mut asked = Vec::new();
        for name in names {
            let Some(found) = self.asked(context, name) else {
                continue;
            };
            if keep {
                self.kept(found, name);
            }
            asked.push(found);
        }
        let standing = if keep {
            Standing::Plain
        } else {
            Standing::Raises
        };
        let guard = self.placed_guard(context, statement, standing);
        if let (Some(guard), false) = (guard, asked.is_empty()) {
            let what = if keep {
                Step::Keep(asked)
            } else {
                Step::Ask(asked)
            };
            making.push(Entry {
                what,
                guard,
                place: place(&statement.span),
            });
        }
    }

    fn asked(&mut self, context: &Context<'_>, name: &Name) -> Option<Asked> {
        let questions = self.world.facts;
        if let Some(Seen::Checklist(id)) = questions
            .defined
            .get(&name.text)
            .map(|defined| &defined.seen)
        {
            return Some(Asked::Checklist(*id));
        }
        match questions.seen(&name.text, &context.file.file, context.complaint.as_deref()) {
            Ok(id) => Some(Asked::Question(id)),
            Err(crate::pathway::rule::Unknown::Elsewhere(place)) => {
                self.findings.push(
                    Diagnostic::error(
                        name.span.clone(),
                        "P302",
                        format!(
                            "`{}` belongs to {place} and may be read only there",
                            name.text
                        ),
                    )
                    .help("to share a question, move it to `questions/`"),
                );
                None
            }
            Err(_) => {
                unknown(
                    name,
                    "P301",
                    "question",
                    questions.visible(&context.file.file),
                    self.findings,
                );
                None
            }
        }
    }

    fn kept(&mut self, asked: Asked, name: &Name) {
        let questions = self.world.facts;
        let ids = match asked {
            Asked::Question(id) => vec![id],
            Asked::Checklist(id) => questions
                .checklists
                .get(id.index())
                .map(|list| list.members.clone())
                .unwrap_or_default(),
        };
        for id in ids {
            if questions
                .facts
                .get(id.index())
                .is_some_and(|fact| !fact.means.is_empty())
            {
                self.findings.push(
                    Diagnostic::error(
                        name.span.clone(),
                        "P531",
                        format!(
                            "`{}` implies a red flag, so it cannot be kept for the hand-over",
                            name.text
                        ),
                    )
                    .help("ask it"),
                );
            }
            self.built.keeps.push((id, name.span.clone()));
        }
    }

    fn ranked(&mut self, context: &Context<'_>, statement: &'i Statement, making: &mut Making) {
        let world: &'i World<'w> = self.world;
        let own_evidence = if statement.evidence.is_empty() {
            context.evidence
        } else {
            &statement.evidence
        };
        let evidence = world.catalogue.cited(own_evidence, self.findings);
        if evidence.is_empty() {
            self.findings.push(
                Diagnostic::error(
                    statement.span.clone(),
                    "P506",
                    "this line cites no evidence",
                )
                .help("add `evidence:` to it or to its file"),
            );
        }
        let codes = if statement.codes == Codes::default() {
            context.codes.clone()
        } else {
            statement.codes.clone()
        };
        let disposition =
            |inliner: &mut Self, name: &Name| world.catalogue.disposition(name, inliner.findings);
        let effect = match &statement.what {
            What::Reach(name) => disposition(self, name).map(Effect::Reach),
            What::Settle(name) => disposition(self, name).map(Effect::Settle),
            What::Also(name) => world.catalogue.need(name, self.findings).map(Effect::Also),
            What::Otherwise(name) => {
                let found = disposition(self, name);
                making.ended.get_or_insert_with(|| statement.span.clone());
                making.otherwise.push(Base {
                    disposition: found,
                    because: statement.because.clone(),
                    staff: statement.staff.clone(),
                    evidence,
                    codes,
                    span: statement.span.clone(),
                });
                return;
            }
            _ => return,
        };
        if statement.guard.is_absent()
            && !context.nested
            && !matches!(effect, Some(Effect::Otherwise(_)))
        {
            self.findings.push(
                Diagnostic::error(
                    statement.span.clone(),
                    "P532",
                    "this line would hold for everybody",
                )
                .help("say when: add `if:`, `unless:` or `any:`"),
            );
        }
        let standing = if matches!(effect, Some(Effect::Settle(_))) {
            Standing::Plain
        } else {
            Standing::Raises
        };
        let own = self.guard(context, &statement.guard, standing);
        let (Some(effect), Some(own)) = (effect, own) else {
            return;
        };
        let holds = self.forms.all([context.inner, own]);
        if let Effect::Settle(disposition) = effect {
            making.removals.push(holds);
            making.settles.push((disposition, statement.span.clone()));
        }
        let guard = self.forms.all([context.outer, holds]);
        let said = Said {
            because: statement.because.clone(),
            staff: statement.staff.clone(),
            evidence,
            codes,
            place: place(&statement.span),
        };
        self.with_exceptions(context, effect, guard, &statement.gives_way, &said, making);
    }

    fn with_exceptions(
        &mut self,
        context: &Context<'_>,
        effect: Effect,
        guard: Rule,
        exceptions: &[Name],
        said: &Said,
        making: &mut Making,
    ) {
        for (line, guard) in self.lines(context, effect, guard, exceptions, said) {
            making.lines.push(line);
            making.push(Entry {
                what: Step::Line(line),
                guard,
                place: said.place.clone(),
            });
        }
    }

    /// A line, and what it becomes by the exceptions that it names and those of its disposition.
    fn lines(
        &mut self,
        context: &Context<'_>,
        effect: Effect,
        guard: Rule,
        exceptions: &[Name],
        said: &Said,
    ) -> Vec<(LineId, Rule)> {
        let world: &'i World<'w> = self.world;
        let of_disposition = effect
            .disposition()
            .and_then(|id| world.catalogue.gives_way.get(id.index()).copied())
            .unwrap_or_default();
        let mut lines = Vec::new();
        let mut stays = vec![guard];
        for name in exceptions.iter().chain(of_disposition) {
            let Some((must, instead, because)) = self.exception(name) else {
                continue;
            };
            let surely = self.forms.surely(must);
            stays.push(self.forms.not(surely));
            let guard = self.forms.all([guard, surely]);
            let because = because.or_else(|| said.because.clone());
            let line = self.line(context, Effect::Reach(instead), guard, said);
            lines.push((self.finish(Line { because, ..line }), guard));
        }
        let guard = self.forms.all(stays);
        let line = self.line(context, effect, guard, said);
        lines.push((self.finish(line), guard));
        lines
    }

    fn exception(&mut self, name: &Name) -> Option<(Rule, DispositionId, Option<Text>)> {
        let world: &'i World<'w> = self.world;
        let Some(source) = world
            .sources
            .exceptions
            .iter()
            .find(|exception| exception.id.text == name.text)
        else {
            unknown(
                name,
                "P315",
                "exception",
                world
                    .sources
                    .exceptions
                    .iter()
                    .map(|exception| &exception.id.text),
                self.findings,
            );
            return None;
        };
        let file: Arc<str> = source.id.span.file.clone();
        let mut scope = self.take_scope(&file, None);
        let rule = scope.guard(&source.guard, Standing::Plain, self.forms, self.findings);
        self.scopes.insert((file, None), scope);
        let instead = world.catalogue.disposition(&source.instead, self.findings);
        for fact in rule.map(|rule| self.forms.facts(rule)).unwrap_or_default() {
            let known = world.facts.facts.get(fact.index());
            // A question in place of a look-up that failed would let a caller state it.
            if known.is_some_and(|fact| {
                !matches!(
                    fact.source,
                    FactSource::System {
                        if_unknown: None,
                        ..
                    }
                )
            }) {
                self.findings.push(Diagnostic::error(source.id.span.clone(), "P533", format!("the exception `{}` reads a question", source.id.text)).help("an exception reads only system facts that the record or a clinician states"));
            }
        }
        Some((rule?, instead?, source.because.clone()))
    }

    fn line(&mut self, context: &Context<'_>, effect: Effect, guard: Rule, said: &Said) -> Line {
        let named = |id: DispositionId| {
            self.world
                .catalogue
                .dispositions
                .get(id.index())
                .map(|disposition| disposition.id.as_str())
                .unwrap_or_default()
        };
        let spelled = match effect {
            Effect::Reach(id) => format!("reach {}", named(id)),
            Effect::Settle(id) => format!("settle {}", named(id)),
            Effect::Otherwise(id) => format!("otherwise {}", named(id)),
            Effect::Also(id) => format!(
                "also {}",
                self.world
                    .catalogue
                    .needs
                    .get(id.index())
                    .map(|need| need.id.as_str())
                    .unwrap_or_default()
            ),
        };
        let key = line_key(
            &context.file.file,
            &spelled,
            guard,
            self.forms,
            self.world.facts,
        );
        Line {
            key,
            effect,
            guard,
            because: said.because.clone(),
            staff: said.staff.clone(),
            evidence: said.evidence.clone(),
            codes: said.codes.clone(),
            origin: context.origin.clone(),
            place: said.place.clone(),
        }
    }

    fn finish(&mut self, line: Line) -> LineId {
        let id = LineId(self.built.lines.len() as u16);
        self.built.lines.push(line);
        id
    }

    fn is_allowed(&mut self, context: &Context<'_>, statement: &Statement) {
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
            if self.included.contains(&flow.id.text) {
                continue;
            }
            self.findings.push(
                Diagnostic::warning(
                    flow.id.span.clone(),
                    "P535",
                    format!("no pathway includes `{}`", flow.id.text),
                )
                .help("include it, or delete the file"),
            );
            // Without a pathway there is no complaint for its questions to be about.
            if super::facts::is_about_complaint(world.sources, world.rules, flow) {
                continue;
            }
            let context = Context {
                file: flow,
                complaint: None,
                origin: Origin::Pathway(flow.id.text.clone()),
                outer: Rule::TRUE,
                inner: Rule::TRUE,
                nested: false,
                evidence: &flow.evidence,
                codes: &flow.codes,
                kind: Where::Shared,
            };
            let mut making = Making::default();
            let (lines, kept) = (self.built.lines.len(), self.built.keeps.len());
            self.statements(&context, &flow.danger, &mut making);
            self.statements(&context, &flow.flow, &mut making);
            self.built.lines.truncate(lines);
            self.built.keeps.truncate(kept);
        }
    }
}

fn place(span: &Span) -> Place {
    Place {
        file: span.file.clone(),
        line: span.line,
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
    super::library::position(&built.pathways, |pathway| pathway.id == id).map(PathwayId)
}
