//! Which answers to a question make a rule true, or more nearly so.

use super::super::content::{Content, FactId};
use super::super::form::{Node, Part, Rule};
use super::super::words;

/// A leaf that reads a question, in the sense in which it helps a rule to be true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lead {
    /// The options that help; `None` for a leaf that is no set of options.
    pub options: Option<u64>,
    /// The leaf in words.
    pub label: String,
}

/// The leaves of a rule that read `fact`.
pub(super) fn of(content: &Content, rule: Rule, fact: FactId) -> Vec<Lead> {
    let mut search = Search { content, fact, found: Vec::new() };
    search.rule(rule, true);
    search.found
}

struct Search<'c> {
    content: &'c Content,
    fact: FactId,
    found: Vec<Lead>,
}

impl Search<'_> {
    fn rule(&mut self, rule: Rule, helps: bool) {
        let content = self.content;
        match content.forms.node(rule) {
            Node::Constant(_) => {}
            Node::OneOf { fact, options } if *fact == self.fact => {
                self.add(Lead { options: Some(if helps { *options } else { !options }), label: String::new() });
            }
            Node::Number { fact, .. } | Node::Age { fact, .. } | Node::Picked { fact, .. } if *fact == self.fact => self.leaf(rule, helps),
            Node::PerKg { amount, weight, .. } if [*amount, *weight].contains(&self.fact) => self.leaf(rule, helps),
            Node::Unsure(fact) if *fact == self.fact => self.add(Lead { options: None, label: "not sure".into() }),
            Node::OneOf { .. } | Node::Number { .. } | Node::Age { .. } | Node::Picked { .. } | Node::PerKg { .. } | Node::Unsure(_) => {}
            Node::All(of) | Node::Any(of) | Node::AtLeast { of, .. } => {
                for child in content.forms.children(*of) {
                    self.rule(*child, helps);
                }
            }
            Node::Not(inner) => self.rule(*inner, !helps),
            Node::Surely(inner) => self.rule(*inner, helps),
            Node::Score { score, from, to, .. } => {
                for part in &content.forms.score(*score).parts {
                    if *from != i64::MIN {
                        self.part(rule, part, helps);
                    }
                    if *to != i64::MAX {
                        self.part(rule, part, !helps);
                    }
                }
            }
        }
    }

    fn part(&mut self, score: Rule, part: &Part, helps: bool) {
        match part {
            Part::Points { points, guard } => self.rule(*guard, helps == (*points > 0)),
            Part::Bands { fact, .. } if *fact == self.fact => self.leaf(score, helps),
            Part::Options { fact, points } if *fact == self.fact => {
                let (least, most) = (points.iter().min().copied().unwrap_or(0), points.iter().max().copied().unwrap_or(0));
                let counts = |points: i64| if helps { points > least } else { points < most };
                let options = points.iter().enumerate().filter(|(_, points)| counts(**points)).fold(0, |mask, (place, _)| mask | 1 << place);
                self.add(Lead { options: Some(options), label: String::new() });
            }
            Part::Bands { .. } | Part::Options { .. } => {}
        }
    }

    fn leaf(&mut self, rule: Rule, helps: bool) {
        let label = if helps { words::words(self.content, rule) } else { words::negated(self.content, rule) };
        let name = words::name(self.content, self.fact);
        let label = label.strip_prefix(name).and_then(|rest| rest.strip_prefix(" is ").or(rest.strip_prefix(' '))).unwrap_or(&label).to_owned();
        self.add(Lead { options: None, label });
    }

    fn add(&mut self, lead: Lead) {
        if !self.found.contains(&lead) {
            self.found.push(lead);
        }
    }
}
