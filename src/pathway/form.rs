//! The typed form of a rule: what the walk executes, the checker analyses and the release publishes.
//!
//! A rule is a tree of [`Node`]s in one arena, [`Forms`]; a [`Rule`] is the index of its root. Leaves read one fact each.
//! It holds nothing of rhai: rules are *written* in a fragment of rhai and lowered to this form by [`super::rule`].
//! How a form is evaluated (three values; "could" and "must") is the walk's.

use std::ops::Range;

use serde::Serialize;

use super::content::FactId;

/// The root of a rule in [`Forms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Rule(pub u32);

impl Rule {
    /// The rule that is always true.
    pub const TRUE: Rule = Rule(0);
    /// The rule that is always false.
    pub const FALSE: Rule = Rule(1);
}

/// Which timeline of an age a leaf reads; a calendar month has no fixed number of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AgeUnit {
    /// Completed calendar months; a year is twelve.
    Months,
    /// Completed days.
    Days,
}

/// One node of a rule. `from` and `to` are inclusive; `i64::MIN` and `i64::MAX` stand for no end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// True or false for everybody.
    Constant(bool),
    /// The option of a yes/no or one-of fact is among these.
    OneOf {
        /// Which fact.
        fact: FactId,
        /// Bit *i* is option *i* of [`super::content::Kind::OneOf`]; yes is 0, no is 1.
        options: u64,
    },
    /// The number lies within bounds.
    Number {
        /// Which fact.
        fact: FactId,
        /// In the fact's own steps (see [`super::content::Number::scale`]); minutes for instants.
        from: i64,
        /// The same.
        to: i64,
    },
    /// The age lies within bounds.
    Age {
        /// Which fact.
        fact: FactId,
        /// Of the bounds.
        unit: AgeUnit,
        /// Completed units.
        from: i64,
        /// Completed units.
        to: i64,
    },
    /// Some picked row of the table is among these (`any(…)`); `all(…)` is the `Not` of the other rows.
    Picked {
        /// Which fact.
        fact: FactId,
        /// Of its table.
        rows: Rows,
    },
    /// `per_kg(amount, weight)`, rounded up to a whole number, lies within bounds.
    PerKg {
        /// The number above the line.
        amount: FactId,
        /// The number below the line.
        weight: FactId,
        /// Whole units of the amount for each unit of the weight.
        from: i64,
        /// The same.
        to: i64,
    },
    /// The sum (or the largest single part) of a score lies within bounds.
    Score {
        /// Which score.
        score: ScoreId,
        /// The largest single part instead of the sum.
        highest: bool,
        /// Points.
        from: i64,
        /// Points.
        to: i64,
    },
    /// At least `n` of the children hold.
    AtLeast {
        /// How many.
        n: u32,
        /// Of which.
        of: Children,
    },
    /// Every child holds.
    All(Children),
    /// Some child holds.
    Any(Children),
    /// The child does not hold. Swaps "could" and "must" below it.
    Not(Rule),
    /// The child *must* hold, whatever way the rule around it is read.
    Surely(Rule),
    /// The fact was answered "not sure", "none of these", refused, or its look-up failed.
    Unsure(FactId),
}

/// A run of child rules in [`Forms::children`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Children {
    start: u32,
    end: u32,
}

/// A set of table rows in [`Forms::rows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rows(u32);

/// A score in [`Forms::score`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct ScoreId(pub u32);

/// A sum of parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Score {
    /// Its name in the file.
    pub name: String,
    /// What adds to it.
    pub parts: Vec<Part>,
}

/// One part of a score.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// Points where the guard holds, else nothing.
    Points {
        /// How many.
        points: i64,
        /// When.
        guard: Rule,
    },
    /// The bands of one number fact, without gap or overlap.
    Bands {
        /// Which fact.
        fact: FactId,
        /// `(from, to, points)`, inclusive.
        bands: Vec<(i64, i64, i64)>,
    },
    /// Points for each option of a one-of fact.
    Options {
        /// Which fact.
        fact: FactId,
        /// In the order of its options.
        points: Vec<i64>,
    },
}

/// The arena of all rules of a content. Equal nodes are stored once, so equal rules have equal [`Rule`]s.
#[derive(Debug, Clone)]
pub struct Forms {
    nodes: Vec<Node>,
    children: Vec<Rule>,
    rows: Vec<Vec<u16>>,
    scores: Vec<Score>,
    known: std::collections::HashMap<Key, Rule>,
    /// Of each node: how deep it nests, and how many nodes it has when spelled out.
    weights: Vec<(u32, u32)>,
}

/// A node with its children spelled out, so that equality is structural.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Leaf(Node),
    AtLeast(u32, Vec<Rule>),
    All(Vec<Rule>),
    Any(Vec<Rule>),
    Picked(FactId, Vec<u16>),
}

impl Default for Forms {
    fn default() -> Self {
        let mut forms = Forms {
            nodes: Vec::new(),
            children: Vec::new(),
            rows: Vec::new(),
            scores: Vec::new(),
            known: Default::default(),
            weights: Vec::new(),
        };
        let yes = forms.leaf(Node::Constant(true));
        let no = forms.leaf(Node::Constant(false));
        debug_assert_eq!((yes, no), (Rule::TRUE, Rule::FALSE));
        forms
    }
}

impl Forms {
    /// The node at the root of a rule.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a Rule is only made by this arena, which never shrinks"
    )]
    pub fn node(&self, rule: Rule) -> &Node {
        &self.nodes[rule.0 as usize]
    }

    /// The children of a node.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: Children are only made by this arena, which never shrinks"
    )]
    pub fn children(&self, children: Children) -> &[Rule] {
        &self.children[children.start as usize..children.end as usize]
    }

    /// The rows of a set, in ascending order.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: Rows are only made by this arena, which never shrinks"
    )]
    pub fn rows(&self, rows: Rows) -> &[u16] {
        &self.rows[rows.0 as usize]
    }

    /// A score by its id.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a ScoreId is only made by this arena, which never shrinks"
    )]
    pub fn score(&self, score: ScoreId) -> &Score {
        &self.scores[score.0 as usize]
    }

    /// Every score, in the order of [`ScoreId`].
    pub fn scores(&self) -> &[Score] {
        &self.scores
    }

    /// How many nodes there are; every `Rule(i)` below it is valid.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never: the two constants are always there.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// How deep a rule nests, its scores included.
    pub fn depth(&self, rule: Rule) -> u32 {
        self.weight(rule).0
    }

    /// How many nodes a rule has when it is spelled out as a tree, its scores included: what evaluating it costs.
    pub fn size(&self, rule: Rule) -> u32 {
        self.weight(rule).1
    }

    fn weight(&self, rule: Rule) -> (u32, u32) {
        self.weights.get(rule.0 as usize).copied().unwrap_or((1, 1))
    }

    fn weigh(&self, node: &Node) -> (u32, u32) {
        let guards: Vec<Rule> = match node {
            Node::AtLeast { of, .. } | Node::All(of) | Node::Any(of) => self.children(*of).to_vec(),
            Node::Not(inner) | Node::Surely(inner) => vec![*inner],
            Node::Score { score, .. } => {
                let parts = self.score(*score).parts.iter();
                let guard = |part: &Part| match part {
                    Part::Points { guard, .. } => Some(*guard),
                    Part::Bands { .. } | Part::Options { .. } => None,
                };
                parts.filter_map(guard).collect()
            }
            _ => Vec::new(),
        };
        guards
            .iter()
            .map(|guard| self.weight(*guard))
            .fold((1, 1), |(depth, size), below| {
                (
                    depth.max(below.0.saturating_add(1)),
                    size.saturating_add(below.1),
                )
            })
    }

    /// Adds a node that has no children.
    pub fn leaf(&mut self, node: Node) -> Rule {
        self.intern(Key::Leaf(node.clone()), |_| node)
    }

    /// Adds "some picked row is among `rows`".
    pub fn picked(&mut self, fact: FactId, mut rows: Vec<u16>) -> Rule {
        rows.sort_unstable();
        rows.dedup();
        self.intern(Key::Picked(fact, rows.clone()), |forms| {
            forms.rows.push(rows);
            Node::Picked {
                fact,
                rows: Rows(forms.rows.len() as u32 - 1),
            }
        })
    }

    /// Adds a score, or finds its equal, and gives its id.
    pub fn add_score(&mut self, score: Score) -> ScoreId {
        let known = self.scores.iter().position(|known| *known == score);
        let place = known.unwrap_or_else(|| {
            self.scores.push(score);
            self.scores.len() - 1
        });
        ScoreId(place as u32)
    }

    /// The negation of a rule; a double negation is none.
    pub fn not(&mut self, rule: Rule) -> Rule {
        match *self.node(rule) {
            Node::Constant(value) => Self::constant(!value),
            Node::Not(inner) => inner,
            _ => self.leaf(Node::Not(rule)),
        }
    }

    /// "The rule must hold."
    pub fn surely(&mut self, rule: Rule) -> Rule {
        match self.node(rule) {
            Node::Constant(_) | Node::Surely(_) => rule,
            _ => self.leaf(Node::Surely(rule)),
        }
    }

    /// The conjunction; nested ones are flattened, constants dropped.
    pub fn all(&mut self, rules: impl IntoIterator<Item = Rule>) -> Rule {
        let mut flat = Vec::new();
        for rule in rules {
            match *self.node(rule) {
                Node::Constant(true) => {}
                Node::Constant(false) => return Rule::FALSE,
                Node::All(children) => flat.extend_from_slice(self.children(children)),
                _ => flat.push(rule),
            }
        }
        let mut seen = Vec::with_capacity(flat.len());
        for rule in flat {
            if !seen.contains(&rule) {
                seen.push(rule);
            }
        }
        match seen.as_slice() {
            [] => Rule::TRUE,
            [only] => *only,
            _ => self.intern(Key::All(seen.clone()), |forms| {
                Node::All(forms.push_children(&seen))
            }),
        }
    }

    /// The disjunction; nested ones are flattened, constants dropped.
    pub fn any(&mut self, rules: impl IntoIterator<Item = Rule>) -> Rule {
        let mut flat = Vec::new();
        for rule in rules {
            match *self.node(rule) {
                Node::Constant(false) => {}
                Node::Constant(true) => return Rule::TRUE,
                Node::Any(children) => flat.extend_from_slice(self.children(children)),
                _ => flat.push(rule),
            }
        }
        let mut seen = Vec::with_capacity(flat.len());
        for rule in flat {
            if !seen.contains(&rule) {
                seen.push(rule);
            }
        }
        match seen.as_slice() {
            [] => Rule::FALSE,
            [only] => *only,
            _ => self.intern(Key::Any(seen.clone()), |forms| {
                Node::Any(forms.push_children(&seen))
            }),
        }
    }

    /// "At least `n` of these hold."
    pub fn at_least(&mut self, n: u32, rules: Vec<Rule>) -> Rule {
        if n == 0 {
            return Rule::TRUE;
        }
        if n as usize > rules.len() {
            return Rule::FALSE;
        }
        self.intern(Key::AtLeast(n, rules.clone()), |forms| Node::AtLeast {
            n,
            of: forms.push_children(&rules),
        })
    }

    /// One of the two constants.
    pub fn constant(value: bool) -> Rule {
        if value { Rule::TRUE } else { Rule::FALSE }
    }

    /// Calls `visit` for every node of a rule, parents first, scores included.
    pub fn visit(&self, rule: Rule, visit: &mut impl FnMut(&Node)) {
        let node = self.node(rule);
        visit(node);
        match node {
            Node::AtLeast { of, .. } | Node::All(of) | Node::Any(of) => {
                for child in self.children(*of) {
                    self.visit(*child, visit);
                }
            }
            Node::Not(inner) | Node::Surely(inner) => self.visit(*inner, visit),
            Node::Score { score, .. } => {
                for part in &self.score(*score).parts {
                    if let Part::Points { guard, .. } = part {
                        self.visit(*guard, visit);
                    }
                }
            }
            Node::Constant(_)
            | Node::OneOf { .. }
            | Node::Number { .. }
            | Node::Age { .. }
            | Node::Picked { .. }
            | Node::PerKg { .. }
            | Node::Unsure(_) => {}
        }
    }

    /// The facts a rule reads, each once, in the order read.
    pub fn facts(&self, rule: Rule) -> Vec<FactId> {
        let mut facts = Vec::new();
        let mut add = |fact: FactId| {
            if !facts.contains(&fact) {
                facts.push(fact);
            }
        };
        self.visit(rule, &mut |node| match node {
            Node::OneOf { fact, .. }
            | Node::Number { fact, .. }
            | Node::Age { fact, .. }
            | Node::Picked { fact, .. }
            | Node::Unsure(fact) => add(*fact),
            Node::PerKg { amount, weight, .. } => {
                add(*amount);
                add(*weight);
            }
            Node::Score { score, .. } => {
                for part in &self.score(*score).parts {
                    if let Part::Bands { fact, .. } | Part::Options { fact, .. } = part {
                        add(*fact);
                    }
                }
            }
            Node::Constant(_)
            | Node::AtLeast { .. }
            | Node::All(_)
            | Node::Any(_)
            | Node::Not(_)
            | Node::Surely(_) => {}
        });
        facts
    }

    fn push_children(&mut self, rules: &[Rule]) -> Children {
        let Range { start, end } = self.children.len()..self.children.len() + rules.len();
        self.children.extend_from_slice(rules);
        Children {
            start: start as u32,
            end: end as u32,
        }
    }

    fn intern(&mut self, key: Key, make: impl FnOnce(&mut Self) -> Node) -> Rule {
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let node = make(self);
        let rule = Rule(self.nodes.len() as u32);
        self.weights.push(self.weigh(&node));
        self.nodes.push(node);
        self.known.insert(key, rule);
        rule
    }
}
