//! What joins other statements: `when`, `include`, `elsewhere`.

use super::{Context, Inliner, Making, Passage, Where};
use crate::pathway::compile::names::World;
use crate::pathway::compile::unknown;
use crate::pathway::content::Codes;
use crate::pathway::diagnostic::Diagnostic;
use crate::pathway::form::Rule;
use crate::pathway::rule::Standing;
use crate::pathway::source::{Guard, Name, Statement, WhenSource};

/// Flows and pathways join each other no deeper than this.
const DEEPEST: usize = 24;

impl<'i, 'w: 'i> Inliner<'i, 'w> {
    pub(super) fn when(
        &mut self,
        context: &Context<'_>,
        when: &'i WhenSource,
        making: &mut Making<'i>,
    ) {
        let guard = Guard {
            holds: when.rule.clone(),
            ..Guard::default()
        };
        let rule = self.guard_or_true(context, &guard);
        let not = self.forms.not(rule);
        for (holds, list) in [(rule, &when.then), (not, &when.otherwise)] {
            let within = Context {
                inner: self.forms.all([context.inner, holds]),
                nested: true,
                ..context.clone()
            };
            self.statements(&within, list, making);
        }
    }

    /// The guard of what is nested; what is reported is read as true, so that what is nested is looked at all the same.
    fn guard_or_true(&mut self, context: &Context<'_>, guard: &Guard) -> Rule {
        let rule = self.guard(context, guard, Standing::Plain);
        rule.unwrap_or(Rule::TRUE)
    }

    pub(super) fn include(
        &mut self,
        context: &Context<'_>,
        statement: &Statement,
        name: &Name,
        making: &mut Making<'i>,
    ) {
        let world: &'i World<'w> = self.world;
        let mut flows = world.sources.shared.iter();
        let Some(flow) = flows.find(|flow| flow.id.text == name.text) else {
            let ids = world.sources.shared.iter().map(|flow| &flow.id.text);
            return unknown(name, "P313", "shared flow", ids, self.findings);
        };
        self.built.included.insert(flow.file.clone());
        let passage = Passage::Flow(name.text.clone());
        if !self.may_join(&passage, name) {
            return;
        }
        let guard = self.guard_or_true(context, &statement.guard);
        let within = Context {
            file: flow,
            inner: self.forms.all([context.inner, guard]),
            evidence: if flow.evidence.is_empty() {
                context.evidence
            } else {
                &flow.evidence
            },
            codes: if flow.codes == Codes::default() {
                context.codes
            } else {
                &flow.codes
            },
            kind: match context.kind {
                Where::Pathway => Where::Shared,
                kind => kind,
            },
            // Whether its lines say when is for its own file to say, wherever it is included.
            nested: false,
            ..context.clone()
        };
        self.path.push(passage);
        if making.in_danger || !matches!(within.kind, Where::Shared) {
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

    pub(super) fn elsewhere(
        &mut self,
        context: &Context<'_>,
        statement: &Statement,
        name: &Name,
        making: &mut Making<'i>,
    ) {
        let world: &'i World<'w> = self.world;
        let pathways = &world.sources.pathways;
        let target = pathways
            .iter()
            .find(|pathway| pathway.flow.id.text == name.text);
        let Some(target) = target else {
            let ids = pathways.iter().map(|pathway| &pathway.flow.id.text);
            return unknown(name, "P314", "pathway", ids, self.findings);
        };
        if !self.may_join(&Passage::Pathway(name.text.clone()), name) {
            return;
        }
        let guard = self.guard_or_true(context, &statement.guard);
        let whom = self.whom(target);
        let removal = self.forms.all([context.inner, guard, whom]);
        making.removals.push(removal);
        let outer = self.forms.all([context.outer, removal]);
        let other = self.make(target, outer);
        let base = other.base_rank();
        making.joined_danger.extend(other.danger);
        making.joined_danger.extend(other.joined_danger);
        making.flow.extend(other.flow);
        making.lines.extend(other.lines);
        let advised = other.advised.into_iter();
        making
            .advised
            .extend(advised.map(|(item, guard, own)| (item, guard, own.or(base))));
    }

    /// Reports a circle, or a nest without end.
    fn may_join(&mut self, passage: &Passage, name: &Name) -> bool {
        let found = if let Some(start) = self.path.iter().position(|other| other == passage) {
            let circle = self.path.iter().skip(start).map(Passage::id);
            let circle: Vec<&str> = circle.chain([name.text.as_str()]).collect();
            let message = format!("this goes in a circle: {}", circle.join(" → "));
            Diagnostic::error(name.span.clone(), "P502", message).help("break the circle")
        } else if self.path.len() >= DEEPEST {
            let message = format!("flows join each other more than {DEEPEST} deep");
            Diagnostic::error(name.span.clone(), "P539", message)
                .help("write some of them out where they are needed")
        } else {
            return true;
        };
        self.findings.push(found);
        false
    }
}
