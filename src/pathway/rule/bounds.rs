//! What may stand left of a number, and the bounds of its answers.

use rhai::{Expr, FnCallExpr, Position};

use super::extent::Extent;
use super::{Lower, Meaning, instead, name_of};
use crate::pathway::content::{FactId, Kind};
use crate::pathway::diagnostic::Diagnostic;
use crate::pathway::form::{Node, Part, Rule, ScoreId};

/// Inclusive bounds.
pub(super) type Bounds = (i64, i64);

/// What stands on the left of a comparison with a number.
pub(super) enum Left {
    Number(FactId),
    Score {
        score: ScoreId,
        highest: bool,
    },
    PerKg {
        amount: FactId,
        weight: FactId,
    },
    /// `hours_since`, `hours_until`: compared with a span of time.
    Time {
        fact: FactId,
    },
    Age(FactId),
}

impl Lower<'_, '_, '_> {
    /// What may stand left of a number, and its decimal places.
    pub(super) fn left(&mut self, expression: &Expr) -> Option<(Left, u32)> {
        if let Some((name, at)) = name_of(expression) {
            return self.left_name(&name, at);
        }
        match expression {
            Expr::FnCall(call, at) if !call.namespace.is_empty() => self.qualified(*at),
            Expr::FnCall(call, at) => self.left_call(call, *at),
            other => self
                .fault(
                    other.position(),
                    1,
                    "P416",
                    "the left side of a comparison is not a fact",
                )
                .help("write the fact first: `fever_days >= 3`")
                .report(),
        }
    }

    fn left_name(&mut self, name: &str, at: Position) -> Option<(Left, u32)> {
        let (what, help) = match self.meaning(name, at)? {
            Meaning::Score(score) => {
                let highest = false;
                return Some((Left::Score { score, highest }, 0));
            }
            Meaning::Let(_) => ("is a condition", format!("write `{name}` or `!{name}`")),
            Meaning::Fact(id) => match &self.fact(id).kind {
                Kind::Number(number) => return Some((Left::Number(id), number.scale)),
                Kind::Age => return Some((Left::Age(id), 0)),
                Kind::Text => return self.text(name, at),
                kind => instead(name, kind),
            },
        };
        self.fault(at, name.len(), "P404", format!("`{name}` {what}"))
            .help(help)
            .report()
    }

    fn left_call(&mut self, call: &FnCallExpr, at: Position) -> Option<(Left, u32)> {
        match (call.name.as_str(), call.args.as_slice()) {
            ("highest", [score]) => {
                let (name, at) = self.argument(score, "`highest(score)` takes a score")?;
                match self.meaning(&name, at)? {
                    Meaning::Score(score) => {
                        let highest = true;
                        Some((Left::Score { score, highest }, 0))
                    }
                    _ => self
                        .fault(at, name.len(), "P404", format!("`{name}` is not a score"))
                        .help("`highest(score)` takes the name of a `score`")
                        .report(),
                }
            }
            (function @ ("hours_since" | "hours_until"), [time]) => {
                let (name, at) = self.argument(time, "this takes a question about a time")?;
                self.time(function, &name, at)
            }
            ("per_kg", [amount, weight]) => {
                let amount = self.number_fact(amount)?;
                let (name, at) = self.argument(weight, "`per_kg` takes two questions")?;
                let weight = self.number_fact(weight)?;
                let number = match &self.fact(weight).kind {
                    Kind::Number(number) => number.from,
                    _ => 0,
                };
                if number <= 0 {
                    return self
                        .fault(at, name.len(), "P415", "a weight must be more than zero")
                        .help("give the question a lower bound above 0")
                        .report();
                }
                Some((Left::PerKg { amount, weight }, 0))
            }
            ("+" | "-" | "*" | "/" | "%" | "**", _) => self.arithmetic(call, at),
            _ => self.unknown_call(call, at),
        }
    }

    fn argument(&mut self, expression: &Expr, otherwise: &str) -> Option<(String, Position)> {
        let found = name_of(expression);
        if found.is_none() {
            return self
                .fault(expression.position(), 1, "P407", otherwise)
                .help("write one name between the parentheses")
                .report();
        }
        found
    }

    fn time(&mut self, function: &str, name: &str, at: Position) -> Option<(Left, u32)> {
        let kind = match self.meaning(name, at)? {
            Meaning::Fact(fact) => Some((fact, &self.fact(fact).kind)),
            Meaning::Let(_) | Meaning::Score(_) => None,
        };
        match (kind, function) {
            (Some((fact, Kind::Ago { .. })), "hours_since")
            | (Some((fact, Kind::Due { .. })), "hours_until") => Some((Left::Time { fact }, 0)),
            _ => self
                .fault(
                    at,
                    name.len(),
                    "P404",
                    format!("`{function}(…)` does not fit `{name}`"),
                )
                .help("`hours_since` reads `{ ago: … }`, `hours_until` reads `{ due: … }`")
                .report(),
        }
    }

    fn number_fact(&mut self, expression: &Expr) -> Option<FactId> {
        let (name, at) = self.argument(expression, "`per_kg` takes two questions")?;
        match self.meaning(&name, at)? {
            Meaning::Fact(id) if matches!(self.fact(id).kind, Kind::Number(_)) => Some(id),
            _ => self
                .fault(at, name.len(), "P404", format!("`{name}` is not a number"))
                .help("`per_kg(amount, weight)` takes two number questions")
                .report(),
        }
    }

    /// A number in units of `10^-scale`.
    pub(super) fn constant(&mut self, expression: &Expr, scale: u32) -> Option<i64> {
        let factor = 10_i64.pow(scale);
        let (value, position) = match expression {
            // INVARIANT: at most fifteen digits and six decimal places, which an i64 holds.
            Expr::IntegerConstant(value, _) => return Some(value.saturating_mul(factor)),
            Expr::FloatConstant(value, position) => (**value, *position),
            other => {
                return self
                    .fault(
                        other.position(),
                        1,
                        "P421",
                        "the right side is not a number",
                    )
                    .help("facts are compared with constants, not with each other")
                    .report();
            }
        };
        let scaled = value * factor as f64;
        if (scaled - scaled.round()).abs() > 1e-6 {
            let width = self.extent(expression).map_or(1, |(from, to)| to - from);
            return self
                .fault(
                    position,
                    width,
                    "P420",
                    format!("`{value}` has more decimal places than the question's step"),
                )
                .help("round it, or give the question a finer `step`")
                .report();
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "INVARIANT: the lexical check lets at most fifteen digits through"
        )]
        let whole = scaled.round() as i64;
        Some(whole)
    }

    pub(super) fn within(&mut self, left: &Left, bounds: Bounds, whole: Extent) -> Option<Rule> {
        let (limits, shown) = self.limits(left);
        let bounds = match *left {
            Left::Number(fact) => match &self.fact(fact).kind {
                Kind::Number(number) => number.drawn_in(bounds),
                _ => bounds,
            },
            _ => bounds,
        };
        match left {
            Left::Score { .. } | Left::PerKg { .. } => {
                self.can_be_reached(limits, bounds, &shown, whole);
            }
            _ => self.some_and_not_all(limits, bounds, &shown, whole)?,
        }
        let node = match *left {
            Left::Number(fact) => Node::Number {
                fact,
                from: bounds.0,
                to: bounds.1,
            },
            Left::Time { fact } => Node::Number {
                fact,
                // Overdue reads as due now.
                from: if bounds.0 <= 0 { i64::MIN } else { bounds.0 },
                to: bounds.1,
            },
            Left::Score { score, highest } => Node::Score {
                score,
                highest,
                from: bounds.0,
                to: bounds.1,
            },
            Left::PerKg { amount, weight } => Node::PerKg {
                amount,
                weight,
                from: bounds.0,
                to: bounds.1,
            },
            Left::Age(_) => return None,
        };
        Some(self.on.forms.leaf(node))
    }

    /// Reports bounds that no answer meets, or every one.
    pub(super) fn some_and_not_all(
        &mut self,
        limits: Bounds,
        bounds: Bounds,
        shown: &str,
        whole: Extent,
    ) -> Option<()> {
        let Some(always) = always(limits, bounds) else {
            return Some(());
        };
        let message = format!("every answer goes from {shown}, so this is always {always}");
        self.fault_over(whole, "P414", message)
            .help("compare with a value within the bounds")
            .report()
    }

    /// Warns of a sum that cannot come out so: it may be meant, while points are being moved.
    fn can_be_reached(&mut self, limits: Bounds, bounds: Bounds, shown: &str, whole: Extent) {
        let Some(always) = always(limits, bounds) else {
            return;
        };
        let message = format!("it comes to {shown}, so this is always {always}");
        let found = Diagnostic::warning(self.extent_span(whole), "P425", message)
            .help("compare with a number that it can come to");
        self.on.findings.push(found);
    }

    /// The least and the most that can be answered or added up, and in words.
    fn limits(&self, left: &Left) -> (Bounds, String) {
        let plain = |(from, to): Bounds| ((from, to), format!("{from} to {to}"));
        match *left {
            Left::Number(fact) => match &self.fact(fact).kind {
                Kind::Number(number) => {
                    let (from, to) = (number.shown(number.from), number.shown(number.to));
                    let steps = match number.step {
                        ..=1 => String::new(),
                        step => format!(" in steps of {}", number.shown(step)),
                    };
                    ((number.from, number.to), format!("{from} to {to}{steps}"))
                }
                _ => plain((i64::MIN, i64::MAX)),
            },
            Left::Time { fact } => match &self.fact(fact).kind {
                Kind::Ago { to, unit_minutes }
                | Kind::Due {
                    to, unit_minutes, ..
                } => {
                    let (count, unit) = match unit_minutes {
                        1 => (*to, "minutes"),
                        1440 => (to / 1440, "days"),
                        _ => (to / 60, "hours"),
                    };
                    ((0, *to), format!("0 to {count} {unit}"))
                }
                _ => plain((i64::MIN, i64::MAX)),
            },
            Left::Score { score, highest } => plain(self.score_limits(score, highest)),
            Left::PerKg { amount, weight } => plain(self.per_kg_limits(amount, weight)),
            Left::Age(_) => plain((i64::MIN, i64::MAX)),
        }
    }

    fn score_limits(&self, score: ScoreId, highest: bool) -> Bounds {
        let ends = self.on.forms.score(score).parts.iter().map(|part| {
            let points: Vec<i64> = match part {
                Part::Points { points, .. } => vec![0, *points],
                Part::Bands { bands, .. } => bands.iter().map(|band| band.2).collect(),
                Part::Options { points, .. } => points.clone(),
            };
            let least = points.iter().min().copied().unwrap_or(0);
            (least, points.iter().max().copied().unwrap_or(0))
        });
        if highest {
            ends.reduce(|one, other| (one.0.max(other.0), one.1.max(other.1)))
                .unwrap_or((0, 0))
        } else {
            ends.fold((0, 0), |sum: Bounds, part| {
                (sum.0.saturating_add(part.0), sum.1.saturating_add(part.1))
            })
        }
    }

    fn per_kg_limits(&self, amount: FactId, weight: FactId) -> Bounds {
        let (Kind::Number(amount), Kind::Number(weight)) =
            (&self.fact(amount).kind, &self.fact(weight).kind)
        else {
            return (i64::MIN, i64::MAX);
        };
        let ratio = |over: i64, under: i64| {
            let over = i128::from(over) * 10_i128.pow(weight.scale);
            let under = (i128::from(under) * 10_i128.pow(amount.scale)).max(1);
            let up = over.div_euclid(under) + i128::from(over.rem_euclid(under) != 0);
            i64::try_from(up).unwrap_or(i64::MAX)
        };
        let least = ratio(
            amount.from,
            if amount.from < 0 {
                weight.from
            } else {
                weight.to
            },
        );
        (least, ratio(amount.to, weight.from))
    }
}

/// Whether no value within the limits lies within the bounds, or every one.
fn always(limits: Bounds, bounds: Bounds) -> Option<bool> {
    if bounds.1 < limits.0 || bounds.0 > limits.1 || bounds.0 > bounds.1 {
        Some(false)
    } else if bounds.0 <= limits.0 && bounds.1 >= limits.1 {
        Some(true)
    } else {
        None
    }
}
