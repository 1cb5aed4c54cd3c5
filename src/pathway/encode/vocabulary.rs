//! Which differences between the values of a fact any rule can see: where numbers and ages are cut, which rows are told apart.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::super::content::{Content, FactId, FactSource, Given, Kind};
use super::super::form::{AgeUnit, Children, Node, Part, Rule};

/// What the rules of an encoding read.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// `value >= cut` is told apart, for numbers and instants.
    pub numbers: BTreeMap<FactId, BTreeSet<i64>>,
    /// The same for the two timelines of an age.
    pub months: BTreeMap<FactId, BTreeSet<i64>>,
    /// The same, in days.
    pub days: BTreeMap<FactId, BTreeSet<i64>>,
    /// The same for `per_kg(amount, weight)`.
    pub doses: BTreeMap<(FactId, FactId), BTreeSet<i64>>,
    /// Sets of rows.
    pub rows: BTreeMap<FactId, BTreeSet<Vec<u16>>>,
    /// Every fact read, those of `only_if`, implying questions and stand-ins for records included.
    pub facts: BTreeSet<FactId>,
    seen: HashSet<Rule>,
}

impl Vocabulary {
    /// What these rules read, and what the facts they read depend on.
    pub fn of(
        content: &Content,
        roots: impl IntoIterator<Item = Rule>,
        facts: impl IntoIterator<Item = FactId>,
    ) -> Self {
        let mut vocabulary = Vocabulary::default();
        for rule in roots {
            vocabulary.rule(content, rule);
        }
        for fact in facts {
            vocabulary.fact(content, fact);
        }
        vocabulary.share_with_stand_ins(content);
        vocabulary
    }

    /// Tells apart what the rules of another content do too: facts by name, rows by name. What only the other content has is left out.
    #[must_use]
    pub fn joined(mut self, content: &Content, other: &Vocabulary, theirs: &Content) -> Self {
        let here = |fact: FactId| content.fact_ids.get(&theirs.fact(fact).id).copied();
        let mine = self.facts.clone();
        let join = |to: &mut BTreeMap<FactId, BTreeSet<i64>>,
                    from: &BTreeMap<FactId, BTreeSet<i64>>| {
            for (fact, cuts) in from {
                if let Some(fact) = here(*fact).filter(|fact| mine.contains(fact)) {
                    to.entry(fact).or_default().extend(cuts);
                }
            }
        };
        join(&mut self.numbers, &other.numbers);
        join(&mut self.months, &other.months);
        join(&mut self.days, &other.days);
        for ((amount, weight), cuts) in &other.doses {
            let Some(dose) = here(*amount).zip(here(*weight)) else {
                continue;
            };
            if let Some(own) = self.doses.get_mut(&dose) {
                own.extend(cuts);
            }
        }
        for (fact, sets) in &other.rows {
            let Some(own) = here(*fact).filter(|fact| mine.contains(fact)) else {
                continue;
            };
            let (Kind::Pick(of), Kind::Pick(from)) =
                (&content.fact(own).kind, &theirs.fact(*fact).kind)
            else {
                continue;
            };
            let (of, from) = (&content.table(*of).rows, &theirs.table(*from).rows);
            let place = |row: &u16| {
                let id = &from.get(usize::from(*row))?.id;
                u16::try_from(of.iter().position(|row| row.id == *id)?).ok()
            };
            let sets = sets
                .iter()
                .map(|set| set.iter().filter_map(place).collect());
            self.rows.entry(own).or_default().extend(sets);
        }
        self.share_with_stand_ins(content);
        self
    }

    fn rule(&mut self, content: &Content, rule: Rule) {
        if !self.seen.insert(rule) {
            return;
        }
        match content.forms.node(rule) {
            Node::Constant(_) => {}
            Node::OneOf { fact, .. } | Node::Unsure(fact) => self.fact(content, *fact),
            Node::Number { fact, from, to } => {
                self.fact(content, *fact);
                cut(self.numbers.entry(*fact).or_default(), *from, *to);
            }
            Node::Age {
                fact,
                unit,
                from,
                to,
            } => {
                self.fact(content, *fact);
                let timeline = match unit {
                    AgeUnit::Months => &mut self.months,
                    AgeUnit::Days => &mut self.days,
                };
                cut(timeline.entry(*fact).or_default(), *from, *to);
            }
            Node::Picked { fact, rows } => {
                self.fact(content, *fact);
                self.rows
                    .entry(*fact)
                    .or_default()
                    .insert(content.forms.rows(*rows).to_vec());
            }
            Node::PerKg {
                amount,
                weight,
                from,
                to,
            } => {
                self.fact(content, *amount);
                self.fact(content, *weight);
                cut(
                    self.doses.entry((*amount, *weight)).or_default(),
                    *from,
                    *to,
                );
            }
            Node::Score { score, .. } => {
                for part in &content.forms.score(*score).parts {
                    self.part(content, part);
                }
            }
            Node::AtLeast { of, .. } | Node::All(of) | Node::Any(of) => self.children(content, *of),
            Node::Not(inner) | Node::Surely(inner) => self.rule(content, *inner),
        }
    }

    fn children(&mut self, content: &Content, of: Children) {
        for child in content.forms.children(of) {
            self.rule(content, *child);
        }
    }

    fn part(&mut self, content: &Content, part: &Part) {
        match part {
            Part::Points { guard, .. } => self.rule(content, *guard),
            Part::Options { fact, .. } => self.fact(content, *fact),
            Part::Bands { fact, bands } => {
                self.fact(content, *fact);
                for (from, to, _) in bands {
                    cut(self.numbers.entry(*fact).or_default(), *from, *to);
                }
            }
        }
    }

    fn fact(&mut self, content: &Content, fact: FactId) {
        if !self.facts.insert(fact) {
            return;
        }
        let about = content.fact(fact);
        if let Some(applies) = &about.applies {
            self.rule(content, applies.only_if);
            if let Given::Row(row) = applies.otherwise {
                self.rows.entry(fact).or_default().insert(vec![row]);
            }
        }
        for (from, _, _) in &about.implied_by {
            self.fact(content, *from);
        }
        if let FactSource::System {
            if_unknown: Some(question),
            ..
        } = about.source
        {
            self.fact(content, question);
        }
    }

    /// A question that is read in place of a record fact is cut where that fact is.
    fn share_with_stand_ins(&mut self, content: &Content) {
        for fact in self.facts.clone() {
            let FactSource::System {
                if_unknown: Some(question),
                ..
            } = content.fact(fact).source
            else {
                continue;
            };
            if let Some(cuts) = self.numbers.get(&fact).cloned() {
                self.numbers.entry(question).or_default().extend(cuts);
            }
            if let Some(sets) = self.rows.get(&fact).cloned() {
                self.rows.entry(question).or_default().extend(sets);
            }
        }
    }
}

/// Remembers where "from..=to" begins and ends.
fn cut(cuts: &mut BTreeSet<i64>, from: i64, to: i64) {
    if from != i64::MIN {
        cuts.insert(from);
    }
    if to != i64::MAX {
        cuts.insert(to + 1);
    }
}
