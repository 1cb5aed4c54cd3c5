//! The pathway of the bench, in three forms: YAML for us, rule texts for rhai, and plain Rust.

use std::fmt::Write;

use jiff::Timestamp;
use nhs111::pathway::{self, Content};
use nhs111::walk::{Answer, Facts, Moment};
use rhai::{AST, Dynamic, Engine, OptimizationLevel, Scope};

/// Questions of the pathway: 20 of each kind.
pub const QUESTIONS: usize = 60;
/// Lines that reach.
pub const LINES: usize = 200;

const OPTIONS: [&str; 4] = ["severe", "moderate", "mild", "none"];
const REACHED: [&str; 8] = ["d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7"];

/// One session: every question answered, in the order asked.
pub type Session = Vec<(String, Answer)>;

/// The pathway and what is needed to walk it.
pub struct Bench {
    /// As checked.
    pub content: Content,
    /// When the contact began.
    pub at: Moment,
    engine: Engine,
    guards: Vec<(AST, &'static str)>,
}

/// The four leaves of a line: a yes/no question, a one-of and its option, a number and its bound, a second yes/no question.
#[derive(Clone, Copy)]
struct Leaves {
    yes: usize,
    one_of: usize,
    option: usize,
    number: usize,
    bound: i64,
    other: usize,
    shape: usize,
    reached: usize,
}

const fn leaves(line: usize) -> Leaves {
    Leaves {
        yes: line % 20,
        one_of: (line * 7 + 3) % 20,
        option: line % 3,
        number: (line * 11 + 5) % 20,
        bound: 20 + (line % 60) as i64,
        other: (line * 13 + 1) % 20,
        shape: line % 3,
        // Most lines are of the middle ranks, few of the most urgent one.
        reached: if line.is_multiple_of(25) {
            0
        } else {
            1 + line % 7
        },
    }
}

fn rule(line: usize) -> String {
    let Leaves {
        yes,
        one_of,
        option,
        number,
        bound,
        other,
        shape,
        ..
    } = leaves(line);
    let option = OPTIONS[option];
    match shape {
        0 => format!("y{yes} && o{one_of} == {option} && (n{number} >= {bound} || y{other})"),
        1 => format!("(y{yes} || y{other}) && o{one_of} == {option} && n{number} >= {bound}"),
        _ => format!("y{yes} && y{other} && (o{one_of} == {option} || n{number} >= {bound})"),
    }
}

impl Bench {
    /// Reads the pathway and compiles the same rules with rhai.
    pub fn new() -> Self {
        let checked = pathway::read(&files()).unwrap_or_else(|findings| panic!("{}", findings[0]));
        let mut engine = Engine::new();
        engine.set_optimization_level(OptimizationLevel::Full);
        let guards = (0..LINES)
            .map(|line| {
                (
                    engine
                        .compile_expression(rule(line))
                        .expect("a rule is an expression"),
                    REACHED[leaves(line).reached],
                )
            })
            .collect();
        let contact_began: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        Bench {
            content: checked.content,
            at: Moment {
                contact_began,
                today: "2026-11-22".parse().expect("a date"),
            },
            engine,
            guards,
        }
    }

    /// Nothing told but the patient.
    pub fn patient(&self) -> Facts {
        let mut facts = Facts::new(&self.content);
        for (name, answer) in [
            ("party", Answer::Word("first".into())),
            ("age", Answer::Age("40 years".into())),
            ("sex", Answer::Word("female".into())),
        ] {
            facts
                .tell(&self.content, name, &answer, self.at)
                .expect("the patient can be told");
        }
        facts
    }

    /// All of a session told.
    pub fn told(&self, session: &Session) -> Facts {
        let mut facts = self.patient();
        for (name, answer) in session {
            facts
                .tell(&self.content, name, answer, self.at)
                .expect("the answer is offered");
        }
        facts
    }

    /// Sessions of mostly mild answers, so that many questions stay needed.
    pub fn sessions(&self, count: usize) -> Vec<Session> {
        let mut state = 111_u64;
        let mut below = |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let mut session = || {
            let mut answers = Session::new();
            for question in 0..20 {
                answers.push((
                    format!("y{question}"),
                    Answer::Word(if below(4) == 0 { "yes" } else { "no" }.into()),
                ));
                answers.push((
                    format!("o{question}"),
                    Answer::Word(OPTIONS[below(4) as usize].into()),
                ));
                answers.push((format!("n{question}"), Answer::Number(below(101) as f64)));
            }
            answers
        };
        (0..count).map(|_| session()).collect()
    }

    /// The session as plain values.
    pub fn values(&self, session: &Session) -> Values {
        let mut values = Values {
            yes: [false; 20],
            option: [0; 20],
            number: [0; 20],
        };
        for (name, answer) in session {
            let place: usize = name[1..].parse().expect("a number");
            match answer {
                Answer::Word(word) if name.starts_with('y') => values.yes[place] = word == "yes",
                Answer::Word(word) => {
                    values.option[place] = OPTIONS
                        .iter()
                        .position(|option| option == word)
                        .expect("an option")
                }
                Answer::Number(number) => values.number[place] = *number as i64,
                _ => {}
            }
        }
        values
    }

    /// The values as rhai sees them; options are constants of their own names.
    pub fn scope(&self, values: &Values) -> Scope<'static> {
        let mut scope = Scope::new();
        for option in OPTIONS {
            scope.push_constant(option, Dynamic::from(option.to_owned()));
        }
        for place in 0..20 {
            scope.push(format!("y{place}"), values.yes[place]);
            scope.push(
                format!("o{place}"),
                OPTIONS[values.option[place]].to_owned(),
            );
            scope.push(format!("n{place}"), values.number[place]);
        }
        scope
    }

    /// Every guard evaluated by rhai; the most urgent that holds.
    pub fn rhai_all(&self, scope: &mut Scope<'static>) -> &'static str {
        let held = self.guards.iter().filter(|(guard, _)| {
            self.engine
                .eval_ast_with_scope::<bool>(scope, guard)
                .expect("the guard evaluates")
        });
        held.map(|(_, reached)| *reached).min().unwrap_or("d9")
    }
}

/// What a hand-written service would hold.
pub struct Values {
    yes: [bool; 20],
    option: [usize; 20],
    number: [i64; 20],
}

impl Values {
    /// Every guard by hand; the most urgent that holds.
    pub fn most_urgent(&self) -> &'static str {
        let mut best = usize::MAX;
        for line in 0..LINES {
            let Leaves {
                yes,
                one_of,
                option,
                number,
                bound,
                other,
                shape,
                reached,
            } = leaves(line);
            let (yes, other) = (self.yes[yes], self.yes[other]);
            let (option, number) = (self.option[one_of] == option, self.number[number] >= bound);
            let held = match shape {
                0 => yes && option && (number || other),
                1 => (yes || other) && option && number,
                _ => yes && other && (option || number),
            };
            if held {
                best = best.min(reached);
            }
        }
        REACHED.get(best).copied().unwrap_or("d9")
    }
}

fn files() -> Vec<(String, String)> {
    let mut dispositions = "none_fit: d7\nearly_exit: d7\ndispositions:\n".to_owned();
    for (rank, id) in REACHED.iter().chain(&["d9"]).enumerate() {
        let _ = write!(
            dispositions,
            "  {id}:\n    rank: {}\n    setting: see\n    family: f\n    title: t\n    say: s\n    worsening:\n      - w\n",
            rank + 1
        );
    }
    let system = "system:\n  party:\n    say: s\n    answers:\n      first: f\n      third: t\n  age:\n    say: s\n    answers: age\n  sex:\n    say: s\n    answers:\n      female: f\n      male: m\n";
    let mut text =
        "pathway: bench\ntitle: t\nfamily: bench\nevidence: e\nrisks:\n  rest: usual\nquestions:\n"
            .to_owned();
    for place in 0..20 {
        let _ = write!(
            text,
            "  y{place}:\n    say: s\n  o{place}:\n    say: s\n    worse: first\n    answers:\n      severe: a\n      moderate: b\n      mild: c\n      none: d\n"
        );
        let _ = write!(
            text,
            "  n{place}:\n    say: s\n    worse: higher\n    answers: {{ number: units, from: 0, to: 100 }}\n"
        );
    }
    text.push_str("flow:\n");
    for place in 0..20 {
        let _ = writeln!(text, "  - ask: [y{place}, o{place}, n{place}]");
    }
    for line in 0..LINES {
        let _ = write!(
            text,
            "  - reach: {}\n    if: {}\n    because: b\n",
            REACHED[leaves(line).reached],
            rule(line)
        );
    }
    text.push_str("  - otherwise: d9\n");
    [
        ("dispositions.yaml", dispositions),
        ("questions/system.yaml", system.to_owned()),
        (
            "evidence/e.yaml",
            "title: t\nurl: u\nreviewed: 2026-01-01\nreview_by: 2028-01-01\n".to_owned(),
        ),
        ("complaints/bench.yaml", text),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .to_vec()
}
