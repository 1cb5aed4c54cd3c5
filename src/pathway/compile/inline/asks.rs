//! What is asked, and what is kept for the hand-over.

use super::{Context, Inliner, Making};
use crate::pathway::compile::facts::Seen;
use crate::pathway::compile::unknown;
use crate::pathway::content::Place;
use crate::pathway::content::{Asked, Entry, FactId, FactSource, Step};
use crate::pathway::diagnostic::Diagnostic;
use crate::pathway::rule::{Standing, Unknown};
use crate::pathway::source::{Name, Statement};

impl<'i, 'w: 'i> Inliner<'i, 'w> {
    pub(super) fn ask(
        &mut self,
        context: &Context<'_>,
        statement: &Statement,
        names: &[Name],
        making: &mut Making<'i>,
    ) {
        let asked = names.iter().filter_map(|name| self.asked(context, name));
        let asked: Vec<Asked> = asked.collect();
        let guard = self.placed_guard(context, statement, Standing::Raises);
        if let (Some(guard), false) = (guard, asked.is_empty()) {
            making.push(Entry {
                what: Step::Ask(asked),
                guard,
                place: Place::from(&statement.span),
            });
        }
    }

    pub(super) fn keep(
        &mut self,
        context: &Context<'_>,
        statement: &Statement,
        names: &[Name],
        making: &mut Making<'i>,
    ) {
        let asked: Vec<Asked> = names
            .iter()
            .filter_map(|name| {
                let asked = self.asked(context, name)?;
                self.kept(asked, name);
                Some(asked)
            })
            .collect();
        let guard = self.placed_guard(context, statement, Standing::Plain);
        if let (Some(guard), false) = (guard, asked.is_empty()) {
            making.push(Entry {
                what: Step::Keep(asked),
                guard,
                place: Place::from(&statement.span),
            });
        }
    }

    fn asked(&mut self, context: &Context<'_>, name: &Name) -> Option<Asked> {
        let questions = self.world.facts;
        let file = &context.file.file;
        let found = match questions.seen(&name.text, file, context.complaint.as_deref()) {
            Ok(id) => return self.asked_fact(id, name).map(Asked::Question),
            Err(Unknown::Screen(_)) => {
                let seen = questions.defined.get(&name.text).map(|known| &known.seen);
                return match seen {
                    Some(Seen::Checklist(id)) => Some(Asked::Checklist(*id)),
                    _ => None,
                };
            }
            Err(Unknown::Reported) => return None,
            Err(unknown) => unknown.diagnostic(&name.text, name.span.clone()),
        };
        match found {
            Some(found) => self.findings.push(found),
            None => unknown(
                name,
                "P301",
                "question",
                questions.visible(file),
                self.findings,
            ),
        }
        None
    }

    fn asked_fact(&mut self, id: FactId, name: &Name) -> Option<FactId> {
        let fact = self.world.facts.facts.get(id.index())?;
        if fact.source == FactSource::Question {
            return Some(id);
        }
        let message = format!("`{}` is a system fact, which no flow asks", name.text);
        self.findings
            .push(Diagnostic::error(name.span.clone(), "P541", message).help(
            "age, sex and party are asked before the first flow, the others come from the service; \
                 `if_unknown: ask q` asks a question in the place of one",
        ));
        None
    }

    fn kept(&mut self, asked: Asked, name: &Name) {
        let questions = self.world.facts;
        for id in questions.shown(asked) {
            let fact = questions.facts.get(id.index());
            if fact.is_some_and(|fact| !fact.means.is_empty()) {
                let message = format!(
                    "`{}` implies a red flag, so it cannot be kept for the hand-over",
                    name.text
                );
                self.findings
                    .push(Diagnostic::error(name.span.clone(), "P531", message).help("ask it"));
            }
            self.built.keeps.push((id, name.span.clone()));
        }
    }
}
