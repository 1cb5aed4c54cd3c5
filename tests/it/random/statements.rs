//! Random statements.

use super::Dice;
use super::questions::Scope;
use super::rules::{plain, rule};

pub const DISPOSITIONS: [&str; 7] = ["one", "two-speak", "two", "three", "four", "five", "six"];

/// Where statements stand, and what may stand there.
#[derive(Debug, Clone, Copy)]
pub struct Place<'p> {
    pub scope: &'p Scope,
    /// Flows that may be included.
    pub flows: &'p [&'p str],
    /// Pathways whose business it may be too.
    pub elsewhere: &'p [String],
    /// The most urgent `settle`, in a pathway.
    pub settle: Option<&'p str>,
    /// There are exceptions that lines may give way to.
    pub exceptions: bool,
    /// Small: no guides, keeps or advice.
    pub tiny: bool,
}

impl<'p> Place<'p> {
    /// A place with nothing to include.
    pub fn new(scope: &'p Scope) -> Self {
        Place {
            scope,
            flows: &[],
            elsewhere: &[],
            settle: None,
            exceptions: true,
            tiny: false,
        }
    }

    /// Some statements, indented by `pad`, in a `when` at most two deep.
    pub fn statements(&self, dice: &mut Dice, pad: usize, count: usize) -> String {
        (0..count).map(|_| self.statement(dice, pad)).collect()
    }

    fn statement(&self, dice: &mut Dice, pad: usize) -> String {
        let indent = " ".repeat(pad);
        match dice.below(20) {
            0..=3 => self.ask(dice, pad),
            4..=9 => self.reach(dice, pad),
            10 => format!(
                "{indent}- also: {}\n{}{}",
                dice.pick(&["crisis", "police"]),
                self.guard(dice, pad, true),
                self.gives_way(dice, pad, 4)
            ),
            11 if !self.tiny => format!(
                "{indent}- guide: {}\n{}",
                dice.pick(&["help", "press"]),
                self.guard(dice, pad, true)
            ),
            12 if !self.flows.is_empty() => {
                let guard = if dice.one_in(2) {
                    self.guard(dice, pad, false)
                } else {
                    String::new()
                };
                format!("{indent}- include: {}\n{guard}", dice.pick(self.flows))
            }
            13 | 14 if pad < 10 => self.when(dice, pad),
            15 if self.settle.is_some() => self.settle(dice, pad),
            16 if !self.elsewhere.is_empty() => {
                let guard = if dice.one_in(4) {
                    String::new()
                } else {
                    self.guard(dice, pad, false)
                };
                format!(
                    "{indent}- elsewhere: {}\n{guard}",
                    dice.pick(self.elsewhere)
                )
            }
            17 if !self.tiny => {
                let guard = if dice.one_in(2) {
                    String::new()
                } else {
                    self.guard(dice, pad, false)
                };
                format!(
                    "{indent}- advise: {}\n{guard}",
                    dice.pick(&["care", "rest"])
                )
            }
            18 if !self.tiny => self.keep(dice, pad),
            _ => self.reach(dice, pad),
        }
    }

    pub fn ask(&self, dice: &mut Dice, pad: usize) -> String {
        let guard = if dice.one_in(2) {
            String::new()
        } else {
            self.guard(dice, pad, true)
        };
        format!(
            "{}- ask: {}\n{guard}",
            " ".repeat(pad),
            group(dice, &self.scope.asks)
        )
    }

    pub fn keep(&self, dice: &mut Dice, pad: usize) -> String {
        let guard = if dice.one_in(2) {
            String::new()
        } else {
            self.guard(dice, pad, false)
        };
        format!(
            "{}- keep: {}\n{guard}",
            " ".repeat(pad),
            group(dice, &self.scope.kept)
        )
    }

    pub fn reach(&self, dice: &mut Dice, pad: usize) -> String {
        let indent = " ".repeat(pad);
        // In a `when` it needs no guard of its own.
        let guard = if pad > 2 && dice.one_in(2) {
            String::new()
        } else {
            self.guard(dice, pad, true)
        };
        format!(
            "{indent}- reach: {}\n{guard}{indent}  because: b\n{}",
            dice.pick(&DISPOSITIONS),
            self.gives_way(dice, pad, 6)
        )
    }

    pub fn settle(&self, dice: &mut Dice, pad: usize) -> String {
        let indent = " ".repeat(pad);
        let to = self.settle.unwrap_or("six");
        let to = if dice.one_in(2) { to } else { "six" };
        format!(
            "{indent}- settle: {to}\n{}{indent}  because: b\n",
            self.guard(dice, pad, false)
        )
    }

    fn when(&self, dice: &mut Dice, pad: usize) -> String {
        let indent = " ".repeat(pad);
        let condition = plain(rule(dice, &self.scope.reads, 1, false));
        let count = 1 + dice.below(2);
        let then = self.statements(dice, pad + 4, count);
        let otherwise = if dice.one_in(2) {
            format!("{indent}  else:\n{}", self.statements(dice, pad + 4, 1))
        } else {
            String::new()
        };
        format!("{indent}- when: {condition}\n{indent}  do:\n{then}{otherwise}")
    }

    fn gives_way(&self, dice: &mut Dice, pad: usize, seldom: usize) -> String {
        if !self.exceptions || !dice.one_in(seldom) {
            return String::new();
        }
        let exceptions = dice.pick(&[
            "at-home",
            "declined",
            "late",
            "declined, at-home",
            "late, at-home",
        ]);
        format!("{}gives_way: [{exceptions}]\n", " ".repeat(pad + 2))
    }

    /// `if`, `unless`, `any`, or several of them; with `raises` they may hold `unsure(q)`.
    pub fn guard(&self, dice: &mut Dice, pad: usize, raises: bool) -> String {
        let reads = &self.scope.reads;
        let indent = " ".repeat(pad + 2);
        let depth = 1 + dice.below(2);
        let holds =
            |dice: &mut Dice| format!("{indent}if: {}\n", plain(rule(dice, reads, depth, raises)));
        let unless =
            |dice: &mut Dice| format!("{indent}unless: {}\n", plain(rule(dice, reads, 1, false)));
        let any = |dice: &mut Dice| {
            let rules: String = (0..1 + dice.below(3))
                .map(|_| format!("{indent}  - {}\n", plain(rule(dice, reads, 1, raises))))
                .collect();
            format!("{indent}any:\n{rules}")
        };
        match dice.below(10) {
            0 => unless(dice),
            1 | 2 => [holds(dice), unless(dice)].concat(),
            3 => any(dice),
            4 => [any(dice), holds(dice)].concat(),
            _ => holds(dice),
        }
    }
}

/// One name, or a group of some.
fn group(dice: &mut Dice, names: &[String]) -> String {
    let mut group: Vec<&str> = Vec::new();
    for _ in 0..1 + dice.below(3) {
        let name = dice.pick(names);
        if !group.contains(&name.as_str()) {
            group.push(name);
        }
    }
    if group.len() == 1 {
        group[0].to_owned()
    } else {
        format!("[{}]", group.join(", "))
    }
}
