//! What can lower a result, and what leaves out a rule of order: listed for the people who approve a release.
//!
//! Adding a `reach` never lowers anybody; only `settle`, `gives_way`, `elsewhere` and `risks` can, and each use of them is one note.
//! Notes are about a content without errors, so names that mean nothing are passed over.

use super::library::Catalogue;
use crate::pathway::content::DispositionId;
use crate::pathway::diagnostic::{Diagnostic, Span};
use crate::pathway::source::{
    FlowFile, Name, PathwayFile, Question, RiskEffect, Sources, Statement, What,
};

/// The notes for the approvers, in the order of the files.
pub fn notes(sources: &Sources, catalogue: &Catalogue<'_>) -> Vec<Diagnostic> {
    let mut notes = Notes {
        sources,
        catalogue,
        found: Vec::new(),
    };
    notes.library();
    for pathway in &sources.pathways {
        notes.pathway(pathway);
    }
    notes.found.sort();
    notes.found
}

struct Notes<'s> {
    sources: &'s Sources,
    catalogue: &'s Catalogue<'s>,
    found: Vec<Diagnostic>,
}

impl<'s> Notes<'s> {
    fn library(&mut self) {
        let sources = self.sources;
        for disposition in &sources.dispositions {
            self.gives_way(&disposition.id, &disposition.gives_way);
        }
        let lists = [
            &sources.first_flow,
            &sources.interrupts,
            &sources.risk_history,
        ];
        for flow in lists.into_iter().flatten().chain(&sources.shared) {
            self.flow(flow);
        }
        for question in sources.questions.iter().chain(&sources.system) {
            self.question(question);
        }
        for promise in &sources.promises {
            self.exceptions(&promise.unless);
        }
    }

    fn pathway(&mut self, pathway: &'s PathwayFile) {
        self.flow(&pathway.flow);
        self.risks(pathway);
        for promise in &pathway.promises {
            self.exceptions(&promise.unless);
        }
        let base = base(pathway);
        for statement in statements(&pathway.flow) {
            match &statement.what {
                What::Settle(settled) => {
                    let instead = base.map_or("its `otherwise`", |base| &base.text);
                    let message = format!(
                        "`settle {}` may take the place of `{instead}`",
                        settled.text
                    );
                    self.note(&settled.span, "P901", message);
                }
                What::Elsewhere(target) => self.elsewhere(base, target),
                _ => {}
            }
        }
    }

    fn flow(&mut self, flow: &'s FlowFile) {
        for question in &flow.questions {
            self.question(question);
        }
        for statement in statements(flow) {
            if let What::Reach(reached) | What::Also(reached) = &statement.what {
                self.gives_way(reached, &statement.gives_way);
            }
        }
    }

    fn gives_way(&mut self, reached: &Name, exceptions: &[Name]) {
        for name in exceptions {
            let mut known = self.sources.exceptions.iter();
            if let Some(exception) = known.find(|exception| exception.id.text == name.text) {
                let message = format!(
                    "`{}` gives way to `{}`, and becomes `{}`",
                    reached.text, name.text, exception.instead.text
                );
                self.note(&name.span, "P902", message);
            }
        }
    }

    /// Only what is lower than what it takes the place of.
    fn elsewhere(&mut self, own_base: Option<&Name>, target: &'s Name) {
        let mut pathways = self.sources.pathways.iter();
        let Some(joined) = pathways.find(|pathway| pathway.flow.id.text == target.text) else {
            return;
        };
        let Some((own, rank)) = own_base.and_then(|own| Some((own, self.rank(own)?))) else {
            return;
        };
        let is_lower = |name: &&Name| self.rank(name).is_some_and(|theirs| theirs > rank);
        let settles = statements(&joined.flow).into_iter();
        let settles = settles.filter_map(|statement| match &statement.what {
            What::Settle(settled) => Some(settled),
            _ => None,
        });
        let mut lower: Vec<&str> = base(joined)
            .into_iter()
            .chain(settles)
            .filter(is_lower)
            .map(|name| name.text.as_str())
            .collect();
        lower.dedup();
        if !lower.is_empty() {
            let message = format!(
                "`elsewhere {}` takes away `{}`, and that pathway can end in {}",
                target.text,
                own.text,
                lower.join(", ")
            );
            self.note(&target.span, "P903", message);
        }
    }

    fn risks(&mut self, pathway: &'s PathwayFile) {
        for (item, effect) in pathway.risks.iter().flatten() {
            let mut items = self.sources.risk_items.iter();
            let Some(usual) = items.find(|known| known.id.text == item.text) else {
                continue;
            };
            let what = match effect {
                RiskEffect::Nothing(why) => {
                    format!("reaches nothing here ({why})")
                }
                RiskEffect::Reach(here) if self.rank(here) > self.rank(&usual.reach) => {
                    format!("reaches `{}` here", here.text)
                }
                RiskEffect::Reach(_) => continue,
            };
            let message = format!(
                "`{}` {what}; its usual is `{}`",
                item.text, usual.reach.text
            );
            self.note(&item.span, "P904", message);
        }
    }

    fn question(&mut self, question: &Question) {
        let id = &question.id.text;
        if let Some(why) = &question.not_ordered {
            let message = format!("the answers to `{id}` have no order: {}", why.text);
            self.note(&question.id.span, "P905", message);
        }
        if let Some(option) = &question.not_sure {
            let message = format!("\"not sure\" of `{id}` is read as `{}`", option.text);
            self.note(&option.span, "P906", message);
        }
    }

    fn exceptions(&mut self, unless: &[Name]) {
        for name in unless {
            let message = format!("this promise does not hold for `{}`", name.text);
            self.note(&name.span, "P907", message);
        }
    }

    fn note(&mut self, span: &Span, code: &'static str, message: String) {
        self.found
            .push(Diagnostic::note(span.clone(), code, message));
    }

    fn rank(&self, name: &Name) -> Option<DispositionId> {
        self.catalogue.disposition(name, &mut Vec::new())
    }
}

fn base(pathway: &PathwayFile) -> Option<&Name> {
    statements(&pathway.flow)
        .into_iter()
        .find_map(|statement| match &statement.what {
            What::Otherwise(base) => Some(base),
            _ => None,
        })
}

/// All statements of a file, nested ones too.
fn statements(flow: &FlowFile) -> Vec<&Statement> {
    fn collect<'s>(list: &'s [Statement], all: &mut Vec<&'s Statement>) {
        for statement in list {
            all.push(statement);
            if let What::When(when) = &statement.what {
                collect(&when.then, all);
                collect(&when.otherwise, all);
            }
        }
    }
    let mut all = Vec::new();
    collect(&flow.danger, &mut all);
    collect(&flow.flow, &mut all);
    all
}
