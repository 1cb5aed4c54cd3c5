//! The parts of a plan: what stands in it, with its guard.

use crate::pathway::Content;
use crate::pathway::content::{
    AdviceId, Asked, DispositionId, FactId, GuideId, LineId, NeedId, PathwayId,
};
use crate::pathway::form::{Node, Rule};

use super::plan::Reached;

/// A guard, and for whom its pathway is; both must hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guard {
    pub(super) whom: Rule,
    pub(super) rule: Rule,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked {
    pub(super) disposition: DispositionId,
    pub(super) reached: Reached,
    pub(super) guard: Guard,
    pub(super) interrupt: bool,
    pub(super) pathway: Option<PathwayId>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Also {
    pub(super) line: LineId,
    pub(super) need: NeedId,
    pub(super) guard: Guard,
    /// Counts only where the guard must hold.
    pub(super) certain: bool,
    pub(super) interrupt: bool,
    pub(super) pathway: Option<PathwayId>,
}

/// An ask or a keep.
#[derive(Debug, Clone)]
pub(super) struct AskAt {
    pub(super) guard: Guard,
    pub(super) asked: Vec<Asked>,
    /// All that it may show, checklists spelled out: which of `asked`, and the fact.
    pub(super) members: Vec<(u16, FactId)>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct GuideAt {
    pub(super) guard: Guard,
    pub(super) guide: GuideId,
    pub(super) interrupt: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct AdviceAt {
    pub(super) item: AdviceId,
    pub(super) guard: Guard,
    pub(super) up_to: DispositionId,
    pub(super) pathway: Option<PathwayId>,
}

impl Guard {
    /// Keeps `whom` apart only where the rule does not already hold it.
    pub(super) fn new(content: &Content, whom: Rule, rule: Rule) -> Self {
        let forms = &content.forms;
        let parts = |rule: Rule| match forms.node(rule) {
            Node::All(children) => forms.children(*children).to_vec(),
            _ => vec![rule],
        };
        let held = parts(rule);
        let redundant = whom == Rule::TRUE || parts(whom).iter().all(|part| held.contains(part));
        Guard {
            whom: if redundant { Rule::TRUE } else { whom },
            rule,
        }
    }
}

impl AskAt {
    pub(super) fn new(content: &Content, guard: Guard, asked: &[Asked]) -> Self {
        let mut members = Vec::new();
        for (asked, place) in asked.iter().zip(0..) {
            match asked {
                Asked::Question(fact) => members.push((place, *fact)),
                Asked::Checklist(checklist) => {
                    let facts = &content.checklist(*checklist).members;
                    members.extend(facts.iter().map(|fact| (place, *fact)));
                }
            }
        }
        AskAt {
            guard,
            asked: asked.to_vec(),
            members,
        }
    }

    pub(super) fn shows(&self, fact: FactId) -> bool {
        self.members.iter().any(|(_, member)| *member == fact)
    }
}
