//! What stands in a rule by name alone, and calls.

use rhai::{Expr, FnCallExpr, Position};

use super::{Lower, Meaning, Standing, name_of};
use crate::pathway::content::{FactId, Kind};
use crate::pathway::diagnostic::Diagnostic;
use crate::pathway::form::{Node, Rule};

/// The functions that rules know.
const FUNCTIONS: [&str; 13] = [
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

impl Lower<'_, '_, '_> {
    /// A name standing alone: a yes/no fact or a let.
    pub(super) fn named(&mut self, name: &str, position: Position) -> Option<Rule> {
        let (what, help) = match self.meaning(name, position)? {
            Meaning::Let(rule) => return Some(rule),
            Meaning::Score(_) => (
                "is a score",
                format!("compare it with a number: `{name} >= 1`"),
            ),
            Meaning::Fact(id) => {
                let kind = &self.fact(id).kind;
                if let Kind::OneOf { yes_no: true, .. } = kind {
                    return Some(self.yes(id));
                }
                if let Kind::Text = kind {
                    return self.text(name, position);
                }
                instead(name, kind)
            }
        };
        self.fault(position, name.len(), "P404", format!("`{name}` {what}"))
            .help(help)
            .report()
    }

    /// The yes of a yes/no fact.
    pub(super) fn yes(&mut self, fact: FactId) -> Rule {
        self.on.forms.leaf(Node::OneOf { fact, options: 1 })
    }

    /// A text question where a rule reads it.
    pub(super) fn text<T>(&mut self, name: &str, position: Position) -> Option<T> {
        let message = format!("`{name}` is text, and no rule reads text");
        self.fault(position, name.len(), "P405", message)
            .help("ask a question with options")
            .report()
    }

    pub(super) fn call(&mut self, call: &FnCallExpr, position: Position) -> Option<Rule> {
        let name = call.name.as_str();
        if !call.namespace.is_empty() {
            return self.qualified(position);
        }
        match (name, call.args.as_slice()) {
            ("!", [inner]) => {
                let outer = std::mem::replace(&mut self.negated, true);
                let lowered = self.rule(inner);
                self.negated = outer;
                lowered.map(|rule| self.on.forms.not(rule))
            }
            ("==" | "!=" | "<" | "<=" | ">" | ">=", [left, right]) => {
                self.compare(left, name, right, position)
            }
            ("contains", [set, element]) => self.contained(element, set, position),
            ("unsure", [fact]) if name_of(fact).is_some() => self.unsure(fact, position),
            ("any" | "all", [picked, condition]) if name_of(picked).is_some() => {
                self.picked(picked, condition, name == "all")
            }
            ("-" | "+" | "*" | "/" | "%" | "**", _) => self.arithmetic(call, position),
            (".." | "..=", _) => self
                .outside(position, "a range is no condition")
                .help("write `fever_days in 1..=3`")
                .report(),
            _ => self.no_condition(call, position),
        }
    }

    /// A call that is no condition: a number or a time, or nothing that rules know.
    fn no_condition(&mut self, call: &FnCallExpr, position: Position) -> Option<Rule> {
        let name = call.name.as_str();
        let (what, help) = match name {
            "count" => ("is a number", "compare it: `count([a, b, c]) >= 2`"),
            "highest" => ("is a number", "compare it: `highest(score) >= 3`"),
            "per_kg" => ("is a number", "compare it: `per_kg(amount, weight) >= 75`"),
            "hours_since" => ("is a time", "compare it: `hours_since(q) <= hours(6)`"),
            "hours_until" => ("is a time", "compare it: `hours_until(q) <= hours(6)`"),
            "years" | "months" | "days" => (
                "is a span of time",
                "compare an age with it: `age < years(5)`",
            ),
            "hours" | "minutes" => (
                "is a span of time",
                "compare a time with it: `hours_since(q) <= hours(6)`",
            ),
            _ => return self.unknown_call(call, position),
        };
        self.fault(position, name.len(), "P404", format!("`{name}(…)` {what}"))
            .help(help)
            .report()
    }

    pub(super) fn unknown_call<T>(&mut self, call: &FnCallExpr, position: Position) -> Option<T> {
        let name = call.name.as_str();
        let diagnostic = Diagnostic::error(
            self.span(position, name.len()),
            "P407",
            format!("there is no `{name}(…)` in rules, or not with these arguments"),
        )
        .help("see the list of what a rule may hold in docs/authors/format.md")
        .did_you_mean(name, FUNCTIONS.into_iter().filter(|known| *known != name));
        self.on.findings.push(diagnostic);
        None
    }

    /// Arithmetic, or a name with a hyphen.
    pub(super) fn arithmetic<T>(&mut self, call: &FnCallExpr, position: Position) -> Option<T> {
        let operator = call.name.as_str();
        if let (Some((name, at)), "-") = (hyphenated(call), operator) {
            let instead = name.replace('-', "_");
            return self
                .fault(at, name.len(), "P406", "a hyphen cannot stand in a name")
                .help(format!("write `{instead}`; rules do no arithmetic"))
                .fix(instead)
                .report();
        }
        self.fault(position, 1, "P406", format!("`{operator}` is arithmetic"))
            .help("rules do no arithmetic: use a `score`, or `per_kg(amount, weight)`")
            .report()
    }

    pub(super) fn unsure(&mut self, fact: &Expr, position: Position) -> Option<Rule> {
        let (name, at) = name_of(fact)?;
        if self.standing != Standing::Raises || self.negated {
            return self
                .fault(
                    position,
                    6,
                    "P408",
                    "`unsure(…)` may stand only where not knowing raises or asks",
                )
                .help("in `if` or `any` of a reach, also, ask or guide, and never under `!`; elsewhere leave it out")
                .report();
        }
        match self.meaning(&name, at)? {
            Meaning::Fact(id) if matches!(self.fact(id).kind, Kind::Text) => self.text(&name, at),
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

/// What a fact is that is no yes/no question, and how to read it.
pub(super) fn instead(name: &str, kind: &Kind) -> (&'static str, String) {
    match kind {
        Kind::OneOf { options, .. } => {
            let option = options.first().map(|option| option.id.as_str());
            let option = option.unwrap_or("option");
            (
                "is not a yes/no question",
                format!("say which answer: `{name} == {option}`"),
            )
        }
        Kind::Number(number) => {
            let least = number.shown(number.from);
            ("is a number", format!("compare it: `{name} > {least}`"))
        }
        Kind::Age => ("is an age", format!("compare it: `{name} < years(5)`")),
        Kind::Ago { .. } => (
            "is a time ago",
            format!("compare it: `hours_since({name}) <= hours(6)`"),
        ),
        Kind::Due { .. } => (
            "is a time to come",
            format!("compare it: `hours_until({name}) <= hours(6)`"),
        ),
        Kind::Pick(_) => (
            "is picked from a table",
            format!("say which rows: `any({name}, column == value)`"),
        ),
        Kind::Text => ("is text", "ask a question with options".to_owned()),
    }
}

/// `a-b-c` as it was written, if nothing but hyphens stands between the names.
fn hyphenated(call: &FnCallExpr) -> Option<(String, Position)> {
    let [left, right] = call.args.as_slice() else {
        return None;
    };
    let (start, at) = match left {
        Expr::FnCall(inner, _) if inner.name == "-" => hyphenated(inner)?,
        _ => name_of(left)?,
    };
    let (end, end_at) = name_of(right)?;
    let together = format!("{start}-{end}");
    let width = end_at.position()?.checked_sub(at.position()?)? + end.len();
    (width == together.len() && at.line() == end_at.line()).then_some((together, at))
}
