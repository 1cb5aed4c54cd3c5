//! Named exceptions in the picture: a line that stands in for another is drawn with that one.

use super::super::content::{Content, Line, LineId, PathwayId};
use super::super::form::{Node, Rule};
use super::super::words;
use super::drawing::Drawing;

impl Drawing<'_> {
    /// The lines that stand in for a line where an exception holds, in words; and what is known, with that no exception holds.
    pub(super) fn exceptions(&self, line: &Line, known: &[Rule]) -> (Vec<String>, Vec<Rule>) {
        let forms = &self.content.forms;
        let mut known = known.to_vec();
        let mut found = Vec::new();
        for part in words::conjuncts(self.content, line.guard) {
            let Node::Not(inner) = forms.node(part) else {
                continue;
            };
            let Node::Surely(exception) = forms.node(*inner) else {
                continue;
            };
            let stand_in = self
                .stand_ins
                .iter()
                .map(|stand_in| self.content.line(*stand_in));
            let instead = stand_in.into_iter().find(|other| {
                other.place == line.place
                    && words::conjuncts(self.content, other.guard).contains(inner)
            });
            let Some(instead) = instead.and_then(|instead| instead.effect.disposition()) else {
                continue;
            };
            known.push(part);
            found.push(format!(
                "gives way to {} if surely {}",
                self.content.disposition(instead).title.say,
                words::words(self.content, *exception)
            ));
        }
        (found, known)
    }
}

/// Lines that were written as the exception of another: they stand in the same place, and hold where the other gives way.
pub(super) fn stand_ins(content: &Content, pathway: PathwayId) -> Vec<LineId> {
    let lines = &content.pathway(pathway).lines;
    let surely = |line: LineId| -> Vec<Rule> {
        let parts = words::conjuncts(content, content.line(line).guard);
        parts
            .into_iter()
            .filter(|part| matches!(content.forms.node(*part), Node::Surely(_)))
            .collect()
    };
    let gives_way = |line: LineId, to: &[Rule]| {
        let parts = words::conjuncts(content, content.line(line).guard);
        parts
            .iter()
            .any(|part| matches!(content.forms.node(*part), Node::Not(inner) if to.contains(inner)))
    };
    let stands_in = |line: &&LineId| {
        let place = &content.line(**line).place;
        let surely = surely(**line);
        !surely.is_empty()
            && lines
                .iter()
                .any(|other| content.line(*other).place == *place && gives_way(*other, &surely))
    };
    lines.iter().filter(stands_in).copied().collect()
}
