//! Rules: a fragment of rhai, parsed by rhai and lowered to the typed form.
//!
//! rhai gives the syntax and the positions; its evaluator is never run here. What lies outside the fragment is a diagnostic that says
//! how to write it instead.

mod compare;
mod lexical;

use rhai::{ASTNode, Engine, Expr, FnCallExpr, OptimizationLevel, Position, Stmt};

use super::content::{Fact, FactId, Kind, Table};
use super::diagnostic::{Diagnostic, Findings, Span};
use super::form::{Forms, Node, Rule, ScoreId};
use super::source::RuleText;

pub use lexical::check_name;

/// A rule longer than this is refused, in characters.
const LONGEST: usize = 4000;
/// `&&`, `||` and `count` take no more operands than this.
const MOST_OPERANDS: usize = 64;

/// What a name means where a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A question or system fact.
    Fact(FactId),
    /// A `let`.
    Let(Rule),
    /// A score.
    Score(ScoreId),
}

/// The names that a rule may use. Looking one up may lower the `let` it names.
pub trait Scope {
    /// What a name means here; `Err` says what is wrong with it in other words than "unknown".
    fn meaning(
        &mut self,
        name: &str,
        forms: &mut Forms,
        findings: &mut Findings,
    ) -> Result<Meaning, Unknown>;
    /// Every name that could have been meant.
    fn names(&self) -> Vec<&str>;
}

/// Why a name means nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// Nobody knows it.
    Nowhere,
    /// It belongs to another file.
    Elsewhere(String),
    /// Already reported.
    Reported,
}

/// Where a rule stands, as far as the fragment depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// `if` or `any` of a reach, also, ask or guide: `unsure(q)` is allowed.
    Raises,
    /// Anywhere else.
    Plain,
}

/// The parser of rules.
pub struct Rules {
    engine: Engine,
}

impl Default for Rules {
    fn default() -> Self {
        let mut engine = Engine::new_raw();
        engine.set_optimization_level(OptimizationLevel::None);
        engine.set_max_expr_depths(128, 128);
        Rules { engine }
    }
}

/// What lowering needs to know.
pub struct Lowering<'a> {
    /// The parser.
    pub rules: &'a Rules,
    /// Every fact, by [`FactId`].
    pub facts: &'a [Fact],
    /// Every table.
    pub tables: &'a [Table],
    /// Where rules are kept.
    pub forms: &'a mut Forms,
    /// What was found.
    pub findings: &'a mut Findings,
}

impl Rules {
    /// The names a rule reads, in order; empty if it cannot be parsed. Reports nothing.
    pub fn names(&self, text: &str) -> Vec<String> {
        let mut names = Vec::new();
        if text.len() > LONGEST {
            return names;
        }
        if let Ok(ast) = self.engine.compile_expression(text) {
            ast.walk(&mut |path: &[ASTNode<'_>]| {
                if let Some(ASTNode::Expr(Expr::Variable(variable, ..))) = path.last() {
                    names.push(variable.1.to_string());
                }
                true
            });
        }
        names
    }

    /// The engine, for tests that compare it with the typed form.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}

impl Lowering<'_> {
    /// Lowers a rule; `None` if it was reported.
    pub fn lower(
        &mut self,
        rule: &RuleText,
        standing: Standing,
        scope: &mut dyn Scope,
    ) -> Option<Rule> {
        let before = self.findings.len();
        if !lexical::check(rule, self.findings) {
            return None;
        }
        let ast = match self.rules.engine.compile_expression(&rule.text) {
            Ok(ast) => ast,
            Err(fault) => {
                self.findings.push(lexical::syntax(rule, &fault));
                return None;
            }
        };
        let mut lower = Lower {
            at: rule,
            on: self,
            scope,
            standing,
            negated: false,
        };
        let lowered = match ast.statements() {
            [Stmt::Expr(expression)] => lower.rule(expression),
            [Stmt::FnCall(call, position)] => lower.call(call, *position),
            _ => lower
                .outside(Position::new(1, 1), "a rule is one condition")
                .help("write a condition such as `drooling || stridor`")
                .report(),
        };
        (self.findings.len() == before || lowered.is_some())
            .then_some(lowered)
            .flatten()
    }
}

/// One rule being lowered.
struct Lower<'l, 'a, 's> {
    at: &'l RuleText,
    on: &'l mut Lowering<'a>,
    scope: &'s mut dyn Scope,
    standing: Standing,
    negated: bool,
}

/// A diagnostic being written.
struct Report<'r>(&'r mut Findings, Diagnostic);

impl Report<'_> {
    fn help(mut self, help: impl Into<String>) -> Self {
        self.1 = self.1.help(help);
        self
    }

    fn report<T>(self) -> Option<T> {
        self.0.push(self.1);
        None
    }
}

impl Lower<'_, '_, '_> {
    fn span(&self, position: Position, length: usize) -> Span {
        lexical::span(self.at, position, length)
    }

    fn fault(
        &mut self,
        position: Position,
        length: usize,
        code: &'static str,
        message: impl Into<String>,
    ) -> Report<'_> {
        let diagnostic = Diagnostic::error(self.span(position, length), code, message);
        Report(self.on.findings, diagnostic)
    }

    fn outside(&mut self, position: Position, message: impl Into<String>) -> Report<'_> {
        self.fault(position, 1, "P402", message)
    }

    fn rule(&mut self, expression: &Expr) -> Option<Rule> {
        match expression {
            Expr::And(parts, position) => {
                let parts = self.operands(parts, *position)?;
                Some(self.on.forms.all(parts))
            }
            Expr::Or(parts, position) => {
                let parts = self.operands(parts, *position)?;
                Some(self.on.forms.any(parts))
            }
            Expr::Variable(variable, _, position) => self.named(&variable.1, *position),
            Expr::FnCall(call, position) => self.call(call, *position),
            Expr::BoolConstant(_, position) => self
                .outside(*position, "`true` and `false` are no conditions")
                .help("leave the guard out, or remove the statement")
                .report(),
            Expr::IntegerConstant(_, position) | Expr::FloatConstant(_, position) => self
                .outside(*position, "a number is no condition")
                .help("compare a fact with it, such as `fever_days >= 5`")
                .report(),
            Expr::StringConstant(_, position)
            | Expr::CharConstant(_, position)
            | Expr::InterpolatedString(_, position) => self
                .outside(*position, "text in quotes is no condition")
                .help("options are written without quotes: `swallowing == unable`")
                .report(),
            Expr::Dot(_, _, position) => self
                .outside(*position, "`.` is not part of a rule")
                .help("facts have plain names")
                .report(),
            other => {
                let position = other.position();
                self.outside(position, "this is not part of the rule language")
                    .help("see the list of what a rule may hold in docs/authors/format.md")
                    .report()
            }
        }
    }

    fn operands(&mut self, parts: &[Expr], position: Position) -> Option<Vec<Rule>> {
        if parts.len() > MOST_OPERANDS {
            return self
                .fault(
                    position,
                    2,
                    "P403",
                    format!(
                        "a rule joins at most {MOST_OPERANDS} conditions, and this one joins {}",
                        parts.len()
                    ),
                )
                .help("name parts of it with `let`")
                .report();
        }
        // Every part is lowered before the first failure counts, so that all faults are reported.
        let lowered: Vec<Option<Rule>> = parts.iter().map(|part| self.rule(part)).collect();
        lowered.into_iter().collect()
    }

    fn meaning(&mut self, name: &str, position: Position) -> Option<Meaning> {
        match self.scope.meaning(name, self.on.forms, self.on.findings) {
            Ok(meaning) => Some(meaning),
            Err(Unknown::Reported) => None,
            Err(Unknown::Elsewhere(place)) => self
                .fault(
                    position,
                    name.len(),
                    "P302",
                    format!("`{name}` belongs to {place} and may be read only there"),
                )
                .help("to share a question, move it to `questions/`")
                .report(),
            Err(Unknown::Nowhere) => {
                let diagnostic = Diagnostic::error(
                    self.span(position, name.len()),
                    "P301",
                    format!("no fact is called `{name}`"),
                )
                .did_you_mean(name, self.scope.names());
                self.on.findings.push(diagnostic);
                None
            }
        }
    }

    fn fact(&self, id: FactId) -> &Fact {
        self.on.facts.get(id.index()).expect_fact()
    }

    /// A name standing alone: a yes/no fact or a let.
    fn named(&mut self, name: &str, position: Position) -> Option<Rule> {
        let length = name.len();
        match self.meaning(name, position)? {
            Meaning::Let(rule) => Some(rule),
            Meaning::Score(_) => self
                .fault(position, length, "P404", format!("`{name}` is a score"))
                .help(format!("compare it with a number: `{name} >= 1`"))
                .report(),
            Meaning::Fact(id) => match &self.fact(id).kind {
                Kind::OneOf { yes_no: true, .. } => Some(self.on.forms.leaf(Node::OneOf {
                    fact: id,
                    options: 1,
                })),
                Kind::OneOf { options, .. } => {
                    let option = options
                        .first()
                        .map(|option| option.id.clone())
                        .unwrap_or_default();
                    self.fault(
                        position,
                        length,
                        "P404",
                        format!("`{name}` is not a yes/no question"),
                    )
                    .help(format!("say which answer: `{name} == {option}`"))
                    .report()
                }
                Kind::Number(number) => {
                    let from = number.from / 10_i64.pow(number.scale);
                    self.fault(position, length, "P404", format!("`{name}` is a number"))
                        .help(format!("compare it: `{name} >= {from}`"))
                        .report()
                }
                Kind::Age => self
                    .fault(position, length, "P404", format!("`{name}` is an age"))
                    .help(format!("compare it: `{name} < years(5)`"))
                    .report(),
                Kind::Ago { .. } => self
                    .fault(position, length, "P404", format!("`{name}` is a time ago"))
                    .help(format!("compare it: `hours_since({name}) <= hours(6)`"))
                    .report(),
                Kind::Due { .. } => self
                    .fault(
                        position,
                        length,
                        "P404",
                        format!("`{name}` is a time to come"),
                    )
                    .help(format!("compare it: `hours_until({name}) <= hours(6)`"))
                    .report(),
                Kind::Pick(_) => self
                    .fault(
                        position,
                        length,
                        "P404",
                        format!("`{name}` is picked from a table"),
                    )
                    .help(format!("say which rows: `any({name}, column == value)`"))
                    .report(),
                Kind::Text => self
                    .fault(
                        position,
                        length,
                        "P405",
                        format!("`{name}` is text, and no rule reads text"),
                    )
                    .help("ask a question with options")
                    .report(),
            },
        }
    }

    fn call(&mut self, call: &FnCallExpr, position: Position) -> Option<Rule> {
        let arguments = call.args.as_slice();
        match (call.name.as_str(), arguments) {
            ("!", [inner]) => {
                let outer = std::mem::replace(&mut self.negated, true);
                let lowered = self.rule(inner);
                self.negated = outer;
                lowered.map(|rule| self.on.forms.not(rule))
            }
            ("==" | "!=" | "<" | "<=" | ">" | ">=", [left, right]) => {
                self.compare(left, call.name.as_str(), right, position)
            }
            ("contains", [set, element]) => self.contained(element, set, position),
            ("unsure", [Expr::Variable(variable, _, at)]) => {
                self.unsure(&variable.1, *at, position)
            }
            ("any", [Expr::Variable(variable, _, at), condition]) => {
                self.picked(&variable.1, *at, condition, false)
            }
            ("all", [Expr::Variable(variable, _, at), condition]) => {
                self.picked(&variable.1, *at, condition, true)
            }
            ("count", _) => self
                .fault(position, 5, "P404", "`count([…])` is a number")
                .help("compare it: `count([a, b, c]) >= 2`")
                .report(),
            ("highest", _) => self
                .fault(position, 7, "P404", "`highest(score)` is a number")
                .help("compare it: `highest(score) >= 3`")
                .report(),
            ("per_kg", _) => self
                .fault(position, 6, "P404", "`per_kg(amount, weight)` is a number")
                .help("compare it: `per_kg(amount, weight) >= 75`")
                .report(),
            ("hours_since" | "hours_until", _) => {
                let name = call.name.to_string();
                self.fault(
                    position,
                    name.len(),
                    "P404",
                    format!("`{name}(…)` is a time"),
                )
                .help(format!("compare it: `{name}(q) <= hours(6)`"))
                .report()
            }
            ("years" | "months" | "days" | "hours" | "minutes", _) => self
                .fault(
                    position,
                    call.name.len(),
                    "P404",
                    "a span of time is no condition",
                )
                .help("compare an age or a time with it: `age < years(5)`")
                .report(),
            ("-" | "+" | "*" | "/" | "%" | "**", [_, _]) => {
                let operator = call.name.to_string();
                let hint = if operator == "-" {
                    "a hyphen cannot stand in a name: write `_`; rules do no arithmetic"
                } else {
                    "rules do no arithmetic: use a `score`, or `per_kg(amount, weight)`"
                };
                self.fault(position, 1, "P406", format!("`{operator}` is arithmetic"))
                    .help(hint)
                    .report()
            }
            (".." | "..=", _) => self
                .outside(position, "a range is no condition")
                .help("write `fever_days in 1..=3`")
                .report(),
            (name, _) => {
                let known = [
                    "unsure",
                    "any",
                    "all",
                    "count",
                    "highest",
                    "per_kg",
                    "hours_since",
                    "hours_until",
                    "years",
                    "months",
                    "days",
                    "hours",
                    "minutes",
                ];
                let written = name.to_owned();
                let diagnostic = Diagnostic::error(
                    self.span(position, written.len()),
                    "P407",
                    format!("there is no `{written}(…)` in rules, or not with these arguments"),
                )
                .help("see the list of what a rule may hold in docs/authors/format.md")
                .did_you_mean(
                    &written,
                    known.into_iter().filter(|known| *known != written),
                );
                self.on.findings.push(diagnostic);
                None
            }
        }
    }

    fn unsure(&mut self, name: &str, at: Position, position: Position) -> Option<Rule> {
        if self.standing != Standing::Raises || self.negated {
            return self
                .fault(position, 6, "P408", "`unsure(…)` may stand only in `if` or `any` of a reach, also, ask or guide, and never under `!`")
                .help("not knowing may raise and ask, and never settle, score or lower")
                .report();
        }
        match self.meaning(name, at)? {
            Meaning::Fact(id) => Some(self.on.forms.leaf(Node::Unsure(id))),
            Meaning::Let(_) | Meaning::Score(_) => self
                .fault(
                    at,
                    name.len(),
                    "P404",
                    format!("`{name}` is not a question"),
                )
                .help("`unsure(q)` takes the name of a question")
                .report(),
        }
    }
}

/// `facts` are complete before rules are lowered.
trait ExpectFact<'f> {
    fn expect_fact(self) -> &'f Fact;
}

impl<'f> ExpectFact<'f> for Option<&'f Fact> {
    #[expect(
        clippy::expect_used,
        reason = "INVARIANT: every FactId that a scope gives indexes the facts it was made from"
    )]
    fn expect_fact(self) -> &'f Fact {
        self.expect("every FactId that a scope gives indexes the facts")
    }
}
