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
    /// Yes/no questions that a screen may show, each with whether no is worse.
    shown: Vec<(String, bool)>,
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
        self.shown.extend(
            other
                .shown
                .iter()
                .filter(|shown| !self.shown.contains(shown))
                .cloned()
                .collect::<Vec<_>>(),
        );
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
        if let (false, true, Some(otherwise)) =
            (applies.reads.is_empty(), dice.one_in(3), otherwise.1)
        {
            let only_if = plain(rule(dice, &applies.reads, 1, false));
            let _ = write!(text, "    only_if: {only_if}\n    otherwise: {otherwise}\n");
        }
        if let (Some(Read::YesNo(name)), false) = (self.reads.last(), about) {
            let no_is_worse = text.ends_with("otherwise: yes\n") || text.ends_with("worse: no\n");
            self.shown.push((name.clone(), no_is_worse));
        }
    }

    /// What rules may read of the question, and a value that is not its worst, if it has one.
    fn kind(&mut self, dice: &mut Dice, name: &str, text: &mut String) -> (Read, Option<String>) {
        let name = name.to_owned();
        let (read, otherwise) = match dice.below(16) {
            0..=5 => return yes_no(dice, name, text),
            6..=8 => {
                let (read, otherwise) = self.one_of(dice, name, text);
                return (read, Some(otherwise));
            }
            9 => {
                text.push_str("    worse: higher\n    answers: { number: days, from: 0, to: 6 }\n");
                (Read::Number(name, 6), "0")
            }
            10 => return steps(dice, name, text),
            11 | 12 => {
                let worse = dice.pick(&["outside 36.0..=38.0", "higher", "lower"]);
                let step = dice.pick(&["0.1", "0.5"]);
                let _ = writeln!(
                    text,
                    "    worse: {worse}\n    answers: {{ number: celsius, from: 35.0, to: 42.0, step: {step} }}"
                );
                (Read::Decimal(name), "37.0")
            }
            13 => {
                let (unit, to, hours) =
                    *dice.pick(&[("hours", 24, 24), ("days", 3, 72), ("minutes", 240, 4)]);
                let _ = writeln!(text, "    answers: {{ ago: {unit}, to: {to} }}");
                (Read::Ago(name, hours), "never")
            }
            14 => {
                let (unit, from, to, hours) = *dice.pick(&[
                    ("hours", -24, 24, 24),
                    ("hours", 0, 12, 12),
                    ("minutes", -60, 300, 5),
                    ("days", -1, 2, 48),
                ]);
                let _ = writeln!(
                    text,
                    "    not_ordered: w\n    answers: {{ due: {unit}, from: {from}, to: {to} }}"
                );
                (Read::Due(name, hours), "never")
            }
            _ => {
                text.push_str("    not_ordered: w\n    answers: { table: substances }\n");
                (Read::Pick(name), "nothing")
            }
        };
        (read, Some(otherwise.to_owned()))
    }

    fn one_of(&mut self, dice: &mut Dice, name: String, text: &mut String) -> (Read, String) {
        let implies = match dice.below(8) {
            0 | 1 => "        means: { flag: yes }\n",
            2 => "        means:\n          flag: yes\n          other_flag: no\n",
            3 => "        means: { sign: blue }\n",
            _ => "",
        };
        let options = ["a", "b", "c", "d"][..if dice.one_in(4) { 4 } else { 3 }]
            .iter()
            .map(|option| format!("{name}_{option}"))
            .collect::<Vec<_>>();
        let (order, implying) = match dice.below(6) {
            0 => ("worse: last", options.len() - 1),
            1 => ("not_ordered: w", 1),
            _ => ("worse: first", 0),
        };
        let _ = write!(text, "    {order}\n    answers:\n");
        for (place, option) in options.iter().enumerate() {
            let means = if place == implying { implies } else { "" };
            let _ = write!(text, "      {option}:\n        say: s\n{means}");
        }
        if !implies.is_empty() {
            self.implying.push(name.clone());
        }
        if dice.one_in(3) {
            let _ = writeln!(text, "    not_sure: {}", dice.pick(&options[..2]));
        }
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

    /// Writes a screen over some of the yes/no questions that are worse in the same way, if there are two.
    fn screen(&self, dice: &mut Dice, name: &str, among: &[String], text: &mut String) -> bool {
        let no_is_worse = dice.one_in(6);
        let mut members: Vec<&str> = self
            .shown
            .iter()
            .filter(|(member, other)| *other == no_is_worse && among.contains(member))
            .map(|(member, _)| member.as_str())
            .collect();
        while members.len() > 3 {
            members.remove(dice.below(members.len()));
        }
        if members.len() < 2 {
            return false;
        }
        let members = members.join(", ");
        let _ = write!(text, "  {name}:\n    say: s\n    checklist: [{members}]\n");
        true
    }

    /// Writes a screen to be asked.
    pub fn checklist(&mut self, dice: &mut Dice, name: &str, text: &mut String) {
        if self.screen(dice, name, &self.asks, text) {
            self.asks.push(name.to_owned());
        }
    }

    /// Writes a screen to be kept, over what may be kept.
    pub fn kept_checklist(&mut self, dice: &mut Dice, name: &str, text: &mut String) {
        if self.screen(dice, name, &self.kept, text) {
            self.kept.push(name.to_owned());
        }
    }

    /// Lets a screen show these questions, of which yes is worse.
    pub fn show(&mut self, names: &[&str]) {
        self.shown
            .extend(names.iter().map(|name| ((*name).to_owned(), false)));
    }
}

fn yes_no(dice: &mut Dice, name: String, text: &mut String) -> (Read, Option<String>) {
    let stand_in = match dice.below(10) {
        0 => "    not_sure: yes\n",
        1 => "    not_sure: no\n",
        _ => "",
    };
    text.push_str(stand_in);
    let no_is_worse = dice.one_in(5);
    if no_is_worse {
        text.push_str("    worse: no\n");
    }
    let best = if no_is_worse { "yes" } else { "no" };
    (Read::YesNo(name), Some(best.to_owned()))
}

/// A number with bounds and steps of its own.
fn steps(dice: &mut Dice, name: String, text: &mut String) -> (Read, Option<String>) {
    let (from, to, step) = *dice.pick(&[(-4, 4, 1), (10, 40, 5), (1, 9, 2), (0, 300, 1)]);
    let worse = dice.pick(&["higher", "lower", "outside"]);
    let worse = match *worse {
        "outside" => format!("outside {}..={}", from + step, to - step),
        worse => worse.to_owned(),
    };
    let _ = writeln!(
        text,
        "    worse: {worse}\n    answers: {{ number: points, from: {from}, to: {to}, step: {step} }}"
    );
    let middle = from + step * 2;
    (
        Read::Steps(name, (from, to, step)),
        Some(middle.to_string()),
    )
}
