//! Guarded lines: what they reach, and the named exceptions that they give way to.

use std::sync::Arc;

use super::{Base, Context, Inliner, Making};
use crate::pathway::compile::names::World;
use crate::pathway::compile::spell::line_key;
use crate::pathway::compile::unknown;
use crate::pathway::content::Place;
use crate::pathway::content::{
    Codes, DispositionId, Effect, Entry, FactSource, Line, LineId, Step,
};
use crate::pathway::diagnostic::{Diagnostic, Span};
use crate::pathway::form::Rule;
use crate::pathway::rule::Standing;
use crate::pathway::source::{ExceptionSource, Name, Statement, What};
use crate::pathway::text::Text;

/// A guard has no more parts than this, with everything around its line.
const LARGEST: u32 = 20_000;
/// A content has no more lines than this, all that joins counted.
const MOST: usize = 60_000;

/// A line about to be added, and what it gives way to.
pub(super) struct Draft<'s> {
    pub(super) effect: Effect,
    pub(super) guard: Rule,
    pub(super) because: Option<Text>,
    pub(super) staff: Option<String>,
    pub(super) evidence: Vec<String>,
    pub(super) codes: Codes,
    pub(super) gives_way: &'s [Name],
    pub(super) span: &'s Span,
}

impl<'i, 'w: 'i> Inliner<'i, 'w> {
    /// A `reach`, `settle`, `otherwise` or `also`.
    pub(super) fn ranked(
        &mut self,
        context: &Context<'_>,
        statement: &'i Statement,
        making: &mut Making<'i>,
    ) {
        let evidence = self.evidence(context, statement);
        let codes = if statement.codes == Codes::default() {
            context.codes.clone()
        } else {
            statement.codes.clone()
        };
        if let What::Otherwise(name) = &statement.what {
            making.ended.get_or_insert_with(|| statement.span.clone());
            making.otherwise.push(Base {
                disposition: self.world.catalogue.disposition(name, self.findings),
                statement,
                evidence,
                codes,
            });
            return;
        }
        let effect = self.effect(statement);
        if let Some(Effect::Settle(disposition)) = effect {
            making.settles.push((disposition, statement.span.clone()));
        }
        if statement.guard.is_absent() && !context.nested {
            self.findings.push(
                Diagnostic::error(
                    statement.span.clone(),
                    "P532",
                    "this line would hold for everybody",
                )
                .help("say when: add `if:`, `unless:` or `any:`"),
            );
        }
        let standing = match statement.what {
            What::Settle(_) => Standing::Plain,
            _ => Standing::Raises,
        };
        let own = self.guard(context, &statement.guard, standing);
        let (Some(effect), Some(own)) = (effect, own) else {
            return;
        };
        let holds = self.forms.all([context.inner, own]);
        if let Effect::Settle(_) = effect {
            making.removals.push(holds);
        }
        let draft = Draft {
            effect,
            guard: self.forms.all([context.outer, holds]),
            because: statement.because.clone(),
            staff: statement.staff.clone(),
            evidence,
            codes,
            gives_way: &statement.gives_way,
            span: &statement.span,
        };
        for (line, guard) in self.add(context, draft) {
            making.lines.push(line);
            making.push(Entry {
                what: Step::Line(line),
                guard,
                place: Place::from(&statement.span),
            });
        }
    }

    fn evidence(&mut self, context: &Context<'_>, statement: &Statement) -> Vec<String> {
        let own = if statement.evidence.is_empty() {
            context.evidence
        } else {
            &statement.evidence
        };
        let evidence = self.world.catalogue.cited(own, self.findings);
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
        evidence
    }

    fn effect(&mut self, statement: &Statement) -> Option<Effect> {
        let catalogue = self.world.catalogue;
        match &statement.what {
            What::Reach(name) => catalogue
                .disposition(name, self.findings)
                .map(Effect::Reach),
            What::Settle(name) => catalogue
                .disposition(name, self.findings)
                .map(Effect::Settle),
            What::Also(name) => catalogue.need(name, self.findings).map(Effect::Also),
            _ => None,
        }
    }

    /// Adds a line, and in its place where a named exception must hold, the line that the exception puts there.
    pub(super) fn add(&mut self, context: &Context<'_>, draft: Draft<'_>) -> Vec<(LineId, Rule)> {
        let catalogue = self.world.catalogue;
        let of_disposition = draft
            .effect
            .disposition()
            .and_then(|id| catalogue.gives_way.get(id.index()).copied())
            .unwrap_or_default();
        let mut added = Vec::new();
        let mut stays = vec![draft.guard];
        for name in draft.gives_way.iter().chain(of_disposition) {
            let Some((holds, instead, because)) = self.exception(name) else {
                continue;
            };
            let surely = self.forms.surely(holds);
            stays.push(self.forms.not(surely));
            let guard = self.forms.all([draft.guard, surely]);
            let because = because.or_else(|| draft.because.clone());
            added.extend(self.finish(context, &draft, Effect::Reach(instead), guard, because));
        }
        let guard = self.forms.all(stays);
        let because = draft.because.clone();
        added.extend(self.finish(context, &draft, draft.effect, guard, because));
        added
    }

    fn finish(
        &mut self,
        context: &Context<'_>,
        draft: &Draft<'_>,
        effect: Effect,
        guard: Rule,
        because: Option<Text>,
    ) -> Option<(LineId, Rule)> {
        if self.forms.size(guard) > LARGEST {
            self.findings.push(
                Diagnostic::error(
                    draft.span.clone(),
                    "P403",
                    "the guard of this line is too large, with everything around it",
                )
                .help("say it with fewer conditions"),
            );
            return None;
        }
        let id = u16::try_from(self.built.lines.len()).ok();
        let Some(id) = id.filter(|id| usize::from(*id) < MOST) else {
            self.too_large(draft.span);
            return None;
        };
        let key = line_key(
            &context.file.file,
            &self.spelled(effect),
            guard,
            self.forms,
            self.world,
        );
        self.built.lines.push(Line {
            key,
            effect,
            guard,
            because,
            staff: draft.staff.clone(),
            evidence: draft.evidence.clone(),
            codes: draft.codes.clone(),
            origin: context.origin.clone(),
            place: Place::from(draft.span),
        });
        Some((LineId(id), guard))
    }

    fn spelled(&self, effect: Effect) -> String {
        let catalogue = self.world.catalogue;
        let named = |id: DispositionId| {
            let found = catalogue.dispositions.get(id.index());
            found.map(|found| found.id.as_str()).unwrap_or_default()
        };
        match effect {
            Effect::Reach(id) => format!("reach {}", named(id)),
            Effect::Settle(id) => format!("settle {}", named(id)),
            Effect::Otherwise(id) => format!("otherwise {}", named(id)),
            Effect::Also(id) => {
                let need = catalogue.needs.get(id.index()).map(|need| need.id.as_str());
                format!("also {}", need.unwrap_or_default())
            }
        }
    }

    /// A named exception: when it holds, and what takes the place of the line.
    pub(super) fn exception(&mut self, name: &Name) -> Option<(Rule, DispositionId, Option<Text>)> {
        let exceptions = &self.world.sources.exceptions;
        let found = exceptions
            .iter()
            .find(|exception| exception.id.text == name.text);
        let Some(source) = found else {
            let ids = exceptions.iter().map(|exception| &exception.id.text);
            unknown(name, "P315", "exception", ids, self.findings);
            return None;
        };
        self.read_exception(source)
    }

    /// Looks at every exception, so that the faults of one that no line names are found too.
    pub(super) fn exceptions(&mut self) {
        let world: &'i World<'w> = self.world;
        for source in &world.sources.exceptions {
            self.read_exception(source);
        }
        let named = world.sources.dispositions.iter();
        for name in named.flat_map(|disposition| &disposition.gives_way) {
            self.exception(name);
        }
    }

    fn read_exception(
        &mut self,
        source: &ExceptionSource,
    ) -> Option<(Rule, DispositionId, Option<Text>)> {
        let world: &'i World<'w> = self.world;
        let file: Arc<str> = source.id.span.file.clone();
        let mut scope = self.take_scope(&file, None);
        let rule = scope.guard(&source.guard, Standing::Plain, self.forms, self.findings);
        self.scopes.insert((file, None), scope);
        let instead = world.catalogue.disposition(&source.instead, self.findings);
        let facts = rule.map(|rule| self.forms.facts(rule)).unwrap_or_default();
        let asked = facts.iter().filter_map(|fact| {
            let fact = world.facts.facts.get(fact.index())?;
            // A question in place of a look-up that failed would let a caller state it.
            let stated = matches!(
                fact.source,
                FactSource::System {
                    if_unknown: None,
                    ..
                }
            );
            (!stated).then_some(&fact.id)
        });
        for fact in asked {
            let message = format!("the exception `{}` reads `{fact}`", source.id.text);
            self.findings.push(
                Diagnostic::error(source.id.span.clone(), "P533", message).help(
                    "an exception reads only system facts that the record or a clinician states",
                ),
            );
        }
        Some((rule?, instead?, source.because.clone()))
    }
}
