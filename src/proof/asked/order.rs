//! What may be asked in a pathway, in the order of the walk.

use std::collections::HashMap;

use crate::pathway::content::{Asked, Content, FactId, FactSource, Flow, GuideId, PathwayId, Step};
use crate::pathway::form::Rule;

/// A question in its place in the list.
pub(super) struct Member {
    pub(super) fact: FactId,
    pub(super) guard: Rule,
    /// What is shown together: the questions of one ask, or one checklist.
    pub(super) screen: (usize, usize),
}

/// A guide in its place in the list; the same may stand in others.
pub(super) struct GuideAt {
    pub(super) guide: GuideId,
    pub(super) guard: Rule,
    pub(super) is_interrupt: bool,
}

/// What may be asked, in list order; a group and a checklist member by member.
pub(super) struct Order {
    pub(super) asks: Vec<Member>,
    pub(super) keeps: Vec<Member>,
    /// Guides that wait for an answer.
    pub(super) guides: Vec<GuideAt>,
}

impl Order {
    pub(super) fn of(content: &Content, pathway: PathwayId) -> Self {
        let own = content.pathway(pathway);
        let mut order = Order {
            asks: Vec::new(),
            keeps: Vec::new(),
            guides: Vec::new(),
        };
        order.add(content, &content.interrupts, false, true);
        order.add(content, &content.first_flow, false, false);
        let first_flow_ends = order.asks.len();
        order.add(content, &own.danger, false, false);
        order.add(content, &content.risk_history, true, false);
        order.add(content, &own.flow, false, false);
        let unasked = content.stand_ins.iter().filter(|stand_in| {
            let asked = order.asks.iter();
            !asked.clone().any(|ask| ask.fact == stand_in.question)
        });
        let stand_ins: Vec<Member> = unasked
            .enumerate()
            .map(|(place, stand_in)| Member {
                fact: stand_in.question,
                guard: stand_in.unknown,
                screen: (usize::MAX, place),
            })
            .collect();
        order
            .asks
            .splice(first_flow_ends..first_flow_ends, stand_ins);
        order
    }

    fn add(&mut self, content: &Content, flow: &Flow, is_risk: bool, is_interrupt: bool) {
        for entry in &flow.entries {
            match &entry.what {
                Step::Ask(asked) => {
                    push(content, &mut self.asks, asked, entry.guard);
                    if is_risk {
                        push(content, &mut self.keeps, asked, entry.guard);
                    }
                }
                Step::Keep(asked) => push(content, &mut self.keeps, asked, entry.guard),
                Step::Guide(guide) if !content.guide(*guide).exits.is_empty() => {
                    self.guides.push(GuideAt {
                        guide: *guide,
                        guard: entry.guard,
                        is_interrupt,
                    });
                }
                Step::Guide(_) | Step::Line(_) => {}
            }
        }
    }

    /// By fact: the facts of which it decides whether they are asked or apply.
    pub(super) fn opened_by(&self, content: &Content) -> HashMap<FactId, Vec<FactId>> {
        let mut opened: HashMap<FactId, Vec<FactId>> = HashMap::new();
        for member in self.asks.iter().chain(&self.keeps) {
            let applies = content.fact(member.fact).applies.as_ref();
            let rules = applies.map(|applies| applies.only_if);
            for leaf in rules
                .into_iter()
                .chain([member.guard])
                .flat_map(|rule| content.forms.facts(rule))
            {
                let question = match content.fact(leaf).source {
                    FactSource::System {
                        if_unknown: Some(question),
                        ..
                    } => question,
                    _ => leaf,
                };
                let here = opened.entry(question).or_default();
                if !here.contains(&member.fact) {
                    here.push(member.fact);
                }
            }
        }
        opened
    }
}

fn push(content: &Content, to: &mut Vec<Member>, asked: &[Asked], guard: Rule) {
    let entry = to.len();
    for (place, asked) in asked.iter().enumerate() {
        let (facts, screen) = match asked {
            Asked::Question(fact) => (vec![*fact], 0),
            Asked::Checklist(checklist) => {
                (content.checklist(*checklist).members.clone(), place + 1)
            }
        };
        to.extend(facts.into_iter().map(|fact| Member {
            fact,
            guard,
            screen: (entry, screen),
        }));
    }
}

/// Guards that only the walk reads: of keeps and of guides. Who asks for [`asked`] must have them in the vocabulary.
pub(crate) fn guards(content: &Content, pathway: PathwayId) -> Vec<Rule> {
    let order = Order::of(content, pathway);
    let keeps = order.keeps.iter().map(|keep| keep.guard);
    keeps
        .chain(order.guides.iter().map(|guide| guide.guard))
        .collect()
}
