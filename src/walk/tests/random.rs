//! Random libraries: written as YAML for the reader, and evaluated here a second time, in the plainest way there is.

use std::fmt::Write;

use super::library::library;
use crate::pathway::Content;
use crate::walk::Answer;

/// The same numbers on every machine (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) >> 16).unwrap() % sides
    }

    pub fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }
}

/// What a library has beside questions and lines.
#[derive(Clone, Copy, Default)]
pub struct With {
    pub interrupts: bool,
    pub only_if: bool,
    pub means: bool,
    /// Guides, keeps and checklists.
    pub beside: bool,
}

#[derive(Clone)]
pub struct Library {
    pub questions: Vec<Question>,
    /// Two pathways, of the families `a` and `b`.
    pub pathways: Vec<Vec<Statement>>,
    pub interrupts: Vec<(usize, Rule)>,
    with: With,
}

#[derive(Clone)]
pub struct Question {
    pub id: String,
    pub kind: Kind,
    only_if: Option<Rule>,
    /// The first option implies the flag.
    means_flag: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    YesNo,
    Three,
    /// 0 to 6.
    Number,
}

#[derive(Clone)]
pub enum Rule {
    /// Among these options.
    Is(usize, Vec<usize>),
    Within(usize, i64, i64),
    Not(Box<Rule>),
    All(Vec<Rule>),
    Any(Vec<Rule>),
    Count(usize, Vec<Rule>),
}

#[derive(Clone)]
pub enum Statement {
    Ask(Vec<usize>),
    Reach(usize, Rule),
    Settle(Rule),
    Also(usize, Rule),
    Score {
        parts: Vec<(i64, Rule)>,
        highest: bool,
        least: i64,
        reach: usize,
    },
    When(Rule, Vec<Statement>, Vec<Statement>),
    Keep,
    Guide(Rule),
}

/// An answer.
#[derive(Clone, Copy, PartialEq)]
pub enum Value {
    Option(usize),
    Number(i64),
    NotSure,
}

impl Value {
    pub fn answer(self, kind: Kind) -> Answer {
        match (self, kind) {
            (Value::NotSure, _) => Answer::NotSure,
            (Value::Number(number), _) => Answer::Number(number as f64),
            (Value::Option(option), Kind::YesNo) => Answer::from(["yes", "no"][option]),
            (Value::Option(option), _) => Answer::from(["o0", "o1", "o2"][option]),
        }
    }
}

const DISPOSITIONS: [&str; 6] = [
    "ambulance",
    "emergency-department",
    "clinician",
    "call-back",
    "pharmacy",
    "self-care",
];
const NEEDS: [&str; 2] = ["safeguarding", "police"];
/// Asked in every pathway; what `only_if` and interrupts read.
const BASE: usize = 3;
/// Read only where worse raises, so that it can be implied.
const FLAG: usize = 0;
const OTHERWISE: usize = 4;

impl Library {
    pub fn new(dice: &mut Dice, size: usize, with: With) -> Self {
        let mut questions = Vec::new();
        for place in 0..BASE + 2 + 2 * size {
            let kind = match place {
                FLAG => Kind::YesNo,
                _ => *dice.pick(&[Kind::YesNo, Kind::YesNo, Kind::Three, Kind::Number]),
            };
            let id = format!("q{place}");
            questions.push(Question {
                id,
                kind,
                only_if: None,
                means_flag: false,
            });
        }
        let base: Vec<usize> = (1..=BASE).collect();
        for place in BASE + 1..questions.len() {
            if with.only_if && dice.one_in(3) {
                questions[place].only_if = Some(rule(dice, &questions, &base, 1));
            }
            questions[place].means_flag =
                with.means && questions[place].kind == Kind::Three && dice.one_in(2);
        }
        let pathways = (0..2)
            .map(|_| flow(dice, &questions, &base, size, 2))
            .collect();
        let interrupts = (0..if with.interrupts { 3 } else { 0 })
            .map(|_| (dice.roll(5), rule(dice, &questions, &base, 1)))
            .collect();
        Library {
            questions,
            pathways,
            interrupts,
            with,
        }
    }

    /// A line that every pathway could have.
    pub fn any_reach(&self, dice: &mut Dice) -> (usize, Rule) {
        let base: Vec<usize> = (1..=BASE).collect();
        (dice.roll(5), rule(dice, &self.questions, &base, 2))
    }

    /// The same library without guides, keeps and checklists.
    pub fn plain(&self) -> Self {
        Library {
            with: With {
                beside: false,
                ..self.with
            },
            ..self.clone()
        }
    }

    /// An answer to every question.
    pub fn truth(&self, dice: &mut Dice, not_sure: bool) -> Vec<Value> {
        let value = |question: &Question| match question.kind {
            _ if not_sure && dice.one_in(6) => Value::NotSure,
            Kind::YesNo => Value::Option(dice.roll(2)),
            Kind::Three => Value::Option(dice.roll(3)),
            Kind::Number => Value::Number(i64::try_from(dice.roll(7)).unwrap()),
        };
        self.questions.iter().map(value).collect()
    }

    pub fn read(&self) -> Content {
        let mut writer = Writer {
            library: self,
            scores: 0,
            checklists: String::new(),
        };
        let pathways: Vec<(String, String)> = ["a", "b"]
            .iter()
            .zip(&self.pathways)
            .map(|(name, flow)| writer.pathway(name, flow))
            .collect();
        let questions = writer.questions();
        let interrupts = writer.interrupts();
        let guide = "guide: g\ntitle: G\nsteps:\n  - Wait.\nexits:\n  done: Done\n";
        let mut files = vec![
            ("questions/shared.yaml", questions.as_str()),
            ("guides/g.yaml", guide),
        ];
        if !self.interrupts.is_empty() {
            files.push(("interrupts.yaml", &interrupts));
        }
        files.extend(
            pathways
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str())),
        );
        library(&files)
    }

    /// The outcome where everything was said, and the needs.
    pub fn outcome(&self, pathways: &[usize], truth: &[Value]) -> (usize, Vec<usize>) {
        let mut lines = Lines {
            truth,
            reached: Vec::new(),
            settled: false,
            also: Vec::new(),
        };
        for (disposition, rule) in &self.interrupts {
            lines.reach(*disposition, could(rule, truth));
        }
        for pathway in pathways {
            lines.settled = false;
            lines.read(&self.pathways[*pathway], true, true);
            let flag = Rule::Is(FLAG, vec![0]);
            lines.reach(1, could(&flag, truth));
            lines.reach(OTHERWISE, !lines.settled);
        }
        lines.also.sort_unstable();
        lines.also.dedup();
        (lines.reached.into_iter().min().unwrap(), lines.also)
    }
}

/// Whether a rule could hold, everything being said.
pub fn could(rule: &Rule, truth: &[Value]) -> bool {
    holds(rule, truth, false)
}

fn holds(rule: &Rule, truth: &[Value], must: bool) -> bool {
    let leaf = |value: Value, every: bool, some: bool, is: &dyn Fn(Value) -> bool| match value {
        Value::NotSure if must => every,
        Value::NotSure => some,
        value => is(value),
    };
    match rule {
        Rule::Is(fact, options) => leaf(truth[*fact], false, true, &|value| {
            options.iter().any(|option| value == Value::Option(*option))
        }),
        Rule::Within(fact, from, to) => leaf(
            truth[*fact],
            *from <= 0 && *to >= 6,
            true,
            &|value| matches!(value, Value::Number(number) if (*from..=*to).contains(&number)),
        ),
        Rule::Not(inner) => !holds(inner, truth, !must),
        Rule::All(parts) => parts.iter().all(|part| holds(part, truth, must)),
        Rule::Any(parts) => parts.iter().any(|part| holds(part, truth, must)),
        Rule::Count(least, parts) => {
            parts.iter().filter(|part| holds(part, truth, must)).count() >= *least
        }
    }
}

struct Lines<'a> {
    truth: &'a [Value],
    reached: Vec<usize>,
    settled: bool,
    also: Vec<usize>,
}

impl Lines<'_> {
    fn reach(&mut self, disposition: usize, holds: bool) {
        if holds {
            self.reached.push(disposition);
        }
    }

    fn read(&mut self, statements: &[Statement], could_be: bool, must_be: bool) {
        let truth = self.truth;
        for statement in statements {
            match statement {
                Statement::Ask(_) | Statement::Keep | Statement::Guide(_) => {}
                Statement::Reach(disposition, rule) => {
                    self.reach(*disposition, could_be && could(rule, truth))
                }
                Statement::Settle(rule) => {
                    self.reach(5, could_be && could(rule, truth));
                    self.settled |= must_be && holds(rule, truth, true);
                }
                Statement::Also(need, rule) => {
                    // The police need must hold.
                    let holds = if *need == 1 {
                        must_be && holds(rule, truth, true)
                    } else {
                        could_be && could(rule, truth)
                    };
                    self.also.extend(holds.then_some(*need));
                }
                Statement::Score {
                    parts,
                    highest,
                    least,
                    reach,
                } => {
                    let points = parts.iter().map(|(points, rule)| {
                        if holds(rule, truth, *points < 0) {
                            *points
                        } else {
                            0
                        }
                    });
                    let high = if *highest {
                        points.max().unwrap_or(0)
                    } else {
                        points.sum()
                    };
                    self.reach(*reach, could_be && high >= *least);
                }
                Statement::When(rule, then, otherwise) => {
                    let (could_hold, must_hold) = (could(rule, truth), holds(rule, truth, true));
                    self.read(then, could_be && could_hold, must_be && must_hold);
                    self.read(otherwise, could_be && !must_hold, must_be && !could_hold);
                }
            }
        }
    }
}

fn rule(dice: &mut Dice, questions: &[Question], scope: &[usize], depth: usize) -> Rule {
    let parts = |dice: &mut Dice| {
        (0..2 + dice.roll(2))
            .map(|_| rule(dice, questions, scope, depth - 1))
            .collect::<Vec<_>>()
    };
    match if depth == 0 { 9 } else { dice.roll(7) } {
        0 => Rule::All(parts(dice)),
        1 => Rule::Any(parts(dice)),
        2 => Rule::Not(Box::new(rule(dice, questions, scope, depth - 1))),
        3 => {
            let counted = parts(dice);
            Rule::Count(2, counted)
        }
        _ => {
            let fact = *dice.pick(scope);
            match questions[fact].kind {
                Kind::YesNo => Rule::Is(fact, vec![dice.roll(2)]),
                Kind::Three if dice.one_in(3) => Rule::Is(fact, vec![0, 1 + dice.roll(2)]),
                Kind::Three => Rule::Is(fact, vec![dice.roll(3)]),
                Kind::Number => {
                    let from = 1 + i64::try_from(dice.roll(4)).unwrap();
                    Rule::Within(fact, from, if dice.one_in(2) { 6 } else { from + 1 })
                }
            }
        }
    }
}

fn flow(
    dice: &mut Dice,
    questions: &[Question],
    scope: &[usize],
    size: usize,
    depth: usize,
) -> Vec<Statement> {
    let mut scope = scope.to_vec();
    let mut statements = Vec::new();
    for _ in 0..2 + 2 * size {
        let statement = match dice.roll(12) {
            0..=2 => {
                let fresh: Vec<usize> = (BASE + 1..questions.len())
                    .filter(|fact| !scope.contains(fact))
                    .collect();
                let asked: Vec<usize> = fresh
                    .into_iter()
                    .filter(|_| dice.one_in(3))
                    .take(3)
                    .collect();
                if asked.is_empty() {
                    continue;
                }
                scope.extend(&asked);
                Statement::Ask(asked)
            }
            3..=5 => Statement::Reach(dice.roll(5), rule(dice, questions, &scope, 2)),
            6 => Statement::Settle(rule(dice, questions, &scope, 2)),
            7 => Statement::Also(dice.roll(2), rule(dice, questions, &scope, 1)),
            8 => {
                let mut parts: Vec<(i64, Rule)> = (0..2 + dice.roll(3))
                    .map(|_| (*dice.pick(&[1, 2, 3, -1]), rule(dice, questions, &scope, 1)))
                    .collect();
                parts[0].0 = 2;
                // No more than the score can be, or the reader says that it is always false.
                let least = 1 + i64::try_from(dice.roll(2)).unwrap();
                Statement::Score {
                    parts,
                    highest: dice.one_in(3),
                    least,
                    reach: dice.roll(5),
                }
            }
            9 | 10 if depth > 0 => {
                let guard = rule(dice, questions, &scope, 1);
                let then = flow(dice, questions, &scope, size / 2, depth - 1);
                let otherwise = flow(dice, questions, &scope, size / 2, depth - 1);
                Statement::When(guard, then, otherwise)
            }
            11 => Statement::Guide(rule(dice, questions, &scope, 1)),
            _ => Statement::Keep,
        };
        statements.push(statement);
    }
    statements
}

struct Writer<'a> {
    library: &'a Library,
    scores: usize,
    checklists: String,
}

impl Writer<'_> {
    fn id(&self, fact: usize) -> &str {
        &self.library.questions[fact].id
    }

    fn questions(&self) -> String {
        let mut text = "questions:\n  kept:\n    say: Anything else?\n".to_owned();
        for (place, question) in self.library.questions.iter().enumerate() {
            let _ = write!(text, "  {}:\n    say: How is it?\n", question.id);
            let otherwise = match question.kind {
                Kind::YesNo => "no",
                Kind::Three => {
                    let means = if question.means_flag {
                        "\n        means:\n          q0: yes"
                    } else {
                        ""
                    };
                    let _ = write!(
                        text,
                        "    worse: first\n    answers:\n      o0:\n        say: Bad{means}\n      o1: Poor\n      o2: Fine\n"
                    );
                    "o2"
                }
                Kind::Number => {
                    text.push_str("    worse: higher\n    answers:\n      number: times\n      from: 0\n      to: 6\n");
                    "0"
                }
            };
            if place == FLAG {
                text.push_str("    red_flag: yes\n    ask_again_after: contact\n");
            }
            if let Some(only_if) = &question.only_if {
                let _ = write!(
                    text,
                    "    only_if: ({})\n    otherwise: {otherwise}\n",
                    self.rule(only_if)
                );
            }
        }
        text.push_str(&self.checklists);
        text
    }

    fn interrupts(&self) -> String {
        let mut text = "evidence: e\ninterrupts:\n".to_owned();
        for (disposition, rule) in &self.library.interrupts {
            let _ = write!(
                text,
                "  - reach: {}\n    if: ({})\n    because: So it is.\n",
                DISPOSITIONS[*disposition],
                self.rule(rule)
            );
        }
        text
    }

    fn pathway(&mut self, name: &str, flow: &[Statement]) -> (String, String) {
        let mut text = format!(
            "pathway: {name}\ntitle: P\nfamily: {name}\nfound_by: [{name}]\nevidence: e\nrisks:\n  rest: usual\ndanger:\n"
        );
        let base: Vec<usize> = (0..=BASE).collect();
        self.ask(&mut text, 1, &base);
        text.push_str("flow:\n");
        self.statements(&mut text, 1, flow);
        text.push_str("  - reach: emergency-department\n    if: q0\n    because: So it is.\n  - otherwise: pharmacy\n");
        (format!("complaints/{name}.yaml"), text)
    }

    fn statements(&mut self, text: &mut String, depth: usize, statements: &[Statement]) {
        let pad = "  ".repeat(depth);
        let beside = self.library.with.beside;
        for statement in statements {
            match statement {
                Statement::Ask(asked) => self.ask(text, depth, asked),
                Statement::Reach(disposition, rule) => self.line(
                    text,
                    &pad,
                    &format!("reach: {}", DISPOSITIONS[*disposition]),
                    rule,
                    true,
                ),
                Statement::Settle(rule) => self.line(text, &pad, "settle: self-care", rule, true),
                Statement::Also(need, rule) => {
                    self.line(text, &pad, &format!("also: {}", NEEDS[*need]), rule, false)
                }
                Statement::Score {
                    parts,
                    highest,
                    least,
                    reach,
                } => {
                    self.scores += 1;
                    let name = format!("s{}", self.scores);
                    let _ = write!(text, "{pad}- score: {name}\n{pad}  points:\n");
                    for (points, rule) in parts {
                        let _ = write!(
                            text,
                            "{pad}    - add: {points}\n{pad}      if: ({})\n",
                            self.rule(rule)
                        );
                    }
                    let read = if *highest {
                        format!("highest({name})")
                    } else {
                        name
                    };
                    let _ = write!(
                        text,
                        "{pad}- reach: {}\n{pad}  if: {read} >= {least}\n{pad}  because: So it is.\n",
                        DISPOSITIONS[*reach]
                    );
                }
                Statement::When(rule, then, otherwise) => {
                    let _ = write!(text, "{pad}- when: ({})\n{pad}  do:\n", self.rule(rule));
                    self.block(text, depth + 2, then);
                    let _ = writeln!(text, "{pad}  else:");
                    self.block(text, depth + 2, otherwise);
                }
                Statement::Keep if beside => {
                    let _ = writeln!(text, "{pad}- keep: kept");
                }
                Statement::Guide(rule) if beside => self.line(text, &pad, "guide: g", rule, false),
                Statement::Keep | Statement::Guide(_) => {}
            }
        }
    }

    /// A list that may not be empty.
    fn block(&mut self, text: &mut String, depth: usize, statements: &[Statement]) {
        self.statements(text, depth, statements);
        let pad = "  ".repeat(depth);
        let _ = writeln!(text, "{pad}- ask: q1");
    }

    fn line(&self, text: &mut String, pad: &str, head: &str, rule: &Rule, because: bool) {
        let _ = write!(text, "{pad}- {head}\n{pad}  if: ({})\n", self.rule(rule));
        if because {
            let _ = writeln!(text, "{pad}  because: So it is.");
        }
    }

    /// A group; with checklists, its yes/no questions are one.
    fn ask(&mut self, text: &mut String, depth: usize, asked: &[usize]) {
        let pad = "  ".repeat(depth);
        let questions = &self.library.questions;
        let listed =
            |fact: &usize| self.library.with.beside && questions[*fact].kind == Kind::YesNo;
        let (ticked, mut names): (Vec<usize>, Vec<usize>) = asked.iter().copied().partition(listed);
        let mut group = Vec::new();
        if ticked.len() > 1 {
            let name = format!("list{}", self.checklists.lines().count());
            let members: Vec<&str> = ticked.iter().map(|fact| self.id(*fact)).collect();
            let _ = write!(
                self.checklists,
                "  {name}:\n    say: Any of these?\n    checklist: [{}]\n",
                members.join(", ")
            );
            group.push(name);
        } else {
            names.extend(ticked);
        }
        group.extend(names.iter().map(|fact| self.id(*fact).to_owned()));
        let _ = writeln!(text, "{pad}- ask: [{}]", group.join(", "));
    }

    fn rule(&self, rule: &Rule) -> String {
        let joined = |parts: &[Rule], by: &str| {
            let parts: Vec<String> = parts.iter().map(|part| self.rule(part)).collect();
            parts.join(by)
        };
        match rule {
            Rule::Is(fact, options) if self.library.questions[*fact].kind == Kind::YesNo => {
                format!("{} == {}", self.id(*fact), ["yes", "no"][options[0]])
            }
            Rule::Is(fact, options) => {
                let options: Vec<String> =
                    options.iter().map(|option| format!("o{option}")).collect();
                format!("{} in [{}]", self.id(*fact), options.join(", "))
            }
            Rule::Within(fact, from, to) => format!("{} in {from}..={to}", self.id(*fact)),
            Rule::Not(inner) => format!("!({})", self.rule(inner)),
            Rule::All(parts) => format!("({})", joined(parts, " && ")),
            Rule::Any(parts) => format!("({})", joined(parts, " || ")),
            Rule::Count(least, parts) => format!("count([{}]) >= {least}", joined(parts, ", ")),
        }
    }
}
