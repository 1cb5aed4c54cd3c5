//! The catalogues that lines name: dispositions in order of urgency, needs, tables, guides, evidence.

use std::collections::HashMap;

use super::facts::Questions;
use super::unknown;
use crate::pathway::content::{
    Disposition, DispositionId, Evidence, Exit, Guide, GuideId, Need, NeedId, Table,
};
use crate::pathway::diagnostic::{Diagnostic, Findings};
use crate::pathway::source::{GuideSource, Name, Sources};

/// The catalogues, and where to find things in them.
pub struct Catalogue<'s> {
    /// Most urgent first.
    pub dispositions: Vec<Disposition>,
    /// Named exceptions of each disposition, in the same order.
    pub gives_way: Vec<&'s [Name]>,
    /// Parallel needs.
    pub needs: Vec<Need>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Sources by id.
    pub evidence: HashMap<String, Evidence>,
    /// Resolved.
    pub none_fit: Option<DispositionId>,
    /// Resolved.
    pub early_exit: Option<DispositionId>,
    guide_sources: &'s [GuideSource],
}

impl<'s> Catalogue<'s> {
    /// Orders the dispositions and resolves what the catalogues say of each other.
    pub fn read(sources: &'s Sources, findings: &mut Findings) -> Self {
        // The order of urgency: rank, then setting upwards, then the earlier line of the catalogue.
        let mut order: Vec<_> = sources.dispositions.iter().collect();
        order.sort_by_key(|source| {
            (
                source.disposition.rank,
                std::cmp::Reverse(source.disposition.setting),
            )
        });
        for source in &order {
            if source.disposition.starts_at_once && !source.disposition.emergency {
                findings.push(
                    Diagnostic::error(
                        source.id.span.clone(),
                        "P508",
                        format!("`{}` starts at once and is no emergency", source.id.text),
                    )
                    .help("add `emergency: yes`"),
                );
            }
        }
        let mut catalogue = Catalogue {
            dispositions: order
                .iter()
                .map(|source| source.disposition.clone())
                .collect(),
            gives_way: order
                .iter()
                .map(|source| source.gives_way.as_slice())
                .collect(),
            needs: sources.needs.iter().map(|(_, need)| need.clone()).collect(),
            tables: sources
                .tables
                .iter()
                .map(|table| table.table.clone())
                .collect(),
            evidence: sources
                .evidence
                .iter()
                .map(|(id, evidence)| (id.text.clone(), evidence.clone()))
                .collect(),
            none_fit: None,
            early_exit: None,
            guide_sources: &sources.guides,
        };
        catalogue.none_fit = sources
            .none_fit
            .as_ref()
            .and_then(|name| catalogue.disposition(name, findings));
        catalogue.early_exit = sources
            .early_exit
            .as_ref()
            .and_then(|name| catalogue.disposition(name, findings));
        catalogue
    }

    /// A disposition by its id, or a finding.
    pub fn disposition(&self, name: &Name, findings: &mut Findings) -> Option<DispositionId> {
        let found = position(&self.dispositions, |disposition| {
            disposition.id == name.text
        });
        if found.is_none() {
            unknown(
                name,
                "P306",
                "disposition",
                self.dispositions.iter().map(|disposition| &disposition.id),
                findings,
            );
        }
        found.map(DispositionId)
    }

    /// A need by its id, or a finding.
    pub fn need(&self, name: &Name, findings: &mut Findings) -> Option<NeedId> {
        let found = position(&self.needs, |need| need.id == name.text);
        if found.is_none() {
            unknown(
                name,
                "P307",
                "parallel need",
                self.needs.iter().map(|need| &need.id),
                findings,
            );
        }
        found.map(NeedId)
    }

    /// A guide by its id, or a finding.
    pub fn guide(&self, name: &Name, findings: &mut Findings) -> Option<GuideId> {
        let found = position(self.guide_sources, |guide| guide.id.text == name.text);
        if found.is_none() {
            unknown(
                name,
                "P308",
                "guide",
                self.guide_sources.iter().map(|guide| &guide.id.text),
                findings,
            );
        }
        found.map(GuideId)
    }

    /// Sources as written on lines, checked: `id` or `id#point`.
    pub fn cited(&self, names: &[Name], findings: &mut Findings) -> Vec<String> {
        for name in names {
            let id = name.text.split('#').next().unwrap_or_default();
            if !self.evidence.contains_key(id) {
                let id = Name {
                    text: id.to_owned(),
                    span: name.span.clone(),
                };
                unknown(&id, "P309", "evidence", self.evidence.keys(), findings);
            }
        }
        names.iter().map(|name| name.text.clone()).collect()
    }

    /// The guides, their exits resolved.
    pub fn guides(&self, questions: &Questions, findings: &mut Findings) -> Vec<Guide> {
        let guide = |source: &GuideSource, findings: &mut Findings| {
            if source.exits.is_empty() {
                findings.push(
                    Diagnostic::error(
                        source.id.span.clone(),
                        "P509",
                        format!("the guide `{}` has no exit", source.id.text),
                    )
                    .help("say how it ends: the crew is here, breathing again"),
                );
            }
            let exits = source.exits.iter().map(|(id, text, again)| {
                let asks_again = again.as_ref().and_then(|name| {
                    let found = questions.by_name.get(&name.text).copied();
                    if found.is_none() {
                        unknown(name, "P301", "question", questions.by_name.keys(), findings);
                    }
                    found
                });
                Exit {
                    id: id.text.clone(),
                    text: text.clone(),
                    asks_again,
                }
            });
            let exits = exits.collect();
            Guide {
                id: source.id.text.clone(),
                title: source.title.clone(),
                say: source.say.clone(),
                steps: source.steps.clone(),
                timer_seconds: source.timer_seconds,
                exits,
            }
        };
        self.guide_sources
            .iter()
            .map(|source| guide(source, findings))
            .collect()
    }
}

/// The place of the first match, as an id holds it.
pub fn position<T>(list: &[T], matches: impl Fn(&T) -> bool) -> Option<u16> {
    list.iter()
        .position(matches)
        .and_then(|place| u16::try_from(place).ok())
}
