//! What was edited between two contents, as far as it bears on one pathway: lines, questions, and where they are asked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::pathway::content::{Asked, Content, FactId, Flow, LineId, PathwayId, Place, Step};
use crate::pathway::definedness::scope;
use crate::pathway::lowered;

/// One thing that an author changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edit {
    /// A line: where it stood and where it stands; new where it did not stand before, gone where it stands no more.
    Line {
        /// Before.
        before: Option<Place>,
        /// After.
        after: Option<Place>,
    },
    /// A question, what it means or to whom it applies; or where and of whom it is asked.
    Question(String),
    /// The order of dispositions, whom a pathway is for, or something else around the lines.
    Other,
}

/// What differs in a pathway.
pub(super) struct Edits {
    /// Lines that are not the same: before, after, one of which may be missing.
    lines: Vec<(Option<LineId>, Option<LineId>)>,
    /// Questions that are not the same, or not asked in the same place or of the same people.
    pub(super) questions: BTreeSet<String>,
    places: [Vec<Place>; 2],
}

impl Edits {
    pub(super) fn of(contents: [&Content; 2], pathways: [PathwayId; 2]) -> Self {
        let [before, after] = contents;
        let lines = [
            scope::lines(before, pathways[0]),
            scope::lines(after, pathways[1]),
        ];
        let [own, other] = &lines;
        let is_in = |content: &Content, lines: &[LineId], key: &str| {
            lines.iter().any(|line| content.line(*line).key == key)
        };
        let gone = own
            .iter()
            .filter(|line| !is_in(after, other, &before.line(**line).key));
        let mut new: Vec<LineId> = other
            .iter()
            .filter(|line| !is_in(before, own, &after.line(**line).key))
            .copied()
            .collect();
        let mut edited = Vec::new();
        for line in gone {
            let closest = closest(contents, *line, &new);
            edited.push((Some(*line), closest.map(|place| new.remove(place))));
        }
        edited.extend(new.into_iter().map(|line| (None, Some(line))));
        let places =
            contents.map(|content| content.lines.iter().map(|l| l.place.clone()).collect());
        Edits {
            lines: edited,
            questions: questions(contents, pathways),
            places,
        }
    }

    /// Lines of one content that the other does not have.
    pub(super) fn lines_before(&self) -> impl Iterator<Item = LineId> {
        self.lines.iter().filter_map(|(before, _)| *before)
    }

    /// The same of the content after.
    pub(super) fn lines_after(&self) -> impl Iterator<Item = LineId> {
        self.lines.iter().filter_map(|(_, after)| *after)
    }

    /// The edit that a line of the content before is part of.
    pub(super) fn of_line_before(&self, line: LineId) -> Edit {
        self.named(self.lines.iter().find(|(own, _)| *own == Some(line)))
    }

    /// The same of a line after.
    pub(super) fn of_line_after(&self, line: LineId) -> Edit {
        self.named(self.lines.iter().find(|(_, own)| *own == Some(line)))
    }

    /// Every edit, lines first.
    pub(super) fn all(&self) -> Vec<Edit> {
        let lines = self.lines.iter().map(|line| self.named(Some(line)));
        let questions = self.questions.iter().cloned().map(Edit::Question);
        lines.chain(questions).collect()
    }

    fn named(&self, line: Option<&(Option<LineId>, Option<LineId>)>) -> Edit {
        let Some((before, after)) = line else {
            return Edit::Other;
        };
        let [own, other] = &self.places;
        let place = |places: &[Place], line: &Option<LineId>| {
            line.and_then(|line| places.get(line.index()).cloned())
        };
        Edit::Line {
            before: place(own, before),
            after: place(other, after),
        }
    }
}

/// The new line that stands in place of one that is gone: of the same file, with the same effect if there is one, nearest to where it stood.
fn closest([before, after]: [&Content; 2], gone: LineId, new: &[LineId]) -> Option<usize> {
    let was = before.line(gone);
    let name = |content: &Content, line: LineId| {
        let disposition = content.line(line).effect.disposition();
        disposition.map(|id| content.disposition(id).id.clone())
    };
    let here = new.iter().enumerate().filter(|(_, line)| {
        let line = after.line(**line);
        line.place.file == was.place.file && line.origin == was.origin
    });
    here.min_by_key(|(_, line)| {
        let is_other = name(after, **line) != name(before, gone);
        (
            is_other,
            after.line(**line).place.line.abs_diff(was.place.line),
        )
    })
    .map(|(place, _)| place)
}

/// Questions that are not the same by themselves, or not asked alike.
fn questions(contents: [&Content; 2], pathways: [PathwayId; 2]) -> BTreeSet<String> {
    let [own, other] = [
        described(contents[0], pathways[0]),
        described(contents[1], pathways[1]),
    ];
    let names: BTreeSet<&String> = own.keys().chain(other.keys()).collect();
    names
        .into_iter()
        .filter(|name| own.get(*name) != other.get(*name))
        .cloned()
        .collect()
}

/// Each question that a pathway reads or asks: what it is, and the guards of its asks.
fn described(content: &Content, pathway: PathwayId) -> BTreeMap<String, (Json, Vec<Json>)> {
    let name = |fact: FactId| content.fact(fact).id.clone();
    let mut found: BTreeMap<String, (Json, Vec<Json>)> = BTreeMap::new();
    for fact in scope::words_of(content, pathway, &[]).facts {
        found.insert(name(fact), (lowered::fact(content, fact), Vec::new()));
    }
    let own = content.pathway(pathway);
    let flows: [&Flow; 4] = [
        &content.first_flow,
        &own.danger,
        &content.risk_history,
        &own.flow,
    ];
    for entry in flows.into_iter().flat_map(|flow| &flow.entries) {
        let asked: &[Asked] = match &entry.what {
            Step::Ask(asked) | Step::Keep(asked) => asked,
            Step::Guide(_) | Step::Line(_) => continue,
        };
        for fact in scope::questions(content, asked) {
            let described = found
                .entry(name(fact))
                .or_insert_with(|| (lowered::fact(content, fact), Vec::new()));
            described.1.push(lowered::rule(content, entry.guard));
        }
    }
    found
}
