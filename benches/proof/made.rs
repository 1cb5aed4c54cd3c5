//! A made-up library of one pathway with so many questions and lines, whose rules read questions nearby or any.

use std::fmt::Write;

/// What a pathway is made of.
#[derive(Clone, Copy)]
pub struct Shape {
    /// So many questions.
    pub questions: usize,
    /// So many lines that reach.
    pub lines: usize,
    /// A line reads questions that are asked near each other.
    pub local: bool,
    /// Every question is answered by yes or no, so that all answers can be tried.
    pub plain: bool,
}

/// Random numbers, the same in each run.
pub struct Dice(u64);

impl Dice {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(2) + 1)
    }

    /// One of so many.
    pub fn below(&mut self, most: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize;
        drawn % most.max(1)
    }
}

/// Dispositions, the most urgent first.
const RANKS: usize = 6;

/// The files, as `(name, text)` pairs.
pub fn files(shape: Shape, seed: u64) -> Vec<(String, String)> {
    let dispositions: String = (0..RANKS)
        .map(|rank| {
            let emergency = if rank < 2 { "    emergency: yes\n" } else { "" };
            format!("  d{rank}:\n    rank: {}\n    setting: see\n    family: see\n    title: t\n    say: s\n    worsening: [\"w\"]\n    hands_over: yes\n{emergency}", rank + 1)
        })
        .collect();
    let last = RANKS - 1;
    let texts = [
        (
            "dispositions.yaml",
            format!("none_fit: d{last}\nearly_exit: d{last}\ndispositions:\n{dispositions}"),
        ),
        ("questions/system.yaml", SYSTEM.to_owned()),
        ("first-flow.yaml", "evidence: e\nflow: []\n".to_owned()),
        (
            "interrupts.yaml",
            "evidence: e\ninterrupts: []\n".to_owned(),
        ),
        (
            "risk-history.yaml",
            "evidence: e\nflow: []\nitems: {}\n".to_owned(),
        ),
        (
            "evidence/e.yaml",
            "title: t\nurl: https://example.org/\nreviewed: 2026-01-01\nreview_by: 2029-01-01\n"
                .to_owned(),
        ),
        ("complaints/p.yaml", pathway(shape, &mut Dice::new(seed))),
    ];
    texts.map(|(name, text)| (name.to_owned(), text)).into()
}

const SYSTEM: &str = "\
system:
  party:
    say: s
    answers:
      first: f
      third: t
  age:
    say: s
    answers: age
  sex:
    say: s
    answers:
      female: f
      male: m
";

fn pathway(shape: Shape, dice: &mut Dice) -> String {
    let mut text = "pathway: p\ntitle: t\nfamily: p\nevidence: e\nquestions:\n".to_owned();
    for question in 0..shape.questions {
        let answers = match kind(shape, question) {
            Kind::YesNo => "",
            Kind::OneOf => {
                "    worse: first\n    answers:\n      severe: a\n      moderate: b\n      mild: c\n      none: d\n"
            }
            Kind::Number => "    worse: higher\n    answers: { number: days, from: 0, to: 60 }\n",
        };
        let _ = writeln!(text, "  q{question}:\n    say: s\n{answers}");
    }
    let all: Vec<String> = (0..shape.questions)
        .map(|question| format!("q{question}"))
        .collect();
    let _ = writeln!(text, "flow:\n  - ask: [{}]", all.join(", "));
    let mut promises = String::new();
    for line in 0..shape.lines {
        let guard = guard(shape, dice);
        let rank = dice.below(RANKS - 1);
        let _ = writeln!(text, "  - reach: d{rank}\n    if: {guard}\n    because: b");
        if line % 3 == 0 {
            // Of every other line more is promised than it gives: for some of them another line makes up for it.
            let promised = rank.saturating_sub(usize::from(line % 6 == 0));
            let _ = writeln!(promises, "  - when: {guard}\n    never_below: d{promised}");
        }
    }
    let _ = writeln!(text, "  - otherwise: d{}\npromises:\n{promises}", RANKS - 1);
    text
}

enum Kind {
    YesNo,
    OneOf,
    Number,
}

fn kind(shape: Shape, question: usize) -> Kind {
    match question % 3 {
        _ if shape.plain => Kind::YesNo,
        0 => Kind::YesNo,
        1 => Kind::OneOf,
        _ => Kind::Number,
    }
}

/// Four leaves, of questions near each other or of any.
fn guard(shape: Shape, dice: &mut Dice) -> String {
    let near = 8.min(shape.questions);
    let first = dice.below(shape.questions - near + 1);
    let mut leaf = || {
        let question = if shape.local {
            first + dice.below(near)
        } else {
            dice.below(shape.questions)
        };
        match kind(shape, question) {
            Kind::YesNo => match dice.below(4) {
                0 if shape.plain => format!("!q{question}"),
                _ => format!("q{question}"),
            },
            Kind::OneOf => match dice.below(2) {
                0 => format!("q{question} == severe"),
                _ => format!("q{question} in [severe, moderate]"),
            },
            Kind::Number => format!("q{question} >= {}", 1 + dice.below(50)),
        }
    };
    let [a, b, c, d] = [leaf(), leaf(), leaf(), leaf()];
    match dice.below(3) {
        0 => format!("(({a} || {b}) && ({c} || {d}))"),
        1 => format!("({a} && {b} && ({c} || {d}))"),
        _ => format!("({a} && {b} && {c} && {d})"),
    }
}
