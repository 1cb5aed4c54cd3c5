//! Random questions.

use std::fmt::Write;

use super::Dice;
use super::rules::{Read, plain, rule};

/// The facts that a file may read and the names that it may ask.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub reads: Vec<Read>,
    /// Questions and checklists.
    pub asks: Vec<String>,
    /// Those that imply a red flag, which may not be kept.
    implying: Vec<String>,
    /// Those that may be kept: nobody reads them, or they are asked too.
    pub kept: Vec<String>,
}

impl Scope {
    /// Adds what another may read and ask too.
    pub fn join(&mut self, other: &Scope) {
        self.reads.extend(
            other
                .reads
                .iter()
                .filter(|read| !self.reads.contains(read))
                .cloned()
                .collect::<Vec<_>>(),
        );
        self.asks.extend(
            other
                .asks
                .iter()
                .filter(|ask| !self.asks.contains(ask))
                .cloned()
                .collect::<Vec<_>>(),
        );
        self.implying.extend(other.implying.iter().cloned());
    }

    /// Lets questions that are asked be kept too.
    pub fn keep(&mut self, asked: &[String]) {
        let kept = asked.iter().filter(|name| !self.implying.contains(name));
        self.kept.extend(kept.cloned());
    }

    /// Writes a question of a random kind, which may apply to some only.
    pub fn question(&mut self, dice: &mut Dice, name: &str, about: bool, text: &mut String) {
        let _ = write!(text, "  {name}:\n    say: s\n");
        if about {
            text.push_str("    about: complaint\n");
        }
        let otherwise = self.kind(dice, name, text);
        self.asks.push(name.to_owned());
        let applies = Scope {
            reads: self.reads.clone(),
            ..Scope::default()
        };
        self.reads.push(otherwise.0);
        if dice.one_in(3) && !applies.reads.is_empty() {
            let only_if = plain(rule(dice, &applies.reads, 1, false));
            let _ = write!(
                text,
                "    only_if: {only_if}\n    otherwise: {}\n",
                otherwise.1
            );
        }
    }

    /// What rules may read of the question, and a value that is not its worst.
    fn kind(&mut self, dice: &mut Dice, name: &str, text: &mut String) -> (Read, String) {
        let name = name.to_owned();
        match dice.below(15) {
            0..=5 => {
                let no_is_worse = dice.one_in(5);
                if no_is_worse {
                    text.push_str("    worse: no\n");
                }
                (
                    Read::YesNo(name),
                    if no_is_worse { "yes" } else { "no" }.to_owned(),
                )
            }
            6..=8 => self.one_of(dice, name, text),
            9 => {
                text.push_str("    worse: higher\n    answers: { number: days, from: 0, to: 6 }\n");
                (Read::Number(name, 6), "0".to_owned())
            }
            10 | 11 => {
                let step = dice.pick(&["0.1", "0.5"]);
                let _ = writeln!(
                    text,
                    "    worse: outside 36.0..=38.0\n    answers: {{ number: celsius, from: 35.0, to: 42.0, step: {step} }}"
                );
                (Read::Decimal(name), "37.0".to_owned())
            }
            12 => {
                text.push_str("    answers: { ago: hours, to: 24 }\n");
                (Read::Ago(name, 24), "never".to_owned())
            }
            13 => {
                text.push_str(
                    "    not_ordered: w\n    answers: { due: hours, from: -24, to: 24 }\n",
                );
                (Read::Due(name, 24), "never".to_owned())
            }
            _ => {
                text.push_str("    not_ordered: w\n    answers: { table: substances }\n");
                (Read::Pick(name), "nothing".to_owned())
            }
        }
    }

    fn one_of(&mut self, dice: &mut Dice, name: String, text: &mut String) -> (Read, String) {
        let implies = match dice.below(4) {
            0 => "        means: { flag: yes }\n",
            1 if dice.one_in(2) => {
                "        means:\n          flag: yes\n          other_flag: no\n"
            }
            _ => "",
        };
        let (order, implying) = if dice.one_in(4) {
            ("last", "c")
        } else {
            ("first", "a")
        };
        let _ = write!(text, "    worse: {order}\n    answers:\n");
        for option in ["a", "b", "c"] {
            let means = if option == implying { implies } else { "" };
            let _ = write!(text, "      {name}_{option}:\n        say: s\n{means}");
        }
        if !implies.is_empty() {
            self.implying.push(name.clone());
        }
        if dice.one_in(3) {
            let _ = writeln!(text, "    not_sure: {name}_b");
        }
        let options = ["a", "b", "c"]
            .map(|option| format!("{name}_{option}"))
            .to_vec();
        (Read::OneOf(name.clone(), options), format!("{name}_b"))
    }

    /// Writes two numbers for a dose, and lets rules compare the one by the other.
    pub fn dose(&mut self, name: &str, text: &mut String) {
        let (amount, weight) = (format!("{name}amount"), format!("{name}weight"));
        let _ = write!(
            text,
            "  {amount}:\n    say: s\n    worse: higher\n    answers: {{ number: mg, from: 0, to: 20 }}\n"
        );
        let _ = write!(
            text,
            "  {weight}:\n    say: s\n    worse: lower\n    answers: {{ number: kg, from: 1.0, to: 6.0, step: 0.5 }}\n"
        );
        self.asks.extend([amount.clone(), weight.clone()]);
        self.reads.push(Read::PerKg(amount, weight));
    }

    /// Writes a screen over some of the yes/no questions.
    pub fn checklist(&mut self, dice: &mut Dice, name: &str, members: &[&str], text: &mut String) {
        if members.len() < 2 {
            return;
        }
        let (one, two) = (dice.pick(members), dice.pick(members));
        let members = if one == two {
            members.join(", ")
        } else {
            format!("{one}, {two}")
        };
        let _ = write!(text, "  {name}:\n    say: s\n    checklist: [{members}]\n");
        self.asks.push(name.to_owned());
    }
}
