//! A whole pathway: its statements and its base.

use super::lines::Draft;
use super::{Context, Inliner, Making, Passage, Where};
use crate::pathway::compile::whom::whom;
use crate::pathway::content::Place;
use crate::pathway::content::{Advised, DispositionId, Effect, Entry, Flow, Origin, Pathway, Step};
use crate::pathway::diagnostic::Diagnostic;
use crate::pathway::form::Rule;
use crate::pathway::source::PathwayFile;

impl<'i, 'w: 'i> Inliner<'i, 'w> {
    pub(super) fn pathway(&mut self, source: &'i PathwayFile) {
        let whom = self.whom(source);
        let mut making = self.make(source, whom);
        making.danger.append(&mut making.joined_danger);
        let base = making.base_rank();
        let advised = making.advised.iter().map(|(item, guard, up_to)| {
            let advice = self.built.advice.get(item.index());
            let own = advice.and_then(|advice| advice.up_to);
            Advised {
                item: *item,
                guard: *guard,
                up_to: own.or(*up_to).or(base).unwrap_or(DispositionId(0)),
            }
        });
        let pathway = Pathway {
            advice: advised.collect(),
            id: source.flow.id.text.clone(),
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
            otherwise: base.unwrap_or(DispositionId(0)),
        };
        self.built.pathways.push(pathway);
    }

    pub(super) fn whom(&mut self, source: &'i PathwayFile) -> Rule {
        whom(self.world, &source.whom, self.forms, self.findings)
    }

    /// A pathway under a guard: its own statements, its risk lines and its base.
    pub(super) fn make(&mut self, source: &'i PathwayFile, outer: Rule) -> Making<'i> {
        let file = &source.flow;
        let id = &file.id.text;
        let context = Context {
            complaint: Some(id.clone()),
            outer,
            ..Context::new(file, Origin::Pathway(id.clone()), Where::Pathway)
        };
        let mut making = Making {
            in_danger: true,
            ..Making::default()
        };
        self.path.push(Passage::Pathway(id.clone()));
        self.statements(&context, &file.danger, &mut making);
        making.in_danger = false;
        self.statements(&context, &file.flow, &mut making);
        self.path.pop();
        self.base(&context, &mut making);
        self.risks(&context, source, &mut making);
        making
    }

    fn base(&mut self, context: &Context<'_>, making: &mut Making<'i>) {
        for extra in making.otherwise.iter().skip(1) {
            self.findings.push(
                Diagnostic::error(
                    extra.statement.span.clone(),
                    "P503",
                    "a pathway has one `otherwise`",
                )
                .help("remove one; a lower base for some is a `settle`"),
            );
        }
        let Some(base) = making.otherwise.first() else {
            let message = format!("the pathway `{}` has no `otherwise`", context.file.id.text);
            self.findings.push(
                Diagnostic::error(context.file.id.span.clone(), "P503", message)
                    .help("end its flow with `- otherwise: <disposition>`, its base"),
            );
            return;
        };
        let Some(disposition) = base.disposition else {
            return;
        };
        for (_, span) in making
            .settles
            .iter()
            .filter(|(settle, _)| *settle <= disposition)
        {
            self.findings.push(
                Diagnostic::error(
                    span.clone(),
                    "P529",
                    "a `settle` must rank below the `otherwise` of its pathway",
                )
                .help("to raise, write `reach`; to lower, settle for something less urgent"),
            );
        }
        let removed = self.forms.any(making.removals.iter().copied());
        let stays = self.forms.not(removed);
        let statement = base.statement;
        let draft = Draft {
            effect: Effect::Otherwise(disposition),
            guard: self.forms.all([context.outer, stays]),
            because: statement.because.clone(),
            staff: statement.staff.clone(),
            evidence: base.evidence.clone(),
            codes: base.codes.clone(),
            gives_way: &[],
            span: &statement.span,
        };
        for (line, guard) in self.add(context, draft) {
            making.lines.push(line);
            making.flow.push(Entry {
                what: Step::Line(line),
                guard,
                place: Place::from(&statement.span),
            });
        }
    }
}
