//! A random library.

use std::fmt::Write;

use super::Dice;
use super::catalogue;
use super::questions::Scope;
use super::rules::Read;
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

pub(super) const FLAGS: &str = "questions:
  flag:
    say: s
    red_flag: yes
    ask_again_after: contact
  other_flag:
    say: s
    worse: no
    red_flag: yes
    ask_again_after: contact
  sign:
    say: s
    worse: first
    red_flag: yes
    ask_again_after: contact
    answers:
      blue: b
      pale: p
      pink: k
  s0:
    say: s
  level_told:
    say: s
    worse: last
    answers:
      low: l
      high: h
  earlier_told:
    say: s
    answers: { number: contacts, from: 0, to: 5 }
    worse: higher
";

/// Lines by which somebody reads every red flag.
pub const FLAG_LINES: &str = "  - reach: one
    if: flag && !other_flag
    because: b
  - reach: two-speak
    if: sign == blue && flag
    because: b
";

pub(super) struct Library<'d> {
    pub(super) dice: &'d mut Dice,
    pub(super) files: Vec<(String, String)>,
    /// What every file may read and ask.
    pub(super) shared: Scope,
    /// What only pathways, and flows that only they include, may: shared questions about the complaint too.
    pub(super) about: Scope,
    pub(super) risks: Vec<String>,
    pub(super) exceptions: bool,
    /// A tiny library, whose pathways have so many questions of their own.
    pub(super) tiny: Option<usize>,
}

impl<'d> Library<'d> {
    pub(super) fn new(dice: &'d mut Dice, exceptions: bool) -> Self {
        Library {
            dice,
            files: Vec::new(),
            shared: Scope::default(),
            about: Scope::default(),
            risks: Vec::new(),
            exceptions,
            tiny: None,
        }
    }

    pub(super) fn add(&mut self, name: &str, text: String) {
        self.files.push((name.to_owned(), text));
    }

    pub(super) fn catalogue(&mut self) {
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
            two("level", ["low", "high"]),
        ];
    }

    pub(super) fn shared_questions(&mut self) {
        let mut text = FLAGS.to_owned();
        let shared = &mut self.shared;
        for name in ["flag", "other_flag", "s0"] {
            shared.reads.push(Read::YesNo(name.to_owned()));
            shared.asks.push(name.to_owned());
        }
        shared.show(&["flag", "s0"]);
        let signs = ["blue", "pale", "pink"].map(str::to_owned).to_vec();
        shared.reads.push(Read::OneOf("sign".to_owned(), signs));
        shared
            .asks
            .extend(["sign", "level_told", "earlier_told"].map(str::to_owned));
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
            shared.checklist(self.dice, "list", &mut text);
        }
        self.about = self.shared.clone();
        if self.dice.one_in(3) {
            self.about.question(self.dice, "c0", true, &mut text);
        }
        self.add("questions/shared.yaml", text);
        self.advice();
    }

    pub(super) fn advice(&mut self) {
        let guard = Place::new(&self.shared);
        let lines = format!(
            "lines:\n  - say: always\n  - say: sometimes\n{}  - say: seldom\n{}",
            guard.guard(self.dice, 2, false),
            guard.guard(self.dice, 2, false)
        );
        let up_to = match self.dice.below(3) {
            0 => "up_to: four\n",
            1 => "up_to: one\n",
            _ => "",
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
    pub(super) fn shared_flows(&mut self) {
        self.flow("early", &[], false);
        self.flow("deeper", &[], true);
        self.flow("joined", &["deeper", "early"], true);
    }

    pub(super) fn flow(&mut self, name: &str, flows: &[&str], about: bool) {
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
        if self.dice.one_in(4) {
            scope.checklist(self.dice, &format!("{name}_list"), &mut text);
        }
        let named = if self.dice.one_in(3) {
            self.names(name, &mut scope)
        } else {
            String::new()
        };
        let place = Place {
            flows,
            exceptions: self.exceptions,
            tiny: self.tiny.is_some(),
            ..Place::new(&scope)
        };
        if self.dice.one_in(2) {
            let _ = write!(text, "danger:\n{}", place.statements(self.dice, 2, 1));
        }
        let count = 1 + self.dice.below(2);
        let _ = write!(
            text,
            "flow:\n  - ask: {name}0\n{named}{}",
            place.statements(self.dice, 2, count)
        );
        self.add(&format!("shared/{name}.yaml"), text);
    }

    pub(super) fn lists(&mut self) {
        let mut scope = self.shared.clone();
        let named = if self.dice.one_in(3) {
            self.names("first", &mut scope)
        } else {
            String::new()
        };
        let place = Place {
            flows: &["early"],
            ..Place::new(&scope)
        };
        let count = 1 + self.dice.below(3);
        let text = [named, place.statements(self.dice, 2, count)].concat();
        let place = Place::new(&self.shared);
        let mut interrupts = format!("evidence: e\ninterrupts:\n{FLAG_LINES}");
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

    pub(super) fn risk_history(&mut self) {
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
}
