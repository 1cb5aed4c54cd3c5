//! Rules: a fragment of rhai, parsed by rhai and lowered to the typed form.
//!
//! rhai gives the syntax and the positions; its evaluator is never run here. What lies outside the fragment is a diagnostic that says
//! how to write it instead.

mod bounds;
mod compare;
mod count;
mod extent;
mod lexical;
mod named;
mod options;
mod report;
mod scope;
mod table;
mod time;

use rhai::{ASTNode, Engine, Expr, OptimizationLevel, Position, Stmt};

use super::content::{Fact, FactId, Table};
use super::diagnostic::{Diagnostic, Findings};
use super::form::{Forms, Rule};
use super::source::RuleText;

pub use lexical::check_name;
use named::instead;
pub use scope::{Meaning, Scope, Unknown};

/// A rule longer than this is refused, in characters.
const LONGEST: usize = 4000;
/// `&&`, `||` and `count` take no more operands than this.
const MOST_OPERANDS: usize = 64;
/// A rule nests no deeper than this once its lets and scores are spelled out.
const DEEPEST: u32 = 64;
/// A rule has no more parts than this once its lets and scores are spelled out.
const LARGEST: u32 = 4096;

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
                if let Some(ASTNode::Expr(expression)) = path.last() {
                    names.extend(name_of(expression).map(|(name, _)| name));
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
        }?;
        if self.forms.depth(lowered) > DEEPEST || self.forms.size(lowered) > LARGEST {
            self.findings.push(
                Diagnostic::error(
                    rule.span.clone(),
                    "P403",
                    "the rule is too large, with all that its names stand for",
                )
                .help("say it with fewer conditions"),
            );
            return None;
        }
        Some(lowered)
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

/// The name that an expression is, and where it stands.
fn name_of(expression: &Expr) -> Option<(String, Position)> {
    match expression {
        Expr::Variable(variable, _, position) if variable.2.is_empty() => {
            Some((variable.1.to_string(), *position))
        }
        _ => None,
    }
}

impl Lower<'_, '_, '_> {
    fn rule(&mut self, expression: &Expr) -> Option<Rule> {
        match expression {
            Expr::And(parts, _) => {
                let parts = self.operands(parts)?;
                Some(self.on.forms.all(parts))
            }
            Expr::Or(parts, _) => {
                let parts = self.operands(parts)?;
                Some(self.on.forms.any(parts))
            }
            Expr::Variable(_, _, position) => match name_of(expression) {
                Some((name, position)) => self.named(&name, position),
                None => self.qualified(*position),
            },
            Expr::FnCall(call, position) => self.call(call, *position),
            Expr::BoolConstant(_, position) => self
                .outside(*position, "`true` and `false` are no conditions")
                .help("leave the guard out, or remove the statement")
                .report(),
            Expr::IntegerConstant(_, position) | Expr::FloatConstant(_, position) => self
                .outside(*position, "a number is no condition")
                .help("compare a fact with it, such as `fever_days >= 5`")
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

    fn qualified<T>(&mut self, position: Position) -> Option<T> {
        self.outside(position, "`::` is not part of a rule")
            .help("facts and functions have plain names")
            .report()
    }

    /// Every part is lowered before the first failure counts, so that all faults are reported.
    fn operands(&mut self, parts: &[Expr]) -> Option<Vec<Rule>> {
        let lowered: Vec<Option<Rule>> = parts.iter().map(|part| self.rule(part)).collect();
        lowered.into_iter().collect()
    }

    fn meaning(&mut self, name: &str, position: Position) -> Option<Meaning> {
        match self.scope.meaning(name, self.on.forms, self.on.findings) {
            Ok(meaning) => Some(meaning),
            Err(Unknown::Reported) => None,
            Err(unknown @ (Unknown::Elsewhere(_) | Unknown::NoComplaint | Unknown::Screen(_))) => {
                self.on
                    .findings
                    .extend(unknown.diagnostic(name, self.span(position, name.len())));
                None
            }
            Err(Unknown::Nowhere) => {
                let diagnostic = Diagnostic::error(
                    self.span(position, name.len()),
                    "P301",
                    format!("no fact is called `{name}`"),
                )
                .help("ask it first: questions stand in the same file or in `questions/`")
                .did_you_mean(name, self.scope.names());
                self.on.findings.push(diagnostic);
                None
            }
        }
    }

    fn fact(&self, id: FactId) -> &Fact {
        self.on.facts.get(id.index()).expect_fact()
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
