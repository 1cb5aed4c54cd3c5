//! The pathways of a random library.

use std::fmt::Write;

use super::library::Library;
use super::questions::Scope;
use super::rules::{Read, plain, rule};
use super::statements::{DISPOSITIONS, Place};

impl Library<'_> {
    pub(super) fn pathways(&mut self) {
        let count = 1 + self.dice.below(3);
        let halves = [
            ["age: \"..years(16)\"", "age: \"years(16)..\""],
            ["age: \"..days(90)\"", "age: \"days(90)..\""],
            ["age: \"..months(9)\"", "age: \"months(6)..\""],
            ["sex: female", "sex: male"],
            ["party: first", "party: third"],
        ];
        let thirds = [
            [
                "age: \"..years(16)\"",
                "age: \"years(16)..\"\n  sex: female",
                "age: \"years(16)..\"\n  sex: male",
            ],
            [
                "sex: female\n  party: third",
                "sex: male",
                "party: first\n  sex: female",
            ],
        ];
        let family: Option<&[&str]> = match (count, self.dice.below(4)) {
            (2.., 0 | 1) => Some(self.dice.pick(&halves).as_slice()),
            (3, 2) => Some(self.dice.pick(&thirds).as_slice()),
            _ => None,
        };
        let mut before = Vec::new();
        for number in 0..count {
            let name = format!("p{number}");
            let whom = family.and_then(|members| members.get(number));
            match whom {
                Some(whom) => self.pathway(&name, "both", &format!("for:\n  {whom}\n"), &before),
                None => self.pathway(&name, &name, "", &before),
            }
            before.push(name);
        }
    }

    pub(super) fn pathway(&mut self, name: &str, family: &str, whom: &str, before: &[String]) {
        let tiny = self.tiny.is_some();
        let mut text =
            format!("pathway: {name}\ntitle: t\nfamily: {family}\nevidence: e\n{whom}risks:\n");
        for item in &self.risks {
            match self.dice.below(5) {
                0 => text.push_str(&format!("  {item}:\n    none: w\n")),
                1 => text.push_str(&format!("  {item}: {}\n", self.dice.pick(&DISPOSITIONS))),
                _ => {}
            }
        }
        text.push_str("  rest: usual\nquestions:\n");
        let mut scope = self.about.clone();
        let own = scope.asks.len();
        let questions = self.tiny.unwrap_or_else(|| 2 + self.dice.below(2));
        for question in 0..questions {
            let about = self.dice.one_in(6);
            scope.question(self.dice, &format!("{name}q{question}"), about, &mut text);
        }
        if !tiny && self.dice.one_in(4) {
            scope.dose(name, &mut text);
        }
        let own = scope.asks.iter().skip(own).filter(|_| !self.dice.one_in(6));
        let own: Vec<String> = own.cloned().collect();
        scope.keep(&own);
        if !tiny && self.dice.one_in(3) {
            scope.checklist(self.dice, &format!("{name}_list"), &mut text);
        }
        if !tiny {
            scope.kept_checklist(self.dice, &format!("{name}_kept"), &mut text);
        }
        let named = self.names(name, &mut scope);
        let otherwise = *self.dice.pick(&["five", "five", "four", "three"]);
        let flows = ["joined", "deeper", "early"];
        let defined = |flow: &&str| {
            let file = format!("shared/{flow}.yaml");
            self.files.iter().any(|(name, _)| *name == file)
        };
        let flows: Vec<&str> = flows.into_iter().filter(defined).collect();
        let settle = Some(if otherwise == "five" { "six" } else { "five" });
        let place = Place {
            scope: &scope,
            flows: &flows,
            elsewhere: before,
            settle,
            exceptions: self.exceptions,
            tiny,
        };
        if self.dice.one_in(2) {
            let count = 1 + self.dice.below(2);
            let elsewhere = match before.first() {
                Some(other) if self.dice.one_in(4) => format!(
                    "  - elsewhere: {other}\n{}{}",
                    place.guard(self.dice, 2, false),
                    place.ask(self.dice, 2)
                ),
                _ => String::new(),
            };
            let _ = write!(
                text,
                "danger:\n{elsewhere}{}",
                place.statements(self.dice, 2, count)
            );
        }
        text.push_str("flow:\n");
        if tiny && !self.dice.one_in(4) {
            text.push_str("  - ask: flag\n");
        }
        for ask in &own {
            let _ = writeln!(text, "  - ask: {ask}");
            let count = self.dice.below(2);
            text.push_str(&place.statements(self.dice, 2, count));
        }
        if let (true, true) = (tiny, flows.contains(&"early")) {
            text.push_str("  - include: early\n");
            if self.dice.one_in(2) {
                text.push_str(&place.guard(self.dice, 2, false));
            }
        }
        if let (Some(other), true) = (before.last(), tiny || self.dice.one_in(3)) {
            let guard = place.guard(self.dice, 2, false);
            let _ = write!(text, "  - elsewhere: {other}\n{guard}");
        }
        text.push_str(&named);
        let count = 1 + self.dice.below(if tiny { 2 } else { 4 });
        text.push_str(&place.statements(self.dice, 2, count));
        if self.dice.one_in(2) {
            text.push_str(&place.settle(self.dice, 2));
        }
        let _ = writeln!(text, "  - otherwise: {otherwise}");
        if !tiny && self.dice.one_in(2) {
            text.push_str("  - advise: care\n");
            text.push_str(&place.keep(self.dice, 2));
        }
        self.add(&format!("complaints/{name}.yaml"), text);
    }

    /// A condition and a score, now and then inside a `when`, whose guard they do not take.
    pub(super) fn names(&mut self, name: &str, scope: &mut Scope) -> String {
        let mut text = String::new();
        if self.dice.one_in(2) {
            let (outer, pad) = self.nest(scope);
            let guard = Place::new(scope).guard(self.dice, pad, false);
            let _ = write!(text, "{outer}{}- let: {name}_let\n{guard}", " ".repeat(pad));
            scope.reads.push(Read::Let(format!("{name}_let")));
        }
        if self.dice.one_in(2) {
            let (outer, pad) = self.nest(scope);
            let indent = " ".repeat(pad);
            let _ = write!(
                text,
                "{outer}{indent}- score: {name}_score\n{indent}  points:\n"
            );
            for _ in 0..2 + self.dice.below(2) {
                let points = self.dice.pick(&[1, 1, 1, 2, 2, -1]);
                let _ = write!(
                    text,
                    "{indent}    - add: {points}\n{indent}      if: {}\n",
                    plain(rule(self.dice, &scope.reads, 1, false))
                );
            }
            text.push_str(&self.bands(scope, &indent));
            scope.reads.push(Read::Score(format!("{name}_score"), 4));
        }
        text
    }

    fn nest(&mut self, scope: &Scope) -> (String, usize) {
        if !self.dice.one_in(3) {
            return (String::new(), 2);
        }
        let condition = plain(rule(self.dice, &scope.reads, 0, false));
        (format!("  - when: {condition}\n    do:\n"), 6)
    }

    fn bands(&mut self, scope: &Scope, indent: &str) -> String {
        let banded: Vec<&Read> = scope
            .reads
            .iter()
            .filter(|read| {
                matches!(
                    read,
                    Read::Number(_, 6) | Read::Decimal(_) | Read::OneOf(..)
                )
            })
            .collect();
        if banded.is_empty() || self.dice.one_in(3) {
            return String::new();
        }
        match *self.dice.pick(&banded) {
            Read::Number(name, _) => format!(
                "{indent}  bands:\n{indent}    {name}:\n{indent}      ..=1: {}\n{indent}      2..4: 0\n{indent}      4..: {}\n",
                self.dice.pick(&[3, 3, 0]),
                self.dice.pick(&[1, -1, 0])
            ),
            Read::Decimal(name) => format!(
                "{indent}  bands:\n{indent}    {name}:\n{indent}      ..36.0: 2\n{indent}      36.0..39.0: 0\n{indent}      39.0..: 1\n"
            ),
            Read::OneOf(name, options) => {
                let most = if self.dice.one_in(4) { 1 } else { 4 };
                let points: String = options
                    .iter()
                    .map(|option| format!("{indent}      {option}: {}\n", self.dice.below(most)))
                    .collect();
                format!("{indent}  bands:\n{indent}    {name}:\n{points}")
            }
            _ => String::new(),
        }
    }
}
