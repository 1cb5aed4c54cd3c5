//! A random library.

use std::fmt::Write;

use super::Dice;
use super::catalogue;
use super::questions::Scope;
use super::rules::{Read, plain, rule};
use super::statements::{DISPOSITIONS, Place};

/// The files of the library of a seed.
pub fn library(seed: u64) -> Vec<(String, String)> {
    let mut dice = Dice::new(seed);
    let mut library = Library::new(&mut dice, true);
    library.catalogue();
    library.shared_questions();
    library.shared_flows();
    library.lists();
    library.risk_history();
    library.pathways();
    library.files
}

/// The files of a library so small that every patient can be tried: one pathway, four questions at most, nothing around it.
pub fn tiny(seed: u64) -> Vec<(String, String)> {
    let mut dice = Dice::new(seed);
    let exceptions = dice.one_in(4);
    let mut library = Library::new(&mut dice, exceptions);
    library.catalogue();
    library.shared.reads.retain(|read| *read == Read::Age);
    if !library.dice.one_in(3) {
        library.shared.reads.clear();
    }
    library.add("questions/shared.yaml", FLAGS.to_owned());
    library.shared.reads.push(Read::YesNo("flag".to_owned()));
    library.shared.asks.push("flag".to_owned());
    // Nobody else reads the red flags, and one that nobody reads is an error.
    library.add(
        "interrupts.yaml",
        "evidence: e\ninterrupts:\n  - reach: one\n    if: flag && !other_flag\n    because: b\n"
            .to_owned(),
    );
    library.pathway("p0", "p0", "", &[], true);
    library.files
}

const FLAGS: &str = "questions:
  flag:
    say: s
    red_flag: yes
    ask_again_after: contact
  other_flag:
    say: s
    worse: no
    red_flag: yes
    ask_again_after: contact
  s0:
    say: s
";

struct Library<'d> {
    dice: &'d mut Dice,
    files: Vec<(String, String)>,
    /// What every file may read and ask.
    shared: Scope,
    /// What only pathways, and flows that only they include, may: shared questions about the complaint too.
    about: Scope,
    risks: Vec<String>,
    exceptions: bool,
}

impl<'d> Library<'d> {
    fn new(dice: &'d mut Dice, exceptions: bool) -> Self {
        Library {
            dice,
            files: Vec::new(),
            shared: Scope::default(),
            about: Scope::default(),
            risks: Vec::new(),
            exceptions,
        }
    }

    fn add(&mut self, name: &str, text: String) {
        self.files.push((name.to_owned(), text));
    }

    fn catalogue(&mut self) {
        let text = catalogue::dispositions(self.dice, self.exceptions);
        self.add("dispositions.yaml", text);
        if self.exceptions {
            self.add("exceptions.yaml", catalogue::EXCEPTIONS.to_owned());
        }
        for (name, text) in catalogue::FIXED {
            self.add(name, text.to_owned());
        }
        let text = catalogue::system(self.dice);
        self.add("questions/system.yaml", text);
        let two = |name: &str, options: [&str; 2]| {
            Read::OneOf(name.to_owned(), options.map(str::to_owned).to_vec())
        };
        self.shared.reads = vec![
            Read::Age,
            two("sex", ["female", "male"]),
            two("party", ["first", "third"]),
            Read::Number("earlier".to_owned(), 5),
            Read::YesNo("thin".to_owned()),
            Read::YesNo("frail".to_owned()),
        ];
    }

    fn shared_questions(&mut self) {
        let mut text = FLAGS.to_owned();
        let shared = &mut self.shared;
        for name in ["flag", "other_flag", "s0"] {
            shared.reads.push(Read::YesNo(name.to_owned()));
            shared.asks.push(name.to_owned());
        }
        for number in 1..=1 + self.dice.below(3) {
            shared.question(self.dice, &format!("s{number}"), false, &mut text);
        }
        if self.dice.one_in(4) {
            shared.dose("s", &mut text);
        }
        // For people: nobody reads them, so they may be kept anywhere.
        text.push_str("  words:\n    say: s\n    answers: text\n  told:\n    say: s\n");
        shared.kept.extend(["words".to_owned(), "told".to_owned()]);
        if self.dice.one_in(2) {
            shared.checklist(self.dice, "list", &["flag", "s0"], &mut text);
        }
        self.about = self.shared.clone();
        if self.dice.one_in(3) {
            self.about.question(self.dice, "c0", true, &mut text);
        }
        self.add("questions/shared.yaml", text);
        let reads = &self.shared.reads;
        let lines = format!(
            "lines:\n  - say: always\n  - say: sometimes\n    if: {}\n  - say: seldom\n    if: {}\n",
            plain(rule(self.dice, reads, 1, false)),
            plain(rule(self.dice, reads, 2, false))
        );
        let up_to = if self.dice.one_in(2) {
            "up_to: four\n"
        } else {
            ""
        };
        self.add(
            "advice/care.yaml",
            format!("advice: care\ntitle: t\n{lines}"),
        );
        self.add(
            "advice/rest.yaml",
            format!("advice: rest\ntitle: t\n{up_to}lines:\n  - say: always\n"),
        );
    }

    /// `early` may be included anywhere, `joined` by pathways, `deeper` by `joined` too.
    fn shared_flows(&mut self) {
        self.flow("early", &[], false);
        self.flow("deeper", &[], true);
        self.flow("joined", &["deeper", "early"], true);
    }

    fn flow(&mut self, name: &str, flows: &[&str], about: bool) {
        let mut text = format!("shared: {name}\ntitle: t\nevidence: e\nquestions:\n");
        let mut scope = self.shared.clone();
        if about && self.dice.one_in(4) {
            scope = self.about.clone();
            scope.question(self.dice, &format!("{name}0"), true, &mut text);
        } else {
            // A question about the person does not depend on the complaint.
            scope.question(self.dice, &format!("{name}0"), false, &mut text);
            if about {
                scope.join(&self.about);
            }
        }
        scope.keep(&[format!("{name}0")]);
        let place = Place {
            flows,
            ..Place::new(&scope)
        };
        if self.dice.one_in(2) {
            let _ = write!(text, "danger:\n{}", place.statements(self.dice, 2, 1));
        }
        let count = 1 + self.dice.below(2);
        let _ = write!(
            text,
            "flow:\n  - ask: {name}0\n{}",
            place.statements(self.dice, 2, count)
        );
        self.add(&format!("shared/{name}.yaml"), text);
    }

    fn lists(&mut self) {
        let place = Place {
            flows: &["early"],
            ..Place::new(&self.shared)
        };
        let count = 1 + self.dice.below(3);
        let text = place.statements(self.dice, 2, count);
        let mut interrupts = "evidence: e\ninterrupts:\n  - reach: one\n    if: flag && !other_flag\n    because: b\n".to_owned();
        for _ in 0..self.dice.below(3) {
            let guard = place.guard(self.dice, 2, true);
            let line = match self.dice.below(5) {
                0 => format!("  - guide: {}\n{guard}", self.dice.pick(&["help", "press"])),
                1 => format!(
                    "  - also: {}\n{guard}",
                    self.dice.pick(&["crisis", "police"])
                ),
                _ => format!(
                    "  - reach: {}\n{guard}    because: b\n",
                    self.dice.pick(&DISPOSITIONS)
                ),
            };
            interrupts.push_str(&line);
        }
        self.add("first-flow.yaml", format!("evidence: e\nflow:\n{text}"));
        self.add("interrupts.yaml", interrupts);
    }

    fn risk_history(&mut self) {
        let mut text = "evidence: e\nquestions:\n".to_owned();
        let mut scope = self.shared.clone();
        let mut items = String::new();
        let mut asked = Vec::new();
        for number in 0..1 + self.dice.below(2) {
            let name = format!("risk{number}");
            let _ = write!(text, "  {name}:\n    say: s\n");
            let _ = write!(
                items,
                "  {name}:\n    reach: {}\n    because: b\n",
                self.dice.pick(&DISPOSITIONS)
            );
            scope.reads.push(Read::YesNo(name.clone()));
            scope.asks.push(name.clone());
            asked.push(name.clone());
            self.risks.push(name);
        }
        let place = Place::new(&scope);
        if self.dice.one_in(3) {
            let guard = place.guard(self.dice, 2, true);
            let _ = write!(
                items,
                "  several:\n{guard}    reach: {}\n    because: b\n",
                self.dice.pick(&DISPOSITIONS)
            );
            self.risks.push("several".to_owned());
        }
        let also = if self.dice.one_in(3) {
            place.ask(self.dice, 2)
        } else {
            String::new()
        };
        let _ = write!(
            text,
            "flow:\n  - ask: [{}]\n{also}items:\n{items}",
            asked.join(", ")
        );
        self.shared.reads = scope.reads.clone();
        self.about.reads.extend(asked.into_iter().map(Read::YesNo));
        self.add("risk-history.yaml", text);
    }

    fn pathways(&mut self) {
        let count = 1 + self.dice.below(3);
        let halves = [
            ["age: \"..years(16)\"", "age: \"years(16)..\""],
            ["age: \"..days(90)\"", "age: \"days(90)..\""],
            ["age: \"..months(9)\"", "age: \"months(6)..\""],
            ["sex: female", "sex: male"],
            ["party: first", "party: third"],
        ];
        let family = (count > 1 && self.dice.one_in(2)).then(|| *self.dice.pick(&halves));
        let mut before = Vec::new();
        for number in 0..count {
            let name = format!("p{number}");
            let whom = family.as_ref().and_then(|halves| halves.get(number));
            match whom {
                Some(whom) => {
                    self.pathway(&name, "both", &format!("for:\n  {whom}\n"), &before, false)
                }
                None => self.pathway(&name, &name, "", &before, false),
            }
            before.push(name);
        }
    }

    fn pathway(&mut self, name: &str, family: &str, whom: &str, before: &[String], tiny: bool) {
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
        let mut scope = if tiny {
            self.shared.clone()
        } else {
            self.about.clone()
        };
        let own = scope.asks.len();
        let questions = if tiny && self.exceptions {
            2
        } else {
            2 + self.dice.below(2)
        };
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
        let named = self.names(name, &mut scope);
        let otherwise = *self.dice.pick(&["five", "five", "four"]);
        let flows: &[&str] = if tiny {
            &[]
        } else {
            &["joined", "deeper", "early"]
        };
        let settle = Some(if otherwise == "four" { "five" } else { "six" });
        let place = Place {
            scope: &scope,
            flows,
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
    fn names(&mut self, name: &str, scope: &mut Scope) -> String {
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
            .filter(|read| matches!(read, Read::Number(_, 6) | Read::OneOf(..)))
            .collect();
        if banded.is_empty() || self.dice.one_in(3) {
            return String::new();
        }
        match *self.dice.pick(&banded) {
            Read::Number(name, _) => format!(
                "{indent}  bands:\n{indent}    {name}:\n{indent}      ..=1: 3\n{indent}      2..4: 0\n{indent}      4..: {}\n",
                self.dice.pick(&[1, -1])
            ),
            Read::OneOf(name, options) => {
                let points: String = options
                    .iter()
                    .map(|option| format!("{indent}      {option}: {}\n", self.dice.below(4)))
                    .collect();
                format!("{indent}  bands:\n{indent}    {name}:\n{points}")
            }
            _ => String::new(),
        }
    }
}
