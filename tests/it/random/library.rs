//! A random library.

use std::fmt::Write;

use super::Dice;
use super::rules::{Read, rule};

const DISPOSITIONS: [(&str, u32, &str, &str); 7] = [
    (
        "one",
        1,
        "ambulance",
        "emergency: yes\n    starts_at_once: yes\n    hands_over: yes",
    ),
    (
        "two",
        2,
        "ambulance",
        "emergency: yes\n    starts_at_once: yes\n    hands_over: yes",
    ),
    ("two-speak", 2, "speak", "hands_over: yes"),
    ("three", 3, "hospital", "hands_over: yes"),
    ("four", 4, "see", "hands_over: yes"),
    ("five", 5, "pharmacy", "hands_over: no"),
    ("six", 6, "self", "hands_over: no"),
];

/// The files of the library of a seed.
pub fn library(seed: u64) -> Vec<(String, String)> {
    let mut dice = Dice::new(seed);
    let mut library = Library {
        dice: &mut dice,
        files: Vec::new(),
        shared: Vec::new(),
        asks: Vec::new(),
        risks: Vec::new(),
        flows: Vec::new(),
    };
    library.catalogue();
    library.system();
    library.shared_questions();
    library.lists();
    if library.dice.one_in(2) {
        library.flow();
    }
    let pathways = 1 + library.dice.below(2);
    for number in 0..pathways {
        library.pathway(number, pathways);
    }
    library.files
}

struct Library<'d> {
    dice: &'d mut Dice,
    files: Vec<(String, String)>,
    /// Shared facts that rules may read.
    shared: Vec<Read>,
    /// Names that may be asked anywhere.
    asks: Vec<String>,
    risks: Vec<String>,
    flows: Vec<String>,
}

impl Library<'_> {
    fn add(&mut self, name: &str, text: String) {
        self.files.push((name.to_owned(), text));
    }

    fn catalogue(&mut self) {
        let mut text = "none_fit: two-speak\nearly_exit: four\ndispositions:\n".to_owned();
        for (id, rank, setting, more) in DISPOSITIONS {
            let _ = write!(
                text,
                "  {id}:\n    rank: {rank}\n    setting: {setting}\n    family: f\n    title: t\n    say: s\n    worsening: [\"w\"]\n    {more}\n"
            );
            if id == "one" && self.dice.one_in(4) {
                text.push_str("    gives_way: [at-home]\n");
            }
        }
        text.push_str("needs:\n  crisis:\n    title: t\n    say: s\n  police:\n    title: t\n    say: s\n    certain: yes\n");
        self.add("dispositions.yaml", text);
        self.add(
            "exceptions.yaml",
            "exceptions:\n  at-home:\n    if: plan\n    instead: three\n".to_owned(),
        );
        self.add(
            "evidence/e.yaml",
            "title: t\nurl: u\nreviewed: 2026-01-01\nreview_by: 2028-01-01\n".to_owned(),
        );
        self.add("tables/substances.yaml", "table: substances\ntitle: t\ncolumns:\n  harm: [high, low]\nrows:\n  acid:\n    say: a\n    harm: high\n  soap:\n    say: s\n    harm: low\n  nothing:\n    say: n\n    harm: low\nelse:\n  say: e\n  harm: high\n".to_owned());
        self.add(
            "guides/help.yaml",
            "guide: help\ntitle: t\nsteps:\n  - s\nexits:\n  crew_here: c\n".to_owned(),
        );
        self.add(
            "advice/care.yaml",
            "advice: care\ntitle: t\nlines:\n  - say: always\n  - say: sometimes\n    if: s0\n"
                .to_owned(),
        );
    }

    fn system(&mut self) {
        let text = "system:\n  party:\n    say: s\n    answers:\n      first: f\n      third: t\n  age:\n    say: s\n    answers: age\n  sex:\n    say: s\n    answers:\n      female: f\n      male: m\n  plan:\n    say: s\n    otherwise: no\n  earlier:\n    say: s\n    answers: { number: contacts, from: 0, to: 5 }\n    worse: higher\n    otherwise: 0\n";
        let unknown = if self.dice.one_in(2) {
            "  thin:\n    say: s\n    otherwise: no\n    if_unknown: ask s0\n"
        } else {
            "  thin:\n    say: s\n    otherwise: no\n"
        };
        self.add("questions/system.yaml", format!("{text}{unknown}"));
        self.shared.extend([
            Read::Age,
            Read::YesNo("thin".to_owned()),
            Read::Number("earlier".to_owned(), 5),
            Read::OneOf(
                "sex".to_owned(),
                vec!["female".to_owned(), "male".to_owned()],
            ),
        ]);
    }

    /// A question of a random kind; gives what rules may read of it.
    fn question(&mut self, name: &str, text: &mut String, reads: &[Read]) -> Read {
        let _ = write!(text, "  {name}:\n    say: s\n");
        let kind = self.dice.below(10);
        let read = match kind {
            0..=3 => {
                if self.dice.one_in(5) {
                    text.push_str("    worse: no\n");
                }
                Read::YesNo(name.to_owned())
            }
            4..=6 => {
                let means = if self.dice.one_in(3) {
                    "\n        say: a\n        means: { flag: yes }"
                } else {
                    " a"
                };
                let _ = write!(
                    text,
                    "    worse: first\n    answers:\n      {name}_a:{means}\n      {name}_b: b\n      {name}_c: c\n"
                );
                if self.dice.one_in(4) {
                    let _ = writeln!(text, "    not_sure: {name}_b");
                }
                Read::OneOf(
                    name.to_owned(),
                    ["a", "b", "c"]
                        .map(|option| format!("{name}_{option}"))
                        .to_vec(),
                )
            }
            7 => {
                text.push_str("    worse: higher\n    answers: { number: days, from: 0, to: 6 }\n");
                Read::Number(name.to_owned(), 6)
            }
            8 => {
                if self.dice.one_in(2) {
                    text.push_str("    answers: { ago: hours, to: 24 }\n");
                    Read::Ago(name.to_owned(), 24)
                } else {
                    text.push_str(
                        "    not_ordered: w\n    answers: { due: hours, from: -24, to: 24 }\n",
                    );
                    Read::Due(name.to_owned(), 24)
                }
            }
            _ => {
                text.push_str("    not_ordered: w\n    answers: { table: substances }\n");
                Read::Pick(name.to_owned())
            }
        };
        if self.dice.one_in(3) {
            let only_if = rule(self.dice, reads, 1, false);
            let otherwise = match &read {
                Read::YesNo(_) => if text.ends_with("worse: no\n") {
                    "yes"
                } else {
                    "no"
                }
                .to_owned(),
                Read::OneOf(_, options) => options[2].clone(),
                Read::Number(..) => "0".to_owned(),
                Read::Ago(..) | Read::Due(..) => "never".to_owned(),
                _ => "nothing".to_owned(),
            };
            let _ = write!(
                text,
                "    only_if: {}\n    otherwise: {otherwise}\n",
                plain(&only_if)
            );
        }
        read
    }

    fn shared_questions(&mut self) {
        let mut text = "questions:\n  flag:\n    say: s\n    red_flag: yes\n    ask_again_after: contact\n  s0:\n    say: s\n".to_owned();
        self.shared
            .extend([Read::YesNo("flag".to_owned()), Read::YesNo("s0".to_owned())]);
        self.asks.extend(["flag".to_owned(), "s0".to_owned()]);
        for number in 1..=1 + self.dice.below(3) {
            let reads = self.shared.clone();
            let name = format!("s{number}");
            let read = self.question(&name, &mut text, &reads);
            self.shared.push(read);
            self.asks.push(name);
        }
        if self.dice.one_in(2) {
            text.push_str("  list:\n    say: s\n    checklist: [flag, s0]\n");
            self.asks.push("list".to_owned());
        }
        self.add("questions/shared.yaml", text);
    }

    fn lists(&mut self) {
        let reads = self.shared.clone();
        let mut text = "evidence: e\nflow:\n".to_owned();
        for _ in 0..1 + self.dice.below(3) {
            let statement = self.statement(&reads, &self.asks.clone(), "first");
            text.push_str(&statement);
        }
        let _ = write!(text, "  - reach: one\n    if: flag\n    because: b\n");
        self.add("first-flow.yaml", text);
        let mut text = "evidence: e\ninterrupts:\n".to_owned();
        for _ in 0..1 + self.dice.below(2) {
            let guard = rule(self.dice, &reads, 1, true);
            let _ = write!(
                text,
                "  - reach: {}\n    if: {}\n    because: b\n",
                self.dice.pick(&DISPOSITIONS).0,
                plain(&guard)
            );
        }
        if self.dice.one_in(3) {
            text.push_str("  - guide: help\n    if: flag\n");
        }
        self.add("interrupts.yaml", text);
        let mut text = "evidence: e\nquestions:\n".to_owned();
        let mut asks = Vec::new();
        for number in 0..1 + self.dice.below(2) {
            let name = format!("risk{number}");
            let _ = write!(text, "  {name}:\n    say: s\n");
            asks.push(name.clone());
            self.risks.push(name);
        }
        let _ = write!(text, "flow:\n  - ask: [{}]\nitems:\n", asks.join(", "));
        for name in &asks {
            let _ = write!(
                text,
                "  {name}:\n    reach: {}\n    because: b\n",
                self.dice.pick(&DISPOSITIONS).0
            );
        }
        self.add("risk-history.yaml", text);
    }

    fn flow(&mut self) {
        let mut text = "shared: joined\ntitle: t\nevidence: e\nquestions:\n".to_owned();
        let mut reads = self.shared.clone();
        let mut asks = self.asks.clone();
        let read = self.question("j0", &mut text, &reads.clone());
        reads.push(read);
        asks.push("j0".to_owned());
        text.push_str("danger:\n");
        let statement = self.statement(&reads, &asks, "shared");
        text.push_str(&statement);
        text.push_str("flow:\n  - ask: j0\n");
        for _ in 0..1 + self.dice.below(2) {
            let statement = self.statement(&reads, &asks, "shared");
            text.push_str(&statement);
        }
        self.add("shared/joined.yaml", text);
        self.flows.push("joined".to_owned());
    }

    fn pathway(&mut self, number: usize, of: usize) {
        let name = format!("p{number}");
        let family = if of == 2 && self.dice.one_in(3) {
            "both".to_owned()
        } else {
            name.clone()
        };
        let mut text = format!("pathway: {name}\ntitle: t\nfamily: {family}\nevidence: e\n");
        if family == "both" {
            let _ = write!(
                text,
                "for:\n  age: \"{}\"\n",
                if number == 0 {
                    "..years(16)"
                } else {
                    "years(16).."
                }
            );
        }
        if self.dice.one_in(2) && !self.risks.is_empty() {
            let item = self.dice.pick(&self.risks).clone();
            match self.dice.below(2) {
                0 => write!(text, "risks:\n  {item}:\n    none: w\n  rest: usual\n"),
                _ => write!(
                    text,
                    "risks:\n  {item}: {}\n  rest: usual\n",
                    self.dice.pick(&DISPOSITIONS).0
                ),
            }
            .expect("a string can be written to");
        } else {
            text.push_str("risks:\n  rest: usual\n");
        }
        text.push_str("questions:\n");
        let mut reads = self.shared.clone();
        let mut asks = self.asks.clone();
        for question in 0..2 + self.dice.below(2) {
            let own = format!("{name}q{question}");
            let before = reads.clone();
            let read = self.question(&own, &mut text, &before);
            reads.push(read);
            asks.push(own);
        }
        let mut flow = String::new();
        if self.dice.one_in(2) {
            let _ = write!(
                flow,
                "  - let: {name}_let\n    if: {}\n",
                plain(&rule(self.dice, &reads, 1, false))
            );
            reads.push(Read::YesNo(format!("{name}_let")));
        }
        if self.dice.one_in(2) {
            let _ = write!(flow, "  - score: {name}_score\n    points:\n");
            for _ in 0..2 + self.dice.below(2) {
                let points = if self.dice.one_in(6) {
                    "-1"
                } else if self.dice.one_in(3) {
                    "2"
                } else {
                    "1"
                };
                let _ = write!(
                    flow,
                    "      - add: {points}\n        if: {}\n",
                    plain(&rule(self.dice, &reads, 1, false))
                );
            }
            let number = reads.iter().find_map(|read| {
                if let Read::Number(name, 6) = read {
                    Some(name.clone())
                } else {
                    None
                }
            });
            if let Some(number) = number {
                let _ = write!(
                    flow,
                    "    bands:\n      {number}:\n        ..=1: 3\n        2..4: 0\n        4..: 1\n"
                );
            }
            reads.push(Read::Score(format!("{name}_score"), 4));
        }
        if self.dice.one_in(2) {
            text.push_str("danger:\n");
            let statement = self.statement(&reads, &asks, "pathway");
            text.push_str(&statement);
        }
        let _ = write!(text, "flow:\n{flow}");
        for own in asks.iter().filter(|ask| ask.starts_with(&name)) {
            if !self.dice.one_in(6) {
                let _ = writeln!(text, "  - ask: {own}");
            }
            if self.dice.one_in(2) {
                let statement = self.statement(&reads, &asks, "pathway");
                text.push_str(&statement);
            }
        }
        for _ in 0..2 + self.dice.below(3) {
            let statement = self.statement(&reads, &asks, "pathway");
            text.push_str(&statement);
        }
        if self.dice.one_in(2) {
            let _ = write!(
                text,
                "  - settle: six\n    if: {}\n    because: b\n",
                plain(&rule(self.dice, &reads, 1, false))
            );
        }
        if number > 0 && self.dice.one_in(2) {
            let _ = write!(
                text,
                "  - elsewhere: p0\n    if: {}\n",
                plain(&rule(self.dice, &reads, 1, false))
            );
        }
        text.push_str("  - otherwise: five\n");
        if self.dice.one_in(2) {
            text.push_str("  - advise: care\n");
        }
        if self.dice.one_in(2) {
            let own = asks.last().cloned().unwrap_or_default();
            let _ = writeln!(text, "  - keep: {own}");
        }
        self.add(&format!("complaints/{name}.yaml"), text);
    }

    fn statement(&mut self, reads: &[Read], asks: &[String], place: &str) -> String {
        let guard = |dice: &mut Dice| plain(&rule(dice, reads, 2, true));
        match self.dice.below(12) {
            0 | 1 => {
                let one = self.dice.pick(asks).clone();
                let two = self.dice.pick(asks).clone();
                let named = if one == two || self.dice.one_in(2) || one == "list" || two == "list" {
                    one
                } else {
                    format!("[{one}, {two}]")
                };
                if self.dice.one_in(2) {
                    format!("  - ask: {named}\n")
                } else {
                    format!("  - ask: {named}\n    if: {}\n", guard(self.dice))
                }
            }
            2..=6 => {
                let gives_way = if self.dice.one_in(6) {
                    "    gives_way: [at-home]\n"
                } else {
                    ""
                };
                let unless = if self.dice.one_in(4) {
                    format!("    unless: {}\n", plain(&rule(self.dice, reads, 1, false)))
                } else {
                    String::new()
                };
                format!(
                    "  - reach: {}\n    if: {}\n{unless}    because: b\n{gives_way}",
                    self.dice.pick(&DISPOSITIONS).0,
                    guard(self.dice)
                )
            }
            7 => format!(
                "  - also: {}\n    if: {}\n",
                self.dice.pick(&["crisis", "police"]),
                guard(self.dice)
            ),
            8 => format!("  - guide: help\n    if: {}\n", guard(self.dice)),
            9 if place != "shared" && !self.flows.is_empty() => match self.dice.below(2) {
                0 => "  - include: joined\n".to_owned(),
                _ => format!(
                    "  - include: joined\n    if: {}\n",
                    plain(&rule(self.dice, reads, 1, false))
                ),
            },
            10 => {
                let condition = plain(&rule(self.dice, reads, 1, false));
                let inner = format!(
                    "      - reach: {}\n        because: b\n",
                    self.dice.pick(&DISPOSITIONS).0
                );
                let ask = format!("      - ask: {}\n", self.dice.pick(asks));
                let other = if self.dice.one_in(2) {
                    format!(
                        "    else:\n      - reach: {}\n        because: b\n",
                        self.dice.pick(&DISPOSITIONS).0
                    )
                } else {
                    String::new()
                };
                format!("  - when: {condition}\n    do:\n{ask}{inner}{other}")
            }
            11 if place == "pathway" => format!(
                "  - settle: six\n    if: {}\n    because: b\n",
                plain(&rule(self.dice, reads, 1, false))
            ),
            _ => format!(
                "  - reach: {}\n    if: {}\n    because: b\n",
                self.dice.pick(&DISPOSITIONS).0,
                guard(self.dice)
            ),
        }
    }
}

/// A rule as it may stand in YAML: a leading `!` would be a tag.
fn plain(rule: &str) -> String {
    if rule.starts_with('!') {
        format!("({rule})")
    } else {
        rule.to_owned()
    }
}
