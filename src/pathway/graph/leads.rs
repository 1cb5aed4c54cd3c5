//! Which answers to a question make a rule true, or more nearly so.

use super::super::content::{Content, Effect, FactId, Kind};
use super::super::form::{Node, Part, Rule};
use super::super::words;
use super::drawing::Drawing;
use super::{Answer, Target};

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
    let mut search = Search {
        content,
        fact,
        found: Vec::new(),
    };
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
                self.add(Lead {
                    options: Some(if helps { *options } else { !options }),
                    label: String::new(),
                });
            }
            Node::Number { fact, .. } | Node::Age { fact, .. } | Node::Picked { fact, .. }
                if *fact == self.fact =>
            {
                self.leaf(rule, helps)
            }
            Node::PerKg { amount, weight, .. } if [*amount, *weight].contains(&self.fact) => {
                self.leaf(rule, helps)
            }
            Node::Unsure(fact) if *fact == self.fact => self.add(Lead {
                options: None,
                label: "not sure".into(),
            }),
            Node::OneOf { .. }
            | Node::Number { .. }
            | Node::Age { .. }
            | Node::Picked { .. }
            | Node::PerKg { .. }
            | Node::Unsure(_) => {}
            Node::All(of) | Node::Any(of) | Node::AtLeast { of, .. } => {
                for child in content.forms.children(*of) {
                    self.rule(*child, helps);
                }
            }
            Node::Not(inner) => self.rule(*inner, !helps),
            Node::Surely(inner) => self.rule(*inner, helps),
            Node::Score {
                score, from, to, ..
            } => {
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
                let (least, most) = (
                    points.iter().min().copied().unwrap_or(0),
                    points.iter().max().copied().unwrap_or(0),
                );
                let counts = |points: i64| if helps { points > least } else { points < most };
                let options = points
                    .iter()
                    .enumerate()
                    .filter(|(_, points)| counts(**points))
                    .fold(0, |mask, (place, _)| mask | 1 << place);
                self.add(Lead {
                    options: Some(options),
                    label: String::new(),
                });
            }
            Part::Bands { .. } | Part::Options { .. } => {}
        }
    }

    fn leaf(&mut self, rule: Rule, helps: bool) {
        let label = if helps {
            words::words(self.content, rule)
        } else {
            words::negated(self.content, rule)
        };
        let name = words::name(self.content, self.fact);
        let label = label
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(" is ").or(rest.strip_prefix(' ')))
            .unwrap_or(&label)
            .to_owned();
        self.add(Lead {
            options: None,
            label,
        });
    }

    fn add(&mut self, lead: Lead) {
        if !self.found.contains(&lead) {
            self.found.push(lead);
        }
    }
}

impl Drawing<'_> {
    /// The answers of a question and what each leads to: all options, or the ranges that rules tell apart.
    pub(super) fn answers(&self, id: FactId, here: usize) -> Vec<Answer> {
        let fact = self.content.fact(id);
        let leads = self.leads(id, here);
        if let Kind::OneOf { options, .. } = &fact.kind {
            let doubt = Answer {
                label: "not sure".into(),
                leads: targets(leads.iter().filter(|(lead, _)| lead.options.is_none())),
                is_given: false,
            };
            let chosen = options.iter().enumerate().map(|(place, choice)| {
                let own = leads.iter().filter(|(lead, _)| {
                    lead.options
                        .is_some_and(|options| options & (1 << place) != 0)
                });
                let label = words::option(fact, place)
                    .trim_matches(['\u{201c}', '\u{201d}'])
                    .to_owned();
                Answer {
                    label: if label.is_empty() {
                        choice.id.clone()
                    } else {
                        label
                    },
                    leads: targets(own),
                    is_given: false,
                }
            });
            let unsure = (!doubt.leads.is_empty()).then_some(doubt);
            return chosen.chain(unsure).collect();
        }
        let mut labels: Vec<&str> = Vec::new();
        for (lead, _) in &leads {
            if !labels.contains(&lead.label.as_str()) {
                labels.push(&lead.label);
            }
        }
        let own = |label: &str| targets(leads.iter().filter(|(lead, _)| lead.label == label));
        labels
            .into_iter()
            .map(|label| Answer {
                label: label.to_owned(),
                is_given: false,
                leads: own(label),
            })
            .collect()
    }

    /// What reads a question that is asked here: lines, other screens, and questions on them by their `only_if`.
    fn leads(&self, id: FactId, here: usize) -> Vec<(Lead, Target)> {
        let mut found = Vec::new();
        for (place, line) in self.lines.iter().enumerate() {
            let line = self.content.line(*line);
            if !matches!(line.effect, Effect::Otherwise(_)) {
                found.extend(
                    of(self.content, line.guard, id)
                        .into_iter()
                        .map(|lead| (lead, Target::Line(place + 1))),
                );
            }
        }
        for (place, (_, guard)) in self
            .screens
            .iter()
            .enumerate()
            .filter(|(place, _)| *place != here)
        {
            found.extend(
                of(self.content, *guard, id)
                    .into_iter()
                    .map(|lead| (lead, Target::Screen(place))),
            );
        }
        for (place, (_, shared)) in self.joined.iter().enumerate() {
            let reading = shared.iter().flat_map(|rule| of(self.content, *rule, id));
            found.extend(reading.map(|lead| (lead, Target::Joined(place))));
        }
        for (place, fact) in self.asked.iter().enumerate() {
            if let Some(applies) = &self.content.fact(*fact).applies {
                let reading = of(self.content, applies.only_if, id);
                found.extend(
                    reading
                        .into_iter()
                        .map(|lead| (lead, Target::Question(place + 1))),
                );
            }
        }
        found
    }
}

fn targets<'l>(leads: impl Iterator<Item = &'l (Lead, Target)>) -> Vec<Target> {
    let mut targets: Vec<Target> = leads.map(|(_, target)| *target).collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}
