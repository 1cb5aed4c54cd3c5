//! Risk lines: what a risk item reaches in a pathway.

use super::lines::Draft;
use super::{Context, Inliner, Making};
use crate::pathway::compile::names::World;
use crate::pathway::compile::unknown;
use crate::pathway::content::{Effect, Origin};
use crate::pathway::diagnostic::{Diagnostic, Span};
use crate::pathway::rule::Standing;
use crate::pathway::source::{FlowFile, Guard, Name, PathwayFile, RiskEffect, RiskItem, RuleText};

impl<'i, 'w: 'i> Inliner<'i, 'w> {
    pub(super) fn risks(
        &mut self,
        context: &Context<'_>,
        source: &'i PathwayFile,
        making: &mut Making<'i>,
    ) {
        let world: &'i World<'w> = self.world;
        let Some(history) = &world.sources.risk_history else {
            return;
        };
        let items = &world.sources.risk_items;
        let written = source.risks.as_deref().unwrap_or_default();
        for (name, _) in written {
            if !items.iter().any(|item| item.id.text == name.text) {
                let ids = items.iter().map(|item| &item.id.text);
                unknown(name, "P311", "risk item", ids, self.findings);
            }
        }
        let mut left_out = Vec::new();
        for item in items {
            let reach = match written.iter().find(|(name, _)| name.text == item.id.text) {
                Some((_, RiskEffect::Nothing(_))) => continue,
                Some((_, RiskEffect::Reach(name))) => name,
                None => {
                    left_out.push(item.id.text.as_str());
                    &item.reach
                }
            };
            self.risk(context, source, history, item, reach, making);
        }
        if !left_out.is_empty() && !source.rest_usual {
            self.left_out(source, &left_out);
        }
    }

    fn left_out(&mut self, source: &PathwayFile, items: &[&str]) {
        let message = format!("`risks` leaves out {}", items.join(", "));
        let mut found = Diagnostic::error(source.risks_span.clone(), "P504", message)
            .help("name them, or write `rest: usual`");
        let first = source.risks.as_ref().and_then(|risks| risks.first());
        if let Some((first, _)) = first {
            let indent = " ".repeat(first.span.column.saturating_sub(1) as usize);
            let start = Span {
                length: 0,
                ..first.span.clone()
            };
            found = found.fix_at(start, format!("rest: usual\n{indent}"));
        }
        self.findings.push(found);
    }

    fn risk(
        &mut self,
        context: &Context<'_>,
        source: &'i PathwayFile,
        history: &'i FlowFile,
        item: &'i RiskItem,
        reach: &Name,
        making: &mut Making<'i>,
    ) {
        let disposition = self.world.catalogue.disposition(reach, self.findings);
        let own = Guard {
            holds: Some(RuleText::made("", &item.id.text, &item.id.span)),
            ..Guard::default()
        };
        let own = if item.guard.is_absent() {
            &own
        } else {
            &item.guard
        };
        let guard = self.guard_in(history, None, own, Standing::Raises);
        let evidence = if item.evidence.is_empty() {
            &history.evidence
        } else {
            &item.evidence
        };
        let evidence = self.world.catalogue.cited(evidence, self.findings);
        if evidence.is_empty() {
            let message = format!("the risk item `{}` cites no evidence", item.id.text);
            self.findings.push(
                Diagnostic::error(item.id.span.clone(), "P506", message)
                    .help("add `evidence:` to it or to its file"),
            );
        }
        let (Some(disposition), Some(guard)) = (disposition, guard) else {
            return;
        };
        let draft = Draft {
            effect: Effect::Reach(disposition),
            guard: self.forms.all([context.outer, guard]),
            because: item.because.clone(),
            staff: item.staff.clone(),
            evidence,
            codes: source.flow.codes.clone(),
            gives_way: &[],
            span: &item.id.span,
        };
        let context = Context {
            origin: Origin::Risk(item.id.text.clone()),
            file: history,
            ..context.clone()
        };
        let added = self.add(&context, draft);
        making.lines.extend(added.into_iter().map(|(line, _)| line));
    }
}
